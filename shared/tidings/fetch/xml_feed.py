"""RSS of every version, RDF and Atom, read by feedparser.

It gets bytes only, and does not sanitise: nothing here is shown as HTML.

feedparser keeps some kilobytes for each entry until it ends. A long feed that is well-formed is therefore cut between its
entries and read a slice at a time: the memory stays that of one slice, and the entries are the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import feedparser
from lxml import etree
from lxml import html as lxml_html

from tidings.errors import BadInput
from tidings.fetch.entries import Entry, FeedKind, ParsedFeed, absolute, entry_of, line, well_formed
from tidings.fetch.feed_times import FeedTime, feed_time
from tidings.fetch.rhythm import quiet_of
from tidings.fetch.xml_shape import in_utf8, own_line, survey
from tidings.records import EntryHint

WHOLE_BYTES = 500_000
"""Up to here a feed is read in one piece."""
SLICE = 500
"""Entries in a slice."""
MAX_TITLE = 20_000
"""Characters of a title, markup included."""
_PERIODS = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
"""Days of an update period (RSS 1.0 syndication module)."""


def read_xml_feed(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """Read a feed in XML, well-formed or nearly so.

    Raises:
        BadInput: there is no feed in it.
        TooLarge: long and broken.
    """
    entries: list[Entry] = []
    found: Any = None
    body, content_type = in_utf8(body, content_type, url)
    for piece in _pieces(body, url):
        found = _parsed(piece, content_type, url)
        entries.extend(_entry(raw, url) for raw in found.entries)
    version = str(found.get("version") or "")
    if not entries and (not version or (found.get("bozo") and not found.feed)):
        reason = str(found.get("bozo_exception") or "no feed inside").splitlines()[0][:200]
        raise BadInput(f"{url}: not a readable feed: {reason}")
    # Every slice repeats what stands before the entries, and the last one has what stands behind them too.
    about = found.feed
    return ParsedFeed(
        FeedKind.ATOM if version.startswith("atom") else FeedKind.RSS,
        line(_plain(about.get("title"), about.get("title_detail"))),
        tuple(entries),
        ttl_s=_ttl_s(about),
        quiet=quiet_of(body),
        hub=_link(about, "hub", url),
        topic=_link(about, "self", url),
    )


def _pieces(body: bytes, url: str) -> Iterator[bytes]:
    shape = survey(body, url)
    if shape is None or not shape.starts or len(body) <= WHOLE_BYTES:
        yield body
        return
    head = body[: shape.starts[0]]
    starts = shape.starts[::SLICE]
    for first, last in pairwise(starts):
        yield head + body[first:last] + shape.closing
    yield head + body[starts[-1] :]


def _parsed(body: bytes, content_type: str, url: str) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(own_line(body)),
            # No content-location: feedparser would resolve guids against it as if they were links.
            response_headers={"content-type": content_type or "application/xml"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except RecursionError:
        raise BadInput(f"{url}: nested too deeply") from None
    except Exception as error:  # the parser that forgives was made for mistakes, not for malice
        raise BadInput(f"{url}: not a readable feed: {type(error).__name__}: {str(error)[:200]}") from None


def _entry(raw: Any, feed_url: str) -> Entry:
    link = raw.get("link")
    if raw.get("guidislink") and "/" not in str(link):
        link = None  # a mere number; RSS takes a guid for a link unless it is said to be none
    url = absolute(feed_url, link)
    contents = [str(part.get("value") or "") for part in raw.get("content", ())]
    source = raw.get("source") or {}
    # dict.get: feedparser's own answers `updated` with `published`, and warns that it does.
    published = _time(raw, "published", feed_url)
    hint = EntryHint(
        guid=line(raw.get("id")),
        title=line(_plain(raw.get("title"), raw.get("title_detail"))),
        outlet=line(source.get("title")) if source else None,
        author=line(raw.get("author")),
        published=published.moment,
        published_precision=published.precision,
        updated=_time(raw, "updated", feed_url).moment,
        language=line((raw.get("title_detail") or {}).get("language")),
        content_html=well_formed(max(contents, key=len, default="")) or None,
        summary_html=well_formed(str(raw.get("summary") or "")) or None,
    )
    return entry_of(url, hint)


def _ttl_s(about: Any) -> int:
    ttl = str(about.get("ttl") or "").strip()
    asked = int(ttl) * 60 if ttl.isdecimal() and len(ttl) < 6 else 0
    days = _PERIODS.get(str(about.get("sy_updateperiod") or "").strip().lower())
    often = str(about.get("sy_updatefrequency") or "1").strip()
    if days is not None and often.isdecimal() and 0 < int(often[:6]) < 100_000:
        asked = max(asked, int(timedelta(days=days).total_seconds() / int(often[:6])))
    return asked


def _link(about: Any, relation: str, url: str) -> str | None:
    found = (absolute(url, link.get("href")) for link in about.get("links") or () if link.get("rel") == relation)
    return next((link for link in found if link), None)


def _plain(text: Any, detail: Any) -> str | None:
    """Return the words of a text that may be HTML."""
    if not text or "html" not in str((detail or {}).get("type")) or not any(sign in text for sign in "<&"):
        return text or None
    try:
        tree = lxml_html.fromstring(f"<div>{text[:MAX_TITLE]}</div>")
        etree.strip_elements(tree, "script", "style", etree.Comment, with_tail=False)
        return str(tree.text_content())
    except (etree.LxmlError, ValueError):
        return str(text)


def _time(raw: Any, name: str, url: str) -> FeedTime:
    return feed_time(str(dict.get(raw, name) or ""), dict.get(raw, f"{name}_parsed"), url)
