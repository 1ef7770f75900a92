"""What is looked at before a feed in XML is read: its encoding, its entities, how much is in it, where it may be cut.

feedparser takes what it gets: an item of six bytes becomes two kilobytes, and what is not well-formed goes to a second
parser, which forgives and is slow. So the sizes that make them long or large are bounded here, in one quick pass.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.parsers import expat

from feedparser.encodings import RE_XML_PI_ENCODING, convert_to_utf8, parse_content_type

from tidings.encodings import web_encoding
from tidings.errors import BadInput, TooLarge

MAX_ELEMENTS = 450_000
"""The parser takes 50 µs for each; 50,000 entries have nine of them each."""
MAX_DEPTH = 300
MAX_ATTRIBUTES = 200
"""Of one element: the parser's time is quadratic in it."""
MAX_ENTRY_BYTES = 3_000_000
"""Of one entry; and of all that stands before the first."""
MAX_TAG_BYTES = 1_000_000
"""Of one tag with its attributes: a picture may be one of them."""
MAX_BROKEN_BYTES = 2_000_000
"""Of a feed that is not well-formed."""
MAX_BROKEN_SIGNS = 150_000
"""Tags and references of such a feed."""
MAX_BROKEN_ENTRIES = 5_000
MAX_BROKEN_TAG_BYTES = 50_000
MAX_CONVERTED_BYTES = 5_000_000
"""Of a feed that is not in UTF-8."""

_CHUNK = 1 << 16
_DECLARATION_BYTES = 300
_ENTRIES = frozenset({"item", "entry"})
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_ENTRY_TAG = re.compile(rb"<(?:[\w.-]{1,30}:)?(?:item|entry)\b", re.IGNORECASE)
_LONG_TAG = re.compile(rb"<[^<>]{%d}" % MAX_TAG_BYTES)
_LONG_BROKEN_TAG = re.compile(rb"<\w[^<>]{%d}" % MAX_BROKEN_TAG_BYTES)


@dataclass(frozen=True)
class Shape:
    """Where the entries of a well-formed feed begin, and the end tags of what is open there."""

    starts: list[int]
    closing: bytes


def own_line(body: bytes) -> bytes:
    """Return a body whose XML declaration has a line of its own: feedparser's search in that line is cubic in its length."""
    if not body.removeprefix(codecs.BOM_UTF8).startswith(b"<?"):
        return body
    end = body.find(b"?>", 0, _DECLARATION_BYTES) + 2
    # What is longer is no declaration, and need not stay well-formed.
    return (
        b"%b\n%b" % (body[:end], body[end:])
        if end > 1
        else b"%b\n%b" % (body[:_DECLARATION_BYTES], body[_DECLARATION_BYTES:])
    )


def in_utf8(body: bytes, content_type: str, url: str) -> tuple[bytes, str]:
    """Return a feed in UTF-8 and the content type that says so, converted by what it declares.

    What is checked afterwards is then what the parser will see, whatever odd encoding hides it.

    A header that names no character set says nothing.

    Raises:
        BadInput: it declares an encoding that is none.
        TooLarge: a long feed that is not in UTF-8.
    """
    media, charset = parse_content_type(content_type)
    if charset and web_encoding(charset) is None:
        content_type, charset = media, ""
    declared = _declared(body)
    if declared is not None and web_encoding(declared) is None:
        raise BadInput(f"{url}: unknown encoding {declared[:60]!r}")
    inside = declared.lower() if declared else "utf-8"
    outside = charset.lower() or "utf-8"
    ascii_alone = inside in ("us-ascii", "ascii") and body.isascii()
    if (inside == "utf-8" or ascii_alone) and outside in _UTF8 and _is_utf8(body):
        return body.removeprefix(codecs.BOM_UTF8), "application/xml; charset=utf-8"
    if len(body) > MAX_CONVERTED_BYTES:
        raise TooLarge(f"{url}: {len(body)} bytes that are not UTF-8, the limit is {MAX_CONVERTED_BYTES}")
    result: dict[str, Any] = {}
    with contextlib.suppress(Exception):  # whatever odd codec the server may name
        converted = convert_to_utf8({"content-type": content_type or "application/xml"}, own_line(body), result)
        if result.get("encoding"):
            return converted, "application/xml; charset=utf-8"
    return body, content_type


