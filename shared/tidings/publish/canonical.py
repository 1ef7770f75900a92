"""The canonical event: a pure function of a set of mentions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from tidings import ids
from tidings.ids import MentionId
from tidings.publish.copies import originals
from tidings.publish.mentions import MentionSummary
from tidings.records import (
    CanonicalEvent,
    Factuality,
    Mention,
    Place,
    ResolvedActor,
    ResolvedAttribution,
    ResolvedQuantity,
    ResolvedTime,
    SupportedValue,
)

T = TypeVar("T")

MAX_MENTIONS = 50
"""Mentions kept in the event's own item; the others are counted, and stand under the event in the table."""
MAX_VALUES = 40
UNKNOWN_OUTLET = "unknown outlet"
_STRENGTH = (
    Factuality.CONFIRMED,
    Factuality.DENIED,
    Factuality.REPORTED,
    Factuality.ALLEGED,
    Factuality.PLANNED,
    Factuality.POSSIBLE,
)


def canonical(mentions: Collection[MentionSummary], *, most_mentions: int | None = MAX_MENTIONS) -> CanonicalEvent:
    """Return the event that these mentions tell of; it shows the first `most_mentions` of them (None: all).

    The headline value of a field is the one with the most independent outlets, then the most mentions, then the one of
    the least mention. Factuality is the strongest claimed. `version` is the number of mentions.
    """
    ordered = sorted(mentions, key=_age)
    lead = ordered[0]
    outlets = independent_outlets(ordered)
    quantities = _ranked(ordered, outlets, lambda m: m.quantities, _quantity_key)
    times = _ranked(ordered, outlets, lambda m: (m.time,) if m.time and m.time.first else (), _time_key)
    places = _ranked(ordered, outlets, lambda m: (m.place,) if m.place else (), lambda p: p.name or p.text)
    actors = _ranked(ordered, outlets, lambda m: m.actor, _actor_key)
    recipients = _ranked(ordered, outlets, lambda m: m.recipient, _actor_key)
    published = [m.mention.published for m in ordered if m.mention.published is not None]
    types = _ranked(ordered, outlets, lambda m: (m.type,), str)
    head = next((m for m in ordered if m.type == types[0][0]), lead)
    time = times[0][0] if times else None
    return CanonicalEvent(
        event_id=ids.event_id(lead.mention_id),
        type=types[0][0],
        mode=head.mode,
        contexts=tuple(sorted({c for m in ordered for c in m.contexts})),
        trigger=head.lemma,
        actor=_named(actors),
        recipient=_named(recipients),
        quantities=tuple(value for value, _ in quantities[:10]),
        time=time,
        place=places[0][0] if places else None,
        factuality=min((m.mention.factuality for m in ordered), key=_STRENGTH.index),
        polarity=head.mention.polarity,
        attributions=_distinct(a for m in ordered for a in m.mention.attributions)[:10],
        mentions=tuple(m.mention for m in ordered[:most_mentions]),
        mention_count=len(ordered),
        outlets=tuple(sorted(set(outlets.values()))),
        values=(
            *_support("quantity", quantities, outlets, _quantity_key),
            *_support("time", times, outlets, _time_key),
            *_support("place", places, outlets, lambda p: p.name or p.text),
            *_support("factuality", _ranked(ordered, outlets, lambda m: (m.mention.factuality,), str), outlets, str),
            *_support("polarity", _ranked(ordered, outlets, lambda m: (m.mention.polarity,), str), outlets, str),
            *_support("type", types, outlets, str),
        )[:MAX_VALUES],
        first_seen=min(published, default=None),
        last_seen=max(published, default=None),
        day=time.first if time and time.first else lead.day,
        confidence=round(1 - _all_wrong(ordered), 4),
        version=len(ordered),
    )


