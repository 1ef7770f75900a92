"""Sitemaps (sitemaps.org) with Google's news extension, and sitemap indexes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tidings.errors import BadInput
from tidings.fetch.entries import Entry, FeedKind, ParsedFeed, absolute
from tidings.records import EntryHint

MAX_CHILDREN = 20
"""Most sitemaps of an index that one poll reads: the newest by `lastmod`."""


def read_sitemap(body: bytes, url: str) -> ParsedFeed:
    """Read a sitemap or a sitemap index.

    Raises:
        BadInput: broken XML, or XML that declares entities.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadInput(f"{url}: broken sitemap: {str(error).splitlines()[0][:200]}") from None
    if _name(root) == "sitemapindex":
        found = [(_text(node, "lastmod"), absolute(url, _text(node, "loc"))) for node in root if _name(node) == "sitemap"]
        newest = sorted(((when or "", where) for when, where in found if where), reverse=True)
        return ParsedFeed(FeedKind.SITEMAP_INDEX, children=tuple(where for _, where in newest[:MAX_CHILDREN]))
    entries = tuple(entry for node in root if _name(node) == "url" and (entry := _entry(node, url)) is not None)
    return ParsedFeed(FeedKind.SITEMAP, entries=entries)


def _entry(node: Any, base: str) -> Entry | None:
    where = absolute(base, _text(node, "loc"))
    if where is None:
        return None
    news = next((child for child in node if _name(child) == "news"), None)
    if news is None:
        return Entry(where, where, EntryHint(updated=_moment(_text(node, "lastmod"))))
    publication = next((child for child in news if _name(child) == "publication"), None)
    hint = EntryHint(
        title=_text(news, "title"),
        outlet=_text(publication, "name") if publication is not None else None,
        language=_text(publication, "language") if publication is not None else None,
        published=_moment(_text(news, "publication_date")),
        updated=_moment(_text(node, "lastmod")),
    )
    return Entry(where, where, hint)


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
