"""Where an event is listed: its facets under each value that it is asked by; and its card, as lists show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from tidings import keys
from tidings.ports.store import Key
from tidings.publish.cells import cells_at
from tidings.publish.facets import Facets, facets_of
from tidings.publish.words import event_words
from tidings.records import CanonicalEvent

MAX_WORDS = 10
"""Words under which an event is listed."""
MAX_TOLD_WORDS = 24
"""Words that its entries under words name: of several that are looked for, one is read by and the others are among these."""
WIDE_OUTLETS = 3
"""Independent outlets from which an event stands in the partition `WIDE`."""
MAX_CARD_VALUES = 20
AT_A_GLANCE = "factuality"
"""The field whose values a card always has: somebody who denies an event must not fall behind its many numbers."""


def entries(event: CanonicalEvent, *, alone: bool = False) -> dict[Key, Mapping[str, Any]]:
    """Return the entries that list an event, by their keys; `alone`: its leader's item is all that is stored of it."""
    facets = facets_of(event, alone=alone)
    told = told_words(event)
    plain, worded = facets.body, facets.with_words(told).body
    sort = keys.event_sort(event.day, event.event_id)
    return {
        **{Key(partition, sort): plain for partition in _partitions(facets)},
        **{Key(keys.by_word(word), sort): worded for word in told[:MAX_WORDS]},
    }


def told_words(event: CanonicalEvent) -> tuple[str, ...]:
    """Return the words that tell of an event; under the first `MAX_WORDS` of them it is listed."""
    return event_words(event, MAX_TOLD_WORDS)


def card(event: CanonicalEvent) -> dict[str, Any]:
    """Return an event as lists show it: with its first mention, and who supports its values but not by which mentions."""
    body = event.model_dump(mode="json", exclude_none=True, exclude={"why", "history"})
    values = [{name: told for name, told in value.items() if name != "mentions"} for value in body["values"]]
    kept = sorted(range(len(values)), key=lambda at: values[at]["field"] != AT_A_GLANCE)[:MAX_CARD_VALUES]
    return body | {"mentions": body["mentions"][:1], "values": [values[at] for at in sorted(kept)]}


def _partitions(facets: Facets) -> Iterator[str]:
    """Iterate over all partitions that a query for anything in an event's facets may be read from."""
    actors, recipients = facets.actor_codes(), facets.recipient_codes()
    yield keys.EVENTS
    yield keys.by_type(facets.type)
    if facets.mode:
        yield keys.by_mode(facets.mode)
    place = facets.place
    for code in sorted(actors | recipients | ({place.country} if place and place.country else set())):
        yield keys.by_country(code)
        yield keys.by_country_and_type(code, facets.type)
    yield from (keys.by_pair(a, b) for a, b in product(sorted(actors), sorted(recipients)))
    if place is not None:
        if place.geonameid is not None:
            yield keys.by_place(place.geonameid)
        if place.lat is not None and place.lon is not None:
            yield from cells_at(place.lat, place.lon)
    if facets.outlet_count >= WIDE_OUTLETS:
        yield keys.WIDE
    yield from (keys.by_sector(side.sector) for side in (*facets.actors, *facets.recipients) if side.sector)
    yield from map(keys.by_outlet, facets.outlets)
