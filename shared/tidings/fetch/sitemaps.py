"""Sitemaps (sitemaps.org) with Google's news extension, and sitemap indexes."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tidings.errors import BadInput
from tidings.fetch.entries import Child, Entry, FeedKind, ParsedFeed, absolute, entry_of
from tidings.records import EntryHint

MAX_CHILDREN = 20
"""Most sitemaps of an index that one poll reads: the newest by `lastmod`."""


def read_sitemap(body: bytes, url: str) -> ParsedFeed:
    """Read a sitemap or a sitemap index.

    Raises:
        BadInput: broken XML, or XML that declares entities.
    """
    entries: list[Entry] = []
    children: list[tuple[str, str]] = []
    root: Any = None
    try:
        # Node by node: a tree of 50,000 of them would take 200 MB.
        for event, node in iterparse(io.BytesIO(body), events=("start", "end"), forbid_dtd=True):
            if root is None:
                root = node
            elif event == "end" and _name(node) == "url":
                if (entry := _entry(node, url)) is not None:
                    entries.append(entry)
                root.clear()
            elif event == "end" and _name(node) == "sitemap":
                if (where := absolute(url, _text(node, "loc"))) is not None:
                    children.append((_text(node, "lastmod") or "", where))
                root.clear()
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadInput(f"{url}: broken sitemap: {str(error).splitlines()[0][:200]}") from None
    if _name(root) == "sitemapindex":
        newest = sorted(children, reverse=True)[:MAX_CHILDREN]
        return ParsedFeed(FeedKind.SITEMAP_INDEX, children=tuple(Child(where, changed or None) for changed, where in newest))
    return ParsedFeed(FeedKind.SITEMAP, entries=tuple(entries))


def _entry(node: Any, base: str) -> Entry | None:
    where = absolute(base, _text(node, "loc"))
    if where is None:
        return None
    news = next((child for child in node if _name(child) == "news"), None)
    if news is None:
        return entry_of(where, EntryHint(updated=_moment(_text(node, "lastmod"))))
    publication = next((child for child in news if _name(child) == "publication"), None)
    hint = EntryHint(
        title=_text(news, "title"),
        outlet=_text(publication, "name") if publication is not None else None,
        language=_text(publication, "language") if publication is not None else None,
        published=_moment(_text(news, "publication_date")),
        updated=_moment(_text(node, "lastmod")),
    )
    return entry_of(where, hint)


def _name(node: Any) -> str:
    return str(node.tag).rpartition("}")[2] if isinstance(node.tag, str) else ""


def _text(node: Any, name: str) -> str | None:
    child = next((child for child in node if _name(child) == name), None)
    text = " ".join((child.text or "").split()) if child is not None else ""
    return text or None


def _moment(text: str | None) -> datetime | None:
    # A bare day says nothing of the hour: the page itself is asked instead.
    if not text or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
