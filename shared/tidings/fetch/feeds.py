"""Reading a feed: what kind it is, and its entries. Pure functions of the bytes; nothing is fetched.

RSS, RDF and Atom go through feedparser, which is given bytes only and does not sanitise (nothing here is shown as HTML);
JSON Feed and sitemaps have modules of their own. An HTML page or a plain text is itself the document.
"""

from __future__ import annotations

import calendar
import codecs
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import feedparser

from tidings.errors import BadInput, TooLarge
from tidings.fetch.entries import Entry, FeedKind, ParsedFeed, absolute
from tidings.fetch.json_feed import read_json_feed
from tidings.fetch.sitemaps import read_sitemap
from tidings.ids import digest
from tidings.records import EntryHint

MAX_FEED_BYTES = 5_000_000
MAX_ENTRIES = 2_000

_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([A-Za-z0-9._:-]{1,60})[\"']")
_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?([A-Za-z][\w-]{0,40})[\s/>]")
_PASSWORD = re.compile(rb"<input[^>]{0,300}type\s{0,5}=\s{0,5}[\"']?password", re.IGNORECASE)
_NOT_TEXT = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"ID3", b"\x00\x00\x00")
_BINARY_TYPES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/gzip")


def parse(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """Read whatever a feed's URL gave.

    Raises:
        BadInput: empty, an image, a login page, not XML, an unknown encoding …; the text names the URL and the reason.
        TooLarge: over `MAX_FEED_BYTES`.
    """
    if len(body) > MAX_FEED_BYTES:
        raise TooLarge(f"{url}: the feed has {len(body)} bytes, the limit is {MAX_FEED_BYTES}")
    start = _start(body)
    media = content_type.partition(";")[0].strip().lower()
    _refuse_unreadable(body, start, media, url)
    if start.startswith(b"{"):
        return _without_twins(read_json_feed(body, url))
    if not start.startswith(b"<"):
        return _plain(media, url)
    root = _root(start)
    if root in (b"urlset", b"sitemapindex"):
        return _without_twins(read_sitemap(body, url))
    if root in (b"rss", b"feed", b"rdf", b"channel"):
        return _without_twins(_read_xml_feed(body, content_type, url))
    if root == b"html" or "html" in media or media in ("", "text/plain"):
        if _PASSWORD.search(body):
            raise BadInput(f"{url}: a login page came instead of a feed")
        if "xml" in media and "xhtml" not in media:
            raise BadInput(f"{url}: an HTML page came where the server promised {media}")
        return ParsedFeed(FeedKind.PAGE)
    raise BadInput(f"{url}: XML, but no feed: its root is <{root.decode('ascii', 'replace')}>")


def _start(body: bytes) -> bytes:
    head = body[:8192]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("utf-8")
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def _root(start: bytes) -> bytes:
    text = re.sub(rb"<!--.{0,4000}?-->", b"", start, flags=re.DOTALL)
    if re.match(rb"(?:<\?xml[^>]{0,200}>)?\s{0,100}<!doctype\s{1,9}html", text, re.IGNORECASE):
        return b"html"
    found = _ROOT.search(text)
    return found.group(1).lower() if found else b""


def _refuse_unreadable(body: bytes, start: bytes, media: str, url: str) -> None:
    if not start:
        raise BadInput(f"{url}: the answer is empty")
    if media.startswith(_BINARY_TYPES) or start.startswith(_NOT_TEXT):
        raise BadInput(f"{url}: not a feed but {media or 'binary data'}")
    declared = _XML_ENCODING.match(start)
    if declared:
        name = declared.group(1).decode("ascii")
        try:
            codecs.lookup(name)
        except LookupError:
            raise BadInput(f"{url}: unknown encoding {name!r}") from None
    # No feed format needs entities of its own, and a handful of them can expand to gigabytes.
    if b"<!ENTITY" in body.replace(b"\0", b"").upper():
        raise BadInput(f"{url}: declares XML entities, which are never expanded")


def _plain(media: str, url: str) -> ParsedFeed:
    if "xml" in media or "rss" in media or "atom" in media:
        raise BadInput(f"{url}: not XML, though the server says {media}")
    if "json" in media:
        raise BadInput(f"{url}: not JSON, though the server says {media}")
    return ParsedFeed(FeedKind.PAGE if "html" in media else FeedKind.TEXT)


def _without_twins(feed: ParsedFeed) -> ParsedFeed:
    # Some feeds give several entries one guid; guid and link together still tell them apart.
    if len(feed.entries) > MAX_ENTRIES:
        raise TooLarge(f"the feed has {len(feed.entries)} entries, the limit is {MAX_ENTRIES}")
    counts = Counter(entry.key for entry in feed.entries)
    kept: dict[str, Entry] = {}
    for entry in feed.entries:
        key = entry.key if counts[entry.key] == 1 else f"{entry.key} {entry.url or entry.digest()}"
        kept.setdefault(key, replace(entry, key=key))
    return replace(feed, entries=tuple(kept.values()))


def _read_xml_feed(body: bytes, content_type: str, url: str) -> ParsedFeed:
    found = feedparser.parse(
        io.BytesIO(body),
        # No content-location: feedparser would resolve guids against it as if they were links.
        response_headers={"content-type": content_type or "application/xml"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    version = str(found.get("version") or "")
    if not version and not found.entries:
        reason = str(found.get("bozo_exception") or "no feed inside").splitlines()[0][:200]
        raise BadInput(f"{url}: not a readable feed: {reason}")
    if found.get("bozo") and not found.entries and not found.feed:
        raise BadInput(f"{url}: broken XML: {str(found.bozo_exception).splitlines()[0][:200]}")
    entries = tuple(entry for raw in found.entries if (entry := _entry(raw, url)) is not None)
    ttl = str(found.feed.get("ttl") or "")
    return ParsedFeed(
        FeedKind.ATOM if version.startswith("atom") else FeedKind.RSS,
        _clean(found.feed.get("title")),
        entries,
        ttl_s=int(ttl) * 60 if ttl.isdecimal() and len(ttl) < 6 else 0,
    )


def _entry(raw: Any, feed_url: str) -> Entry | None:
    url = absolute(feed_url, raw.get("link"))
    contents = [str(part.get("value") or "") for part in raw.get("content", ())]
    source = raw.get("source") or {}
    hint = EntryHint(
        guid=_clean(raw.get("id")),
        title=_clean(raw.get("title")),
        outlet=_clean(source.get("title")) if source else None,
        author=_clean(raw.get("author")),
        # dict.get: feedparser's own answers `updated` with `published`, and warns that it does.
        published=_moment(dict.get(raw, "published_parsed")),
        updated=_moment(dict.get(raw, "updated_parsed")),
        language=_clean((raw.get("title_detail") or {}).get("language")),
        content_html=max(contents, key=len, default="") or None,
        summary_html=str(raw.get("summary") or "") or None,
    )
    if url is None and not (hint.content_html or hint.summary_html):
        return None
    return Entry(hint.guid or url or digest(hint.title or "", hint.summary_html or ""), url, hint)


def _clean(value: object) -> str | None:
    text = " ".join(str(value).split()) if value else ""
    return text[:1000] or None


def _moment(parsed: Any) -> datetime | None:
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
