"""The values on which mentions may disagree: each one with who supports it, since when, and which one the event shows.

The headline value of a field is the one with the most independent outlets; among equals the one told last, because news
corrects itself; then the one of more mentions; then that which is first in the alphabet. Two fields have rules of their own.
Factuality: what anybody confirms is confirmed; else it is what most outlets make of it, reported, alleged or denied (in this
order among equals); what is only planned or possible stands behind all of these. Polarity is positive unless more outlets
negate than affirm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from tidings.ids import MentionId
from tidings.publish.mentions import MentionSummary
from tidings.publish.numbers import heads
from tidings.records import (
    BACKGROUND_TYPES,
    Factuality,
    Mention,
    Place,
    Polarity,
    ResolvedActor,
    ResolvedQuantity,
    ResolvedTime,
    SupportedValue,
    ValueField,
)

T = TypeVar("T")

MAX_VALUES = 8
"""Values kept of a field."""
MAX_OUTLETS = 20
MAX_SOURCES = 10
MAX_SUPPORT = 10
"""Mentions named for a value."""
LONGEST = 200
"""Characters of a display text or a source."""
_SMALL = 10
"""Below it the same number is often said of two things ("two killed and two hurt")."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_FACTUALITY = {
    Factuality.CONFIRMED: (0, 0),
    Factuality.REPORTED: (1, 0),
    Factuality.ALLEGED: (1, 1),
    Factuality.DENIED: (1, 2),
    Factuality.PLANNED: (2, 0),
    Factuality.POSSIBLE: (3, 0),
}
"""First the class, which decides before the number of outlets; then the order among equals."""


@dataclass
class Supported(Generic[T]):
    """One value with the mentions that say it, earliest first."""

    value: T
    key: str
    mentions: list[Mention] = field(default_factory=list)

    def outlets(self, standing: Mapping[MentionId, str]) -> list[str]:
        """Return the independent outlets, sorted; `standing` says for which outlet each mention counts."""
        return sorted({standing[m.mention_id] for m in self.mentions})

    def last_seen(self) -> datetime:
        """Return when it was told last; the least date if that is unknown."""
        return max((m.published for m in self.mentions if m.published), default=_NEVER)


@dataclass(frozen=True)
class Values:
    """All values of an event's mentions, by field, the headline first."""

    quantities: list[Supported[ResolvedQuantity]]
    times: list[Supported[ResolvedTime]]
    places: list[Supported[Place]]
    actors: list[Supported[ResolvedActor]]
    recipients: list[Supported[ResolvedActor]]
    factuality: list[Supported[Factuality]]
    types: list[Supported[str]]
    polarity: list[Supported[Polarity]]


def values_of(mentions: Sequence[MentionSummary], standing: Mapping[MentionId, str]) -> Values:
    """Return the values of mentions (earliest first)."""
    found = Values(
        quantities=_ranked(mentions, standing, lambda m: m.quantities, quantity_key),
        times=_ranked(mentions, standing, lambda m: (m.time,) if m.time and m.time.first else (), time_key),
        places=_ranked(mentions, standing, lambda m: (m.place,) if m.place else (), _place_key),
        actors=_ranked(mentions, standing, lambda m: m.actor, _actor_key),
        recipients=_ranked(mentions, standing, lambda m: m.recipient, _actor_key),
        factuality=_ranked(mentions, standing, lambda m: (m.mention.factuality,), str),
        types=_ranked(mentions, standing, lambda m: (m.type,), str),
        polarity=_ranked(mentions, standing, lambda m: (m.mention.polarity,), str),
    )
    found.factuality.sort(key=lambda s: (_FACTUALITY[s.value][0], -len(s.outlets(standing)), _FACTUALITY[s.value][1]))
    found.types.sort(key=lambda s: s.value in BACKGROUND_TYPES)  # what it is outweighs how often it is only touched on
    found.polarity.sort(key=lambda s: (-len(s.outlets(standing)), s.value is Polarity.NEGATIVE))
    return found


def supports(values: Values, standing: Mapping[MentionId, str]) -> tuple[SupportedValue, ...]:
    """Return the values as records, field by field."""
    return (
        *_records("quantity", values.quantities, standing, quantity_text),
        *_records("time", values.times, standing, _time_text),
        *_records("place", values.places, standing, lambda p: p.name or p.text),
        *_records("actor", values.actors, standing, lambda a: a.name),
        *_records("recipient", values.recipients, standing, lambda a: a.name),
        *_records("factuality", values.factuality, standing, str),
        *_records("type", values.types, standing, str),
        *_records("polarity", values.polarity, standing, str),
    )


def quantity_text(quantity: ResolvedQuantity) -> str:
    """Return a quantity in words: "1,200 Ukrainian soldiers"."""
    return quantity.text if quantity.of is None else f"{quantity.text} {quantity.of}"


def quantity_key(quantity: ResolvedQuantity) -> str:
    """Return what makes two quantities one value: number, bounds and unit, and for a small number what it counts too."""
    if quantity.value is None:
        return quantity_text(quantity).casefold()
    counted = min(heads(quantity.of), default="") if abs(quantity.value) < _SMALL and quantity.unit is None else ""
    return f"{quantity.value:g} {quantity.qualifier.value} {quantity.unit or ''} {counted}"


def time_key(time: ResolvedTime) -> str:
    """Return what makes two times one value."""
    return f"{time.first}/{time.last}"


def _ranked(
    mentions: Iterable[MentionSummary],
    standing: Mapping[MentionId, str],
    values: Callable[[MentionSummary], Iterable[T]],
    key: Callable[[T], str],
) -> list[Supported[T]]:
    groups: dict[str, Supported[T]] = {}
    for mention in mentions:
        for name, value in {key(value): value for value in values(mention)}.items():
            groups.setdefault(name, Supported(value, name)).mentions.append(mention.mention)
    return sorted(
        groups.values(), key=lambda s: (-len(s.outlets(standing)), -s.last_seen().timestamp(), -len(s.mentions), s.key)
    )


def _records(
    name: ValueField, ranked: Sequence[Supported[T]], standing: Mapping[MentionId, str], text: Callable[[T], str]
) -> Iterable[SupportedValue]:
    for at, one in enumerate(ranked[:MAX_VALUES]):
        seen = [m.published for m in one.mentions if m.published]
        yield SupportedValue(
            field=name,
            value=text(one.value)[:LONGEST],
            headline=at == 0,
            quantity=one.value if isinstance(one.value, ResolvedQuantity) else None,
            time=one.value if isinstance(one.value, ResolvedTime) else None,
            place=one.value if isinstance(one.value, Place) else None,
            outlets=tuple(one.outlets(standing)[:MAX_OUTLETS]),
            mentions=tuple(sorted(m.mention_id for m in one.mentions)[:MAX_SUPPORT]),
            sources=tuple(
                sorted({a.source[:LONGEST] for m in one.mentions for a in m.attributions if a.source})[:MAX_SOURCES]
            ),
            first_seen=min(seen, default=None),
            last_seen=max(seen, default=None),
        )


def _time_text(time: ResolvedTime) -> str:
    return time.first or time.text if time.first == time.last else f"{time.first} – {time.last}"


def _place_key(place: Place) -> str:
    return str(place.geonameid) if place.geonameid is not None else (place.name or place.text).casefold()


def _actor_key(actor: ResolvedActor) -> str:
    return f"{actor.country}/{actor.sector}" if actor.country else actor.name.casefold()
