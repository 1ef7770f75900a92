"""What a mention says, field by field, and what makes two tellings one value: the names by which values are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tidings.ids import digest
from tidings.publish.mentions import MentionSummary
from tidings.publish.numbers import heads
from tidings.records import (
    Factuality,
    Place,
    Polarity,
    Qualifier,
    ResolvedActor,
    ResolvedQuantity,
    ResolvedTime,
    ValueField,
)

Value = ResolvedQuantity | ResolvedTime | Place | ResolvedActor | Factuality | Polarity | str
_SMALL = 10
"""Below it the same number is often said of two things ("two killed and two hurt")."""
_LETTERS: dict[ValueField, str] = {
    "factuality": "f",
    "polarity": "p",
    "quantity": "q",
    "time": "t",
    "place": "l",
    "type": "y",
    "recipient": "r",
    "actor": "a",
}
FIELDS: tuple[ValueField, ...] = tuple(_LETTERS)
"""The fields, those first in which a dissenting voice must not be missed."""
_NAME = 8
"""Hexadecimal digits of a value's name: two of one event hardly share one."""


class Saying(NamedTuple):
    """One value of a field, with what tells it from the field's others."""

    field: ValueField
    key: str
    value: Value

    @property
    def name(self) -> str:
        """The value's name, short enough to be kept with every mention; it begins with its field's letter."""
        return _LETTERS[self.field] + digest(self.key, length=_NAME)


def sayings(mention: MentionSummary) -> Iterator[Saying]:
    """Iterate over all that a mention says, each value once; of tellings of one value the last stands."""
    found = {(one.field, one.key): one for one in _all(mention)}
    yield from found.values()


def is_of(name: str, field: ValueField) -> bool:
    """Tell whether a value's name is of this field."""
    return name.startswith(_LETTERS[field])


def quantity_text(quantity: ResolvedQuantity) -> str:
    """Return a quantity in words: "1,200 Ukrainian soldiers"."""
    return quantity.text if quantity.of is None else f"{quantity.text} {quantity.of}"


def quantity_key(quantity: ResolvedQuantity) -> str:
    """Return what makes two quantities one value: number and unit, how it is bounded, and what a small number counts.

    "Some 1,212" supports 1,212; "more than 1,212" is another value. What a larger number counts is told in too many words
    ("bodies", "remains", "soldiers") for them to set equal numbers of one event apart.
    """
    if quantity.value is None:
        return quantity_text(quantity).casefold()
    counted = min(heads(quantity.of), default="") if abs(quantity.value) < _SMALL and quantity.unit is None else ""
    bounded = Qualifier.EXACT if quantity.qualifier is Qualifier.APPROX else quantity.qualifier
    span = f"{quantity.low}-{quantity.high}" if bounded is Qualifier.RANGE else f"{quantity.value:g}"
    return f"{span} {bounded.value} {quantity.unit or ''} {counted}"


def is_plainer(value: Value, other: Value) -> bool:
    """Tell whether one telling of a value is to be shown rather than another: a number itself rather than "some" of it."""
    both = isinstance(value, ResolvedQuantity) and isinstance(other, ResolvedQuantity)
    return both and value.qualifier is Qualifier.EXACT and other.qualifier is Qualifier.APPROX  # type: ignore[union-attr]


def time_key(time: ResolvedTime) -> str:
    """Return what makes two times one value."""
    return f"{time.first}/{time.last}"


def _all(mention: MentionSummary) -> Iterator[Saying]:
    yield from (Saying("quantity", quantity_key(one), one) for one in mention.quantities)
    if mention.time is not None and mention.time.first:
        yield Saying("time", time_key(mention.time), mention.time)
    if mention.place is not None:
        yield Saying("place", _place_key(mention.place), mention.place)
    yield from (Saying("actor", _actor_key(one), one) for one in mention.actor)
    yield from (Saying("recipient", _actor_key(one), one) for one in mention.recipient)
    yield Saying("factuality", mention.mention.factuality, mention.mention.factuality)
    yield Saying("type", mention.type, mention.type)
    yield Saying("polarity", mention.mention.polarity, mention.mention.polarity)


def _place_key(place: Place) -> str:
    return str(place.geonameid) if place.geonameid is not None else (place.name or place.text).casefold()


def _actor_key(actor: ResolvedActor) -> str:
    return f"{actor.country}/{actor.sector}" if actor.country else actor.name.casefold()
