"""The times of feeds, as exactly as they are told."""

from __future__ import annotations

from datetime import datetime

import pytest

from tidings.fetch.feeds import parse
from tidings.records import EntryHint, Precision


def hint(date: str, url: str = "https://e.example/f") -> EntryHint:
    feed = f'<rss version="2.0"><channel><title>P</title><item><title>a</title><link>/a</link>{date}</item></channel></rss>'
    return parse(feed.encode(), "application/rss+xml", url).entries[0].hint


@pytest.mark.parametrize(
    ("written", "url", "moment"),
    [
        ("Fri, 13 Jun 2025 18:00:00 GMT", "https://e.example/f", "2025-06-13T18:00:00Z"),
        ("Fri, 13 Jun 2025 18:00:00 +0200", "https://e.example/f", "2025-06-13T16:00:00Z"),
        ("Fri, 13 Jun 2025 18:00:00 EST", "https://e.example/f", "2025-06-13T23:00:00Z"),
        ("Fri, 13 Jun 2025 18:00:00 CEST", "https://e.example/f", "2025-06-13T16:00:00Z"),
        ("Fri, 13 Jun 2025 18:00:00 BST", "https://e.example/f", "2025-06-13T17:00:00Z"),
        ("Fri, 13 Jun 2025 18:00:00 AEST", "https://e.example/f", "2025-06-13T08:00:00Z"),
        ("Fri, 13 Jun 2025 18:00:00 IST", "https://e.example/f", "2025-06-13T12:30:00Z"),
        ("Fri, 13 Jun 2025 18:00:00 IST", "https://e.ie/f", "2025-06-13T17:00:00Z"),
        ("Fri, 13 Jun 2025 18:00:00", "https://e.com.au/f", "2025-06-13T08:00:00Z"),
        ("2025-06-13T18:00:00", "https://e.com.au/f", "2025-06-13T08:00:00Z"),
    ],
)
def test_a_time_is_read_in_the_zone_that_the_feed_names_or_is_at_home_in(written: str, url: str, moment: str) -> None:
    found = hint(f"<pubDate>{written}</pubDate>", url)
    assert (found.published, found.published_precision) == (datetime.fromisoformat(moment), None)


@pytest.mark.parametrize(
    "written",
    ["Fri, 13 Jun 2025", "2025-06-13", "2025-06-13T18:00:00", "Fri, 13 Jun 2025 18:00:00", "Fri, 13 Jun 2025 18:00:00 XYZT"],
)
def test_a_day_or_a_time_of_no_known_zone_is_a_day(written: str) -> None:
    found = hint(f"<pubDate>{written}</pubDate>")
    assert (found.published, found.published_precision) == (datetime.fromisoformat("2025-06-13T00:00:00Z"), Precision.DAY)


@pytest.mark.parametrize("written", ["2025", "2025-06", "", "soon", "0001-01-01T00:00:00 CEST"])
def test_what_is_no_day_is_no_time(written: str) -> None:
    assert hint(f"<pubDate>{written}</pubDate>").published is None


@pytest.mark.parametrize(
    ("written", "moment", "precision"),
    [
        ("2025-06-13", "2025-06-13T00:00:00Z", Precision.DAY),
        ("2025-06-13T18:00:00+02:00", "2025-06-13T16:00:00Z", None),
        ("2025-06-13T18:00:00", "2025-06-13T00:00:00Z", Precision.DAY),
    ],
)
def test_a_news_sitemaps_day_is_kept_as_a_day(written: str, moment: str, precision: Precision | None) -> None:
    body = (
        '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://e.example/a</loc><news:news>'
        f"<news:publication_date>{written}</news:publication_date><news:title>t</news:title></news:news></url></urlset>"
    )
    found = parse(body.encode(), "text/xml", "https://e.example/s.xml").entries[0].hint
    assert (found.published, found.published_precision) == (datetime.fromisoformat(moment), precision)
