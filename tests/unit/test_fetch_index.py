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
        page(*(teaser(n, "<h3>{title}</h3>") for n in range(7))),  # no links
        page(*(teaser(n, "<p>{title}: <a href='{link}'>and here is what it says</a> on page 7</p>") for n in range(7))),
        page("<nav>", *(teaser(n, "<p><a href='{link}'>{title}</a></p>") for n in range(7)), "</nav>"),
        page(*(teaser(n, "<li><a href='{link}'>Read more here</a></li>") for n in range(7))),
        page(*(teaser(n, "<ul><li><a href='{link}'>{title}</a></li></ul>") for n in range(5))),  # too few
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


@pytest.mark.parametrize(
    "shape",
    [
        "<li><a href='{link}'>{title}</a></li>",
        "<p><a href='{link}'>{title}</a></p>",
        "<div class=card><a href='{link}'><img src=x><div class=headline>{title}</div></a></div>",
        "<tr><td>1.</td><td><span class=title><a href='{link}'>{title}</a></span> <span>(post.example)</span></td></tr>",
        "<div><a href='{link}'>{title}</a><p>What happened, told in more than a dozen words, as many a site does.</p></div>",
    ],
)
def test_links_in_a_row_are_headlines_on_a_page_without_headings(shape: str) -> None:
    parts = [teaser(n, shape) for n in range(7)]
    menu = "<nav><ul><li><a href='/all'>All of our many news</a></li></ul></nav><div><a href='/about'>About</a></div>"
    listed = page(menu, "<table>" if "<tr>" in shape else "<div>", *parts, "<p><a href='/more'>More</a></p>")
    assert [str(link).rpartition("/")[2] for link in links(listed)] == [f"story-{n}" for n in range(7)]


def test_a_page_whose_headlines_lead_to_other_sites_lists_these() -> None:
    outside = [teaser(n, f"<h3><a href='https://site{n}.example{{link}}'>{{title}}</a></h3>") for n in range(7)]
    assert links(page(*outside)) == [f"https://site{n}.example/world/story-{n}" for n in range(7)]


def test_a_few_headlines_that_lead_to_other_sites_are_advertisements() -> None:
    advertisement = teaser(0, "<h3><a href='https://ads.example{link}'>{title}</a></h3>")
    assert len(links(page(*(teaser(n) for n in range(7)), advertisement))) == 7


@pytest.mark.parametrize("words", [45, 55])
def test_long_teasers_are_no_prose(words: int) -> None:
    shape = f"<div><h3><a href='{{link}}'>{{title}}</a></h3><p>{'word ' * words}</p></div>"
    assert len(links(page(*(teaser(n, shape) for n in range(7))))) == 7


ROW = "".join(teaser(n, "<li><a href='{link}'>{title}</a></li>") for n in range(7))


@pytest.mark.parametrize(
    "article",
    [
        "<p>Police arrested twelve people in the harbour on Friday, the ministry said in a short note.</p>"
        "<p>They had marched against a new tax since the early morning, and all streets were closed to cars.</p>"
        "<p>A lawyer said that they had been peaceful, and called on the government to release them at once.</p>",
        "<div>Police arrested twelve people in the harbour on Friday, the ministry said in a short note to reporters.<br>"
        "They had marched against a new tax since the early morning, and all streets were closed to cars and buses.<br>"
        "A lawyer said that they had been peaceful, and called on the government to release them at once.</div>",
    ],
)
def test_a_short_article_beside_a_row_of_links_is_a_story(article: str) -> None:
    assert links(page(f"<h1>Police arrest twelve</h1>{article}<ul>{ROW}</ul>")) == []
    assert links(page(f"<ul>{ROW}</ul><h1>Police arrest twelve</h1>{article}")) == []


def ld(*kinds: tuple[str, str]) -> str:
    told = [{"@type": kind, "headline": headline} for kind, headline in kinds]
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def test_a_page_that_describes_several_articles_lists_them() -> None:
    stories = [teaser(n) for n in range(7)]
    assert len(links(page(*stories, head=ld(("NewsArticle", "One"), ("NewsArticle", "Two"))))) == 7
    assert links(page(*stories, head=ld(("NewsArticle", "One"), ("BlogPosting", "One")))) == []
