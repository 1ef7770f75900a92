"""The article's body and what the page says of it. All pages were written for these tests."""

import time
from datetime import UTC, datetime

import pytest
from cleaned_pages import article_of

from tidings.clean.blocks import html_blocks, keep_only, parse_html
from tidings.clean.body import read_body, until_end
from tidings.clean.main_text import best_paragraphs, main_paragraphs
from tidings.clean.split import without_comments
from tidings.records import Article, DateSource, Precision

ONE = (
    "The harbour authority in Valmere said on Tuesday that it would close the eastern pier for six weeks after divers found "
    "cracks in four of its pillars, which were built in 1958."
)
TWO = (
    "Fishermen have been given berths on the other side of the basin, and the ferry to Orlen will leave from the old "
    "customs house until the work is done, which may take until August."
)
THREE = (
    "Ines Varga, a member of the town council, called the delay a scandal and said that the damage had been known since the "
    "winter. She asked for the report of the divers to be published."
)
LAST = "Nobody was hurt."
PARAGRAPHS = (ONE, TWO, THREE, LAST)
STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
TEASERS = "".join(
    f"<li><a href='/{n}'>Harvest number {n} begins early in the south and growers hope for prices</a></li>" for n in range(6)
)


def cleaned(body: str, head: str = "", url: str = "https://coast.example/news/pier") -> Article:
    html = f"<!doctype html><html lang='en'><head><title>Pier closed</title>{head}</head><body>{body}</body></html>"
    return article_of(html, url)


TITLE = "<h1>Pier closed</h1>"
BOXES = "".join(f"<div class=para>{text}</div>" for text in PARAGRAPHS)
BETWEEN = "</p><p>"


def sections(*groups: tuple[str, ...]) -> str:
    return "<hr>".join(f"<div class=s>{''.join(f'<p>{text}</p>' for text in group)}</div>" for group in groups)


def article_with(story: str, below: str = "") -> str:
    return f"<article>{TITLE}{story}{below}</article>"


RELATED = f"</p><div class=related-box><p>{TWO} {TWO}</p></div><p>"
MEMORY = "<h2>Comments</h2><div><p>I walked there as a child and will miss it all summer.</p></div>"
MARKUP = {
    "paragraphs of an article": article_with(STORY),
    "paragraphs between advertisements": article_with(STORY.replace(BETWEEN, "</p><div>Advert</div><p>")),
    "each paragraph in a box": f"<main>{TITLE}<div>{BOXES}</div></main>",
    "sections of one kind": f"{TITLE}<div>{sections((ONE, TWO), (THREE, LAST))}</div>",
    "a declared body": f"<div><p>{TWO * 3}</p></div>{TITLE}<div itemprop='articleBody'>{STORY}</div>",
    "a body whose class looks like furniture": f"{TITLE}<div class='modal-enabled share'>{STORY}</div>",
    "the whole page in a form": f"<form action='/x'>{TITLE}<div>{STORY}</div><input name=q></form>",
    "lists of links around it": f"<ul>{TEASERS}</ul>{article_with(STORY, f'<ul>{TEASERS}</ul>')}<ul>{TEASERS}</ul>",
    "a box of related stories in it": article_with(STORY.replace(BETWEEN, RELATED, 1)),
    "a link to comments above it": f"<div><h3>Comments</h3></div>{article_with(STORY)}",
    "comments below it": article_with(STORY) + MEMORY,
    "a notice of rights": article_with(STORY, "<p>© 2025 Coast Gazette. All rights reserved.</p>"),
}


@pytest.mark.parametrize("name", MARKUP)
def test_the_body_keeps_its_paragraphs_and_nothing_else(name: str) -> None:
    assert cleaned(MARKUP[name]).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("name", ["paragraphs of an article", "each paragraph in a box", "a declared body"])
def test_plain_markup_needs_no_thorough_extraction(name: str) -> None:
    blocks = without_comments(html_blocks(parse_html(MARKUP[name])))
    reading = read_body(blocks)
    assert reading.sure
    assert reading.paragraphs == PARAGRAPHS


@pytest.mark.parametrize(
    "markup",
    [
        f"<div><p>{ONE}</p><p>{TWO}</p></div><section><p>{THREE}</p><p>{ONE}</p></section>",
        f"<div>{STORY}</div><table><tr><td>{TWO}</td></tr></table><div>{STORY}</div><div>{STORY}</div>",
        f"<div><p>{ONE}</p><ul>{'<li>Nine boats</li>' * 20}</ul><p>{TWO}</p></div>",
        "<p>Short.</p>",
        "",
    ],
)
def test_a_page_with_prose_in_several_places_is_left_to_the_extraction(markup: str) -> None:
    blocks = html_blocks(parse_html(f"<html><body>{markup or '<p></p>'}</body></html>"))
    assert not read_body(blocks).sure


def test_what_stands_around_the_article_does_not_move_its_offsets() -> None:
    plain = cleaned(MARKUP["paragraphs of an article"])
    around = cleaned(f"<aside><p>{TWO}</p></aside>{MARKUP['lists of links around it']}<div class='promo'>Save 20 %</div>")
    assert (around.text, around.version) == (plain.text, plain.version)


def test_the_same_page_gives_the_same_text_every_time() -> None:
    unclear = f"<div><p>{ONE}</p></div><div><p>{TWO}</p></div><section><p>{THREE}</p></section>"
    assert len({cleaned(unclear).text for _ in range(3)}) == 1


def test_headings_inside_an_article_stay_and_one_that_ends_it_does_not() -> None:
    story = f"<p>{ONE}</p><h2>Ferries move</h2><p>{TWO}</p><p>{THREE}</p>"
    assert cleaned(article_with(story, f"<h3>Related stories</h3><p>{LAST}</p>")).text == "\n\n".join(
        (ONE, "Ferries move", TWO, THREE)
    )


