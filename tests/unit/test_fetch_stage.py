"""Polling a feed when the world misbehaves: each failure stays with its entry or its feed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tidings import keys
from tidings.documents import document_at, record_at
from tidings.errors import BadInput, NotYet, Resting, Unavailable
from tidings.fetch.fetching import MAX_ATTEMPTS
from tidings.fetch.registry import add_feed, all_feeds, find_feed, get_feed, remove_feed
from tidings.fetch.robots import Robots
from tidings.fetch.stage import poll_feed, poll_message, schedule_due
from tidings.ids import CorrelationId, feed_id
from tidings.messages import CleanDocument, PollFeed
from tidings.ports.fakes import MemoryBlobs, MemorySender, MemoryStore
from tidings.ports.store import Write
from tidings.ports.web import Response
from tidings.records import Feed, FeedStatus, RawDocument

NOW = datetime(2025, 6, 13, 20, tzinfo=UTC)
FEED = "https://news.example/feed"
PAGE = b"<html><body><p>A page</p></body></html>"
WHOLE = "&lt;p&gt;The whole text, in the feed itself.&lt;/p&gt;"


def rss(*paths: str, content: str = "") -> bytes:
    items = "".join(
        f"<item><title>{path}</title><link>https://news.example/{path}</link><guid>{path}</guid>{content}</item>"
        for path in paths
    )
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {space}><channel><title>News</title>{items}</channel></rss>'.encode()


class FixedWeb:
    """Answers from a table; an exception in it is raised, any other URL is 404."""

    def __init__(self, answers: Mapping[str, bytes | Response | Exception]) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        max_bytes: int | None = None,
        gap_s: float = 0,
        check: Callable[[str], object] | None = None,
    ) -> Response:
        self.asked.append(url)
        answer = self.answers.get(url, Response(url, 404))
        if isinstance(answer, Exception):
            raise answer
        return Response(url, 200, {"content-type": ""}, answer) if isinstance(answer, bytes) else answer

    def post(self, url: str, form: Mapping[str, str]) -> Response:
        return self.get(url)


class World:
    def __init__(self, answers: Mapping[str, bytes | Response | Exception], store: MemoryStore | None = None) -> None:
        self.web, self.blobs, self.queue = FixedWeb(answers), MemoryBlobs(), MemorySender()
        self.store = store or MemoryStore()
        self.feed = add_feed(self.store, FEED, now=NOW)

    def poll(self, now: datetime = NOW) -> Feed:
        feed = get_feed(self.store, self.feed.feed_id)
        poll_feed(
            poll_message(feed), web=self.web, blobs=self.blobs, store=self.store, clean_queue=self.queue, clock=lambda: now
        )
        return get_feed(self.store, self.feed.feed_id)

    def take(self, url: str = FEED, **said: bool) -> None:
        """Poll a URL once, as `tidings ingest` has it done."""
        message = PollFeed(correlation_id=CorrelationId("c"), feed_id=feed_id(url), url=url, once=True, **said)
        poll_feed(message, web=self.web, blobs=self.blobs, store=self.store, clean_queue=self.queue, clock=lambda: NOW)

    def documents(self) -> list[RawDocument]:
        messages = [CleanDocument.model_validate_json(body) for body in self.queue.bodies]
        return [record_at(message.blob_key, self.blobs) for message in messages]


class Dies(MemoryStore):
    """A store whose process dies before its n-th transaction."""

    def __init__(self, before: int) -> None:
        super().__init__()
        self.left = before

    def transact(self, writes: Sequence[Write]) -> None:
        if not self.left:
            self.left = -1
            raise KeyboardInterrupt
        self.left -= 1
        super().transact(writes)


SITEMAPS = (
    b"<sitemapindex><sitemap><loc>https://news.example/news.xml</loc><lastmod>2025-06-13</lastmod></sitemap></sitemapindex>"
)
SITEMAP = b"<urlset><url><loc>https://news.example/a</loc></url><url><loc>https://news.example/b</loc></url></urlset>"


@pytest.mark.parametrize("body", [rss("a", "b"), rss(*(f"s{n}" for n in range(80))), SITEMAPS, PAGE])
@pytest.mark.parametrize("before", range(1, 8))
def test_wherever_a_poll_dies_the_next_one_leaves_what_a_calm_one_leaves(body: bytes, before: int) -> None:
    answers = {FEED: body, "https://news.example/news.xml": SITEMAP} | {f"https://news.example/{n}": PAGE for n in "ab"}
    calm, killed = World(answers), World(answers, Dies(before))
    with contextlib.suppress(KeyboardInterrupt):
        killed.poll()
    for world in (calm, killed):
        for minutes in (0, 2, 4):
            world.poll(NOW + timedelta(minutes=minutes))
    assert [(item.key, item.body) for item in killed.store.dump()] == [(item.key, item.body) for item in calm.store.dump()]


def test_a_message_for_a_feed_that_is_not_due_asks_nobody() -> None:
    world = World({FEED: rss()})
    world.poll()
    asked = len(world.web.asked)
    world.poll(NOW + timedelta(seconds=5))
    assert len(world.web.asked) == asked


def test_a_changed_entry_is_handed_on_again_and_an_unchanged_one_is_not() -> None:
    world = World({FEED: rss("a", "b"), "https://news.example/a": PAGE, "https://news.example/b": PAGE})
    world.poll()
    world.web.answers[FEED] = rss("a", "b").replace(b"<title>b</title>", b"<title>b, corrected</title>")
    world.poll(NOW + timedelta(days=1))
    assert [document.entry.title for document in world.documents()] == ["a", "b", "b, corrected"]


def test_an_entry_whose_page_is_missing_stands_in_the_feeds_own_words() -> None:
    content = f"<content:encoded>{WHOLE}</content:encoded>"
    world = World({FEED: rss("a", content=content)})
    world.poll()
    (document,) = world.documents()
    _, body = document_at(keys.document_blob(document.document_id), world.blobs)
    assert body == b"<p>The whole text, in the feed itself.</p>"
    assert document.entry.outlet == "News"


def test_a_missing_page_without_words_in_the_feed_fails_alone() -> None:
    world = World({FEED: rss("gone", "b"), "https://news.example/b": PAGE})
    feed = world.poll()
    assert [document.url for document in world.documents()] == ["https://news.example/b"]
    assert feed.status is FeedStatus.HEALTHY


def test_a_page_out_of_reach_is_tried_again_and_at_last_given_up() -> None:
    world = World({FEED: rss("a"), "https://news.example/a": Unavailable("time-out")})
    now = NOW
    for _ in range(MAX_ATTEMPTS - 1):
        feed = world.poll(now)
        assert "time-out" in (feed.reason or "")
        assert feed.waiting == 1
        now += timedelta(days=1)
    last = world.poll(now)
    assert (last.reason, last.waiting) == (None, 0)
    assert world.documents() == []


def test_a_page_that_robots_txt_forbids_is_not_fetched() -> None:
    rules = b"\xef\xbb\xbfUser-agent: *\nDisallow: /a"
    world = World({FEED: rss("a"), "https://news.example/robots.txt": rules, "https://news.example/a": PAGE})
    world.poll()
    assert "https://news.example/a" not in world.web.asked


def test_robots_txt_is_asked_once_a_day_and_an_error_of_the_server_forbids_for_now() -> None:
    web = FixedWeb({})
    robots = Robots(web)
    assert all(robots.rules(url, NOW).allows(url) for url in ("https://x.example/1", "https://x.example/2"))
    assert web.asked == ["https://x.example/robots.txt"]
    with pytest.raises(Unavailable):
        Robots(FixedWeb({"https://y.example/robots.txt": Response("", 503)})).rules("https://y.example/1", NOW)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html><input type='password'></html>", "login page"),
        (Response(FEED, 200, {"content-type": "application/rss+xml"}, b"oops"), "not XML"),
        (Response(FEED, 503, {"retry-after": "60"}), "503"),
        (Unavailable("no answer"), "no answer"),
    ],
)
def test_a_feed_that_cannot_be_read_is_marked_with_the_reason(answer: bytes | Response | Exception, reason: str) -> None:
    world = World({FEED: answer})
    feed = world.poll()
    assert (feed.status, feed.failures) == (FeedStatus.FAILING, 1)
    assert reason in (feed.reason or "")
    assert [listed.reason for listed in all_feeds(world.store)] == [feed.reason]


def test_a_message_for_a_feed_that_was_let_go_asks_nobody() -> None:
    world = World({FEED: rss("a")})
    message = poll_message(world.feed)
    remove_feed(world.store, world.feed.feed_id)
    polled = poll_feed(
        message, web=world.web, blobs=world.blobs, store=world.store, clean_queue=world.queue, clock=lambda: NOW
    )
    assert (polled, world.web.asked, list(world.store.dump())) == (None, [], [])


def test_a_url_that_is_not_followed_tells_its_error() -> None:
    world = World({FEED: b""})
    remove_feed(world.store, find_feed(world.store, FEED).feed_id)
    with pytest.raises(BadInput, match="empty"):
        world.take()


TAKEN = NotYet("news.example is being asked by another process just now", after_s=20)


def test_a_poll_whose_host_another_process_asks_leaves_no_trace_and_is_done_by_the_next_message() -> None:
    world = World({FEED: TAKEN, "https://news.example/a": PAGE})
    before = list(world.store.dump())
    with pytest.raises(NotYet):
        world.poll()
    assert list(world.store.dump()) == before
    world.web.answers[FEED] = rss("a")
    assert world.poll().failures == 0
    assert len(world.documents()) == 1


def test_a_page_whose_host_another_process_asks_waits_and_no_attempt_is_counted() -> None:
    pages = ["https://news.example/a", "https://news.example/b"]
    world = World({FEED: rss("a", "b")} | dict.fromkeys(pages, TAKEN))
    now = NOW
    for _ in range(MAX_ATTEMPTS + 2):
        feed = world.poll(now)
        assert (feed.status, feed.reason, feed.waiting) == (FeedStatus.HEALTHY, None, 2)
        now += timedelta(minutes=2)
    assert sum(world.web.asked.count(page) for page in pages) == MAX_ATTEMPTS + 2  # one in each turn, not both
    world.web.answers |= dict.fromkeys(pages, PAGE)
    assert world.poll(now).waiting == 0
    assert sorted(document.url for document in world.documents()) == pages


def test_a_url_that_is_polled_once_comes_again_for_the_pages_that_another_process_kept_from_it() -> None:
    world = World({FEED: rss("a", "b"), "https://news.example/a": PAGE, "https://news.example/b": TAKEN})
    remove_feed(world.store, world.feed.feed_id)
    for _ in range(2):
        with pytest.raises(NotYet):
            world.take()
    world.web.answers["https://news.example/b"] = PAGE
    world.take()
    assert [document.url for document in world.documents()] == ["https://news.example/a", "https://news.example/b"]


RESTING = Resting("news.example", after_s=7200)


def test_a_feed_whose_host_is_left_alone_is_put_off_and_has_not_failed() -> None:
    world = World({FEED: RESTING})
    feed = world.poll()
    assert (feed.status, feed.failures, feed.last_polled) == (FeedStatus.NEW, 0, None)
    assert feed.next_poll is not None
    assert timedelta(hours=2) <= feed.next_poll - NOW <= timedelta(hours=2.2)


def test_pages_of_a_host_that_is_left_alone_wait_until_its_time_is_over_and_no_attempt_is_counted() -> None:
    pages = ["https://news.example/a", "https://news.example/b"]
    world = World({FEED: rss("a", "b")} | dict.fromkeys(pages, RESTING))
    feed = world.poll()
    assert (feed.status, feed.reason, feed.waiting) == (FeedStatus.HEALTHY, None, 2)
    assert feed.next_poll is not None
    assert feed.next_poll >= NOW + timedelta(hours=2)
    assert sum(world.web.asked.count(page) for page in pages) == 1
    world.web.answers |= dict.fromkeys(pages, PAGE)
    world.poll(feed.next_poll)
    assert sorted(document.url for document in world.documents()) == pages


def test_a_url_that_is_read_once_from_a_host_that_is_left_alone_fails_as_one_out_of_reach() -> None:
    world = World({FEED: RESTING})
    remove_feed(world.store, world.feed.feed_id)
    with pytest.raises(Unavailable, match=r"news\.example asked to be left alone for another 7,200 s"):
        world.take()


FRONT = b'<head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body><p>Our news</p></body>'


@pytest.mark.parametrize(
    ("path", "discovers", "read"),
    [
        ("", True, ["a"]),  # a front page stands for its feed
        ("", False, [""]),  # unless the page itself is wanted
        ("a", True, ["a"]),  # an article that names the feed of its site is an article
    ],
)
def test_a_front_page_stands_for_the_feed_that_it_names_and_an_article_for_itself(
    path: str, discovers: bool, read: list[str]
) -> None:
    url = f"https://news.example/{path}"
    world = World({FEED: rss("a"), "https://news.example/": FRONT, "https://news.example/a": FRONT})
    world.take(url, discover=discovers)
    assert [document.url for document in world.documents()] == [f"https://news.example/{name}" for name in read]
    named = world.store.get(keys.feed_named(feed_id(url)))
    assert (dict(named.body) if named else None) == ({"url": FEED} if path == "" and discovers else None)


def test_a_long_backlog_is_taken_in_parts_and_none_is_lost() -> None:
    paths = [f"p{n}" for n in range(120)]
    world = World({FEED: rss(*paths)} | {f"https://news.example/{path}": PAGE for path in paths})
    now = NOW
    for _ in range(3):
        world.poll(now)
        now += timedelta(minutes=2)
    assert len({document.url for document in world.documents()}) == 120


def test_only_feeds_that_are_due_are_put_on_the_queue() -> None:
    world = World({FEED: rss()})
    sender = MemorySender()
    assert schedule_due(NOW, store=world.store, feeds_queue=sender) == 1
    world.poll()
    assert schedule_due(NOW, store=world.store, feeds_queue=sender) == 0
