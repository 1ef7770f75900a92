"""Where an event is listed: its facets under each value that it is asked by; and its card, as lists show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product, zip_longest
from typing import Any

from tidings import keys
from tidings.ports.store import Key
from tidings.publish.cells import cells_at
from tidings.publish.facets import Facets, facets_of
from tidings.publish.words import event_words
from tidings.records import CanonicalEvent

MAX_ENTRIES = 24
"""Most entries of one event: a merge writes them, and takes as many away."""
MAX_CODES = 4
"""Countries and PLOVER actor codes of its sides under which an event is listed; its place's country comes besides."""
MAX_OUTLETS = 6
MAX_WORDS = 10
WIDE_OUTLETS = 3
"""Independent outlets from which an event stands in the partition `WIDE`."""
MAX_CARD_VALUES = 20
AT_A_GLANCE = "factuality"
"""The field whose values a card always has: somebody who denies an event must not fall behind its many numbers."""


def entries(event: CanonicalEvent, *, alone: bool = False) -> dict[Key, Mapping[str, Any]]:
    """Return the entries that list an event, by their keys; `alone`: its leader's item is all that is stored of it."""
    facets = facets_of(event, alone=alone)
    listed, found = _listed(facets), found_by(event)
    plain, worded = facets.body, facets.with_words(found).body
    sort = keys.event_sort(event.day, event.event_id)
    return {
        **{Key(partition, sort): plain for partition in listed},
        **{Key(keys.by_word(word), sort): worded for word in found},
    }


def found_by(event: CanonicalEvent) -> tuple[str, ...]:
    """Return the words that an event is listed under."""
    return event_words(event, min(MAX_WORDS, MAX_ENTRIES - len(_listed(facets_of(event)))))


def card(event: CanonicalEvent) -> dict[str, Any]:
    """Return an event as lists show it: with its first mention, and who supports its values but not by which mentions."""
    body = event.model_dump(mode="json", exclude_none=True, exclude={"why", "history"})
    values = [{name: told for name, told in value.items() if name != "mentions"} for value in body["values"]]
    kept = sorted(range(len(values)), key=lambda at: values[at]["field"] != AT_A_GLANCE)[:MAX_CARD_VALUES]
    return body | {"mentions": body["mentions"][:1], "values": [values[at] for at in sorted(kept)]}


def listed_codes(facets: Facets) -> list[str]:
    """Return the codes of both sides under which an event is listed: the headline actor and recipient first."""
    turns = zip_longest(facets.actors, facets.recipients)
    found = dict.fromkeys(side.code for pair in turns for side in pair if side is not None and side.code)
    return list(found)[:MAX_CODES]


def _listed(facets: Facets) -> list[str]:
    return list(dict.fromkeys(_partitions(facets)))[:MAX_ENTRIES]


def _partitions(facets: Facets) -> Iterator[str]:
    """Iterate over the partitions, those first that must not be missing."""
    codes = listed_codes(facets)
    actors = [side.code for side in facets.actors if side.code in codes]
    recipients = [side.code for side in facets.recipients if side.code in codes]
    yield keys.EVENTS
    yield keys.by_type(facets.type)
    if facets.mode:
        yield keys.by_mode(facets.mode)
    everywhere = [*codes, facets.place.country] if facets.place and facets.place.country else codes
    for code in everywhere:
        yield keys.by_country(code)
        yield keys.by_country_and_type(code, facets.type)
    for a, b in product(actors, recipients):
        if a is not None and b is not None:
            yield keys.by_pair(a, b)
    if facets.place is not None:
        if facets.place.geonameid is not None:
            yield keys.by_place(facets.place.geonameid)
        if facets.place.lat is not None and facets.place.lon is not None:
            yield from cells_at(facets.place.lat, facets.place.lon)
    if facets.outlet_count >= WIDE_OUTLETS:
        yield keys.WIDE
    yield from (keys.by_sector(side.sector) for side in (*facets.actors, *facets.recipients) if side.sector)
    yield from map(keys.by_outlet, facets.outlets[:MAX_OUTLETS])
