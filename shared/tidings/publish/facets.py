"""An event's facets: the little of it that queries filter and count by, small enough to be read by the thousand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tidings.records import CanonicalEvent, Factuality, Qualifier, ResolvedActor, ResolvedQuantity

MAX_SIDE = 10
"""Actors or recipients of an event that its facets name: as many as it has."""
MAX_QUANTITIES = 5


class Side(NamedTuple):
    """An actor or a recipient: country or PLOVER actor code, and sector, either of which may be unknown."""

    code: str | None
    sector: str | None


class Spot(NamedTuple):
    """A place, degrees WGS 84."""

    name: str
    country: str | None
    lat: float | None
    lon: float | None
    geonameid: int | None


@dataclass(frozen=True, slots=True)
class Facets:
    """What queries filter and count by, over the body of an index entry, of which only what is asked for is read."""

    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self.body["t"])

    @property
    def factuality(self) -> Factuality:
        """What the texts commit themselves to."""
        return _FACTUALITY[self.body["f"]]

    @property
    def mode(self) -> str | None:
        """The event's mode."""
        return self.body.get("m")

    @property
    def contexts(self) -> list[str]:
        """The event's contexts."""
        return self.body.get("x") or []

    @property
    def actors(self) -> list[Side]:
        """Who did it."""
        return [Side(*side) for side in self.body.get("a", ())]

    @property
    def recipients(self) -> list[Side]:
        """To whom."""
        return [Side(*side) for side in self.body.get("r", ())]

    @property
    def place(self) -> Spot | None:
        """Where."""
        place = self.body.get("p")
        return Spot(*place) if place else None

    @property
    def quantities(self) -> list[tuple[float | None, float | None]]:
        """The least and greatest value of each quantity, None where it is open."""
        return [(low, high) for low, high in self.body.get("q", ())]

    @property
    def outlets(self) -> list[str]:
        """The independent outlets."""
        return self.body.get("o") or []

    @property
    def outlet_count(self) -> int:
        """How many independent outlets there are."""
        return int(self.body.get("n", 0))

    @property
    def alone(self) -> bool:
        """Whether the mention that leads the event is all that is stored of it."""
        return "l" in self.body

    @property
    def words(self) -> list[str]:
        """The words that tell of the event: only in the entries under words."""
        return self.body.get("w") or []

    def actor_codes(self) -> set[str]:
        """Return the countries and PLOVER actor codes of those who did it."""
        return {code for code, _ in self.body.get("a", ()) if code}

    def recipient_codes(self) -> set[str]:
        """Return the codes of those to whom it was done."""
        return {code for code, _ in self.body.get("r", ()) if code}

    def with_words(self, words: tuple[str, ...]) -> Facets:
        """Return the same facets with the words that tell of the event."""
        return Facets({**self.body, "w": list(words)})


_FACTUALITY = {value.value: value for value in Factuality}


def facets_of(event: CanonicalEvent, *, alone: bool = False) -> Facets:
    """Return an event's facets, without its words; what is empty is left out. `alone`: as `Facets.alone`."""
    place = event.place
    body = {
        "t": event.type,
        "f": event.factuality.value,
        "m": event.mode,
        "x": list(event.contexts),
        "a": _sides(event.actor),
        "r": _sides(event.recipient),
        "p": [place.name or place.text, place.country, place.lat, place.lon, place.geonameid] if place else None,
        "q": [list(bounds) for bounds in dict.fromkeys(_bounds(q) for q in event.quantities[:MAX_QUANTITIES])],
        "o": list(event.outlets),
        # What was stored before the number was says it by the names.
        "n": event.outlet_count or len(event.outlets),
        "l": int(alone),
    }
    return Facets({name: value for name, value in body.items() if value})


def _sides(actors: tuple[ResolvedActor, ...]) -> list[list[str | None]]:
    known = dict.fromkeys((actor.country, actor.sector) for actor in actors if actor.country or actor.sector)
    return [list(side) for side in known][:MAX_SIDE]


def _bounds(quantity: ResolvedQuantity) -> tuple[float | None, float | None]:
    low = quantity.low if quantity.low is not None else quantity.value
    high = quantity.high if quantity.high is not None else quantity.value
    if quantity.qualifier in (Qualifier.MORE_THAN, Qualifier.AT_LEAST, Qualifier.PLURAL) and quantity.high is None:
        high = None
    if quantity.qualifier in (Qualifier.LESS_THAN, Qualifier.AT_MOST) and quantity.low is None:
        low = None
    return low, high
