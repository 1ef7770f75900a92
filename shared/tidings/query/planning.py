"""Which partitions of the index a query reads: those that hold least of what it does not want."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from tidings import keys
from tidings.publish.cells import cells_over
from tidings.publish.index import MAX_WORDS, WIDE_OUTLETS
from tidings.publish.words import words
from tidings.query.filters import EventQuery, place_meant, wanted_words, word_to_read

FEW = 2
"""Partitions that a page may read and still cost three reads with its cards."""
MOST = 10
_DAYS = frozenset({"since", "until"})


class Plan(NamedTuple):
    """The partitions to read as one; `exact`: all that is in them passes the filters."""

    partitions: tuple[str, ...]
    exact: bool = False


def planned(query: EventQuery) -> Plan:
    """Return the partitions to read for a query; none where no event can pass."""
    wanted = wanted_words(query)
    if wanted is not None:
        # The others are looked for among the words of its entries.
        return Plan((keys.by_word(word_to_read(wanted)),) if wanted else ())
    asked = query.asked().keys() - _DAYS
    candidates = [(list(dict.fromkeys(found)), covered) for found, covered in _candidates(query) if found]
    best = next((one for one in candidates if len(one[0]) <= FEW), None)
    if best is None and candidates:
        fewest = min(candidates, key=lambda one: len(one[0]))
        best = fewest if len(fewest[0]) <= MOST else None
    if best is None:
        return Plan((keys.EVENTS,), exact=not asked)
    return Plan(tuple(best[0]), exact=asked <= best[1])


def _candidates(query: EventQuery) -> Iterator[tuple[list[str], set[str]]]:
    """Iterate over the ways to read a query, the narrowest first, each with the filters that it answers."""
    places = [_place(name) for name in query.place]
    if all(places):
        numbers = all(place_meant(name).geonameid for name in query.place)
        yield [place for place in places if place], {"place"} if numbers else set()
    yield [keys.by_pair(a, b) for a, b in product(query.actor, query.recipient)], set()
    for name in ("actor", "recipient", "country"):
        codes: tuple[str, ...] = getattr(query, name)
        covered = {"country", "type"} if name == "country" else {"type"}
        yield [keys.by_country_and_type(c, t) for c, t in product(codes, query.type)], covered
    box = query.box()
    if box is not None:
        yield cells_over(box), set()
    yield [keys.by_outlet(outlet) for outlet in query.outlet], {"outlet"}
    yield [keys.by_country(code) for code in query.recipient], set()
    yield [keys.by_country(code) for code in query.actor], set()
    yield [keys.by_country(code) for code in query.country], {"country"}
    yield [keys.by_mode(mode) for mode in query.mode], {"mode"}
    yield [keys.by_type(event_type) for event_type in query.type], {"type"}
    yield [keys.by_sector(sector) for sector in query.sector], {"sector"}
    if query.min_outlets is not None and query.min_outlets >= WIDE_OUTLETS:
        yield [keys.WIDE], {"min_outlets"} if query.min_outlets == WIDE_OUTLETS else set()


def _place(name: str) -> str | None:
    """Return a partition in which all events at a place are: by its number, its country, or a word of its name."""
    meant = place_meant(name)
    if meant.geonameid:
        return keys.by_place(meant.geonameid)
    if meant.country:
        return keys.by_country(meant.country)
    found = words(name)[:MAX_WORDS]
    return keys.by_word(word_to_read(found)) if found else None
