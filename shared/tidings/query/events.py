"""Finding events: a few partitions of the index are read as one, newest or oldest first, and filtered by their facets.

A page costs at most `MAX_READS` reads of the store where the filters have one or two values each (more values cost a read
each, at most ten), whatever its size. When the filters leave little of what was read, a page is short, even empty, and its
cursor goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from tidings.errors import BadUsage
from tidings.ids import EventId
from tidings.ports.store import Item, Page, Store
from tidings.publish.facets import Facets
from tidings.query.filters import EventQuery, passes, wanted_words
from tidings.query.planning import planned
from tidings.query.reading import cards_of
from tidings.records import CanonicalEvent

MAX_READS = 3
"""Reads of a page: the last is of the events' cards."""
MAX_LIMIT = 100
CURSOR = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.[A-Za-z0-9]{1,64}"
"""A cursor is the place of the last event: its day and id."""
FIRST_CHUNK = 200
NEXT_CHUNK = 800
"""Index entries that the first read and the one behind it ask for, where filters are left to apply."""
_CURSOR = re.compile(CURSOR)
_END = "~"

Sort = Literal["newest", "oldest"]


class Found(NamedTuple):
    """An event of the index."""

    event_id: EventId
    day: str
    facets: Facets


class IndexPage(NamedTuple):
    """Events of the index in order; `cursor` asks for the next, None at the end; `reads` counts the store's calls."""

    found: tuple[Found, ...]
    cursor: str | None
    reads: int


class EventPage(NamedTuple):
    """Events as lists show them (`tidings.publish.index.card`); the rest as in `IndexPage`."""

    cards: tuple[Mapping[str, Any], ...]
    cursor: str | None
    reads: int

    @property
    def events(self) -> tuple[CanonicalEvent, ...]:
        """The events as records, with their first mention only."""
        return tuple(CanonicalEvent.model_validate(card) for card in self.cards)


def find_events(
    store: Store, query: EventQuery, *, limit: int = 50, cursor: str | None = None, sort: Sort = "newest"
) -> EventPage:
    """Return a page of events.

    Raises:
        BadUsage: a limit out of range, or a cursor that is not ours.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise BadUsage(f"limit must be 1 to {MAX_LIMIT}")
    page = find_in_index(store, query, limit=limit, cursor=cursor, sort=sort, most_reads=MAX_READS - 1)
    cards = cards_of(store, [(found.event_id, found.facets) for found in page.found])
    return EventPage(tuple(cards), page.cursor, page.reads + bool(page.found))


def find_in_index(
    store: Store,
    query: EventQuery,
    *,
    limit: int,
    cursor: str | None = None,
    sort: Sort = "newest",
    most_reads: int,
    chunk: int | None = None,
) -> IndexPage:
    """Return events of the index with at most `most_reads` reads (or one for each partition, if those are more).

    Raises:
        BadUsage: a cursor that is not ours.
    """
    newest_first = sort == "newest"
    after = _position(cursor)
    plan = planned(query)
    last = f"{query.until}{_END}" if query.until else None
    wanted = set(wanted_words(query) or ())
    found: list[Found] = []
    reads, size = 0, chunk or (limit if plan.exact else FIRST_CHUNK)
    while plan.partitions:
        merged = _merged(
            [
                store.query(pk, limit=size, first=query.since, last=last, after=after, newest_first=newest_first)
                for pk in plan.partitions
            ],
            newest_first=newest_first,
        )
        reads += len(plan.partitions)
        for item in merged.items:
            facets = Facets(item.body)
            if not (plan.exact or (wanted.issubset(facets.words) and passes(facets, query))):
                continue
            if len(found) == limit:
                return IndexPage(tuple(found), _cursor(found[-1]), reads)
            day, _, event_id = item.key.sk.partition("#")
            found.append(Found(EventId(event_id), day, facets))
        if merged.next_sk is None:
            return IndexPage(tuple(found), None, reads)
        if len(found) == limit:
            return IndexPage(tuple(found), _cursor(found[-1]), reads)
        after = merged.next_sk
        if reads + len(plan.partitions) > most_reads:
            return IndexPage(tuple(found), after.replace("#", "."), reads)
        size = chunk or NEXT_CHUNK
    return IndexPage(tuple(found), None, reads)


def _merged(pages: Sequence[Page], *, newest_first: bool) -> Page:
    """Return the pages of several partitions as one, as far as all of them have been read."""
    if len(pages) == 1:
        return pages[0]
    ends = [page.next_sk for page in pages if page.next_sk is not None]
    end = (max if newest_first else min)(ends, default=None)
    by_place: dict[str, Item] = {item.key.sk: item for page in pages for item in page.items}
    order = sorted(by_place, reverse=newest_first)
    return Page(tuple(by_place[sk] for sk in _until(order, end, newest_first)), end)


def _until(order: Iterable[str], end: str | None, newest_first: bool) -> list[str]:
    return [sk for sk in order if end is None or (sk >= end if newest_first else sk <= end)]


def _cursor(found: Found) -> str:
    return f"{found.day}.{found.event_id}"


def _position(cursor: str | None) -> str | None:
    """Return the sort key behind which to go on: only what can be one of ours reaches the store."""
    if not cursor:
        return None
    if not _CURSOR.fullmatch(cursor):
        raise BadUsage("cursor is not one that this API gave")
    return cursor.replace(".", "#")
