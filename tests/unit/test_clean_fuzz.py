"""Whatever a page holds, cleaning it ends in articles that can be stored or in an error with a reason: laws alone."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from cleaned_pages import NOW, articles_of, raw
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tidings.clean.documents import clean_document
from tidings.errors import TidingsError
from tidings.records import Article, EntryHint

TEXT = (
    "<p>The harbour authority said on Tuesday that it would close the pier for six weeks after divers found cracks.</p>" * 3
)
POST = '<article><h2>Pier closed for six weeks</h2><time datetime="2025-06-13T10:30:00Z">10:30</time>' + TEXT + "</article>"
NODE = {
    "@type": "NewsArticle", "headline": "Pier closed", "articleBody": "Divers found cracks. " * 30, "inLanguage": "en",
    "datePublished": "2025-06-10T10:00:00Z", "author": [{"name": "Ida Nolan"}], "publisher": {"name": "Gazette"},
    "image": {"url": "/a.jpg"}, "url": "https://a.example/pier",
}  # fmt: skip
SAMPLES = [
    f'<html lang="en-GB"><head><title>Pier closed | Gazette</title><link rel="canonical" href="/pier">'
    f'<script type="application/ld+json">{json.dumps(NODE)}</script></head><body><h1>Pier closed</h1>'
    f"<p>By Ida Nolan, 13 June 2025 10:30 GMT</p>{TEXT}</body></html>",
    f'<html><head><meta property="article:published_time" content="2025-06-13T10:30:00Z"></head>'
    f"<body><main><h1>Storm: live</h1><p>13 June 2025</p>{POST}{POST}</main></body></html>",
    f'<html><script type="application/ld+json">{json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": [NODE, NODE]})}'
    f"</script><body>{TEXT}</body></html>",
    "Title: Pier closed\nSource: Gazette\nDate: 13 June 2025\n\n" + "Divers found cracks in the pier, it said. " * 12,
]
PIECES = [
    "<",
    ">",
    "</p>",
    "<p>",
    "<h2>",
    "<article>",
    "<time datetime='",
    "&#0;",
    "&#xD800;",
    "&#x301;",
    "\\ud83d",
    "\\u0000",
]
PIECES += [
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-08:00",
    "31 December 9999 23:59 PST",
    "1 January 0001 00:30 +0200",
]
PIECES += [
    "10:30",
    "24:99",
    "an hour ago",
    "999 weeks ago",
    "June 13, 10:30 GMT",
    "[[",
    "{",
    '"',
    "null",
    "1e999",
    "http://[x",
]
PIECES += ["\x00", "\x85", "e\u0301", "\ud83d", "İ", "ß", "<![CDATA[", "-->", "“", "charset=utf-16"]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A good page with pieces cut out, doubled, put in or exchanged."""
    page = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(page)))
        to = min(len(page), at + draw(st.integers(0, 60)))
        page = page[:at] + draw(st.sampled_from(["", page[at:to] * 2, *PIECES])) + page[to:]
    return page


def check(articles: list[Article]) -> None:
    for article in articles:
        article.model_dump_json()
        for text in (article.title, article.text, article.byline, article.outlet):
            assert text is None or unicodedata.is_normalized("NFC", text)
            assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in (text or "") if char != "\n")
        assert article.published is None or datetime(1990, 1, 1, tzinfo=UTC) <= article.published


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    damaged(),
    st.sampled_from(["text/html", "text/html; charset=utf-8", "text/plain", "text/html; charset=punycode", "", "text/xml"]),
    st.sampled_from([None, PIECES[10], "e\u0301 \ud83d\x00"]),
)
def test_a_mutated_page_gives_articles_that_can_be_stored_or_an_error_with_a_reason(
    page: str, content_type: str, said: str | None
) -> None:
    body = page.encode("utf-8", "replace")
    doc = raw(body, content_type=content_type)
    hint = EntryHint.model_construct(title=said, outlet=said, author=said, content_html=said)
    try:
        check(clean_document(doc.model_copy(update={"entry": hint}), body))
    except TidingsError as error:
        assert str(error)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00"])
def test_the_ends_of_the_calendar_are_no_time_wherever_they_stand(moment: str) -> None:
    words = ["31 December 9999 23:59 PST", "1 January 0001 00:30 +0200"]
    pages = [
        f'<meta property="article:published_time" content="{moment}">',
        f'<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{moment}","dateModified":"{moment}"}}'
        "</script>",
        f"<h1>Pier closed</h1><time datetime='{moment}'>x</time>",
        *(f"<h1>Pier closed</h1><p>{word}</p>" for word in words),
    ]
    for page in pages:
        (article,) = articles_of(f"<html><body>{page}{TEXT}</body></html>".encode())
        assert article.published is None
    (hinted,) = articles_of(TEXT.encode(), published=datetime.fromisoformat(f"{moment[:19]}+00:00"))
    assert hinted.published is None


@example("\\ud83d")
@example("\\u0000")
@example("e\\u0301")
@given(st.sampled_from(["\\ud83d\\ude00", "\\udc00 \\ud800", "\\u0085", "&#x301;", "caf\\u00e9"]))
def test_what_json_escapes_reaches_no_article(escape: str) -> None:
    node = json.dumps(NODE).replace("Divers", f"Divers {escape}").replace("Pier closed", f"Pier {escape}")
    page = f'<html><script type="application/ld+json">{node}</script><body><p>x</p></body></html>'
    articles = articles_of(page.encode())
    check(articles)
    assert articles[0].text.startswith("Divers")


def test_a_clock_far_ahead_is_no_reason_to_fail() -> None:
    check(clean_document(raw(SAMPLES[1].encode()).model_copy(update={"served_at": NOW + timedelta(days=900_000)}), b"x y z"))
