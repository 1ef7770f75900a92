"""Sitemap indexes: which sitemaps a poll reads, and what becomes of those that cannot be read."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest
from publishers import DAY, HOUR, NOW, PAGE, Answer, Publisher, Reader, item, rss

from tidings.errors import BadInput
from tidings.fetch.pace import Pace
from tidings.fetch.stage import poll_feed
from tidings.ids import CorrelationId, feed_id
from tidings.messages import PollFeed
from tidings.records import FeedStatus


def sitemap(*names: str) -> bytes:
    return f"<urlset>{''.join(f'<url><loc>/{name}</loc></url>' for name in names)}</urlset>".encode()


def index(*children: str | tuple[str, str]) -> bytes:
    """An index of sitemaps, each given by its name or by its name and its `lastmod`."""
    listed = [(child, "") if isinstance(child, str) else child for child in children]
    parts = (f"<sitemap><loc>/{name}.xml</loc>{day and f'<lastmod>{day}</lastmod>'}</sitemap>" for name, day in listed)
    return f"<sitemapindex>{''.join(parts)}</sitemapindex>".encode()


def read(reader: Reader) -> list[str]:
    return [document.url.rpartition("/")[2] for document in reader.documents()]


def test_a_sitemap_index_is_read_through_and_unchanged_parts_only_once(publisher: Publisher, reader: Reader) -> None:
    def sitemap(name: str) -> bytes:
        return f"<urlset><url><loc>{publisher.base}/{name}</loc></url></urlset>".encode()

    def part(name: str, day: str) -> str:
        return f"<sitemap><loc>{publisher.base}/{name}.xml.gz</loc><lastmod>{day}</lastmod></sitemap>"

    publisher.paths |= {
        "/feed": f"<sitemapindex>{part('old', '2025-06-01')}{part('new', '2025-06-13')}</sitemapindex>".encode(),
        "/old.xml.gz": gzip.compress(sitemap("a")),
        "/new.xml.gz": gzip.compress(sitemap("b")),
        "/a": PAGE,
        "/b": PAGE,
        "/c": PAGE,
    }
    feed = reader.follow()
    reader.poll(feed)
    publisher.paths |= {
        "/feed": f"<sitemapindex>{part('old', '2025-06-01')}{part('new', '2025-06-14')}</sitemapindex>".encode(),
        "/new.xml.gz": gzip.compress(sitemap("c")),
    }
    reader.poll(feed, DAY)
    assert [document.url.rpartition("/")[2] for document in reader.documents()] == ["b", "a", "c"]
    assert (publisher.times("/old.xml.gz"), publisher.times("/new.xml.gz")) == (1, 2)


def test_an_index_without_times_is_read_through_on_every_poll(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/feed": Answer(index("s"), headers={"ETag": '"1"'}), "/s.xml": sitemap("a"), "/a": PAGE, "/b": PAGE}
    feed = reader.follow()
    reader.poll(feed)
    publisher.paths["/s.xml"] = sitemap("b", "a")
    reader.poll(feed, DAY)
    assert read(reader) == ["a", "b"]
    assert "if-none-match" not in publisher.last("/feed").headers


def test_an_index_all_of_whose_sitemaps_have_times_is_asked_for_with_its_validators(
    publisher: Publisher, reader: Reader
) -> None:
    publisher.paths |= {"/feed": Answer(index(("s", "2025-06-13")), headers={"ETag": '"1"'}), "/s.xml": sitemap()}
    feed = reader.follow()
    reader.poll(feed)
    reader.poll(feed, DAY)
    assert publisher.last("/feed").headers["if-none-match"] == '"1"'
    assert publisher.times("/s.xml") == 1


def test_a_sitemap_without_a_time_is_asked_for_with_its_own_validators(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/feed": index("s"), "/s.xml": [Answer(sitemap(), headers={"ETag": '"s"'}), Answer(status=304)]}
    feed = reader.follow()
    for _ in range(3):
        after = reader.poll(feed, HOUR)
    assert publisher.last("/s.xml").headers["if-none-match"] == '"s"'
    assert (after.status, after.reason) == (FeedStatus.HEALTHY, None)


def test_a_sitemap_that_could_not_be_read_is_tried_again_though_the_index_stays_the_same(
    publisher: Publisher, reader: Reader
) -> None:
    publisher.paths |= {
        "/feed": Answer(index(("well", "2025-06-13"), ("ill", "2025-06-12")), headers={"ETag": '"1"'}),
        "/well.xml": sitemap("a"),
        "/ill.xml": [Answer(status=500), Answer(sitemap("b"))],
        "/a": PAGE,
        "/b": PAGE,
    }
    feed = reader.follow()
    state = reader.poll(feed)
    assert (state.status, state.reason) == (
        FeedStatus.HEALTHY,
        f"1 of 2 sitemaps cannot be read: {publisher.base}/ill.xml: the server answers 500",
    )
    state = reader.poll(feed, DAY)
    assert (read(reader), state.reason) == (["a", "b"], None)
    assert (publisher.times("/well.xml"), publisher.times("/ill.xml")) == (1, 2)


@pytest.mark.parametrize(
    "answer", [Answer(status=404), Answer(status=503), Answer(b"<html>Not found</html>"), Answer(index("s"))]
)
def test_an_index_none_of_whose_sitemaps_can_be_read_fails(publisher: Publisher, reader: Reader, answer: Answer) -> None:
    publisher.paths |= {"/feed": index("s", "t"), "/s.xml": answer, "/t.xml": answer}
    state = reader.poll(reader.follow())
    assert (state.status, state.failures) == (FeedStatus.FAILING, 1)
    assert "/t.xml: " in (state.reason or "")


def test_an_index_that_is_read_once_says_so_too(publisher: Publisher, reader: Reader) -> None:
    publisher.paths["/feed"] = index("s")
    url = f"{publisher.base}/feed"
    once = PollFeed(feed_id=feed_id(url), url=url, once=True, correlation_id=CorrelationId("c" * 21))
    with pytest.raises(BadInput, match=r"s\.xml: the server answers 404"):
        poll_feed(once, web=reader.web, blobs=reader.blobs, store=reader.store, clean_queue=reader.queue, clock=lambda: NOW)


def test_of_many_sitemaps_those_left_unread_for_longest_are_read(publisher: Publisher, reader: Reader) -> None:
    names = [f"s{n}" for n in range(25)]
    publisher.paths |= {"/feed": index(*names)} | {f"/{name}.xml": sitemap() for name in names}
    feed = reader.follow()
    reader.poll(feed)
    assert sum(publisher.times(f"/{name}.xml") for name in names) == 20
    reader.poll(feed, DAY)
    assert sorted(publisher.times(f"/{name}.xml") for name in names) == [1] * 10 + [2] * 15


def test_of_sitemaps_that_all_changed_on_one_day_none_is_left_out(publisher: Publisher, reader: Reader) -> None:
    names = [f"s{n}" for n in range(25)]
    publisher.paths |= {"/feed": index(*((name, "2025-06-13") for name in names), ("old", "2001-01-01"))}
    publisher.paths |= {f"/{name}.xml": sitemap() for name in [*names, "old"]}
    feed = reader.follow()
    for _ in range(4):
        reader.poll(feed, DAY)
    assert {publisher.times(f"/{name}.xml") for name in names} == {1}
    assert publisher.times("/old.xml") == 0  # an archive of many years is no news


def test_a_server_that_is_busy_with_one_sitemap_is_not_asked_for_the_others(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/feed": index("s", "t"), "/s.xml": sitemap(), "/t.xml": Answer(status=503)}
    feed = reader.follow()
    reader.poll(feed)
    assert (publisher.times("/t.xml"), publisher.times("/s.xml")) == (1, 0)
    assert reader.poll(feed, DAY).status is FeedStatus.HEALTHY
    assert publisher.times("/s.xml") == 1


def test_a_feed_in_the_place_of_a_sitemap_is_read(publisher: Publisher, reader: Reader) -> None:
    publisher.paths |= {"/feed": index("s"), "/s.xml": rss(item("a")), "/a": PAGE}
    reader.poll(reader.follow())
    assert read(reader) == ["a"]


def test_a_sitemap_of_an_index_that_robots_txt_forbids_is_not_asked_for(publisher: Publisher, reader: Reader) -> None:
    children = "".join(f"<sitemap><loc>{publisher.base}/{name}.xml</loc></sitemap>" for name in ("closed", "open"))
    pages = {f"/{name}.xml": f"<urlset><url><loc>/{name}</loc></url></urlset>".encode() for name in ("closed", "open")}
    rules = b"User-agent: *\nDisallow: /closed.xml"
    publisher.paths |= {"/robots.txt": rules, "/feed": f"<sitemapindex>{children}</sitemapindex>".encode()} | pages
    reader.poll(reader.follow())
    assert (publisher.times("/closed.xml"), publisher.times("/open.xml")) == (0, 1)


def test_a_crawl_delay_is_kept_between_the_sitemaps_of_an_index(publisher: Publisher) -> None:
    reader = Reader(publisher, Pace(0.0, exempt=lambda host: False))
    publisher.paths |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 0.3", "/feed": index("s", "t", "u")}
    publisher.paths |= {f"/{name}.xml": sitemap() for name in "stu"}
    reader.poll(reader.follow())
    asked = [asked for asked in publisher.asked if asked.path.endswith(".xml")]
    assert len(asked) == 3
    assert all(later.began - former.ended >= 0.29 for former, later in pairwise(asked))
