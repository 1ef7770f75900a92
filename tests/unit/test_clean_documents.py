"""Charsets, dates and titles of single documents."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cleaned_pages import NOW, articles_of
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.clean.charset import decode
from tidings.clean.when import any_time, believable, machine_time, relative_time
from tidings.errors import BadInput, TidingsError
from tidings.records import Article, DateSource, Precision

TEXT = "The council of the harbour town met on Tuesday evening and agreed to repair the pier before the summer is over. " * 4


def cleaned(body: bytes, content_type: str = "text/html", url: str = "https://a.example/x", **entry: Any) -> list[Article]:
    return articles_of(body, url, content_type, **entry)


def page(head: str = "", body: str = "") -> bytes:
    article = f"<article><h1>Pier to be repaired</h1>{body}<p>{TEXT}</p></article>"
    return f"<html><head>{head}</head><body>{article}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("\ufeffcafé".encode(), "text/html", "café"),
        ("café".encode("utf-16"), "text/html", "café"),
        ("café".encode("latin-1"), "text/html; charset=ISO-8859-1", "café"),
        (b"\x93quoted\x94", "text/html; charset=iso-8859-1", "“quoted”"),
        ('<meta charset="windows-1251">Москва'.encode("cp1251"), "text/html", '<meta charset="windows-1251">Москва'),
        ("café".encode(), "text/html; charset=ascii", "café"),
        ("café".encode(), "text/html; charset=iso-8859-1", "café"),
        ("cafe\u0301 \x07bell\r\n".encode(), "text/html", "café bell\n"),
        ("café".encode(), "text/html; charset=klingon", "café"),
        ("café".encode(), "text/html; charset=undefined", "café"),
        ("café".encode(), "text/html; charset=punycode", "café"),
        (b"caf\\u00e9", "text/html; charset=unicode_escape", "caf\\u00e9"),
        ("<p>café".encode("utf-16-le"), "text/html; charset=utf-16le", "<p>café"),
        ("café".encode("utf-16-be"), "text/html; charset=utf-16be", "café"),
        ('<meta charset="utf-16">café'.encode("utf-16-le"), "text/html", '<meta charset="utf-16">café'),
        ("café".encode(), "text/html; charset=utf-16", "café"),
        ("café".encode("utf-32"), "text/html", "café"),
    ],
)
def test_text_is_decoded_as_it_was_meant(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "text/html"),
        (b" \n", ""),
        (b"\x00\x01\x02", "text/html"),
        (b"x", "image/png"),
        (b"x", "application/pdf"),
    ],
)
def test_an_unreadable_document_is_bad_input_with_its_url(body: bytes, content_type: str) -> None:
    with pytest.raises(BadInput, match=r"https://a\.example/x"):
        cleaned(body, content_type)


@pytest.mark.parametrize(
    ("words", "hours_from", "hours_to"),
    [("an hour ago", 2, 1), ("3 hours ago", 4, 3), ("two hours ago", 3, 2), ("5h ago", 6, 5), ("about 2 hrs ago", 3, 2)],
)
def test_a_relative_byline_is_an_interval(words: str, hours_from: int, hours_to: int) -> None:
    when = relative_time(words, NOW)
    assert when is not None
    assert (when.earliest, when.latest) == (NOW - timedelta(hours=hours_from), NOW - timedelta(hours=hours_to))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("13 June 2025", 13),
        ("June 12, 2025", 12),
        ("Wed, 11 Jun 2025", 11),
        ("2025-06-10", 10),
        ("yesterday", 12),
        ("2 days ago", 11),
        ("9th of May", None),
        ("June 12", None),
        ("a month ago", None),
        ("31 June 2025", None),
        ("hours ago", None),
    ],
)
def test_a_day_is_read_only_where_it_is_complete(words: str, day: int | None) -> None:
    when = any_time(words, NOW)
    assert (when.earliest.day if when else None) == day
    assert when is None or when.precision is Precision.DAY


@pytest.mark.parametrize(
    "text", ["1970-01-01", "1989-12-31", "2025-06-15T00:00:00Z", "2031-01-01", "9999-12-31", "nonsense", "", None]
)
def test_a_time_before_the_web_or_in_the_future_is_refused(text: str | None) -> None:
    assert believable(machine_time(text), NOW) is None


def test_a_time_that_every_source_gets_wrong_is_none_at_all_and_the_page_says_so() -> None:
    head = '<meta property="article:published_time" content="2041-01-01T00:00:00Z"><meta name="date" content="1969-12-31">'
    (article,) = cleaned(page(head), published=datetime(2031, 5, 1, tzinfo=UTC))
    assert (article.published, article.published_source) == (None, DateSource.NONE)
    (oldest,) = cleaned(page('<meta property="article:published_time" content="1990-01-02T00:00:00Z">'))
    assert oldest.published == datetime(1990, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body", "entry", "source", "day"),
    [
        ('<meta property="article:published_time" content="2025-06-10T08:00:00Z">', "", {}, DateSource.META, 10),
        ("", '<time datetime="2025-06-09">9 June</time>', {}, DateSource.TIME_ELEMENT, 9),
        ("", "<p>3 hours ago</p>", {}, DateSource.BYLINE, 13),
        (
            '<meta property="article:published_time" content="2025-06-10T08:00:00Z">',
            "",
            {"published": datetime(2025, 6, 8, tzinfo=UTC)},
            DateSource.FEED,
            8,
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-06-07"}</script>'
            '<meta name="date" content="2025-06-10">',
            "",
            {},
            DateSource.JSON_LD,
            7,
        ),
    ],
)
def test_the_published_time_comes_from_the_best_source(
    head: str, body: str, entry: dict[str, Any], source: DateSource, day: int
) -> None:
    (article,) = cleaned(page(head, body), **entry)
    assert article.published is not None
    assert (article.published_source, article.published.day) == (source, day)


def test_a_day_in_the_url_is_the_last_resort_but_one() -> None:
    (article,) = cleaned(page(), url="https://a.example/2025/06/05/pier")
    assert (article.published_source, article.published_precision) == (DateSource.URL, Precision.DAY)


def test_no_date_is_invented_from_a_copyright_year() -> None:
    (article,) = cleaned(page(body="<p>© 2025 The Gazette</p>"))
    assert (article.published, article.published_source) == (None, DateSource.NONE)


def test_title_and_outlet_come_from_the_page_without_the_sites_name() -> None:
    head = '<meta property="og:title" content="Pier repaired | The Gazette">'
    head += '<meta property="og:site_name" content="The Gazette">'
    (article,) = cleaned(page(head))
    assert (article.title, article.outlet) == ("Pier repaired", "The Gazette")
    (hinted,) = cleaned(page(head), title="Caf&eacute; on <b>pier</b>")
    assert hinted.title == "Café on pier"


def test_the_same_article_found_twice_has_one_id_and_one_version() -> None:
    first = cleaned(page(), url="https://a.example/x?utm_source=feed#top")[0]
    second = cleaned(page(), url="https://A.example/x")[0]
    assert (first.article_id, first.version) == (second.article_id, second.version)


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from(["text/html", "text/plain", "", "text/html; charset=utf-16"]))
def test_any_bytes_give_articles_or_a_permanent_error(body: bytes, content_type: str) -> None:
    try:
        found = cleaned(body, content_type)
    except TidingsError:
        return
    assert len(found) >= 1
    assert all("\x00" not in article.text for article in found)
