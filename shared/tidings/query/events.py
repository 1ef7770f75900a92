"""Finding events: one index partition is chosen by the filters, the rest is filtered over its projections.

A page costs at most `MAX_READS` reads of the store, whatever its size; when the filters leave little, a page is short and
its cursor goes on.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from tidings import keys
from tidings.errors import BadUsage
from tidings.ports.store import Store
from tidings.records import CanonicalEvent, Factuality

MAX_READS = 12
MAX_LIMIT = 100
_CHUNK = 100
_END = "~"
_PLACE_CODE = re.compile(r"[0-9]+|[A-Z]{3}")


class EventQuery(BaseModel):
    """Filters on events; all that are set must hold. Days are ISO and inclusive, a blank filter is none.

    A place is a GeoNames id or a country's code, which have an index, or a name, which is looked for day by day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: str | None = None
    recipient: str | None = None
    type: str | None = None
    place: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    text: str | None = None
    factuality: Factuality | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        return (value.strip() or None) if isinstance(value, str) else value


@dataclass(frozen=True)
class EventPage:
    """Events newest first; `cursor` asks for the next page, None at the end; `reads` counts the store's calls."""

    events: tuple[CanonicalEvent, ...]
    cursor: str | None
    reads: int


class _Cursor(BaseModel):
    model_config = ConfigDict(extra="forbid")
    # A cursor comes back from outside: only what can be a sort key of ours may reach the store.
    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}#[A-Za-z0-9]*$")] | None = None
    day: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None


def partition(query: EventQuery) -> str | None:
    """Return the partition that holds least of what the query does not want; None: walk the days."""
    if query.type and query.actor:
        return keys.by_type_and_actor(query.type, query.actor)
    if query.type and query.recipient:
        return keys.by_type_and_recipient(query.type, query.recipient)
    if query.place and _PLACE_CODE.fullmatch(query.place):
        return keys.by_place(query.place)
    if query.recipient:
        return keys.by_recipient(query.recipient)
    if query.actor:
        return keys.by_actor(query.actor)
    if query.outlet:
        return keys.by_outlet(query.outlet)
    if query.type:
        return keys.by_type(query.type)
    return None


def find_events(store: Store, query: EventQuery, *, limit: int = 50, cursor: str | None = None) -> EventPage:
    """Return a page of events, newest first.

    Raises:
        BadUsage: a limit out of range, or a cursor that is not ours.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise BadUsage(f"limit must be 1 to {MAX_LIMIT}")
    start = _read_cursor(cursor)
    chosen = partition(query)
    if chosen is not None:
        return _in_partition(store, query, chosen, limit, start)
    return _by_days(store, query, limit, start)


def matches(event: CanonicalEvent, query: EventQuery) -> bool:
    """Tell whether an event passes every filter."""
    place = event.place
    places = {str(place.geonameid), place.country, (place.name or place.text).casefold()} if place else set()
    return (
        (query.type is None or event.type == query.type)
        and (query.actor is None or any(a.country == query.actor for a in event.actor))
        and (query.recipient is None or any(a.country == query.recipient for a in event.recipient))
        and (query.place is None or query.place in places or query.place.casefold() in places)
        and (query.outlet is None or query.outlet.casefold() in {o.casefold() for o in event.outlets})
        and (query.since is None or event.day >= query.since)
        and (query.until is None or event.day <= query.until)
        and (query.factuality is None or event.factuality is query.factuality)
        and (query.text is None or _says(event, query.text))
    )


def _in_partition(store: Store, query: EventQuery, pk: str, limit: int, start: _Cursor) -> EventPage:
    found: list[CanonicalEvent] = []
    after, reads = start.after, 0
    last = f"{query.until}#{_END}" if query.until else None
    while reads < MAX_READS:
        page = store.query(pk, limit=_CHUNK, first=query.since, last=last, after=after, newest_first=True)
        reads += 1
        for item in page.items:
            event = CanonicalEvent.model_validate(item.body)
            after = item.key.sk
            if matches(event, query):
                found.append(event)
                if len(found) == limit:
                    more = page.next_sk is not None or item is not page.items[-1]
                    return EventPage(tuple(found), _write_cursor(_Cursor(after=after)) if more else None, reads)
        if page.next_sk is None:
            return EventPage(tuple(found), None, reads)
        after = page.next_sk
    return EventPage(tuple(found), _write_cursor(_Cursor(after=after)), reads)


def _by_days(store: Store, query: EventQuery, limit: int, start: _Cursor) -> EventPage:
    found: list[CanonicalEvent] = []
    page = store.query(
        keys.DAYS,
        limit=MAX_READS,
        first=query.since,
        last=min(filter(None, (query.until, start.day)), default=None),
        newest_first=True,
    )
    reads, after = 1, start.after
    for item in page.items:
        day = item.key.sk
        while True:
            if reads >= MAX_READS:
                return EventPage(tuple(found), _write_cursor(_Cursor(day=day, after=after)), reads)
            events = store.query(keys.by_day(day), limit=_CHUNK, after=after, newest_first=True)
            reads += 1
            for entry in events.items:
                after = entry.key.sk
                event = CanonicalEvent.model_validate(entry.body)
                if matches(event, query):
                    found.append(event)
                    if len(found) == limit:
                        return EventPage(tuple(found), _write_cursor(_Cursor(day=day, after=after)), reads)
            if events.next_sk is None:
                break
        after = None
    if page.next_sk is not None:
        # A store may give fewer days than asked for: go on behind the last of them, of which nothing is left.
        return EventPage(tuple(found), _write_cursor(_Cursor(day=page.next_sk, after=f"{page.next_sk}#")), reads)
    return EventPage(tuple(found), None, reads)


def _says(event: CanonicalEvent, text: str) -> bool:
    parts = [event.type, event.trigger, *(a.name for a in (*event.actor, *event.recipient))]
    parts += [q.text + " " + (q.of or "") for q in event.quantities]
    parts += [a.source or "" for a in event.attributions]
    for mention in event.mentions:
        parts += [mention.selector.exact, mention.title or ""]
    hay = " ".join(parts).casefold()
    return all(word in hay for word in text.casefold().split())


def _write_cursor(cursor: _Cursor) -> str:
    return base64.urlsafe_b64encode(cursor.model_dump_json(exclude_none=True).encode()).decode().rstrip("=")


def _read_cursor(text: str | None) -> _Cursor:
    if not text:
        return _Cursor()
    try:
        padded = text + "=" * (-len(text) % 4)
        return _Cursor.model_validate(json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)))
    except (ValueError, binascii.Error, ValidationError):
        raise BadUsage("cursor is not one that this API gave") from None
