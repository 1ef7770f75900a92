"""An event in few words, as tables and feeds tell it."""

from __future__ import annotations

from collections.abc import Sequence

from tidings.records import CanonicalEvent, Polarity, Qualifier, ResolvedActor, ResolvedQuantity

COLUMNS = ("type", "who", "how many", "when", "where", "factuality", "who says so")
_SIGNS = {
    Qualifier.APPROX: "about ",
    Qualifier.MORE_THAN: "more than ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.LESS_THAN: "less than ",
    Qualifier.AT_MOST: "at most ",
}


def summary(event: CanonicalEvent) -> dict[str, str]:
    """Return the event's table row: a short text under each of `COLUMNS`."""
    name = event.type + (f" {event.mode}" if event.mode else "")
    who = _actors(event.actor)
    if event.recipient:
        who = f"{who or '?'} → {_actors(event.recipient)}"
    sources = dict.fromkeys(a.source for a in event.attributions if a.source)
    factuality = event.factuality.value + (" (not)" if event.polarity is Polarity.NEGATIVE else "")
    return {
        "type": name,
        "who": who,
        "how many": "; ".join(_quantity(q) for q in event.quantities[:2]),
        "when": _when(event),
        "where": event.place.name or event.place.text if event.place else "",
        "factuality": factuality,
        "who says so": "; ".join(sources) or "; ".join(event.outlets[:2]),
    }


def headline(event: CanonicalEvent) -> str:
    """Return one line that tells who did what to whom, how many and when."""
    row = summary(event)
    parts = [row["who"] or row["where"], f"{row['type']} ({event.trigger})", row["how many"], row["when"]]
    return " · ".join(part for part in parts if part)


def _actors(actors: Sequence[ResolvedActor]) -> str:
    return ", ".join(f"{a.name} ({code})" if (code := _code(a)) else a.name for a in actors)


def _code(actor: ResolvedActor) -> str:
    return " ".join(part for part in (actor.country, actor.sector) if part)


def _quantity(quantity: ResolvedQuantity) -> str:
    if quantity.value is None or quantity.qualifier in (Qualifier.RANGE, Qualifier.PLURAL):
        number = quantity.text
    else:
        number = f"{_SIGNS.get(quantity.qualifier, '')}{quantity.value:,}"
        number += f" {quantity.unit}" if quantity.unit else ""
    return f"{number} {quantity.of}" if quantity.of and quantity.of not in number else number


def _when(event: CanonicalEvent) -> str:
    if event.time is None or event.time.first is None:
        return ""
    if event.time.last in (None, event.time.first):
        return event.time.first
    return f"{event.time.first} – {event.time.last}"
