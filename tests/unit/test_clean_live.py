"""Live pages, whose posts may be a sentence long, and pages that only look so. All texts were written for these tests."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from cleaned_pages import NOW, articles_of

from tidings.clean.blocks import Block
from tidings.clean.page_day import PageDay, completed
from tidings.records import Article, ArticleKind

LONG = (
    "Engineers shut the Orlen bridge to lorries on Friday night after a crack as long as a hand was found in a cable. "
    "Cars may cross at thirty kilometres an hour until the cable has been looked at from all sides, the road office said."
)
SHORT = "Hedde's mayor, Tomas Lind, stepped down on Thursday, his office says."
FLASH = "Two men were rescued off Solvang, the coast guard says."
POSTS = [LONG, SHORT, FLASH]
TITLES = ["Bridge shut to lorries", "Mayor of Hedde steps down", "Two rescued off Solvang"]


def page(body: str, head: str = "") -> list[Article]:
    html = f"<html><head><title>Storm: live</title>{head}</head><body><main><h1>Storm: live</h1>{body}</main></body></html>"
    return articles_of(html.encode(), "https://coast.example/live")


def test_short_posts_are_news_beside_long_ones() -> None:
    cards = "".join(
        f'<article><h2>{title}</h2><time datetime="2025-06-13T1{n}:30:00Z">1{n}:30</time><p>{text}</p></article>'
        for n, (title, text) in enumerate(zip(TITLES, POSTS, strict=True))
    )
    found = page(cards)
    assert [(article.title, article.text) for article in found] == list(zip(TITLES, POSTS, strict=True))
    assert {article.kind for article in found} == {ArticleKind.NEWS}


@pytest.mark.parametrize("headline", [True, False])
def test_posts_in_the_pages_data_are_all_kept(headline: bool) -> None:
    updates = [
        {"@type": "BlogPosting", "datePublished": f"2025-06-13T1{n}:30:00Z", "articleBody": text}
        | ({"headline": TITLES[n]} if headline else {})
        for n, text in enumerate(POSTS)
    ]
    node = json.dumps({"@type": "LiveBlogPosting", "headline": "Storm", "liveBlogUpdate": updates})
    found = page("<p>Loading</p>", f'<script type="application/ld+json">{node}</script>')
    assert [article.text for article in found] == POSTS
    assert [article.title for article in found] == (TITLES if headline else [LONG.split(". ")[0] + ".", SHORT, FLASH])
    assert [str(article.published)[11:16] for article in found] == ["10:30", "11:30", "12:30"]


def test_posts_of_one_title_are_two_articles() -> None:
    cards = "".join(f"<div class=post><p>1{n}:30 GMT</p><h2>What we know so far</h2><p>{POSTS[n]}</p></div>" for n in (1, 0))
    newer, older = page(f"<p>13 June 2025</p>{cards}")
    assert newer.article_id != older.article_id
    assert older.url == "https://coast.example/live#what-we-know-so-far"


ARTICLE = f"<p>{LONG}</p><p>{LONG}</p><p>{LONG}</p>"


@pytest.mark.parametrize(
    "beside",
    [
        "<ul>" + f'<li class="comment"><time datetime="2025-06-13T10:30:00Z">10:30</time><p>{LONG}</p></li>' * 9 + "</ul>",
        "<h3>Comments</h3>" + f'<div><time datetime="2025-06-13T10:30:00Z">10:30</time><p>{LONG}</p></div>' * 9,
        "<aside>" + f"<div><h4>{TITLES[1]}</h4><span>10:30</span><p>{SHORT}</p></div>" * 3 + "</aside>",
        "".join(f"<div><h3>{day} March 2024</h3><p>{SHORT} {FLASH}</p></div>" for day in (3, 4, 5)),
        "".join(f"<div><h3>Timetable of the ferries</h3><p>1{n}:30</p><p>1{n}:45</p></div>" for n in range(3)),
    ],
)
def test_an_article_with_times_beside_it_stays_one(beside: str) -> None:
    assert len(page(f"<div class=story>{ARTICLE}</div>{beside}")) == 1


def test_a_chronicle_is_one_article() -> None:
    days = "".join(f"<div><h3>{day} March 2024</h3><p>{SHORT} {FLASH}</p></div>" for day in range(3, 9))
    assert len(page(days)) == 1


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["13 June 2025", "10:30", "09:10 BST", "23:50"], ["13", "13", "12"]),
        (["10:30", "23:50", "Ida Nolan | 22:10"], ["13", "12", "12"]),
        (["21:30", "20:10"], ["12", "12"]),
        (["22:00", "23:00", "00:30", "01:30"], ["12", "12", "13", "13"]),
        (["13 June 2025", "09:00", "12 June 2025", "23:00", "08:00"], ["13", "12", "12"]),
    ],
)
def test_clock_times_have_the_day_above_them_or_the_pages_own(lines: list[str], days: list[str]) -> None:
    found = completed([Block(line) for line in lines], PageDay(NOW))
    stamps = [block.text for block, line in zip(found, lines, strict=True) if block.text != line]
    assert [text.partition("2025-06-")[2][:2] for text in stamps] == days


def test_a_page_of_yesterday_dates_its_posts_by_its_own_day() -> None:
    found = completed([Block("10:30"), Block("09:10")], PageDay(NOW, published=date(2025, 6, 2)))
    assert [block.text for block in found] == ["2025-06-02 10:30", "2025-06-02 09:10"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Daily A - June 13, 10:30 GMT", "Daily A - June 13 2025, 10:30 GMT"),
        ("14 December", "14 December 2024"),
        ("29 February", "29 February 2024"),
        ("31 June", "31 June"),
        ("On May 5 men marched", "On May 5 men marched"),
        ("13 June 2024", "13 June 2024"),
        ("3.4", "3.4"),
    ],
)
def test_a_day_without_its_year_is_the_last_one(line: str, text: str) -> None:
    assert completed([Block(line)], PageDay(datetime(2025, 6, 13, 20, tzinfo=UTC)))[0].text == text
