"""What pages say of themselves, in the ways in which sites say it. All pages were written for these tests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cleaned_pages import article_of

from tidings.records import Article, DateSource

TEXT = (
    "<p>The harbour authority in Valmere said on Tuesday that it would close the eastern pier for six weeks after divers "
    "found cracks in four of its pillars.</p><p>Ferries to the islands will leave from the western pier until the middle of "
    "July, and fishermen are to be paid for the days on which they cannot land their catch.</p>"
)
PIER = "Valmere closes eastern pier"


def page(head: str, url: str = "https://coast.example/pier", title: str = PIER) -> Article:
    return article_of(f"<html><head><title>{title}</title>{head}</head><body><h1>{PIER}</h1>{TEXT}</body></html>", url)


def linked(node: Any, media: str = "application/ld+json") -> str:
    return f'<script type="{media}">{node if isinstance(node, str) else json.dumps(node)}</script>'


STORY = {"@type": "NewsArticle", "headline": "Eastern pier to be closed", "datePublished": "2025-06-10T10:00:00Z"}


@pytest.mark.parametrize(
    "script",
    [
        linked(STORY),
        linked(STORY, "application/ld+json; charset=utf-8"),
        linked(f"//<![CDATA[\n{json.dumps(STORY)}\n//]]>"),
        linked(f"/*<![CDATA[*/ {json.dumps(STORY)} /*]]>*/"),
        linked(f"<!-- {json.dumps(STORY)} -->"),
        linked(json.dumps(STORY)[:-1] + ",}"),
        linked({"@type": "WebPage", "mainEntity": STORY}),
        linked({"@graph": [{"@type": "WebSite"}, STORY]}),
    ],
)
def test_an_article_in_the_pages_data_is_found_however_it_is_wrapped(script: str) -> None:
    article = page(script)
    assert (article.title, article.published_source) == ("Eastern pier to be closed", DateSource.JSON_LD)


def test_author_and_publisher_may_be_named_elsewhere_in_the_graph() -> None:
    graph = [
        {**STORY, "author": [{"@id": "#ida"}], "publisher": {"@id": "#gazette"}},
        {"@type": "Person", "@id": "#ida", "name": "Ida Nolan"},
        {"@type": "NewsMediaOrganization", "@id": "#gazette", "name": "Coast Gazette"},
    ]
    article = page(linked({"@graph": graph}))
    assert (article.byline, article.outlet) == ("Ida Nolan", "Coast Gazette")


def test_a_picture_may_be_named_by_its_content_url() -> None:
    picture = {"@type": "ImageObject", "contentUrl": "/pier.jpg"}
    assert page(linked({**STORY, "image": [picture]})).image == "https://coast.example/pier.jpg"


@pytest.mark.parametrize("depth", [6, 450, 900, 20_000])
def test_an_author_nested_without_end_is_nobody(depth: int) -> None:
    node = json.dumps({**STORY, "author": "HERE"}).replace('"HERE"', "[" * depth + '"A"' + "]" * depth)
    assert page(linked(node)).byline is None


@pytest.mark.parametrize("title", [f"Coast Gazette | {PIER}", f"{PIER} - Coast Gazette", f"{PIER} | Coast Gazette"])
def test_the_sites_name_is_no_part_of_a_title_at_either_end(title: str) -> None:
    html = f"<html><head><title>{title}</title><meta property='og:site_name' content='Coast Gazette'></head><body>{TEXT}"
    assert article_of(html).title == PIER


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://www.coast.example/pier", "https://coast.example/pier?page=1"),
        ("https://www.coast.example/pier", "https://amp.coast.example/pier"),
        ("https://coast.example/pier", "http://www.coast.example/pier"),
        ("https://Coast.example:443/pier", "https://coast.example/pier"),
    ],
)
def test_one_story_has_one_address_in_all_editions_of_its_site(link: str, url: str) -> None:
    assert page(f'<link rel="canonical" href="{link}">', url).url == link.lower().replace(":443", "")


@pytest.mark.parametrize("link", ["https://other.example/pier", "https://coast.example/", "https://coast.example:8443/pier"])
def test_a_canonical_link_to_another_site_or_the_front_page_is_not_followed(link: str) -> None:
    assert page(f'<link rel="canonical" href="{link}">').url == "https://coast.example/pier"
