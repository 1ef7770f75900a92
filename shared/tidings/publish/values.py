"""The values on which mentions may disagree: each one with who supports it, since when, and which one the event shows.

The headline value of a field is the one with the most independent outlets; among equals the one told last, because news
corrects itself; then the one of more mentions; then that which is first in the alphabet. Two fields have rules of their own.
Factuality: what anybody confirms is confirmed; else it is what most outlets make of it, reported, alleged or denied (in this
order among equals); what is only planned or possible stands behind all of these. Polarity is positive unless more outlets
negate than affirm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from tidings.publish.mentions import MentionSummary
from tidings.publish.sayings import is_plainer, quantity_text, sayings
from tidings.publish.tallies import MAX_VALUES, NOBODY, Support, Tally
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

MAX_OUTLETS = 20
MAX_SOURCES = 10
MAX_SUPPORT = 10
"""Mentions named for a value."""
MAX_FORMS = 5
LONGEST = 200
"""Characters of a display text or a source."""
EXACT = 100
"""Up to here mentions and outlets are told by their exact number; above it with two figures."""
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
    """One value with its support, and those of the mentions at hand that say it, the earliest first."""

    value: T
    key: str
    support: Support
    mentions: list[Mention] = field(default_factory=list)
    forms: dict[str, None] = field(default_factory=dict)
    """How it is written, where that differs; in the order of the mentions."""


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


def values_of(mentions: Sequence[MentionSummary], tally: Tally) -> Values:
    """Return the values of mentions (earliest first); `tally` counts these, and others that are not at hand."""
    groups: dict[ValueField, dict[str, Supported[Any]]] = {}
    for mention in mentions:
        for saying in sayings(mention):
            group = groups.setdefault(saying.field, {})
            if saying.key not in group:
                # What was counted may be older than the mention by a moment.
                group[saying.key] = Supported(saying.value, saying.key, tally.supports.get(saying.name, NOBODY))
            one = group[saying.key]
            one.mentions.append(mention.mention)
            if is_plainer(saying.value, one.value):
                one.value = saying.value
            if isinstance(saying.value, ResolvedQuantity):
                one.forms.setdefault(quantity_text(saying.value)[:LONGEST])

    def ranked(name: ValueField) -> list[Supported[Any]]:
        return sorted(groups.get(name, {}).values(), key=lambda one: (one.support.order, one.key))

    found = Values(
        quantities=ranked("quantity"),
        times=ranked("time"),
        places=ranked("place"),
        actors=ranked("actor"),
        recipients=ranked("recipient"),
        factuality=ranked("factuality"),
        types=ranked("type"),
        polarity=ranked("polarity"),
    )
    found.factuality.sort(key=lambda s: (_FACTUALITY[s.value][0], -len(s.support.outlets), _FACTUALITY[s.value][1]))
    found.types.sort(key=lambda s: s.value in BACKGROUND_TYPES)  # they say nothing of what happened
    found.polarity.sort(key=lambda s: (-len(s.support.outlets), s.value is Polarity.NEGATIVE))
    return found


def supports(
    values: Values, *, shown: Sequence[Mention] = (), many: bool = False, more: bool = False
) -> tuple[SupportedValue, ...]:
    """Return the values as records, field by field.

    Of the mentions that prove a value those are named first that the event shows. `many`: the event has so many that times
    are told by the hour; `more`: and some that were not counted.
    """
    order = {mention.mention_id: at for at, mention in enumerate(shown)}

    def records(name: ValueField, ranked: Sequence[Supported[T]], text: Callable[[T], str]) -> Iterable[SupportedValue]:
        for at, one in enumerate(ranked[:MAX_VALUES]):
            proofs = sorted(one.mentions, key=lambda m: (order.get(m.mention_id, len(order)), m.mention_id))
            count = len(one.support.outlets)
            yield SupportedValue(
                field=name,
                value=text(one.value)[:LONGEST],
                forms=tuple(one.forms)[:MAX_FORMS] if len(one.forms) > 1 else (),
                headline=at == 0,
                quantity=one.value if isinstance(one.value, ResolvedQuantity) else None,
                time=one.value if isinstance(one.value, ResolvedTime) else None,
                place=one.value if isinstance(one.value, Place) else None,
                outlets=one.support.outlets[:MAX_OUTLETS],
                outlet_count=rounded(count),
                at_least=more or count > EXACT,
                mentions=tuple(mention.mention_id for mention in proofs[:MAX_SUPPORT]),
                sources=tuple(
                    sorted({a.source[:LONGEST] for m in one.mentions for a in m.attributions if a.source})[:MAX_SOURCES]
                ),
                first_seen=one.support.first,
                last_seen=by_the_hour(one.support.last) if many else one.support.last,
            )

    return (
        *records("quantity", values.quantities, quantity_text),
        *records("time", values.times, _time_text),
        *records("place", values.places, lambda p: p.name or p.text),
        *records("actor", values.actors, lambda a: a.name),
        *records("recipient", values.recipients, lambda a: a.name),
        *records("factuality", values.factuality, str),
        *records("type", values.types, str),
        *records("polarity", values.polarity, str),
    )


def by_the_hour(moment: datetime | None) -> datetime | None:
    """Return the hour in which a moment lies."""
    return moment.replace(minute=0, second=0, microsecond=0) if moment else None


def rounded(count: int) -> int:
    """Return a number as events tell it: up to `EXACT` as it is, above it the first two figures.

    So the item of an event with a hundred thousand mentions does not change with each of them.
    """
    step = 1 if count <= EXACT else 10 ** max(0, len(str(count)) - 2)
    return count // step * step


def _time_text(time: ResolvedTime) -> str:
    return time.first or time.text if time.first == time.last else f"{time.first} – {time.last}"
