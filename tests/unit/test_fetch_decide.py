"""What a feed becomes after each answer: decisions only, no network."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tidings.errors import BadInput, Unavailable
from tidings.fetch import decide
from tidings.fetch.entries import FeedKind, ParsedFeed
from tidings.fetch.headers import http_date, retry_after_s, served_at
from tidings.ids import content_digest, feed_id
from tidings.ports.web import Response
from tidings.records import Feed, FeedStatus

NOW = datetime(2025, 6, 13, 20, tzinfo=UTC)
URL = "https://news.example/feed"


def feed(**fields: object) -> Feed:
    return Feed.model_validate(
        {"feed_id": feed_id(URL), "url": URL, "last_polled": NOW - timedelta(hours=1), "last_read": NOW - timedelta(hours=1)}
        | fields
    )


def answer(status: int = 200, body: bytes = b"x", permanent_url: str | None = None, **headers: str) -> Response:
    return Response(URL, status, {name.replace("_", "-"): value for name, value in headers.items()}, body, permanent_url)


def test_validators_are_sent_as_they_came_and_dropped_after_eight_days() -> None:
    known = feed(etag='W/"a b"', last_modified="Fri, 13 Jun 2025 10:00:00 GMT")
    assert decide.request_headers(known, NOW) == {
        "if-none-match": 'W/"a b"',
        "if-modified-since": "Fri, 13 Jun 2025 10:00:00 GMT",
    }
    assert decide.request_headers(known, NOW + timedelta(days=9)) == {}


def test_304_and_a_known_body_are_unmodified() -> None:
    known = feed(body_digest=content_digest(b"x"))
    assert decide.judge(known, answer(304, b""), NOW) is decide.Verdict.UNMODIFIED
    assert decide.judge(known, answer(200, b"x"), NOW) is decide.Verdict.UNMODIFIED
    assert decide.judge(known, answer(200, b"y"), NOW) is decide.Verdict.READ


def test_410_makes_a_feed_gone_but_it_is_asked_again_in_a_week() -> None:
    assert decide.judge(feed(), answer(410), NOW) is decide.Verdict.GONE
    after = decide.gone(feed(), NOW)
    assert (after.status, after.next_poll) == (FeedStatus.GONE, NOW + timedelta(days=7))


@pytest.mark.parametrize(("status", "error"), [(404, BadInput), (403, BadInput), (429, Unavailable), (503, Unavailable)])
def test_other_statuses_are_errors_of_their_kind(status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=str(status)):
        decide.judge(feed(), answer(status), NOW)


@pytest.mark.parametrize(
    ("header", "seconds"), [("120", 120), ("Fri, 13 Jun 2025 20:05:00 GMT", 300), ("soon", None), ("", None)]
)
def test_retry_after_is_read_as_seconds_or_date(header: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": header}, NOW) == seconds


@pytest.mark.parametrize("hours", [-3, 0, 5])
def test_a_servers_dates_are_taken_by_its_own_clock_however_wrong_it_is(hours: int) -> None:
    there = NOW + timedelta(hours=hours)
    said = {"date": format_datetime(there, usegmt=True)}
    later = format_datetime(there + timedelta(hours=2), usegmt=True)
    assert retry_after_s(said | {"retry-after": later}, NOW) == 7200
    after = decide.accepted(feed(), ParsedFeed(FeedKind.RSS), Response(URL, 200, said | {"expires": later}, b"x"), NOW)
    assert after.next_poll is not None and timedelta(hours=2) <= after.next_poll - NOW <= timedelta(hours=2.2)


def test_failures_wait_longer_each_time_and_never_more_than_about_a_day() -> None:
    waits = []
    state = feed()
    for _ in range(12):
        state = decide.failed(state, BadInput("not XML"), NOW)
        assert state.next_poll is not None
        waits.append(state.next_poll - NOW)
    assert waits[0] >= timedelta(minutes=30)
    assert waits[3] > waits[0]
    assert max(waits) <= timedelta(days=1.1)
    assert (state.status, state.failures, state.reason) == (FeedStatus.FAILING, 12, "not XML")


def test_a_failure_waits_as_long_as_the_server_asks() -> None:
    after = decide.failed(feed(), Unavailable("busy", retry_after_s=40_000), NOW)
    assert after.next_poll is not None and after.next_poll >= NOW + timedelta(seconds=40_000)


def test_success_clears_the_failures_and_keeps_the_new_validators() -> None:
    broken = feed(failures=3, reason="x", status="failing", etag='"old"')
    after = decide.accepted(broken, ParsedFeed(FeedKind.RSS, "News"), answer(last_modified="now"), NOW)
    assert (after.status, after.failures, after.reason, after.etag, after.last_modified) == ("healthy", 0, None, None, "now")


def test_a_permanent_move_is_adopted_when_its_target_is_a_feed_and_the_id_stays() -> None:
    moved = answer(permanent_url="https://news.example/new")
    after = decide.accepted(feed(), ParsedFeed(FeedKind.RSS), moved, NOW)
    assert (after.url, after.feed_id) == ("https://news.example/new", feed_id(URL))
    assert decide.accepted(feed(), ParsedFeed(FeedKind.PAGE), moved, NOW).url == URL


def test_the_next_poll_heeds_the_longest_wish_up_to_a_day() -> None:
    hour = decide.accepted(feed(), ParsedFeed(FeedKind.RSS), answer(cache_control="public, max-age=3600"), NOW)
    year = decide.accepted(feed(), ParsedFeed(FeedKind.RSS, ttl_s=31_536_000), answer(), NOW)
    assert hour.next_poll is not None and timedelta(hours=1) <= hour.next_poll - NOW <= timedelta(hours=1.1)
    assert year.next_poll is not None and year.next_poll - NOW <= timedelta(days=1.1)


def test_the_servers_clock_is_believed_unless_it_is_ahead() -> None:
    assert served_at({"date": "Fri, 13 Jun 2025 19:00:00 GMT"}, NOW) == NOW - timedelta(hours=1)
    assert served_at({"date": "Fri, 13 Jun 2025 21:00:00 GMT"}, NOW) is None
    assert served_at({}, NOW) is None


def test_a_date_that_is_none_in_our_time_zone_is_no_date() -> None:
    text = "Fri, 31 Dec 9999 23:59:59 -0800"
    assert http_date(text) is None
    assert retry_after_s({"retry-after": text}, NOW) is None
