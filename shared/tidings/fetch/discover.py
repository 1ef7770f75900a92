"""Feed autodiscovery: the feeds that a page names, in its head or by its links.

A feed that a page offers (`<link rel="alternate">`) is meant for readers, so it is looked into as if the user had named it:
many sites close their feeds to search engines in robots.txt and offer them all the same. A link that only looks like a feed
is a guess of ours, and robots.txt is asked first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from tidings.errors import Permanent, Unavailable
from tidings.fetch.entries import FeedKind, ParsedFeed, absolute
from tidings.fetch.feeds import MAX_FEED_BYTES, parse
from tidings.fetch.robots import Robots
from tidings.ports.web import Web

MAX_TRIED = 4
"""Feeds of a page that are looked into."""
HEAD_BYTES = 500_000
"""How much of a page is searched."""

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?)(?:[/._-]|$)|\.rdf$", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?\b", re.IGNORECASE)


class Found(NamedTuple):
    """What lies at a URL; `url` is that of the feed, which a page may have named, with others beside it."""

    url: str
    feed: ParsedFeed
    others: tuple[str, ...] = ()


class Named(NamedTuple):
    """The feeds that a page names, and whether it offers them or we only guess from its links."""

    urls: list[str]
    offered: bool


def find_feed(web: Web, url: str, *, robots: Robots, now: datetime) -> Found:
    """Look what lies at a URL: a feed, or a page; of a page that names feeds, the first that can be read.

    Raises:
        Permanent: nothing that can be read.
        Unavailable: the server does not answer now.
    """
    found, body = _read(web, url)
    if not found.is_page:
        return Found(url, found)
    named = discover(body, url)
    for link in candidates(named, robots, now):
        try:
            feed, _ = _read(web, link)
        except (Permanent, Unavailable):
            continue
        if feed.is_feed:
            return Found(link, feed, tuple(other for other in named.urls if other != link))
    return Found(url, found)


def lists_stories(feed: ParsedFeed, url: str) -> bool:
    """Say whether a page is a list of stories or a site's front page, and no article.

    An article names the feed of its site too, but who gives its URL wants the article.
    """
    return feed.kind is FeedKind.INDEX or (feed.is_page and urlsplit(url).path in ("", "/"))


def candidates(named: Named, robots: Robots, now: datetime) -> Iterator[str]:
    """Iterate over the named feeds that may be looked into, at most `MAX_TRIED`."""
    for link in named.urls[:MAX_TRIED]:
        try:
            if named.offered or robots.rules(link, now).allows(link):
                yield link
        except Unavailable:
            continue


def discover(page: bytes, url: str) -> Named:
    """Return the feeds that a page names, in its order, those of comments last.

    What `<link rel="alternate">` says counts; only a page without any is searched for links that look like feeds.
    """
    try:
        tree = lxml_html.document_fromstring(page[:HEAD_BYTES])
    except (etree.LxmlError, ValueError):
        return Named([], offered=False)
    base = absolute(url, next((node.get("href") for node in tree.iter("base")), None)) or url
    offered = list(_alternates(tree))
    found = {link: title for href, title in offered or _links(tree, base) if (link := absolute(base, href))}
    urls = sorted(found, key=lambda link: bool(_COMMENTS.search(link) or _COMMENTS.search(found[link])))
    return Named(urls, offered=bool(offered))


def _alternates(tree: Any) -> Iterator[tuple[str, str]]:
    for node in tree.iter("link"):
        kind = (node.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (node.get("rel") or "").lower().split() and kind in _TYPES:
            yield node.get("href") or "", node.get("title") or ""


def _links(tree: Any, base: str) -> Iterator[tuple[str, str]]:
    host = urlsplit(base).hostname
    for node in tree.iter("a"):
        link = absolute(base, node.get("href"))
        if link and urlsplit(link).hostname == host and _FEED_PATH.search(urlsplit(link).path):
            yield link, ""


def _read(web: Web, url: str) -> tuple[ParsedFeed, bytes]:
    response = web.get(url, max_bytes=MAX_FEED_BYTES)
    if response.status == 429 or response.status >= 500:
        raise Unavailable(f"{url}: the server answers {response.status}")
    if response.status != 200:
        raise Permanent(f"{url}: the server answers {response.status}")
    return parse(response.body, response.headers.get("content-type", ""), response.url), response.body
