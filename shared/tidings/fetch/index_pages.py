"""Index pages: a front page, a section, a list of stories. What is read is what it links to, each headline an entry.

A page counts as an index if it has headlines that are links and next to no prose of its own, and does not call itself an
article. A page that holds whole articles, one or several, is a document; taking one for an index would lose its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urldefrag, urlsplit

from lxml import etree
from lxml import html as lxml_html

from tidings.fetch.entries import Entry, absolute, entry_of, line
from tidings.records import EntryHint

LEAST_HEADLINES = 6
LEAST_WORDS = 4
LEAST_LETTERS = 15
"""Of a headline: "More sport" is a button. Letters count where words are not set apart."""
LONG_PARAGRAPH = 40
"""Words from which a paragraph is prose and no teaser."""
MOST_PARAGRAPHS = 2
MAX_BYTES = 1_500_000
"""Of a page that is looked into: its tree takes fifty times as much at worst."""
MAX_HEADLINES = 1_000
MAX_ENTRIES = 200

_HEADINGS = ("h1", "h2", "h3", "h4")
_ARTICLE_TYPES = ("article", "posting", "report")


def read_index(page: bytes, url: str) -> tuple[Entry, ...]:
    """Return the entries of an index page in its order; none if the page is no index."""
    if len(page) > MAX_BYTES:
        return ()
    try:
        tree = lxml_html.document_fromstring(page)
    except (etree.LxmlError, ValueError):
        return ()
    if _calls_itself_article(tree) or _long_paragraphs(tree) > MOST_PARAGRAPHS:
        return ()
    base = absolute(url, next((node.get("href") for node in tree.iter("base")), None)) or url
    found: dict[str, str] = {}
    for href, title in islice(_headlines(tree), MAX_HEADLINES):
        link = absolute(base, href)
        if link and _site(link) == _site(url) and urldefrag(link).url != urldefrag(url).url:
            found.setdefault(urldefrag(link).url, title)
    if len(found) < LEAST_HEADLINES:
        return ()
    return tuple(entry_of(link, EntryHint(title=line(title))) for link, title in list(found.items())[:MAX_ENTRIES])


def _headlines(tree: Any) -> Iterator[tuple[str, str]]:
    for node in tree.iter(*_HEADINGS):
        inside = next(node.iter("a"), None)
        link = inside if inside is not None else next(node.iterancestors("a"), None)
        title = " ".join("".join(node.itertext()).split())
        if link is not None and (len(title.split()) >= LEAST_WORDS or len(title) >= LEAST_LETTERS):
            yield link.get("href") or "", title


def _long_paragraphs(tree: Any) -> int:
    long = (node for node in tree.iter("p") if len("".join(node.itertext()).split()) >= LONG_PARAGRAPH)
    return len(list(islice(long, MOST_PARAGRAPHS + 1)))


def _calls_itself_article(tree: Any) -> bool:
    for node in tree.iter("meta"):
        if (node.get("property") or node.get("name") or "").lower() == "og:type":
            return (node.get("content") or "").strip().lower() == "article"
    return any(_names_article(node.text or "") for node in tree.iter("script") if "ld+json" in (node.get("type") or ""))


def _names_article(text: str) -> bool:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return False
    graph = told.get("@graph", [told]) if isinstance(told, dict) else told
    parts = graph if isinstance(graph, list) else [graph]
    kinds = (part.get("@type") for part in parts if isinstance(part, dict))
    return any(str(kind).lower().strip("[]'\"").endswith(_ARTICLE_TYPES) for kind in kinds)


def _site(url: str) -> str:
    # The last two labels: enough to tell sport.news.example from an advertisement, if not every registry's rules.
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])
