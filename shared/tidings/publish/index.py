"""Where an event is listed: one index entry under each value that it is asked by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tidings import keys
from tidings.ports.store import Key
from tidings.records import CanonicalEvent

MAX_CODES = 6
"""Most actors, recipients or outlets under which one event is listed: keeps the writes of a merge bounded."""


def entries(event: CanonicalEvent) -> dict[Key, Mapping[str, Any]]:
    """Return the index entries of an event; each holds the event with its first mention only."""
    sort = keys.event_sort(event.day, event.event_id)
    actors = _codes(event, "actor")
    recipients = _codes(event, "recipient")
    partitions = {keys.by_day(event.day), keys.by_type(event.type)}
    partitions |= {keys.by_actor(c) for c in actors} | {keys.by_recipient(c) for c in recipients}
    partitions |= {keys.by_type_and_actor(event.type, c) for c in actors}
    partitions |= {keys.by_type_and_recipient(event.type, c) for c in recipients}
    partitions |= {keys.by_outlet(outlet) for outlet in event.outlets[:MAX_CODES]}
    if event.place is not None:
        partitions |= {keys.by_place(str(part)) for part in (event.place.geonameid, event.place.country) if part}
    projection = event.model_copy(update={"mentions": event.mentions[:1]}).model_dump(mode="json", exclude_none=True)
    return {Key(partition, sort): projection for partition in sorted(partitions)}


def _codes(event: CanonicalEvent, side: str) -> list[str]:
    actors = event.actor if side == "actor" else event.recipient
    return sorted({a.country for a in actors if a.country})[:MAX_CODES]