def _declared(body: bytes) -> str | None:
    """Return the encoding that a feed declares, where feedparser will look for it."""
    start = own_line(body[: 2 * _DECLARATION_BYTES]).removeprefix(codecs.BOM_UTF8)
    found = RE_XML_PI_ENCODING.match(start)
    return found.group(1).decode("utf-8", "replace") if found else None


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(body), _CHUNK):  # piece by piece: one wide character makes the whole text four times as large
            decoder.decode(body[at : at + _CHUNK], at + _CHUNK >= len(body))
    except UnicodeDecodeError:
        return False
    return True


def survey(body: bytes, url: str) -> Shape | None:
    """Return the shape of a feed; None if it is not well-formed, but short enough to be read nevertheless.

    Raises:
        BadInput: it declares entities.
        TooLarge: more than the parsers can take.
    """
    if _LONG_TAG.search(body):
        raise TooLarge(f"{url}: a tag of over {MAX_TAG_BYTES} bytes")
    seen = _Survey()
    try:
        seen.parser.Parse(body, True)
        well_formed = not seen.doctype
    except _Enough as error:
        raise TooLarge(f"{url}: {error}") from None
    except (expat.ExpatError, LookupError, ValueError):
        well_formed = False
    # No feed format needs entities of its own, and a handful of them can expand to gigabytes. They are declared before
    # the root, and an author may well write of them further down; but what is broken before its root may be anything.
    if seen.entities or (not seen.rooted and _ENTITY.search(body)):
        raise BadInput(f"{url}: declares XML entities, which are never expanded")
    if not well_formed:
        _refuse_heavy(body, url)
        return None
    edges = [0, *seen.starts, len(body)]
    if max(last - first for first, last in pairwise(edges)) > MAX_ENTRY_BYTES:
        raise TooLarge(f"{url}: an entry of over {MAX_ENTRY_BYTES} bytes")
    return Shape(seen.starts, "".join(f"</{name}>" for name in reversed(seen.place)).encode())


def _refuse_heavy(body: bytes, url: str) -> None:
    if len(body) > MAX_BROKEN_BYTES:
        raise TooLarge(f"{url}: {len(body)} bytes of broken XML, the limit is {MAX_BROKEN_BYTES}")
    if body.count(b"<") + body.count(b"&") > MAX_BROKEN_SIGNS:
        raise TooLarge(f"{url}: broken XML with over {MAX_BROKEN_SIGNS} tags and references")
    if _LONG_BROKEN_TAG.search(body):
        raise TooLarge(f"{url}: broken XML with a tag of over {MAX_BROKEN_TAG_BYTES} bytes")
    if sum(1 for _ in _ENTRY_TAG.finditer(body)) > MAX_BROKEN_ENTRIES:
        raise TooLarge(f"{url}: broken XML with over {MAX_BROKEN_ENTRIES} entries")


class _Enough(Exception):
    """Ends a parse that has seen too much."""


class _Survey:
    """A pass of expat that counts, as strict as feedparser's first parser: it minds namespaces, and no document type."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.namespace_prefixes = True
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.starts: list[int] = []
        self.place: list[str] = []
        self.doctype = self.entities = self.rooted = False
        self._opened: list[str] = []
        self._elements = 0

    def _start(self, name: str, attributes: list[str]) -> None:
        self.rooted = True
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _Enough(f"over {MAX_ELEMENTS} elements")
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise _Enough(f"an element with over {MAX_ATTRIBUTES} attributes")
        if len(self._opened) >= MAX_DEPTH:
            raise _Enough(f"over {MAX_DEPTH} elements inside each other")
        # "uri local prefix", "uri local" or "local"
        parts = name.split(" ")
        local = parts[1] if len(parts) > 1 else name
        if local.lower() in _ENTRIES and len(self._opened) in (1, 2) and (not self.starts or self._opened == self.place):
            if not self.starts:
                self.place = list(self._opened)
            self.starts.append(self.parser.CurrentByteIndex)
        self._opened.append(f"{parts[2]}:{local}" if len(parts) > 2 else local)

    def _end(self, name: str) -> None:
        self._opened.pop()

    def _doctype(self, *_: object) -> None:
        self.doctype = True

    def _entity(self, *_: object) -> None:
        self.entities = True
