"""WebSub from end to end: a hub on this machine, our callback behind the local API Gateway."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from tidings import keys
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.bootstrap import resources
from tidings.errors import NotYet
from tidings.fetch.entries import FeedKind, ParsedFeed
from tidings.fetch.registry import add_feed, get_feed, remove_feed
from tidings.fetch.stage import poll_feed, poll_message
from tidings.fetch.websub import Hub, State, Subscriber, Subscription, hub_of, must_ask
from tidings.ids import FeedId
from tidings.local.apigw import serve_api
from tidings.local.server import LocalServer
from tidings.messages import PollFeed
from tidings.ports.web import Response
from tidings.records import Feed

NOW = datetime(2025, 6, 13, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Hubs:
    """A site with a feed, and its hub: both on one port."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 202
        hubs = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                links = f'<atom:link rel="hub" href="{hubs.base}/hub"/><atom:link rel="self" href="{hubs.base}/topic"/>'
                space = 'xmlns:atom="http://www.w3.org/2005/Atom"'
                body = f'<rss version="2.0" {space}><channel><title>News</title>{links}</channel></rss>'.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hubs.asked.append(dict(parse_qsl(form)))
                self.send_response(hubs.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = LocalServer(Handler).start()
        self.base = self.server.base_url


class World:
    """Tidings over the embedded store, with its API."""

    def __init__(self, home: Path, hubs: Hubs, api: LocalServer) -> None:
        self.home, self.hubs, self.api = home, hubs, api
        self.tools = resources("fetch")
        self.feed = add_feed(self.tools.store, f"{hubs.base}/feed", now=NOW, allow_loopback=True)

    def poll(self, now: datetime = NOW) -> Feed:
        poll_feed(
            poll_message(get_feed(self.tools.store, self.feed.feed_id)),
            web=self.tools.web,
            blobs=self.tools.blobs,
            store=self.tools.store,
            clean_queue=self.tools.queues.clean,
            clock=lambda: now,
            subscriber=Subscriber(f"http://127.0.0.1:{self.api.port}/", lambda: "s3cret"),
        )
        return get_feed(self.tools.store, self.feed.feed_id)

    def subscription(self) -> Subscription:
        item = self.tools.store.get(keys.feed_websub(self.feed.feed_id))
        assert item is not None
        return Subscription.model_validate(item.body)

    def call(self, method: str, body: bytes = b"", signature: str = "", feed: str = "", **query: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.api.port, timeout=20)
        try:
            asked = urlencode({f"hub.{name}": value for name, value in query.items()})
            headers = {"X-Hub-Signature": signature} if signature else {}
            connection.request(method, f"/websub/{feed or self.feed.feed_id}?{asked}", body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def verify(self, **query: str) -> tuple[int, bytes]:
        topic = {"mode": "subscribe", "topic": f"{self.hubs.base}/topic", "challenge": "c<1>", "lease_seconds": "86400"}
        return self.call("GET", **(topic | query))

    def queued(self) -> list[PollFeed]:
        queue = SqliteQueue(self.home / "queues.sqlite", "FeedsQueue")
        return [PollFeed.model_validate_json(letter.body) for letter in queue.peek()]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    monkeypatch.setenv("TIDINGS_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("TIDINGS_CLOCK", NOW.isoformat())
    resources.cache_clear()
    hubs, api = Hubs(), serve_api("127.0.0.1", 0)
    yield World(tmp_path, hubs, api)
    api.close()
    hubs.server.close()
    resources.cache_clear()


def signed(body: bytes, key: str = "s3cret", method: str = "sha256") -> str:
    return f"{method}={hmac.new(key.encode(), body, method).hexdigest()}"


def test_a_feed_with_a_hub_is_subscribed_to_once(world: World) -> None:
    world.poll()
    world.poll(NOW + timedelta(hours=2))
    (asked,) = world.hubs.asked
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", f"{world.hubs.base}/topic")
    assert asked["hub.callback"] == f"http://127.0.0.1:{world.api.port}/websub/{world.feed.feed_id}"
    assert asked["hub.secret"] == "s3cret"
    assert world.subscription().state is State.ASKED


def test_the_hubs_question_is_answered_with_its_challenge_and_the_lease_is_kept(world: World) -> None:
    world.poll()
    assert world.verify() == (200, b"c<1>")
    assert (world.subscription().state, world.subscription().lease_until) == (State.ACTIVE, NOW + DAY)


@pytest.mark.parametrize(
    "query",
    [{"topic": "http://other.example/"}, {"mode": "unsubscribe"}, {"mode": "publish"}, {"challenge": ""}, {"topic": ""}],
)
def test_a_question_for_what_we_did_not_ask_is_refused(world: World, query: dict[str, str]) -> None:
    world.poll()
    assert world.verify(**query)[0] == 404
    assert world.subscription().state is State.ASKED


def test_a_question_about_a_feed_without_subscription_is_refused(world: World) -> None:
    assert world.verify()[0] == 404
    assert world.call("GET", feed="unknown", mode="subscribe", challenge="x")[0] == 404
    assert world.call("POST", b"news", signed(b"news"))[0] == 404


def test_a_signed_notice_makes_the_feed_be_read_at_once(world: World) -> None:
    before = world.poll()
    world.verify()
    assert before.next_poll is not None and before.next_poll > NOW
    for method in ("sha256", "sha1"):
        assert world.call("POST", b"<feed/>", signed(b"<feed/>", method=method))[0] == 202
    assert {message.feed_id for message in world.queued()} == {world.feed.feed_id}
    assert get_feed(world.tools.store, world.feed.feed_id).next_poll == NOW


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=00", signed(b"<feed/>", key="guess"), signed(b"other"), "md5=" + "0" * 40, "sha1=" + "é" * 40],
)
def test_a_notice_that_the_hub_did_not_sign_is_acknowledged_and_changes_nothing(world: World, signature: str) -> None:
    world.poll()
    world.verify()
    state = get_feed(world.tools.store, world.feed.feed_id)
    assert world.call("POST", b"<feed/>", signature.encode("ascii", "replace").decode())[0] == 202
    assert world.queued() == []
    assert get_feed(world.tools.store, world.feed.feed_id) == state


def test_a_hub_that_denies_or_fails_is_left_alone_for_a_day_and_the_feed_is_polled_as_ever(world: World) -> None:
    world.hubs.status = 500
    assert world.poll().failures == 0
    assert (world.subscription().state, world.subscription().reason) == (State.FAILED, "the hub answers 500")
    world.hubs.status = 202
    world.poll(NOW + 2 * DAY)
    assert world.verify(mode="denied", reason="not you")[0] == 200
    assert world.subscription().state is State.DENIED
    assert "not you" in (world.subscription().reason or "")


def test_a_lease_is_renewed_in_time_though_the_feed_has_not_changed_and_the_old_secret_stays(world: World) -> None:
    world.poll()
    world.verify(lease_seconds=str(5 * 86_400))
    until = world.subscription().lease_until
    assert until == NOW + 5 * DAY
    for hours in (24, 72, 97, 98):  # a day before the end it is asked, and once only, as the hub may take its time
        world.poll(NOW + timedelta(hours=hours))
    assert [form["hub.mode"] for form in world.hubs.asked] == ["subscribe", "subscribe"]
    assert (world.subscription().state, world.subscription().lease_until) == (State.ACTIVE, until)
    assert world.hubs.asked[0]["hub.secret"] == world.hubs.asked[1]["hub.secret"]


def test_a_hub_that_another_process_asks_is_asked_at_the_next_poll(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> Response:
        raise NotYet("the hub is being asked", after_s=20)

    with monkeypatch.context() as patched:
        patched.setattr(world.tools.web, "post", taken)
        assert world.poll().reason is None
    assert world.hubs.asked == []
    world.poll(NOW + timedelta(hours=1))
    assert len(world.hubs.asked) == 1


def test_a_feed_that_is_removed_has_no_subscription_any_more(world: World) -> None:
    world.poll()
    remove_feed(world.tools.store, world.feed.feed_id)
    assert world.verify()[0] == 404


def test_without_a_public_url_nobody_is_asked(world: World) -> None:
    assert world.tools.subscriber is None
    assert world.hubs.asked == []


# ---------------------------------------------------------------- decisions


HUB = Hub("https://hub.example/", "https://news.example/feed")


def known(state: State, asked: timedelta, lease: timedelta | None = None, hub: str = HUB.url) -> Subscription:
    until = NOW + lease if lease is not None else None
    return Subscription(hub=hub, topic=HUB.topic, secret="x", state=state, asked_at=NOW - asked, lease_until=until)


@pytest.mark.parametrize(
    ("subscription", "ask"),
    [
        (None, True),
        (known(State.ACTIVE, 5 * DAY, 5 * DAY), False),
        (known(State.ACTIVE, 9 * DAY, DAY / 2), True),
        (known(State.ACTIVE, DAY / 48, DAY / 2), False),
        (known(State.ASKED, DAY / 2), False),
        (known(State.ASKED, DAY), True),
        (known(State.DENIED, DAY / 2), False),
        (known(State.FAILED, 2 * DAY), True),
        (known(State.ACTIVE, DAY, 9 * DAY, hub="https://old.example/"), True),
    ],
)
def test_a_hub_is_asked_anew_and_to_renew_but_not_over_and_over(subscription: Subscription | None, ask: bool) -> None:
    assert must_ask(subscription, HUB, NOW) is ask


@pytest.mark.parametrize(
    ("header", "hub"),
    [
        ('<https://hub.example/>; rel="hub", <https://news.example/feed>; rel="self"', HUB),
        ("<https://hub.example/>; rel=hub", Hub(HUB.url, "https://news.example/x")),
        ('<https://hub.example/>; title="a"; rel="preload hub"', Hub(HUB.url, "https://news.example/x")),
        ('<ftp://hub.example/>; rel="hub"', None),
        ('<https://hub.example/>; rel="hubcap"', None),
        ("", None),
    ],
)
def test_the_link_header_names_hub_and_topic(header: str, hub: Hub | None) -> None:
    response = Response("https://news.example/x", 200, {"link": header})
    assert hub_of(ParsedFeed(FeedKind.RSS), response) == hub


def test_the_callback_is_under_the_public_url() -> None:
    assert Subscriber("https://api.example/live/", str).callback(FeedId("f1")) == "https://api.example/live/websub/f1"
