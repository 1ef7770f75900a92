"""JSON Feed 1.0 and 1.1 (jsonfeed.org): models of the parts that are used."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from tidings.errors import BadInput, TooLarge
from tidings.fetch.entries import Entry, FeedKind, ParsedFeed, absolute, entry_of, line, well_formed
from tidings.records import EntryHint

MAX_BYTES = 12_000_000
"""Room for 50,000 items with a summary each; one wide character makes the text four times as large in memory."""
MAX_CONTAINERS = 300_000
"""Objects and arrays: an empty one of two bytes takes over sixty in memory."""
MAX_VALUES = 1_500_000
"""As counted by commas: 50,000 items have thirty each."""
MAX_ITEMS = 60_000


_Model = TypeVar("_Model", bound=BaseModel)


class _Author(BaseModel):
    name: str | None = None


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: AwareDatetime | None = None
    date_modified: AwareDatetime | None = None
    language: str | None = None
    author: _Author | None = None
    authors: list[_Author] = []


class _JsonFeed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: str
    title: str | None = None
    language: str | None = None
    items: list[Any]
    feed_url: str | None = None
    hubs: list[Any] = []


def read_json_feed(body: bytes, url: str) -> ParsedFeed:
    """Read a JSON Feed; what breaks the format is left out, a field or an item, and all else stays.

    Raises:
        BadInput: not JSON, or not a JSON Feed.
        TooLarge: over `MAX_BYTES` or another limit.
    """
    if len(body) > MAX_BYTES:
        raise TooLarge(f"{url}: the JSON Feed has {len(body)} bytes, the limit is {MAX_BYTES}")
    if body.count(b"{") + body.count(b"[") > MAX_CONTAINERS or body.count(b",") > MAX_VALUES:
        raise TooLarge(f"{url}: the JSON Feed has over {MAX_CONTAINERS} objects and arrays or {MAX_VALUES} values")
    try:
        feed = _lenient(_JsonFeed, json.loads(body.decode("utf-8-sig")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{url}: JSON, but not a JSON Feed: {where}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{url}: not readable JSON: {str(error).splitlines()[0][:200]}") from None
    if "jsonfeed.org/version/" not in feed.version:
        raise BadInput(f"{url}: JSON, but not a JSON Feed: its version is {feed.version[:100]!r}")
    if len(feed.items) > MAX_ITEMS:
        raise TooLarge(f"{url}: the JSON Feed has {len(feed.items)} items, the limit is {MAX_ITEMS}")
    entries = tuple(entry for item in feed.items if (entry := _entry(item, feed, url)) is not None)
    hubs = [hub.get("url") for hub in feed.hubs if isinstance(hub, dict) and str(hub.get("type")).lower() == "websub"]
    hub = next((found for link in hubs if isinstance(link, str) and (found := absolute(url, link))), None)
    return ParsedFeed(FeedKind.JSON, line(feed.title), entries, hub=hub, topic=absolute(url, feed.feed_url))


def _lenient(model: type[_Model], raw: Any) -> _Model:
    """Read an object; a field that breaks the format is left out.

    Raises:
        ValidationError: no object, or a field that it needs is broken or missing.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        # Asked field by field, whether or not it breaks, 50,000 items would take three times as long.
        broken = {found["loc"][0] for found in error.errors(include_url=False) if found["loc"]}
        if not isinstance(raw, dict) or not broken:
            raise
    return model.model_validate({name: value for name, value in raw.items() if name not in broken})


def _entry(raw: Any, feed: _JsonFeed, feed_url: str) -> Entry | None:
    try:
        item = _lenient(_Item, raw)
    except ValidationError:
        return None
    url = absolute(feed_url, item.url or item.external_url)
    content = item.content_html or _as_html(item.content_text)
    authors = [author.name for author in [*item.authors, *([item.author] if item.author else [])] if author.name]
    hint = EntryHint(
        guid=line(item.id),
        title=line(item.title),
        author=line(", ".join(dict.fromkeys(authors))),
        published=item.date_published,
        updated=item.date_modified,
        language=line(item.language or feed.language),
        content_html=well_formed(content or "") or None,
        summary_html=well_formed(_as_html(item.summary) or "") or None,
    )
    return entry_of(url, hint)


def _as_html(text: str | None) -> str | None:
    if not text:
        return None
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"<p>{part.strip()}</p>" for part in escaped.split("\n") if part.strip())
