"""Sitemaps (sitemaps.org) with Google's news extension, and sitemap indexes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tidings.errors import BadInput
from tidings.fetch.entries import Child, Entry, FeedKind, ParsedFeed, absolute, entry_of, line
from tidings.fetch.feed_times import day_or_moment
from tidings.records import EntryHint

MAX_NODES = 60_000
"""A sitemap may have 50,000 URLs (sitemaps.org)."""
MAX_PARTS = 5_000
"""Most elements of one URL in a sitemap: a thousand pictures, each with a caption (Google's image extension)."""
NEWEST = 20
"""Sitemaps with a `lastmod` that are followed of an index, and others of the last one's day: an archive is no news."""
MAX_CHILDREN = 500
"""Most sitemaps of an index that are followed at all."""


def read_sitemap(body: bytes, url: str) -> ParsedFeed:
    """Read a sitemap or a sitemap index.

    Raises:
        BadInput: broken XML, or XML that declares entities.
    """
    entries: list[Entry] = []
    children: list[tuple[str, str]] = []
    root = ""
    try:
        for name, node in _nodes(body):
            root = root or name
            if node is None:
                continue
            if _name(node) == "url" and (entry := _entry(node, url)) is not None:
                entries.append(entry)
            elif _name(node) == "sitemap" and (where := _location(node, url)) is not None:
                children.append((_text(node, "lastmod") or "", where))
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadInput(f"{url}: broken sitemap: {str(error).splitlines()[0][:200]}") from None
    if root == "sitemapindex":
        return ParsedFeed(FeedKind.SITEMAP_INDEX, children=_followed(children))
    return ParsedFeed(FeedKind.SITEMAP, entries=tuple(entries))


def _followed(children: list[tuple[str, str]]) -> tuple[Child, ...]:
    newest = sorted(children, reverse=True)
    dated = [Child(where, changed) for changed, where in newest if changed]
    oldest = (dated[NEWEST - 1].changed or "")[:10] if len(dated) >= NEWEST else ""
    undated = [Child(where) for changed, where in newest if not changed]
    return tuple([*(child for child in dated if (child.changed or "")[:10] >= oldest), *undated][:MAX_CHILDREN])


def _nodes(body: bytes) -> Iterator[tuple[str, Any]]:
    """Iterate over the root's name and the nodes right below it, one at a time: a tree of all of them would take 200 MB."""
    root: Any = None
    depth = parts = nodes = 0
    for event, node in iterparse(io.BytesIO(body), events=("start", "end"), forbid_dtd=True):
        if root is None:
            root = node
            yield _name(root), None
        elif event == "start":
            depth, parts = depth + 1, parts + 1
            if parts > MAX_PARTS:
                raise ValueError(f"over {MAX_PARTS} elements in one")
        else:
            depth -= 1
        if event == "end" and depth == 0:
            parts, nodes = 0, nodes + 1
            if nodes > MAX_NODES:
                raise ValueError(f"over {MAX_NODES} elements")
            yield "", node
            root.clear()


def _entry(node: Any, base: str) -> Entry | None:
    where = _location(node, base)
    if where is None:
        return None
    news = next((child for child in node if _name(child) == "news"), None)
    if news is None:
        return entry_of(where, EntryHint(updated=_moment(_text(node, "lastmod"))))
    publication = next((child for child in news if _name(child) == "publication"), None)
    published = day_or_moment(_text(news, "publication_date"))
    hint = EntryHint(
        title=_text(news, "title"),
        outlet=_text(publication, "name") if publication is not None else None,
        language=_text(publication, "language") if publication is not None else None,
        published=published.moment,
        published_precision=published.precision,
        updated=_moment(_text(node, "lastmod")),
    )
    return entry_of(where, hint)


def _location(node: Any, base: str) -> str | None:
    child = next((child for child in node if _name(child) == "loc"), None)
    return absolute(base, child.text) if child is not None else None


def _name(node: Any) -> str:
    return str(node.tag).rpartition("}")[2] if isinstance(node.tag, str) else ""


def _text(node: Any, name: str) -> str | None:
    child = next((child for child in node if _name(child) == name), None)
    return line(child.text) if child is not None else None


def _moment(text: str | None) -> datetime | None:
    # A bare day says nothing of the hour of a change.
    found = day_or_moment(text)
    return found.moment if found.precision is None else None
