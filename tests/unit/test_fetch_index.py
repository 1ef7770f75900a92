"""Which pages are lists of stories, and which are stories."""

from __future__ import annotations

import json

import pytest

from tidings.fetch.entries import FeedKind
from tidings.fetch.feeds import parse
from tidings.fetch.index_pages import read_index

URL = "https://www.news.example/world/"
TITLES = [
    "Flood drives thousands from their homes",
    "Parliament votes for the new budget",
    "Two ministers resign after the vote",
    "Workers at the port end their strike",
    "Court frees three of the protesters",
    "Rebels and army agree on a truce",
    "Price of wheat falls for a third week",
]
PROSE = "<p>" + "Long words of the story that the page itself tells. " * 8 + "</p>"


def teaser(
    n: int, shape: str = "<div><h3><a href='{link}'>{title}</a></h3><p>What happened, in a line or two.</p></div>"
) -> str:
    return shape.format(link=f"/world/story-{n}", title=TITLES[n % len(TITLES)])


def page(*parts: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>World</title>{head}</head><body>{''.join(parts)}</body></html>".encode()


def links(body: bytes) -> list[str | None]:
    return [entry.url for entry in read_index(body, URL)]


@pytest.mark.parametrize(
    "shape",
    [
        "<div><h3><a href='{link}'>{title}</a></h3><p>A line.</p></div>",
        "<a href='{link}'><div><h2>{title}</h2><img src='x'></div></a>",
        "<article><h4><span><a href='https://www.news.example{link}#top'>{title}</a></span></h4></article>",
        "<li><h3><a href='//news.example{link}'>{title}</a></h3></li>",
    ],
)
def test_a_page_of_headlines_is_an_index_in_the_order_of_the_page(shape: str) -> None:
    found = read_index(page(*(teaser(n, shape) for n in range(7))), URL)
    assert [(entry.url or "").rpartition("/")[2] for entry in found] == [f"story-{n}" for n in range(7)]
    assert [entry.hint.title for entry in found] == TITLES


def test_an_index_page_is_followed_to_its_stories() -> None:
    feed = parse(page(*(teaser(n) for n in range(7))), "text/html", URL)
    assert (feed.kind, len(feed.entries), feed.is_document, feed.is_feed) == (FeedKind.INDEX, 7, False, False)


def test_headlines_count_in_scripts_without_spaces_too() -> None:
    parts = [f"<h3><a href='/{n}'>洪水迫使数千人离开家园{n}号新闻报道</a></h3>" for n in range(6)]
    assert len(links(page(*parts))) == 6


@pytest.mark.parametrize(
    "body",
    [
        page(*(teaser(n) for n in range(5))),  # too few
        page(*(teaser(0) for _ in range(9))),  # all of them one story
        page(*(teaser(n) for n in range(7)), PROSE * 3),  # whole articles, as an aggregator shows them
        page(*(teaser(n, "<h3><a href='{link}'>More</a></h3>") for n in range(7))),  # buttons
        page(*(teaser(n, "<h3><a href='https://ads.example{link}'>{title}</a></h3>") for n in range(7))),
        page(*(teaser(n, "<h3>{title}</h3>") for n in range(7))),  # no links
        page(*(teaser(n, "<p><a href='{link}'>{title}</a></p>") for n in range(7))),  # no headings
        page(*(teaser(n) for n in range(7)), head='<meta property="og:type" content="article">'),
        page(
            *(teaser(n) for n in range(7)),
            head=f'<script type="application/ld+json">{json.dumps({"@graph": [{"@type": "NewsArticle"}]})}</script>',
        ),
        page("<p>Nothing.</p>"),
        b"",
        b"\x00" * 100,
    ],
)
def test_what_may_be_a_story_itself_is_none(body: bytes) -> None:
    assert links(body) == []


def test_a_page_that_says_that_it_is_no_article_may_list_articles() -> None:
    listed = json.dumps({"@type": "NewsArticle"})
    head = f'<meta property="og:type" content="website"><script type="application/ld+json">{listed}</script>'
    assert len(links(page(*(teaser(n) for n in range(7)), head=head))) == 7