def test_what_the_page_shows_below_a_closing_heading_is_cut_from_a_bare_text() -> None:
    more = "<h4>You may also be interested in</h4><h5>Harvest begins</h5><p><a href='/x'>A link alone</a></p>"
    page = f"{TITLE}<p>{ONE}</p><p>{TWO}</p>{more}"
    blocks = html_blocks(parse_html(page))
    assert until_end((ONE, "A link alone", TWO, "Harvest begins"), blocks) == (ONE, TWO)
    assert until_end((ONE, "not on the page"), blocks) == (ONE, "not on the page")


def test_a_stripped_tree_holds_the_lines_that_it_was_stripped_for() -> None:
    tree = parse_html(f"<html><body><script>x()</script><nav>Home</nav><div></div><div><p>{ONE}</p>tail</div></body></html>")
    blocks = html_blocks(tree)
    keep_only(tree, blocks)
    assert [block.text for block in html_blocks(tree)] == [block.text for block in blocks]
    assert not list(tree.iter("script", "nav"))


def test_a_huge_page_is_read_all_the_same() -> None:
    tree = parse_html(f"<html><body><div>{STORY}</div></body></html>")
    assert main_paragraphs(tree, html_blocks(tree), "https://a.example/", chars=10_000_000) == PARAGRAPHS


@pytest.mark.parametrize(
    "markup",
    ["<table>" + "<tr><td>x</td></tr>" * 60_000 + "</table>", "a<br>" * 100_000, "<p>June 4, 2025</p>" * 20_000],
)
def test_a_page_of_endless_lines_takes_seconds_and_not_minutes(markup: str) -> None:
    start = time.process_time()
    cleaned(f"{TITLE}{markup}")
    assert time.process_time() - start < 30


def test_a_clearly_longer_text_from_another_source_is_taken() -> None:
    short, long = (ONE,), (ONE, TWO, THREE)
    assert best_paragraphs(short, long, ()) == long
    assert best_paragraphs(long, short, ()) == long
    assert best_paragraphs(short, (), long) == long
    assert best_paragraphs(long, (f"{ONE} {TWO} {THREE}",), ()) == long


HEAD = """
<meta charset="utf-8">
<link rel="canonical" href="/news/pier?utm_source=x">
<meta property="og:title" content="Eastern pier closed for six weeks">
<meta property="og:site_name" content="Coast Gazette">
<meta property="og:image" content="/pictures/pier.jpg">
<meta property="article:section" content="Harbour">
<meta property="article:published_time" content="2025-06-10T08:30:00+02:00">
<meta property="article:modified_time" content="2025-06-11">
<meta name="author" content="By Ida Nolan">
"""


def test_a_page_tells_title_byline_outlet_section_image_address_and_times() -> None:
    article = cleaned(MARKUP["paragraphs of an article"], HEAD, url="https://coast.example/news/pier?utm_source=x&page=1")
    assert (article.title, article.byline, article.outlet) == (
        "Eastern pier closed for six weeks",
        "Ida Nolan",
        "Coast Gazette",
    )
    assert (article.section, article.image) == ("Harbour", "https://coast.example/pictures/pier.jpg")
    assert (article.url, article.language) == ("https://coast.example/news/pier", "en")
    assert article.published == datetime(2025, 6, 10, 6, 30, tzinfo=UTC)
    assert (article.published_precision, article.published_source) == (Precision.SECOND, DateSource.META)
    assert article.modified == datetime(2025, 6, 11, 23, 59, 59, tzinfo=UTC)
    assert (article.modified_precision, article.modified_source) == (Precision.DAY, DateSource.META)


def test_a_page_that_says_nothing_of_itself_is_read_as_it_is_shown() -> None:
    times = "<div>Published 10 June 2025, 09:15 GMT</div><div>Updated 11 June 2025</div>"
    body = f"<div class='top'>Friday, 13 June 2025</div>{TITLE}<div>By Tom Ray</div>{times}<div>{STORY}</div>"
    article = cleaned(body, "<title>Pier closed | The Coast</title>")
    assert (article.title, article.byline) == ("Pier closed", "Tom Ray")
    assert article.published == datetime(2025, 6, 10, 9, 15, tzinfo=UTC)
    assert (article.published_source, article.published_precision) == (DateSource.BYLINE, Precision.MINUTE)
    assert (article.modified_source, article.modified_precision) == (DateSource.BYLINE, Precision.DAY)
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("head", "outlet"),
    [
        ("<title>Pier closed - The Coast Gazette</title>", "The Coast Gazette"),
        ("<title>Pier closed | Harbour | Coast Gazette</title>", "Coast Gazette"),
        ("<meta property='og:site_name' content='@coastgazette'>", "coastgazette"),
        ("<meta property='og:site_name' content='Coast Gazette | CoastGazette.example'>", "Coast Gazette"),
        ("<title>Pier closed, which nobody on the long quay of Valmere had wanted to believe</title>", None),
    ],
)
def test_the_outlet_is_the_sites_name(head: str, outlet: str | None) -> None:
    page = f"<html><head>{head}</head><body><h1>Pier closed</h1><div>{STORY}</div></body></html>"
    assert article_of(page, "https://coast.example/pier").outlet == outlet


@pytest.mark.parametrize("name", ["admin", "https://social.example/ida", "", "By"])
def test_an_author_who_is_nobody_is_left_out(name: str) -> None:
    article = cleaned(MARKUP["paragraphs of an article"], f'<meta name="author" content="{name}">')
    assert article.byline is None
