"""Events as feeds: Atom (RFC 4287, with RFC 5005 paging) and JSON Feed 1.1."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from tidings.query.telling import headline
from tidings.records import CanonicalEvent, Mention

ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00+00:00"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that no XML 1.0 document may hold, escaped or not (XML 1.0, 2.2)."""
_WEB = re.compile(r"https?://[^\s]+", re.I)


@dataclass(frozen=True)
class Channel:
    """A feed of events: its title, its own address, that of its next page, and that of the API."""

    title: str
    url: str
    next_url: str | None
    base_url: str


def as_atom(events: Sequence[CanonicalEvent], channel: Channel) -> str:
    """Return an Atom feed."""
    feed = ElementTree.Element("feed", xmlns=ATOM)
    _add(feed, "id", channel.url)
    _add(feed, "title", channel.title)
    _add(feed, "updated", max((updated(event) for event in events), default=_NEVER))
    _add(feed, "link", rel="self", type="application/atom+xml", href=channel.url)
    if channel.next_url:
        _add(feed, "link", rel="next", type="application/atom+xml", href=channel.next_url)
    for event in events:
        feed.append(_entry(event, channel.base_url))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode") + "\n"


def as_json_feed(events: Sequence[CanonicalEvent], channel: Channel) -> dict[str, Any]:
    """Return a JSON Feed."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "feed_url": channel.url,
        "language": "en",
        "items": [_item(event, channel.base_url) for event in events],
    }
    return feed | ({"next_url": channel.next_url} if channel.next_url else {})


def updated(event: CanonicalEvent) -> str:
    """Return when the newest article that tells of an event was published (ISO 8601 with zone), else the event's day."""
    if event.last_seen is not None:
        return event.last_seen.isoformat()
    return f"{event.day}T00:00:00+00:00" if event.day >= "1970" else _NEVER


def _entry(event: CanonicalEvent, base_url: str) -> ElementTree.Element:
    entry = ElementTree.Element("entry")
    _add(entry, "id", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'tidings:event:{event.event_id}')}")
    _add(entry, "title", headline(event))
    _add(entry, "updated", updated(event))
    if event.first_seen is not None:
        _add(entry, "published", event.first_seen.isoformat())
    for outlet in event.outlets[:10] or ("unknown outlet",):
        _add(ElementTree.SubElement(entry, "author"), "name", outlet)
    _add(entry, "category", term=event.type)
    _add(entry, "category", term=event.factuality.value)
    _add(entry, "link", rel="alternate", type="application/json", href=_address(event, base_url))
    if source := _source(event):
        _add(entry, "link", rel="related", href=source)
    _add(entry, "summary", _told(event), type="text")
    return entry


def _item(event: CanonicalEvent, base_url: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": event.event_id,
        "url": _address(event, base_url),
        "title": headline(event),
        "content_text": _told(event),
        "date_modified": updated(event),
        "authors": [{"name": outlet} for outlet in event.outlets[:10]],
        "tags": [event.type, event.factuality.value, *event.contexts],
    }
    if event.first_seen is not None:
        item["date_published"] = event.first_seen.isoformat()
    return item | ({"external_url": source} if (source := _source(event)) else {})


def _told(event: CanonicalEvent) -> str:
    first = _first(event)
    return f"{headline(event)}\n\n“{first.selector.exact}”" if first else headline(event)


def _first(event: CanonicalEvent) -> Mention | None:
    return event.mentions[0] if event.mentions else None


def _source(event: CanonicalEvent) -> str | None:
    first = _first(event)
    # Only addresses of web pages: a reader that follows links must not be led to a script or a file.
    return first.url if first is not None and first.url is not None and _WEB.fullmatch(first.url) else None


def _address(event: CanonicalEvent, base_url: str) -> str:
    return f"{base_url}/v1/events/{event.event_id}"


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> None:
    clean = {key: _NO_XML.sub("\ufffd", value) for key, value in attributes.items()}
    child = ElementTree.SubElement(parent, name, clean)
    if text is not None:
        child.text = _NO_XML.sub("\ufffd", text)
