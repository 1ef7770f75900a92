"""Index pages: a front page, a section, a list of stories. What is read is what it links to, each headline an entry.

A page counts as an index if it has headlines that are links and next to no prose of its own, and does not call itself an
article. Headlines are headings; on a page without, they are links of one make that stand in a row, and then no prose at all
is let pass. A page that holds whole articles, one or several, is a document; taking one for an index would lose its text.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NamedTuple
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
"""Words from which a paragraph is prose."""
LONGEST_TEASER = 60
"""Words of a paragraph that may be a teaser nevertheless: the only one behind a headline."""
MOST_PARAGRAPHS = 2
SENTENCE = 12
"""Words from which a text counts as prose on a page whose headlines are no headings."""
MOST_PROSE = 40
"""Words of it that such a page may have, teasers apart."""
MAX_BYTES = 1_500_000
"""Of a page that is looked into: its tree takes fifty times as much at worst."""
MAX_HEADLINES = 1_000
MAX_ENTRIES = 200

MAX_LINKS = 5_000
MAX_TITLE = 300
MAX_PIECES = 100
DEEPEST = 30
PLACE = 3
"""Elements above a link that tell its place."""

_HEADINGS = ("h1", "h2", "h3", "h4")
_APART = frozenset({"nav", "footer", "aside", "form"})
"""Where links stand that are no stories of the page."""
_BLOCKS = frozenset({"p", "div", "td", "li", "dd", "blockquote", "section", "article", "main", "body"})
_INLINE = frozenset(
    {"b", "strong", "i", "em", "u", "span", "q", "abbr", "cite", "small", "sup", "sub", "mark", "time", "font"}
)
_ARTICLE_TYPES = ("article", "posting", "report")


def read_index(page: bytes, url: str) -> tuple[Entry, ...]:
    """Return the entries of an index page in its order; none if the page is no index."""
    if len(page) > MAX_BYTES:
        return ()
    try:
        tree = lxml_html.document_fromstring(page)
    except (etree.LxmlError, ValueError):
        return ()
    if _calls_itself_article(tree):
        return ()
    base = absolute(url, next((node.get("href") for node in tree.iter("base")), None)) or url
    headed = list(islice(_headings(tree), MAX_HEADLINES))
    listed = _stories(headed, base, url)
    if listed and _prose(tree, headed, LONG_PARAGRAPH).paragraphs <= MOST_PARAGRAPHS:
        return listed
    rows = _rows(tree)[:MAX_HEADLINES] if not listed else []
    listed = _stories(rows, base, url)
    return listed if listed and _prose(tree, rows, SENTENCE).words <= MOST_PROSE else ()


class _Headline(NamedTuple):
    node: Any
    href: str
    title: str


class _Prose(NamedTuple):
    paragraphs: int
    words: int


def _stories(headlines: Iterable[_Headline], base: str, url: str) -> tuple[Entry, ...]:
    """Return what the headlines link to, if it is enough: the site's own stories, or all on a page of links to others."""
    found: dict[str, str] = {}
    for headline in headlines:
        link = absolute(base, headline.href)
        if link and urldefrag(link).url != urldefrag(url).url:
            found.setdefault(urldefrag(link).url, headline.title)
    own = {link: title for link, title in found.items() if _site(link) == _site(url)}
    # A news site links to others in advertisements; who mostly links to others lists them.
    stories = found if 2 * len(own) < len(found) else own
    if len(stories) < LEAST_HEADLINES:
        return ()
    return tuple(entry_of(link, EntryHint(title=line(title))) for link, title in list(stories.items())[:MAX_ENTRIES])


def _headings(tree: Any) -> Iterator[_Headline]:
    for node in tree.iter(*_HEADINGS):
        inside = next(node.iter("a"), None)
        link = inside if inside is not None else next(node.iterancestors("a"), None)
        title = _text(node)
        if link is not None and (len(title.split()) >= LEAST_WORDS or len(title) >= LEAST_LETTERS):
            yield _Headline(node, link.get("href") or "", title)


def _rows(tree: Any) -> list[_Headline]:
    """Return the links that stand in a row: as many as make an index, each at the same place below its ancestors."""
    made: dict[tuple[str, ...], list[tuple[int, _Headline]]] = defaultdict(list)
    beside: dict[Any, int] = {}
    for number, node in enumerate(islice(tree.iter("a"), MAX_LINKS)):
        title = _text(node)
        wordy = len(title.split()) >= LEAST_WORDS or (" " not in title and len(title) >= LEAST_LETTERS)
        if not wordy or len(title) > MAX_TITLE:
            continue
        parent = node.getparent()
        if parent not in beside:
            beside[parent] = len(_own_text(parent).strip())
        above = [str(parent.tag) for parent in islice(node.iterancestors(), DEEPEST)]
        if _APART.isdisjoint(above) and beside[parent] < len(title):
            made[tuple(above[:PLACE])].append((number, _Headline(node, node.get("href") or "", title)))
    rows = chain.from_iterable(row for row in made.values() if len(row) >= LEAST_HEADLINES)
    return [headline for _, headline in sorted(rows, key=itemgetter(0))]


def _prose(tree: Any, headlines: Iterable[_Headline], least: int) -> _Prose:
    """Count the texts of `least` words and more that belong to no headline: all but a short one right behind it."""
    heads = {id(headline.node) for headline in headlines}
    paragraphs = words = 0
    teased = True
    for node in tree.iter():
        if id(node) in heads:
            teased = False
        elif node.tag in _HEADINGS:
            teased = True  # what follows belongs to this one
        if node.tag not in _BLOCKS:
            continue
        length = len(_own_text(node).split())
        if length < least:
            continue
        if teased or length > LONGEST_TEASER:
            paragraphs, words = paragraphs + 1, words + length
        teased = True
    return _Prose(paragraphs, words)


def _own_text(node: Any) -> str:
    """Return a block's text without that of the blocks and links in it."""
    parts = [node.text or ""]
    for child in node:
        if child.tag in _INLINE:
            parts.extend(child.itertext())
        parts.append(child.tail or "")
    return " ".join(parts)


def _text(node: Any) -> str:
    return " ".join("".join(islice(node.itertext(), MAX_PIECES)).split()) if node is not None else ""


def _calls_itself_article(tree: Any) -> bool:
    for node in tree.iter("meta"):
        if (node.get("property") or node.get("name") or "").lower() == "og:type":
            return (node.get("content") or "").strip().lower() == "article"
    scripts = (node.text or "" for node in tree.iter("script") if "ld+json" in (node.get("type") or ""))
    return len(set(chain.from_iterable(map(_named_articles, scripts)))) == 1


def _named_articles(text: str) -> Iterator[str]:
    """Iterate over the names of the articles that a page describes: itself, twice perhaps, or those that it lists."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return
    graph = told.get("@graph", [told]) if isinstance(told, dict) else told
    for number, part in enumerate(graph if isinstance(graph, list) else [graph]):
        if isinstance(part, dict) and str(part.get("@type")).lower().strip("[]'\"").endswith(_ARTICLE_TYPES):
            yield str(part.get("headline") or part.get("url") or part.get("@id") or number)


def _site(url: str) -> str:
    # The last two labels: enough to tell sport.news.example from an advertisement, if not every registry's rules.
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])
