"""Counting events: those that pass the filters, newest first, as far as a bounded number of reads goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel

from tidings.ontology import quad_of
from tidings.ports.store import Store
from tidings.publish.facets import Spot
from tidings.query.events import IndexPage, find_in_index
from tidings.query.filters import EventQuery

READS = 2
"""Reads of one count; more where filters have more than two values."""
CHUNK = 2000
"""Index entries that one read asks for; DynamoDB gives about as many at a time (1 MB)."""
MAX_NAMES = 50
"""Most actors, recipients or outlets that are named, the most frequent ones."""
MAX_PLACES = 500


class PlaceCount(BaseModel):
    """A place and how many events are known of it; degrees WGS 84."""

    name: str
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    geonameid: int | None = None
    events: int


class Statistics(BaseModel):
    """How many events there are of each kind.

    `cursor` counts on from where this stopped (add the counts up), null if all are counted. Actors, recipients, outlets and
    places are the most frequent among those counted here.
    """

    events: int
    types: dict[str, int]
    quads: dict[str, int]
    factuality: dict[str, int]
    days: dict[str, int]
    actors: dict[str, int]
    recipients: dict[str, int]
    outlets: dict[str, int]
    places: list[PlaceCount]
    cursor: str | None


def count_events(store: Store, query: EventQuery, *, cursor: str | None = None) -> Statistics:
    """Count up to `READS` × `CHUNK` events, newest first.

    Raises:
        BadUsage: a cursor that is not ours.
    """
    page = read_to_count(store, query, cursor)
    facets = [found.facets for found in page.found]
    places = Counter(place for one in facets if (place := one.place) is not None)
    return Statistics(
        events=len(facets),
        types=_counted(one.type for one in facets),
        quads=_counted(quad for one in facets if (quad := quad_of(one.type))),
        factuality=_counted(one.factuality.value for one in facets),
        days=_counted((found.day for found in page.found), most=None),
        actors=_counted(code for one in facets for code in one.actor_codes()),
        recipients=_counted(code for one in facets for code in one.recipient_codes()),
        outlets=_counted(outlet for one in facets for outlet in one.outlets),
        places=[_place(spot, events) for spot, events in sorted(places.items(), key=_most_first)[:MAX_PLACES]],
        cursor=page.cursor,
    )


def read_to_count(store: Store, query: EventQuery, cursor: str | None) -> IndexPage:
    """Return the newest events that pass, as many as a count reads.

    Raises:
        BadUsage: a cursor that is not ours.
    """
    return find_in_index(store, query, limit=READS * CHUNK, cursor=cursor, most_reads=READS, chunk=CHUNK)


def _place(spot: Spot, events: int) -> PlaceCount:
    return PlaceCount(
        name=spot.name, country=spot.country, lat=spot.lat, lon=spot.lon, geonameid=spot.geonameid, events=events
    )


def _most_first(counted: tuple[Spot, int]) -> tuple[int, str, str]:
    spot, events = counted
    return -events, spot.name, str(spot)


def _counted(names: Iterable[str], most: int | None = MAX_NAMES) -> dict[str, int]:
    ranked = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(ranked[:most])
