"""Clock times without a zone are read where their outlet is at home, or say no more than their day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cleaned_pages import NOW, articles_of

from tidings.records import Article, DateSource, Precision

TEXT = "The council of the harbour town met on Tuesday evening and agreed to repair the pier before the summer is over. " * 4


def page(line: str, url: str = "https://coast.example/pier", head: str = "", **entry: Any) -> Article:
    body = f"<html><head>{head}</head><body><h1>Pier to be repaired</h1><p>{line}</p><p>{TEXT}</p></body></html>"
    (article,) = articles_of(body.encode(), url, **entry)
    return article


def linked(published: str, **node: Any) -> str:
    article = json.dumps({"@type": "NewsArticle", "dateModified": published, **node})
    return f'<script type="application/ld+json">{article}</script>'


ADDRESS = {"publisher": {"name": "Gazette", "address": {"addressCountry": "NZ"}}}


@pytest.mark.parametrize(
    ("line", "url", "head", "hour"),
    [
        ("13 June 2025 10:30", "https://www.coast.com.au/pier", "", "2025-06-13T00:30"),
        ("13 June 2025 10:30 IST", "https://www.coast.ie/pier", "", "2025-06-13T09:30"),
        ("13 June 2025 10:30 CST", "https://www.coast.com.cn/pier", "", "2025-06-13T02:30"),
        ("13 June 2025 10:30 Moscow time", "https://coast.example/pier", "", "2025-06-13T07:30"),
        ("June 13, 2025 10:30 a.m. Eastern", "https://coast.example/pier", "", "2025-06-13T14:30"),
        (
            "13 June 2025 10:30",
            "https://coast.example/pier",
            '<meta property="og:locale" content="en_ZA">',
            "2025-06-13T08:30",
        ),
        ("13 June 2025 10:30", "https://coast.example/pier", linked("2025-06-13T12:00:00+03:00"), "2025-06-13T07:30"),
        ("13 June 2025 10:30", "https://coast.example/pier", linked("2025-06-13", **ADDRESS), "2025-06-12T22:30"),
    ],
)
def test_a_clock_time_is_read_in_the_zone_of_its_outlet(line: str, url: str, head: str, hour: str) -> None:
    article = page(line, url, head)
    assert article.published == datetime.fromisoformat(f"{hour}:00+00:00")
    assert article.published_precision is Precision.MINUTE


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("13 June 2025 10:30", ""),
        ("13 June 2025 10:30 local time", ""),
        ("13 June 2025 10:30 XYZT", ""),
        ("13 June 2025 10:30", '<meta property="og:locale" content="en_US">'),
        ("Pier", '<meta name="date" content="2025-06-13T10:30:00">'),
    ],
)
def test_without_a_known_zone_a_clock_time_tells_its_day_alone(line: str, head: str) -> None:
    article = page(line, head=head)
    assert article.published is not None
    assert (article.published.date().isoformat(), article.published_precision) == ("2025-06-13", Precision.DAY)


@pytest.mark.parametrize(("minutes", "believed"), [(5, True), (11, False), (60, False), (23 * 60, False)])
def test_a_moment_is_believed_a_few_minutes_ahead_of_our_clock(minutes: int, believed: bool) -> None:
    moment = (NOW + timedelta(minutes=minutes)).isoformat()
    article = page("Pier", head=f'<meta property="article:published_time" content="{moment}">')
    assert (article.published is not None) is believed


def test_a_clock_time_of_the_future_has_another_zone() -> None:
    article = page("14 June 2025 09:00", "https://www.coast.com.au/pier")
    assert (article.published_earliest, article.published_precision) == (datetime(2025, 6, 14, tzinfo=UTC), Precision.DAY)


def test_a_feeds_day_is_sharpened_by_the_page_and_its_moment_is_not() -> None:
    head = '<meta property="article:published_time" content="2025-06-13T09:15:00Z">'
    midnight = datetime(2025, 6, 13, tzinfo=UTC)
    day = page("Pier", head=head, published=midnight, published_precision="day")
    assert (day.published, day.published_source) == (datetime(2025, 6, 13, 9, 15, tzinfo=UTC), DateSource.META)
    alone = page("Pier", published=midnight, published_precision="day")
    assert (alone.published_precision, alone.published_source) == (Precision.DAY, DateSource.FEED)
    moment = page("Pier", head=head, published=datetime(2025, 6, 13, 8, tzinfo=UTC))
    assert (moment.published, moment.published_source) == (datetime(2025, 6, 13, 8, tzinfo=UTC), DateSource.FEED)


@pytest.mark.parametrize(
    ("url", "head", "today"),
    [
        ("https://www.coast.co.nz/pier", linked("2025-06-12T13:30:00Z", datePublished="2025-06-12T13:30:00Z"), "2025-06-13"),
        (
            "https://coast.example/pier",
            linked("2025-06-13T01:30:00Z", datePublished="2025-06-12T21:30:00-04:00"),
            "2025-06-12",
        ),
    ],
)
def test_an_articles_today_is_that_of_its_outlets_clock(url: str, head: str, today: str) -> None:
    told = page("By our reporter", url, head).published_locally()
    assert told is not None
    assert told.date().isoformat() == today
