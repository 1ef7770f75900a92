"""JSON Feed 1.0 and 1.1 (jsonfeed.org): models of the parts that are used."""

from __future__ import annotations

import json
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic import ValidatorFunctionWrapHandler as Read

from tidings.errors import BadInput, TooLarge
from tidings.fetch.entries import Entry, FeedKind, ParsedFeed, absolute, entry_of, line, well_formed
from tidings.records import EntryHint

MAX_BYTES = 4_000_000
"""An empty object of two bytes takes over sixty in memory."""
MAX_ITEMS = 20_000


def _read_or_default(model: type[BaseModel], value: Any, read: Read, info: ValidationInfo) -> Any:
    try:
        return read(value)
    except ValidationError:
        return model.model_fields[str(info.field_name)].get_default()


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

    @field_validator("*", mode="wrap")
    @classmethod
    def _what_breaks_the_format_is_left_out(cls, value: Any, read: Read, info: ValidationInfo) -> Any:
        return _read_or_default(cls, value, read, info)


class _JsonFeed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: str
    title: str | None = None
    language: str | None = None
    items: list[Any]
    feed_url: str | None = None
    hubs: list[Any] = []

    @field_validator("title", "language", "feed_url", "hubs", mode="wrap")
    @classmethod
    def _what_breaks_the_format_is_left_out(cls, value: Any, read: Read, info: ValidationInfo) -> Any:
        return _read_or_default(cls, value, read, info)


def read_json_feed(body: bytes, url: str) -> ParsedFeed:
    """Read a JSON Feed; what breaks the format is left out, a field or an item, and all else stays.

    Raises:
        BadInput: not JSON, or not a JSON Feed.
        TooLarge: over `MAX_BYTES`.
    """
    if len(body) > MAX_BYTES:
        raise TooLarge(f"{url}: the JSON Feed has {len(body)} bytes, the limit is {MAX_BYTES}")
    try:
        feed = _JsonFeed.model_validate(json.loads(body.decode("utf-8-sig")))
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


def _entry(raw: Any, feed: _JsonFeed, feed_url: str) -> Entry | None:
    try:
        item = _Item.model_validate(raw)
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