def independent_outlets(mentions: Sequence[MentionSummary]) -> dict[MentionId, str]:
    """Return for each mention (earliest first) the outlet that it counts for.

    Those that printed the same text, or a copy of it, count for one: the earliest that is known.
    """
    stands_for = originals(mention.sketch for mention in mentions)
    texts = {m.mention_id: stands_for[m.sketch] if m.sketch else m.mention.article_id for m in mentions}
    first: dict[str, str] = {}
    for mention in mentions:
        text = texts[mention.mention_id]
        if first.get(text, UNKNOWN_OUTLET) == UNKNOWN_OUTLET:
            first[text] = mention.mention.outlet or UNKNOWN_OUTLET
    return {mention_id: first[text] for mention_id, text in texts.items()}


def _ranked(
    mentions: Sequence[MentionSummary],
    outlets: Mapping[MentionId, str],
    values: Callable[[MentionSummary], Iterable[T]],
    key: Callable[[T], str],
) -> list[tuple[T, list[Mention]]]:
    groups: dict[str, tuple[T, list[Mention]]] = {}
    for mention in mentions:
        for value in values(mention):
            groups.setdefault(key(value), (value, []))[1].append(mention.mention)
    return sorted(groups.values(), key=lambda g: (-len({outlets[m.mention_id] for m in g[1]}), -len(g[1])))


def _support(
    field: Literal["quantity", "time", "place", "factuality", "polarity", "type"],
    ranked: Sequence[tuple[T, list[Mention]]],
    outlets: Mapping[MentionId, str],
    key: Callable[[T], str],
) -> tuple[SupportedValue, ...]:
    return tuple(
        SupportedValue(
            field=field,
            value=key(value),
            headline=at == 0,
            quantity=value if isinstance(value, ResolvedQuantity) else None,
            time=value if isinstance(value, ResolvedTime) else None,
            place=value if isinstance(value, Place) else None,
            outlets=tuple(sorted({outlets[m.mention_id] for m in mentions})),
            mentions=tuple(sorted(m.mention_id for m in mentions))[:MAX_MENTIONS],
            sources=tuple(sorted({a.source for m in mentions for a in m.attributions if a.source}))[:10],
            first_seen=min((m.published for m in mentions if m.published), default=None),
            last_seen=max((m.published for m in mentions if m.published), default=None),
        )
        for at, (value, mentions) in enumerate(ranked)
    )


def _named(ranked: Sequence[tuple[ResolvedActor, list[Mention]]]) -> tuple[ResolvedActor, ...]:
    return tuple(actor for actor, _ in ranked[:10])


def _distinct(attributions: Iterable[ResolvedAttribution]) -> tuple[ResolvedAttribution, ...]:
    seen: dict[tuple[str | None, str | None], ResolvedAttribution] = {}
    for attribution in attributions:
        seen.setdefault((attribution.source, attribution.cue), attribution)
    return tuple(seen.values())


def _actor_key(actor: ResolvedActor) -> str:
    return f"{actor.country}/{actor.sector}" if actor.country else actor.name.casefold()


def _time_key(time: ResolvedTime) -> str:
    return f"{time.first}/{time.last}"


def _quantity_key(quantity: ResolvedQuantity) -> str:
    number = quantity.text if quantity.value is None else f"{quantity.value:g}"
    return " ".join(part for part in (quantity.qualifier.value, number, quantity.unit, quantity.of) if part)


def _all_wrong(mentions: Sequence[MentionSummary]) -> float:
    # Mentions of one article are not independent of each other: the best of each article counts.
    best: dict[str, float] = {}
    for mention in mentions:
        article = mention.mention.article_id
        best[article] = max(best.get(article, 0.0), mention.mention.confidence)
    wrong = 1.0
    for name in sorted(best):
        wrong *= 1 - best[name]
    return wrong


def _age(mention: MentionSummary) -> tuple[str, str]:
    published = mention.mention.published
    return (published.isoformat() if published else "9999", mention.mention_id)
