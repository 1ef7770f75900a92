"""Feed autodiscovery: the feeds that a page names, in its head or by its links, and where feeds usually lie.

A feed that a page offers (`<link rel="alternate">`, or the answer's `Link` header) is meant for readers: it is looked into
as if the user had named it, since many sites close their feeds to search engines in robots.txt and offer them all the
same. A link that only looks like a feed, and a usual place, is a guess of ours, and robots.txt is asked first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from tidings.errors import Permanent, Unavailable
from tidings.fetch.entries import FeedKind, ParsedFeed, absolute
from tidings.fetch.feeds import MAX_FEED_BYTES, parse
from tidings.fetch.headers import header_links
from tidings.fetch.robots import Robots
from tidings.ports.web import Response, Web

MAX_TRIED = 4
"""Feeds that are looked into, of those that a page offers and of its links."""
HEAD_BYTES = 500_000
"""How much of a page is searched."""

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_LOOSE_TYPES = frozenset({"application/json", "application/xml", "text/xml"})
"""JSON Feed 1.0 asks for the first; much else has them too."""
_USUAL = ("feed", "rss", "rss.xml", "atom.xml", "index.xml", "feed.json")
"""Where the feeds of widely used programs lie, beside a front page."""
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?)(?:[/._-]|$)|\.rdf$", re.IGNORECASE)
_FEED_WORDS = re.compile(r"\s{0,9}(?:rss|atom|json|web|news)?[ -]?(?:rss|atom|feeds?)\s{0,9}", re.IGNORECASE)
"""What a link to a feed is called, and nothing more."""
_COMMENTS = re.compile(r"comments?\b", re.IGNORECASE)


class Found(NamedTuple):
    """What lies at a URL; `url` is that of the feed, which a page may have named, with others beside it."""

    url: str
    feed: ParsedFeed
    others: tuple[str, ...] = ()


class Named(NamedTuple):
    """The feeds that a page offers, and those that we only guess from its links, each best first."""

    offered: list[str]
    linked: list[str]


def find_feed(web: Web, url: str, *, robots: Robots, now: datetime) -> Found:
    """Look what lies at a URL: a feed, or a page; of a page that names feeds, the first that can be read.

    Raises:
        Permanent: nothing that can be read.
        Unavailable: the server does not answer now.
    """
    response, found = _read(web, url)
    if not found.is_page:
        return Found(url, found)
    for link in candidates(response, robots, now):
        try:
            _, feed = _read(web, link)
        except (Permanent, Unavailable):
            continue
        if feed.is_feed:
            named = discover(response)
            return Found(link, feed, tuple(other for other in named.offered or named.linked if other != link))
    return Found(url, found)


def lists_stories(feed: ParsedFeed, url: str) -> bool:
    """Say whether a page is a list of stories or a site's front page, and no article.

    An article names the feed of its site too, but who gives its URL wants the article.
    """
    return feed.kind is FeedKind.INDEX or (feed.is_page and urlsplit(url).path in ("", "/"))


def candidates(page: Response, robots: Robots, now: datetime) -> Iterator[str]:
    """Iterate over what may be looked into for a page's feed: what it offers, what it links to, and the usual places.

    These lie beside a front page, a site's or that of a section; an article says nothing of them.
    """
    named = discover(page)
    yield from named.offered[:MAX_TRIED]
    usual = [urljoin(page.url, place) for place in _USUAL] if urlsplit(page.url).path.endswith("/") else []
    for link in dict.fromkeys([*named.linked[:MAX_TRIED], *usual]):
        try:
            if link not in named.offered and robots.rules(link, now).allows(link):
                yield link
        except Unavailable:
            continue


def discover(page: Response) -> Named:
    """Return the feeds that a page names, those of comments last, and last of all what may be anything in JSON or XML."""
    links = [(link.target, "") for link in header_links(page.headers) if _offers(link.relations, link.media, _TYPES)]
    try:
        tree = lxml_html.document_fromstring(page.body[:HEAD_BYTES])
    except (etree.LxmlError, ValueError):
        return Named(_ranked(links, page.url), [])
    base = absolute(page.url, next((node.get("href") for node in tree.iter("base")), None)) or page.url
    offered = _ranked([*links, *_alternates(tree, _TYPES)], base)
    loose = _ranked(_alternates(tree, _LOOSE_TYPES), base)
    return Named([*dict.fromkeys([*offered, *loose])], _ranked(_links(tree, base), base))


def _ranked(links: Iterable[tuple[str, str]], base: str) -> list[str]:
    found = {link: title for href, title in links if (link := absolute(base, href))}
    return sorted(found, key=lambda link: bool(_COMMENTS.search(link) or _COMMENTS.search(found[link])))


def _alternates(tree: Any, types: frozenset[str]) -> Iterator[tuple[str, str]]:
    for node in tree.iter("link"):
        media = (node.get("type") or "").partition(";")[0].strip().lower()
        if _offers((node.get("rel") or "").lower().split(), media, types):
            yield node.get("href") or "", node.get("title") or ""


def _offers(relations: Collection[str], media: str, types: frozenset[str]) -> bool:
    # rel="feed" was once to become HTML's own word for it, and needs no type.
    return ("alternate" in relations and media in types) or ("feed" in relations and (media in types or not media))


def _links(tree: Any, base: str) -> Iterator[tuple[str, str]]:
    host = urlsplit(base).hostname
    for node in tree.iter("a"):
        link = absolute(base, node.get("href"))
        if link and urlsplit(link).hostname == host and (_FEED_PATH.search(urlsplit(link).path) or _is_called_feed(node)):
            yield link, ""


def _is_called_feed(node: Any) -> bool:
    names = ("".join(islice(node.itertext(), 5))[:60], node.get("title"), node.get("aria-label"))
    return any(name and _FEED_WORDS.fullmatch(name) for name in names)


def _read(web: Web, url: str) -> tuple[Response, ParsedFeed]:
    response = web.get(url, max_bytes=MAX_FEED_BYTES)
    if response.status == 429 or response.status >= 500:
        raise Unavailable(f"{url}: the server answers {response.status}")
    if response.status != 200:
        raise Permanent(f"{url}: the server answers {response.status}")
    return response, parse(response.body, response.headers.get("content-type", ""), response.url)
