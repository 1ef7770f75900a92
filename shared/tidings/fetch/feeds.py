"""Reading a feed: what kind it is, and its entries. Pure functions of the bytes; nothing is fetched.

Each format has its module. An HTML page or a plain text is itself the document, unless it is a list of stories elsewhere.
"""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import replace
from itertools import islice

from tidings.errors import BadInput, TooLarge
from tidings.fetch.entries import FeedKind, ParsedFeed, without_twins
from tidings.fetch.index_pages import read_index
from tidings.fetch.json_feed import read_json_feed
from tidings.fetch.sitemaps import read_sitemap
from tidings.fetch.xml_feed import read_xml_feed

MAX_FEED_BYTES = 16_000_000
"""Room for 50,000 entries with a summary each."""
MAX_PAGE_BYTES = 10_000_000
MAX_ENTRIES = 60_000
"""A sitemap may have 50,000 (sitemaps.org)."""
MAX_INPUTS = 200
LOGIN_PARAGRAPHS = 3
"""A page that asks for a password and has no more paragraphs is a login page; many a page has the form in a corner."""

_DECLARATION = re.compile(r"^\ufeff?\s{0,20}<\?xml[^>]{0,300}>")
_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?([A-Za-z][\w-]{0,40})[\s/>]")
_INPUT = re.compile(rb"<input\s", re.IGNORECASE)
_PASSWORD = re.compile(rb"[^>]{0,300}?type\s{0,5}=\s{0,5}[\"']?password", re.IGNORECASE)
_PARAGRAPH = re.compile(rb"<p[\s>]", re.IGNORECASE)
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
    ("<?xm".encode("cp037"), "cp037"),
)
"""How files begin whose letters are not those of ASCII, byte by byte (XML 1.0, appendix F)."""
_NOT_TEXT = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"ID3", b"\x00\x00\x00")
_BINARY_TYPES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip")


def parse(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """Read whatever a feed's URL gave.

    Raises:
        BadInput: empty, an image, a login page, not XML, an unknown encoding …; the text names the URL and the reason.
        TooLarge: over `MAX_FEED_BYTES`.
    """
    body = _unpacked(body, url)
    body, content_type = _narrow(body, content_type)
    if len(body) > MAX_FEED_BYTES:
        raise TooLarge(f"{url}: the feed has {len(body)} bytes, the limit is {MAX_FEED_BYTES}")
    feed = _read(body, content_type, url)
    if feed.is_document and len(body) > MAX_PAGE_BYTES:
        raise TooLarge(f"{url}: the page has {len(body)} bytes, the limit is {MAX_PAGE_BYTES}")
    if len(feed.entries) > MAX_ENTRIES:
        raise TooLarge(f"{url}: the feed has {len(feed.entries)} entries, the limit is {MAX_ENTRIES}")
    return replace(feed, entries=without_twins(feed.entries))


def _read(body: bytes, content_type: str, url: str) -> ParsedFeed:
    start = _start(body)
    media = content_type.partition(";")[0].strip().lower()
    _refuse_unreadable(body, start, media, url)
    if start.startswith(b"{"):
        return read_json_feed(body, url)
    if not start.startswith(b"<"):
        return _plain(media, url)
    root = _root(start)
    if root in (b"urlset", b"sitemapindex"):
        return read_sitemap(body, url)
    if root in (b"rss", b"feed", b"rdf", b"channel"):
        return read_xml_feed(body, content_type, url)
    if root == b"html" or "html" in media or media in ("", "text/plain"):
        if _asks_for_a_password(body):
            raise BadInput(f"{url}: a login page came instead of a feed")
        if "xml" in media and "xhtml" not in media:
            raise BadInput(f"{url}: an HTML page came where the server promised {media}")
        listed = read_index(body, url)
        return ParsedFeed(FeedKind.INDEX, entries=listed) if listed else ParsedFeed(FeedKind.PAGE)
    raise BadInput(f"{url}: XML, but no feed: its root is <{root.decode('ascii', 'replace')}>")


def _unpacked(body: bytes, url: str) -> bytes:
    # Sitemaps lie on servers as sitemap.xml.gz, sent as the file that it is and with no word of an encoding.
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, MAX_FEED_BYTES + 1)
    except zlib.error as error:
        raise BadInput(f"{url}: broken gzip: {error}") from None
    if not unpacker.eof and len(unpacked) <= MAX_FEED_BYTES:
        raise BadInput(f"{url}: broken gzip: it ends too soon")
    return unpacked


def _narrow(body: bytes, content_type: str) -> tuple[bytes, str]:
    codec = next((codec for start, codec in _WIDE if body.startswith(start)), None)
    if codec is None or len(body) > MAX_FEED_BYTES:
        return body, content_type
    text = _DECLARATION.sub("", body.decode(codec, "replace"), count=1).encode("utf-8", "replace")
    return text, f"{content_type.partition(';')[0] or 'application/xml'}; charset=utf-8"


def _asks_for_a_password(body: bytes) -> bool:
    inputs = islice(_INPUT.finditer(body), MAX_INPUTS)
    paragraphs = islice(_PARAGRAPH.finditer(body), LOGIN_PARAGRAPHS + 1)
    return any(_PASSWORD.match(body, found.end()) for found in inputs) and len(list(paragraphs)) <= LOGIN_PARAGRAPHS


def _start(body: bytes) -> bytes:
    return body[:8192].removeprefix(codecs.BOM_UTF8).lstrip()


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


def _plain(media: str, url: str) -> ParsedFeed:
    if "xml" in media or "rss" in media or "atom" in media:
        raise BadInput(f"{url}: not XML, though the server says {media}")
    if "json" in media:
        raise BadInput(f"{url}: not JSON, though the server says {media}")
    return ParsedFeed(FeedKind.PAGE if "html" in media else FeedKind.TEXT)
