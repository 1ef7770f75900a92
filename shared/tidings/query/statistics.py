"""Counting events: over the newest that pass the filters, as far as a bounded number of reads goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel

from tidings.ports.store import Store
from tidings.query.events import MAX_LIMIT, MAX_READS, EventQuery, find_events
from tidings.records import CanonicalEvent

MAX_NAMES = 50
"""Most actors, recipients or outlets that are named, the most frequent ones."""


class Statistics(BaseModel):
    """How many events there are of each kind; `cursor` counts on from where this stopped, null if all are counted."""

    events: int
    types: dict[str, int]
    factuality: dict[str, int]
    days: dict[str, int]
    actors: dict[str, int]
    recipients: dict[str, int]
    outlets: dict[str, int]
    cursor: str | None


def count_events(store: Store, query: EventQuery, *, cursor: str | None = None) -> Statistics:
    """Count events, newest first, with fewer than twice `MAX_READS` reads.

    Raises:
        BadUsage: a cursor that is not ours.
    """
    found: list[CanonicalEvent] = []
    reads = 0
    while reads < MAX_READS:
        page = find_events(store, query, limit=MAX_LIMIT, cursor=cursor)
        found.extend(page.events)
        reads, cursor = reads + page.reads, page.cursor
        if cursor is None:
            break
    return Statistics(
        events=len(found),
        types=_counted(event.type for event in found),
        factuality=_counted(event.factuality.value for event in found),
        days=_counted((event.day for event in found), most=None),
        actors=_counted(code for event in found for code in {a.country for a in event.actor if a.country}),
        recipients=_counted(code for event in found for code in {a.country for a in event.recipient if a.country}),
        outlets=_counted(outlet for event in found for outlet in event.outlets),
        cursor=cursor,
    )


def _counted(names: Iterable[str], most: int | None = MAX_NAMES) -> dict[str, int]:
    ranked = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(ranked[:most])
