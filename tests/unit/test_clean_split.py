"""Pages that hold several articles, and pages that only look so. All texts were written for these tests."""

from datetime import timedelta
from pathlib import Path

import pytest
from cleaned_pages import HTML, NOW, articles_of

from tidings.records import Article, ArticleKind, Precision

PAGES = Path(__file__).parents[1] / "data" / "pages"
PIER, STRIKE, FLOOD = (
    "Valmere closes eastern pier for repairs",
    "Teachers in Ostrava end their strike",
    "Flood forces 140 people from their homes",
)


def articles(name: str, **entry: object) -> list[Article]:
    kind = "text/plain" if name.endswith(".txt") else HTML
    return articles_of((PAGES / name).read_bytes(), f"https://pages.example/{name}", kind, **entry)


@pytest.mark.parametrize(
    ("name", "titles", "outlets"),
    [
        ("cards.html", [PIER, STRIKE, FLOOD], ["Coast Gazette", "Moravian Post", "Sava News"]),
        ("itemlist.html", [PIER, STRIKE], ["Coast Gazette", "Moravian Post"]),
        ("titlefirst.html", [PIER, STRIKE, FLOOD], ["Coast Gazette", "Moravian Post", "Sava News"]),
        ("lead.html", [FLOOD, PIER, STRIKE], [None, "Coast Gazette", "Moravian Post"]),
        ("live.html", [PIER, STRIKE, FLOOD], [None, None, None]),
        ("dump.txt", [PIER, STRIKE, FLOOD], [None, "Moravian Post", "Sava News"]),
    ],
)
def test_a_shared_page_gives_each_of_its_articles_with_its_outlet(
    name: str, titles: list[str], outlets: list[str | None]
) -> None:
    found = articles(name)
    assert [article.title for article in found] == titles
    assert [article.outlet for article in found] == outlets
    assert len({article.article_id for article in found}) == len(found)
    for article in found:
        assert article.kind is ArticleKind.NEWS
        assert not any(title in article.text for title in titles)
        assert "ago" not in article.text
        assert "Read more" not in article.text


@pytest.mark.parametrize("name", ["single_sections.html", "single_teasers.html", "single_comments.html", "single.txt"])
def test_an_ordinary_page_stays_one_article(name: str) -> None:
    found = articles(name)
    assert len(found) == 1
    assert found[0].kind is ArticleKind.NEWS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("login.html", ArticleKind.LOGIN),
        ("paywall.html", ArticleKind.PAYWALL),
        ("missing.html", ArticleKind.ERROR),
        ("french.html", ArticleKind.OTHER_LANGUAGE),
    ],
)
def test_a_page_that_is_no_english_article_says_what_it_is(name: str, kind: ArticleKind) -> None:
    assert [article.kind for article in articles(name)] == [kind]


def test_relative_times_of_children_become_intervals_before_the_fetch() -> None:
    first, second, third = articles("titlefirst.html")
    assert first.published_latest == NOW - timedelta(hours=2)
    assert first.published_earliest == NOW - timedelta(hours=3)
    assert (second.published, second.published_precision) == (NOW - timedelta(hours=5), Precision.HOUR)
    assert third.published_source == "byline"


def test_a_child_with_a_link_of_its_own_is_known_by_it() -> None:
    _, pier, _ = articles("lead.html")
    assert (pier.url, pier.carrier_url) == ("https://coast.example/pier", "https://pages.example/lead.html")
    assert (
        articles("titlefirst.html")[0].url == "https://pages.example/titlefirst.html#valmere-closes-eastern-pier-for-repairs"
    )


def test_readers_comments_are_in_no_article() -> None:
    assert not any("Great article" in article.text for article in articles("lead.html"))


def test_a_feeds_longer_text_replaces_a_page_behind_a_wall() -> None:
    whole = "<p>" + "</p><p>".join(
        f"Paragraph {n} tells of the pier and of the boats that had to leave it." for n in range(9)
    )
    found = articles("paywall.html", content_html=whole)
    assert found[0].kind is ArticleKind.NEWS
    assert found[0].text.startswith("Paragraph 0 tells")
    assert found[0].text.count("\n\n") == 8
