"""Shared pages of many kinds of markup, and bylines of many kinds, each held to what the page says. All texts were written
for these tests."""

import html
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cleaned_pages import articles_of

from tidings.records import Article, DateSource

SHARED = Path(__file__).parents[1] / "data" / "shared"
WANTED = json.loads((SHARED / "articles.json").read_text(encoding="utf-8"))


def articles(body: str, kind: str = "text/html", name: str = "page") -> list[Article]:
    return articles_of(body.encode(), f"https://round-up.example/{name}", kind)


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_shared_page_is_split_into_its_articles(name: str) -> None:
    body = (SHARED / name).read_text(encoding="utf-8")
    found = articles(body, "text/plain" if name.endswith(".txt") else "text/html", name)
    assert [a.title for a in found] == [w["title"] for w in WANTED[name]]
    assert [a.outlet for a in found] == [w["outlet"] for w in WANTED[name]]
    for article, wanted in zip(found, WANTED[name], strict=True):
        assert article.text.startswith(wanted["text"])
        assert not any(other["text"] in article.text for other in WANTED[name] if other is not wanted)
        assert "Read more" not in article.text
        assert article.published_earliest == datetime.fromisoformat(wanted["from"])
        assert article.published_latest == datetime.fromisoformat(wanted["to"])


STORIES = {
    "Lighthouse keeper retires after forty winters": (
        "The keeper of the lighthouse on Hallen rock climbed down its 212 steps for the last time on Monday. He lit the "
        "lamp there since he was twenty-three, and none will follow him, since the light is switched from the mainland now.",
        "His daughter, who teaches in the town, said that he meant to plant apple trees and to sleep at night.",
    ),
    "Council votes to close the old swimming pool": (
        "The council of Tarrow voted by nine to eight to close its swimming pool, which was opened in 1934 and loses water "
        "through cracks that no repair has stopped. The vote came after four hours of talk and one interruption by bathers.",
        "A new pool is to be built near the station, but the money for it has yet to be found, the treasurer said.",
    ),
    "Rail line through the hills opens again": (
        "Trains are running again between Corve and Upper Saley, two years after a landslide took away the line. The first "
        "of them left on Saturday with a band on board, and was met at every station by people with flags and cake.",
        "The works cost 41 million and were finished a month late, because a second slide had to be cleared in March.",
    ),
}
OUTLETS = ("Hallen Post", "The Tarrow Echo", "Hill Courier")
DAYS = ("12 June 2025", "June 11, 2025, 9:40 am GMT", "3 days ago")
BYLINES: dict[str, Callable[[str, str], list[str]]] = {
    "outlet, then time": lambda outlet, time: [outlet, time],
    "time, then outlet": lambda outlet, time: [time, outlet],
    "outlet, time and outlet again": lambda outlet, time: [outlet, time, f"- {outlet}"],
    "side by side": lambda outlet, time: [f"{outlet} · {time}"],
    "time first": lambda outlet, time: [f"{time} | {outlet}"],
    "after a comma": lambda outlet, time: [f"{outlet}, {time}"],
    "in brackets": lambda outlet, time: [f"{outlet} ({time})"],
    "after a colon": lambda outlet, time: [f"{outlet}: {time}"],
    "with a label": lambda outlet, time: [f"Source: {outlet}", f"Published {time}"],
    "via": lambda outlet, time: [f"via {outlet}", time],
    "with an author": lambda outlet, time: [f"By Ida Nolan, {outlet} — {time}"],
    "with a reading time": lambda outlet, time: [f"{outlet} - {time} - 3 min read"],
    "no outlet": lambda outlet, time: [time],
}


def lines(byline: str, *, title_first: bool) -> list[list[tuple[str, str]]]:
    pages = []
    for (title, body), outlet, day in zip(STORIES.items(), OUTLETS, DAYS, strict=True):
        head = [("title", title)] if title_first else []
        tail = [] if title_first else [("title", title)]
        by = [("by", line) for line in BYLINES[byline](outlet, day)]
        pages.append([*head, *by, *tail, *(("p", paragraph) for paragraph in body)])
    return pages


def marked_up(tags: dict[str, str], around: str) -> Callable[[list[list[tuple[str, str]]]], str]:
    def build(pages: list[list[tuple[str, str]]]) -> str:
        parts = ["".join(f"<{tags[kind]}>{html.escape(text)}</{tags[kind]}>" for kind, text in page) for page in pages]
        return "<main><h1>From other papers</h1>" + "".join(f"<{around}>{part}</{around}>" for part in parts) + "</main>"

    return build


SHAPES: dict[str, Callable[[list[list[tuple[str, str]]]], str]] = {
    "articles": marked_up({"title": "h2", "by": "div", "p": "p"}, "article"),
    "bare boxes": marked_up({"title": "div", "by": "div", "p": "div"}, "div"),
    "a list": marked_up({"title": "h4", "by": "small", "p": "p"}, "li"),
    "text": lambda pages: "\n\n".join("\n".join(text for _, text in page) for page in pages),
}


@pytest.mark.parametrize("title_first", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("byline", BYLINES)
def test_bylines_of_any_kind_part_the_articles(byline: str, shape: str, title_first: bool) -> None:
    page = SHAPES[shape](lines(byline, title_first=title_first))
    found = articles(page, "text/plain" if shape == "text" else "text/html")
    assert [a.title for a in found] == list(STORIES)
    assert all(a.published_source is DateSource.BYLINE for a in found)
    assert [a.published_latest.day for a in found if a.published_latest] == [12, 11, 10]
    if byline != "no outlet":
        assert [a.outlet for a in found] == list(OUTLETS)


def test_linked_articles_without_times_are_parted_and_undated() -> None:
    cards = "".join(
        f'<article><h3><a href="https://a.example/{n}">{title}</a></h3>{"".join(f"<p>{p}</p>" for p in body)}</article>'
        for n, (title, body) in enumerate(STORIES.items())
    )
    found = articles(f"<h1>From other papers</h1>{cards}")
    assert [a.title for a in found] == list(STORIES)
    assert [a.url for a in found] == [f"https://a.example/{n}" for n in range(3)]
    assert all(a.published is None and a.published_source is DateSource.NONE for a in found)


@pytest.mark.parametrize("byline", ["By Ida Nolan", "Ida Nolan, 13 June 2025"])
def test_excerpts_beside_a_main_article_leave_it_one(byline: str) -> None:
    main = "".join(f"<p>{p}</p>" for body in STORIES.values() for p in body) * 2
    teasers = "".join(
        f"<li><h3><a href='/{n}'>{title}</a></h3><p>{n + 2} June 2025</p><p>{body[0]}</p></li>"
        for n, (title, body) in enumerate(STORIES.items())
    )
    found = articles(f"<article><h1>Hills and harbours in June</h1><p>{byline}</p>{main}</article><ul>{teasers}</ul>")
    assert len(found) == 1
