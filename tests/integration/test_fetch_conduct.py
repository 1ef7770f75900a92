"""How fetch behaves towards servers: each test against a server on this machine that plays the part."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from publishers import DAY, HOUR, NOW, PAGE, Answer, Publisher, Reader, item, rss
from urllib3.util.request import ACCEPT_ENCODING

from tidings import keys
from tidings.documents import document_at
from tidings.errors import Unavailable
from tidings.fetch.crowd import poll_all
from tidings.fetch.discover import find_feed
from tidings.fetch.entries import FeedKind
from tidings.fetch.pace import Pace
from tidings.fetch.registry import add_feed, get_feed
from tidings.fetch.stage import poll_message
from tidings.records import FeedStatus

# ---------------------------------------------------------------- asking only for what is new


def test_a_feed_that_has_not_changed_is_asked_for_with_its_validators_and_not_read(
    publisher: Publisher, reader: Reader
) -> None:
    headers = {"ETag": 'W/"a, b"', "Last-Modified": "Fri, 13 Jun 2025 11:00:00 GMT"}
    publisher.paths["/feed"] = [Answer(rss(), headers=headers), Answer(status=304)]
    feed = reader.follow()
    reader.poll(feed)
    after = reader.poll(feed, HOUR)
    asked = publisher.last("/feed").headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == (headers["ETag"], headers["Last-Modified"])
    assert (after.status, after.unchanged) == (FeedStatus.HEALTHY, 2)


def test_validators_that_a_server_no_longer_sends_are_forgotten(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = [Answer(rss(), headers={"ETag": '"1"'}), Answer(rss(about="<ttl>1</ttl>"))]
    feed = reader.follow()
    for _ in range(3):
        reader.poll(feed, DAY)
    assert "if-none-match" not in publisher.last("/feed").headers


def test_validators_are_dropped_after_eight_days_of_not_modified(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = [Answer(rss(), headers={"ETag": '"1"'}), Answer(status=304)]
    feed = reader.follow()
    reader.poll(feed)
    for _ in range(9):
        reader.poll(feed, DAY)
    assert "if-none-match" not in publisher.last("/feed").headers


# ---------------------------------------------------------------- when to ask again


@pytest.mark.parametrize(
    ("headers", "about", "least"),
    [
        ({"Cache-Control": "public, max-age=7200"}, "", 2 * HOUR),
        ({"Cache-Control": "max-age=7200", "Age": "3600"}, "", HOUR),
        ({"Expires": format_datetime(NOW + 3 * HOUR, usegmt=True)}, "", 3 * HOUR),
        ({"Expires": format_datetime(NOW + 9 * HOUR, usegmt=True), "Cache-Control": "max-age=3600"}, "", HOUR),
        ({"Expires": "0"}, "", timedelta(minutes=15)),
        ({}, "<ttl>120</ttl>", 2 * HOUR),
        ({}, "<skipHours><hour>12</hour><hour>13</hour></skipHours>", 2 * HOUR),
        ({}, "<skipDays><day>Friday</day></skipDays>", 12 * HOUR),
        ({"Cache-Control": "max-age=31536000"}, "", DAY),
    ],
)
def test_a_feed_is_left_alone_as_long_as_it_asks_for(
    publisher: Publisher, reader: Reader, headers: dict[str, str], about: str, least: timedelta
) -> None:
    publisher.paths["/feed"] = Answer(rss(about=about), headers=headers)
    wait = reader.wait(reader.poll(reader.follow()))
    assert least <= wait <= least * 1.65


def test_the_ttl_of_a_feed_holds_when_it_answers_that_nothing_has_changed(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = [Answer(rss(about="<ttl>300</ttl>"), headers={"ETag": '"1"'}), Answer(status=304)]
    feed = reader.follow()
    reader.poll(feed)
    assert reader.wait(reader.poll(feed, DAY)) >= 5 * HOUR


@pytest.mark.parametrize(
    ("every", "least", "most"),
    [
        (timedelta(minutes=10), timedelta(minutes=15), timedelta(minutes=17)),  # the user's interval is the least
        (2 * HOUR, timedelta(minutes=50), timedelta(minutes=70)),
        (10 * DAY, 6 * HOUR, 6.7 * HOUR),  # and six hours the most
    ],
)
def test_a_feed_is_read_in_its_own_rhythm(
    publisher: Publisher, reader: Reader, every: timedelta, least: timedelta, most: timedelta
) -> None:
    items = [item(f"s{n}", published=NOW - every * n) for n in range(20)]
    publisher.paths["/feed"] = rss(*items)
    publisher.paths |= {f"/s{n}": PAGE for n in range(20)}
    assert least <= reader.wait(reader.poll(reader.follow())) <= most


def test_a_feed_without_times_that_stays_the_same_is_read_less_and_less(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = rss(item("a"))
    feed = reader.follow()
    waits = [reader.wait(reader.poll(feed, DAY)) for _ in range(9)]
    assert waits[:7] == sorted(waits[:7])
    assert 5 * HOUR < waits[-1] < 7 * HOUR


# ---------------------------------------------------------------- servers in trouble


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_said_and_not_by_all_at_once(
    publisher: Publisher, reader: Reader, status: int
) -> None:
    busy = Answer(status=status, headers={"Retry-After": "20000"})
    publisher.paths |= {"/one": busy, "/two": busy}
    waits = [reader.wait(reader.poll(reader.follow(path))) for path in ("/one", "/two")]
    assert all(timedelta(seconds=20000) <= wait <= timedelta(seconds=22000) for wait in waits)
    assert waits[0] != waits[1]


def test_a_host_that_wants_to_be_left_alone_by_one_feed_is_left_alone_by_its_others(publisher: Publisher) -> None:
    reader = Reader(publisher, Pace(0.0, exempt=lambda host: False))
    publisher.paths |= {"/one": Answer(status=503, headers={"Retry-After": "7200"}), "/two": rss()}
    reader.poll(reader.follow("/one"))
    other = reader.poll(reader.follow("/two"))
    assert (publisher.times("/one"), publisher.times("/two")) == (1, 0)
    assert other.failures == 0
    assert 2 * HOUR - timedelta(minutes=1) <= reader.wait(other) <= 2.2 * HOUR


def test_failures_are_counted_with_their_reason_and_retried_ever_more_slowly(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = Answer(status=500)
    feed = reader.follow()
    waits = []
    for count in range(1, 9):
        state = reader.poll(feed, 2 * DAY)
        waits.append(reader.wait(state))
        assert (state.status, state.failures) == (FeedStatus.FAILING, count)
    assert "500" in (state.reason or "")
    assert waits[0] < waits[1] < waits[2] < waits[4]
    assert max(waits) <= 1.1 * DAY
    publisher.paths["/feed"] = rss()
    well = reader.poll(feed, 2 * DAY)
    assert (well.status, well.failures, well.reason) == (FeedStatus.HEALTHY, 0, None)


def test_a_server_that_is_busy_with_pages_gets_no_further_request_until_it_said(
    publisher: Publisher, reader: Reader
) -> None:
    publisher.paths["/feed"] = rss(*(item(f"s{n}") for n in range(5)))
    publisher.paths |= {f"/s{n}": PAGE for n in range(5)} | {"/s1": Answer(status=429, headers={"Retry-After": "7200"})}
    feed = reader.follow()
    state = reader.poll(feed)
    assert [document.url for document in reader.documents()] == [f"{publisher.base}/s0"]
    assert publisher.times("/s2") == 0
    assert (state.waiting, state.failures) == (4, 0)
    publisher.paths["/s1"] = PAGE
    reader.poll(feed, HOUR)
    assert publisher.times("/s2") == 0
    reader.poll(feed, 2 * HOUR)
    assert len(reader.documents()) == 5


def test_a_page_out_of_reach_does_not_make_the_feed_be_read_again(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = Answer(rss(item("a"), about="<ttl>600</ttl>"))
    publisher.paths["/a"] = [Answer(status=502), Answer(PAGE)]
    feed = reader.follow()
    assert "502" in (reader.poll(feed).reason or "")
    after = reader.poll(feed, timedelta(minutes=20))
    assert (publisher.times("/feed"), publisher.times("/a"), after.waiting) == (1, 2, 0)
    assert len(reader.documents()) == 1


def test_what_a_feed_wished_holds_after_a_failure(publisher: Publisher, reader: Reader) -> None:
    quiet = "".join(f"<hour>{hour}</hour>" for hour in range(12, 24))
    wishes = f"<ttl>720</ttl><skipHours>{quiet}</skipHours>"
    publisher.paths["/feed"] = [Answer(rss(about=wishes)), Answer(status=500)]
    feed = reader.follow()
    for _ in range(3):
        state = reader.poll(feed, reader.wait(get_feed(reader.store, feed.feed_id)))
        assert state.next_poll is not None
        assert reader.wait(state) >= timedelta(hours=11)
        assert state.next_poll.hour < 12
    assert state.status is FeedStatus.FAILING


# ---------------------------------------------------------------- feeds that move or end


def test_a_permanent_redirect_is_remembered_though_a_passing_one_follows(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {
        "/feed": Answer(status=301, headers={"Location": "/new"}),
        "/new": Answer(status=302, headers={"Location": "/cdn"}),
        "/cdn": rss(),
    }
    assert reader.poll(reader.follow()).url == f"{publisher.base}/new"


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_to_a_feed_is_remembered(publisher: Publisher, reader: Reader, status: int) -> None:
    publisher.paths |= {"/feed": Answer(status=status, headers={"Location": "/new"}), "/new": rss(item("a")), "/a": PAGE}
    feed = reader.follow()
    moved = reader.poll(feed)
    assert (moved.url, moved.feed_id) == (f"{publisher.base}/new", feed.feed_id)
    reader.poll(feed, DAY)
    assert publisher.times("/feed") == 1
    assert len(reader.documents()) == 1


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_followed_and_forgotten(publisher: Publisher, reader: Reader, status: int) -> None:
    publisher.paths |= {"/feed": Answer(status=status, headers={"Location": "/now"}), "/now": rss()}
    feed = reader.follow()
    assert reader.poll(feed).url == feed.url
    reader.poll(feed, DAY)
    assert publisher.times("/feed") == 2


@pytest.mark.parametrize("target", [b"<html><p>We have moved</p></html>", b"<opml/>", b""])
def test_a_permanent_redirect_to_what_is_no_feed_is_not_adopted(publisher: Publisher, reader: Reader, target: bytes) -> None:
    publisher.paths |= {"/feed": Answer(status=301, headers={"Location": "/home"}), "/home": target}
    feed = reader.follow()
    assert reader.poll(feed).url == feed.url


def test_a_feed_that_is_gone_is_retired(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = Answer(status=410)
    feed = reader.follow()
    retired = reader.poll(feed)
    assert (retired.status, reader.wait(retired)) == (FeedStatus.GONE, 7 * DAY)
    assert reader.wait(reader.poll(feed, 7 * DAY)) == 14 * DAY


def test_addresses_beyond_ascii_are_asked_for_as_browsers_do(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = "<rss version='2.0'><channel><item><link>/новости</link></item></channel></rss>".encode()
    where = Answer(status=302, headers={"Location": "/café au lait".encode().decode("latin-1")})
    publisher.paths |= {"/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8": where, "/caf%C3%A9%20au%20lait": PAGE}
    reader.poll(reader.follow())
    assert [document.url for document in reader.documents()] == [f"{publisher.base}/caf%C3%A9%20au%20lait"]


# ---------------------------------------------------------------- manners


def test_the_user_agent_says_who_asks_and_whom_to_write_to(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = rss()
    reader.poll(reader.follow())
    assert publisher.last("/feed").headers["user-agent"].startswith("Tidings/")
    assert "(+mailto:desk@example.org)" in publisher.last("/feed").headers["user-agent"]


def test_a_page_that_robots_txt_forbids_is_not_asked_for(publisher: Publisher, reader: Reader) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: Tidings\nDisallow: /closed"
    publisher.paths |= {"/robots.txt": rules, "/feed": rss(item("closed"), item("open")), "/closed": PAGE, "/open": PAGE}
    reader.poll(reader.follow())
    assert (publisher.times("/closed"), publisher.times("/open")) == (0, 1)


def test_the_feed_that_a_user_gave_is_read_whatever_robots_txt_says_and_its_pages_are_not(
    publisher: Publisher, reader: Reader
) -> None:
    publisher.paths |= {"/robots.txt": b"User-agent: *\nDisallow: /", "/feed": rss(item("a")), "/a": PAGE}
    state = reader.poll(reader.follow())
    assert (state.status, state.entries, reader.documents()) == (FeedStatus.HEALTHY, 1, [])
    assert publisher.times("/a") == 0


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(publisher: Publisher, reader: Reader) -> None:
    moved = Answer(status=302, headers={"Location": "/secret"})
    publisher.paths |= {"/robots.txt": b"User-agent: *\nDisallow: /secret", "/feed": rss(item("a")), "/a": moved}
    publisher.paths["/secret"] = PAGE
    reader.poll(reader.follow())
    assert (publisher.times("/a"), publisher.times("/secret"), reader.documents()) == (1, 0, [])


@pytest.mark.parametrize(
    "name", ["Tidings", "tidings", "Tidings/0.1", "TIDINGS/0.1 # us", "Tidings/0.1 (+https://a.example)"]
)
def test_a_group_of_robots_txt_that_names_us_with_our_version_is_ours(
    publisher: Publisher, reader: Reader, name: str
) -> None:
    rules = f"User-agent: *\nAllow: /\n\nUser-agent: {name}\nDisallow: /\n".encode()
    publisher.paths |= {"/robots.txt": rules, "/feed": rss(item("a")), "/a": PAGE}
    reader.poll(reader.follow())
    assert publisher.times("/a") == 0


def test_a_crawl_delay_is_kept_between_pages(publisher: Publisher) -> None:
    reader = Reader(publisher, Pace(0.0, exempt=lambda host: False))
    publisher.paths |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 0.3", "/feed": rss(item("a"), item("b"))}
    publisher.paths |= {"/a": PAGE, "/b": PAGE}
    reader.poll(reader.follow())
    assert publisher.last("/b").began - publisher.last("/a").ended >= 0.29


def test_a_host_gets_one_request_at_a_time_with_some_time_between(publisher: Publisher) -> None:
    publisher.latency_s = 0.03
    reader = Reader(publisher, Pace(0.05, exempt=lambda host: False))
    paths = [f"/f{n}" for n in range(6)]
    publisher.paths |= {path: rss() for path in paths}
    threads = [threading.Thread(target=reader.web.get, args=(publisher.base + path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = sorted(publisher.asked, key=lambda one: one.began)
    assert len(asked) == 6
    assert all(later.began - former.ended >= 0.045 for former, later in pairwise(asked))


def test_many_feeds_are_polled_together_but_those_of_one_host_one_by_one(publisher: Publisher, reader: Reader) -> None:
    publisher.latency_s = 0.02
    feeds = [reader.follow(f"/f{n}") for n in range(4)]
    publisher.paths |= {f"/f{n}": rss() for n in range(4)}
    done = list(
        poll_all([poll_message(feed) for feed in feeds], lambda message: poll_one(reader, message.feed_id), workers=4)
    )
    assert [failure for _, failure in done] == [None] * 4
    asked = sorted(publisher.asked, key=lambda one: one.began)
    assert all(later.began >= former.ended for former, later in pairwise(asked))


def poll_one(reader: Reader, identity: Any) -> None:
    reader.poll(get_feed(reader.store, identity))


# ---------------------------------------------------------------- encodings


def _packed(name: str, body: bytes) -> bytes:
    if name == "gzip":
        return gzip.compress(body)
    if name == "deflate":
        return zlib.compress(body)
    if name == "br":
        import brotli

        return bytes(brotli.compress(body))
    from urllib3.response import zstd  # type: ignore[attr-defined]

    return bytes(zstd.compress(body))


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_an_answer_in_every_encoding_that_is_offered_is_read(publisher: Publisher, reader: Reader, name: str) -> None:
    assert name in ACCEPT_ENCODING
    publisher.paths["/feed"] = Answer(_packed(name, rss(item("a"))), headers={"Content-Encoding": name})
    assert reader.poll(reader.follow()).entries == 1
    assert name in publisher.last("/feed").headers["accept-encoding"]


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_an_answer_that_swells_when_unpacked_is_refused(publisher: Publisher, reader: Reader, name: str) -> None:
    publisher.paths["/feed"] = Answer(_packed(name, b" " * 20_000_000), headers={"Content-Encoding": name})
    assert "unpacked" in (reader.poll(reader.follow()).reason or "")


# ---------------------------------------------------------------- entries


def test_a_changed_entry_is_an_update_and_its_old_version_is_kept(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/feed": rss(item("a"), item("b")), "/a": PAGE, "/b": PAGE}
    feed = reader.follow()
    reader.poll(feed)
    publisher.paths |= {"/feed": rss(item("a"), item("b", title="b, corrected")), "/b": PAGE + b"<p>Corrected.</p>"}
    reader.poll(feed, DAY)
    old, new = [document for document in reader.documents() if document.url.endswith("/b")]
    assert (old.entry.title, new.entry.title) == ("b", "b, corrected")
    assert document_at(keys.document_blob(old.document_id), reader.blobs) == (old, PAGE)
    (mark,) = [mark for mark in reader.marks(feed) if mark.get("changes")]
    assert (mark["document_id"], mark["earlier"]) == (new.document_id, [old.document_id])
    assert publisher.times("/a") == 1


def test_an_entry_is_known_by_its_link_when_its_guid_changes(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/feed": rss(item("a", guid="1")), "/a": PAGE}
    feed = reader.follow()
    reader.poll(feed)
    publisher.paths["/feed"] = rss(item("a", guid="2", title="a, with a new title"))
    reader.poll(feed, DAY)
    assert [mark.get("changes") for mark in reader.marks(feed)] == [1]


def test_a_feed_that_numbers_its_entries_anew_on_every_poll_floods_neither_store_nor_queue(
    publisher: Publisher, reader: Reader
) -> None:
    names = [f"s{n}" for n in range(10)]
    publisher.paths |= {f"/{name}": PAGE for name in names}
    feed = reader.follow()
    for turn in range(8):
        publisher.paths["/feed"] = rss(*(item(name, guid=f"{turn}-{name}") for name in names))
        reader.poll(feed, DAY)
    assert (len(reader.documents()), len(reader.marks(feed))) == (10, 10)


def test_entries_without_a_link_are_known_by_their_content_when_their_guids_change(
    publisher: Publisher, reader: Reader
) -> None:
    feed = reader.follow()
    for turn in range(4):
        said = f"<title>Flash</title><description>{'Something happened. ' * 90}</description>"
        publisher.paths["/feed"] = rss(f"<item><guid>{turn}</guid>{said}</item>")
        reader.poll(feed, DAY)
    assert len(reader.documents()) == 1


def test_an_entry_that_changes_on_every_poll_is_not_followed_for_ever(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/a"] = PAGE
    feed = reader.follow()
    for turn in range(40):
        publisher.paths["/feed"] = rss(item("a", title=f"seen {turn} times"))
        reader.poll(feed, DAY)
    assert len(reader.documents()) == 21


def test_new_entries_that_all_lead_to_one_page_are_entries_of_their_own(publisher: Publisher, reader: Reader) -> None:
    def live(n: int) -> str:
        return f"<item><guid>{n}</guid><title>Update {n}</title><link>/live</link></item>"

    publisher.paths |= {"/live": PAGE, "/feed": rss(live(1), live(2))}
    feed = reader.follow()
    reader.poll(feed)
    publisher.paths["/feed"] = rss(live(3), live(1), live(2))
    reader.poll(feed, DAY)
    assert [document.entry.title for document in reader.documents()] == ["Update 1", "Update 2", "Update 3"]


@pytest.mark.slow
def test_a_feed_of_50_000_entries_is_read_once_and_worked_off_bit_by_bit(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = Answer(rss(*(item(f"s{n}") for n in range(50_000))), headers={"ETag": '"1"'})
    publisher.paths |= {f"/s{n}": PAGE for n in range(200)}
    feed = reader.follow()
    state = reader.poll(feed)
    assert (state.entries, len(reader.marks(feed))) == (50_000, 50_000)
    for _ in range(4):  # one more than needed: on a busy machine reading the feed may use up the first turn
        state = reader.poll(feed, reader.wait(state))
    assert publisher.times("/feed") == 1
    assert [document.url for document in reader.documents()] == [f"{publisher.base}/s{n}" for n in range(200)]


def test_entries_with_new_guids_on_every_poll_and_one_link_for_all_do_not_flood(
    publisher: Publisher, reader: Reader
) -> None:
    def feed(poll: int) -> Answer:
        stories = (f"<title>Story {n}</title><description>Text {n}</description>" for n in range(5))
        return Answer(
            rss(
                *(
                    f"<item>{s}<link>/</link><guid isPermaLink='false'>{poll}-{n}</guid></item>"
                    for n, s in enumerate(stories)
                )
            )
        )

    publisher.paths |= {"/": PAGE, "/feed": [feed(poll) for poll in range(6)]}
    followed = reader.follow()
    for _ in range(6):
        state = reader.poll(followed, DAY)
    assert (len(reader.marks(followed)), len(reader.queue.bodies), state.unchanged) == (5, 5, 5)


# ---------------------------------------------------------------- finding feeds


SITE = b"""<html><head><title>The Post</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" href="/broken">
<link rel="alternate" type="application/atom+xml" title="The Post" href="/atom"></head><body><p>News</p></body></html>"""
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Post</title></feed>'


def test_the_feed_of_a_site_is_found_from_its_url(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/": SITE, "/atom": ATOM, "/broken": b"<html>", "/comments/feed": rss()}
    found = reader.find("/")
    assert (found.url, found.feed.kind, found.feed.title) == (f"{publisher.base}/atom", FeedKind.ATOM, "The Post")
    assert found.others == (f"{publisher.base}/broken", f"{publisher.base}/comments/feed")


def test_a_site_that_is_followed_is_followed_through_its_feed_from_the_first_poll_on(
    publisher: Publisher, reader: Reader
) -> None:
    publisher.paths |= {"/": SITE, "/atom": ATOM}
    feed = reader.poll(reader.follow("/", discover=True))
    assert (feed.url, feed.status, feed.discover) == (f"{publisher.base}/atom", FeedStatus.HEALTHY, False)


def test_a_page_that_names_no_feed_is_searched_for_links_that_look_like_one(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/": b'<html><body><a href="/about">About</a> <a href="/rss/news.xml">RSS</a></body></html>'}
    publisher.paths["/rss/news.xml"] = rss()
    assert reader.find("/").url == f"{publisher.base}/rss/news.xml"


JSON_FEED = b'{"version": "https://jsonfeed.org/version/1", "title": "The Post", "items": []}'


@pytest.mark.parametrize(
    ("head", "path", "feed"),
    [
        ("<link rel='alternate' type='application/json' href='/j'>", "/j", JSON_FEED),
        ("<link rel='alternate' type='text/xml; charset=utf-8' href='/x'>", "/x", rss()),
        ("<link rel='alternate' type='application/xml' href='/x'>", "/x", rss()),
        ("<link rel='feed' href='/x'>", "/x", rss()),
        ("<link rel='feed' type='application/rss+xml' href='/x'>", "/x", rss()),
        ("<a href='/index.xml'>RSS</a>", "/index.xml", rss()),
        ("<a href='/news.xml' title='RSS feed'><img src='i.png'></a>", "/news.xml", rss()),
        ("<link rel='alternate' type='application/rss+xml' href='/gone'><a href='/n.xml'>Feed</a>", "/n.xml", rss()),
        ("", "/feed", rss()),
        ("", "/rss", rss()),
        ("", "/atom.xml", ATOM),
        ("", "/feed.json", JSON_FEED),
    ],
)
def test_a_feed_is_found_however_a_site_names_it(
    publisher: Publisher, reader: Reader, head: str, path: str, feed: bytes
) -> None:
    publisher.paths |= {"/": f"<html><head>{head}</head><body><p>News</p></body></html>".encode(), path: feed}
    assert reader.find("/").url == publisher.base + path
    assert reader.poll(reader.follow("/", discover=True)).url == publisher.base + path


def test_a_feed_that_the_header_of_a_page_names_is_found(publisher: Publisher, reader: Reader) -> None:
    link = '</style.css>; rel=preload, </x>; rel="alternate"; type="application/rss+xml"'
    publisher.paths |= {"/": Answer(PAGE, headers={"Link": link}), "/x": rss()}
    assert reader.find("/").url == f"{publisher.base}/x"


def test_a_feed_of_its_own_type_goes_before_what_may_be_anything(publisher: Publisher, reader: Reader) -> None:
    types = {"/api": "application/json", "/x": "application/rss+xml"}
    links = "".join(f"<link rel='alternate' type='{media}' href='{path}'>" for path, media in types.items())
    publisher.paths |= {"/": f"<html><head>{links}</head></html>".encode(), "/api": JSON_FEED, "/x": rss()}
    assert reader.find("/").url == f"{publisher.base}/x"
    assert publisher.times("/api") == 0


def test_the_usual_places_of_feeds_are_guesses_that_robots_txt_may_forbid(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/": PAGE, "/feed": rss(), "/robots.txt": b"User-agent: *\nDisallow: /feed"}
    assert reader.find("/").feed.kind is FeedKind.PAGE


def test_no_feed_is_guessed_for_an_article(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/story": PAGE, "/feed": rss()}
    assert reader.find("/story").url == f"{publisher.base}/story"
    assert publisher.times("/feed") == 0


def test_a_feed_that_a_page_offers_is_for_readers_though_robots_txt_closes_it_to_crawlers(
    publisher: Publisher, reader: Reader
) -> None:
    publisher.paths |= {"/": SITE, "/atom": ATOM, "/robots.txt": b"User-agent: *\nDisallow: /atom"}
    assert reader.find("/").url == f"{publisher.base}/atom"
    assert reader.poll(reader.follow("/", discover=True)).url == f"{publisher.base}/atom"


@pytest.mark.parametrize("rules", [Answer(b"User-agent: *\nDisallow: /rss/"), Answer(status=503)])
def test_a_link_that_only_looks_like_a_feed_is_not_looked_into_against_robots_txt(
    publisher: Publisher, reader: Reader, rules: Answer
) -> None:
    publisher.paths |= {"/": b'<body><p>News</p><a href="/rss/news.xml">RSS</a></body>', "/rss/news.xml": rss()}
    publisher.paths["/robots.txt"] = rules
    assert reader.find("/").url == f"{publisher.base}/"
    assert reader.poll(reader.follow("/", discover=True)).url == f"{publisher.base}/"
    assert publisher.times("/rss/news.xml") == 0


def test_a_page_without_any_feed_is_followed_itself(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/"] = PAGE
    assert reader.find("/").feed.kind is FeedKind.PAGE
    reader.poll(reader.follow("/", discover=True))
    assert [document.url for document in reader.documents()] == [f"{publisher.base}/"]


# ---------------------------------------------------------------- a server that is not there


@contextmanager
def nowhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_address[1]
    yield f"http://127.0.0.1:{port}/feed"


def test_a_server_that_is_not_there_is_a_failure_of_the_feed_alone(reader: Reader) -> None:
    with nowhere() as url:
        feed = add_feed(reader.store, url, now=NOW, allow_loopback=True)
        assert reader.poll(feed).status is FeedStatus.FAILING
        with pytest.raises(Unavailable):
            find_feed(reader.web, url, robots=reader.robots, now=reader.now)
    assert reader.store.get(keys.feed(feed.feed_id)) is not None
