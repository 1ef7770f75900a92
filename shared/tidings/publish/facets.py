"""An event's facets: the little of it that queries filter and count by, small enough to be read by the thousand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tidings.records import CanonicalEvent, Factuality, Qualifier, ResolvedActor, ResolvedQuantity

MAX_SIDE = 10
"""Actors, recipients or outlets of an event that its facets name."""
MAX_QUANTITIES = 5


class Side(NamedTuple):
    """An actor or a recipient: country or PLOVER actor code, and sector, either of which may be unknown."""

    code: str | None
    sector: str | None


class Spot(NamedTuple):
    """A place."""

    name: str
    country: str | None
    lat: float | None
    lon: float | None
    geonameid: int | None


class Facets(NamedTuple):
    """What queries filter and count by. A quantity is its least and greatest value, None where it is open."""

    type: str
    factuality: Factuality
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    actors: tuple[Side, ...] = ()
    recipients: tuple[Side, ...] = ()
    place: Spot | None = None
    quantities: tuple[tuple[float | None, float | None], ...] = ()
    outlets: tuple[str, ...] = ()
    outlet_count: int = 0
    words: tuple[str, ...] = ()

    def codes(self) -> set[str]:
        """Return the countries and PLOVER actor codes of both sides and of the place."""
        found = {side.code for side in (*self.actors, *self.recipients)}
        if self.place is not None:
            found.add(self.place.country)
        return {code for code in found if code}

    def body(self) -> dict[str, Any]:
        """Return the facets as the body of an index entry; what is empty is left out."""
        body = {
            "t": self.type,
            "f": self.factuality.value,
            "m": self.mode,
            "x": self.contexts,
            "a": self.actors,
            "r": self.recipients,
            "p": self.place,
            "q": self.quantities,
            "o": self.outlets,
            "n": self.outlet_count,
            "w": self.words,
        }
        return {name: list(value) if isinstance(value, tuple) else value for name, value in body.items() if value}


def read_facets(body: Mapping[str, Any]) -> Facets:
    """Return the facets that an index entry holds."""
    place = body.get("p")
    return Facets(
        type=body["t"],
        factuality=_FACTUALITY[body["f"]],
        mode=body.get("m"),
        contexts=tuple(body.get("x", ())),
        actors=tuple([Side(*side) for side in body.get("a", ())]),
        recipients=tuple([Side(*side) for side in body.get("r", ())]),
        place=Spot(*place) if place else None,
        quantities=tuple([(low, high) for low, high in body.get("q", ())]),
        outlets=tuple(body.get("o", ())),
        outlet_count=body.get("n", 0),
        words=tuple(body.get("w", ())),
    )


def facets_of(event: CanonicalEvent, words: tuple[str, ...] = ()) -> Facets:
    """Return an event's facets; `words` are those that it is found by."""
    place = event.place
    return Facets(
        type=event.type,
        factuality=event.factuality,
        mode=event.mode,
        contexts=event.contexts,
        actors=_sides(event.actor),
        recipients=_sides(event.recipient),
        place=Spot(place.name or place.text, place.country, place.lat, place.lon, place.geonameid) if place else None,
        quantities=tuple(dict.fromkeys(_bounds(q) for q in event.quantities[:MAX_QUANTITIES])),
        outlets=event.outlets[:MAX_SIDE],
        outlet_count=len(event.outlets),
        words=words,
    )


_FACTUALITY = {value.value: value for value in Factuality}


def _sides(actors: tuple[ResolvedActor, ...]) -> tuple[Side, ...]:
    known = (Side(actor.country, actor.sector) for actor in actors if actor.country or actor.sector)
    return tuple(dict.fromkeys(known))[:MAX_SIDE]


def _bounds(quantity: ResolvedQuantity) -> tuple[float | None, float | None]:
    low = quantity.low if quantity.low is not None else quantity.value
    high = quantity.high if quantity.high is not None else quantity.value
    if quantity.qualifier in (Qualifier.MORE_THAN, Qualifier.AT_LEAST, Qualifier.PLURAL) and quantity.high is None:
        high = None
    if quantity.qualifier in (Qualifier.LESS_THAN, Qualifier.AT_MOST) and quantity.low is None:
        low = None
    return low, high
