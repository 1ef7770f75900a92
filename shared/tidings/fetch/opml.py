"""OPML, in which feed readers exchange lists of feeds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import quoteattr

import listparser
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tidings.errors import BadInput
from tidings.records import Feed

MAX_BYTES = 5_000_000
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say; a title in JSON can."""

_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=(https?:)?)", re.IGNORECASE)
"""The scheme that browsers hand to feed readers: `feed:https://…`, or `feed://…` for http."""


class Outline(NamedTuple):
    """A feed in an OPML file."""

    url: str
    title: str | None = None


def outlines_of(text: bytes, name: str = "the OPML file") -> list[Outline]:
    """Return the feeds that an OPML file names, in its order, each once. Their URLs are unchecked.

    Raises:
        BadInput: not OPML, or it declares entities, or it names no feed.
    """
    if len(text) > MAX_BYTES:
        raise BadInput(f"{name} has {len(text)} bytes, the limit is {MAX_BYTES}")
    try:
        # listparser repairs and guesses; what is not well-formed, or declares entities, is refused before.
        fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadInput(f"{name} is no readable OPML file: {str(error).splitlines()[0][:200]}") from None
    listed = listparser.parse(text).get("feeds", [])
    found = {
        _FEED_SCHEME.sub(_http, str(entry["url"]).strip()): " ".join(str(entry.get("title") or "").split())[:200]
        for entry in listed
        if str(entry.get("url") or "").strip()
    }
    if not found:
        raise BadInput(f"{name} names no feed")
    return [Outline(url, title if title != url else None) for url, title in ((u, t or None) for u, t in found.items())]


def _http(found: re.Match[str]) -> str:
    return "" if found.group(1) else "http://"


def opml_of(feeds: Iterable[Feed]) -> str:
    """Return the feeds as OPML 2.0, in order of their URLs."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head><title>Tidings</title></head>",
        "  <body>",
    ]
    for feed in sorted(feeds, key=lambda feed: feed.url):
        name = quoteattr(_NOT_XML.sub("", feed.title or "") or feed.url)
        lines.append(f'    <outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}/>')
    return "\n".join([*lines, "  </body>", "</opml>", ""])
