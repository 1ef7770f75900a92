"""The canonical event: a pure function of a set of mentions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tidings import ids
from tidings.ids import MentionId
from tidings.publish.copies import originals
from tidings.publish.history import history_of
from tidings.publish.matching import compare
from tidings.publish.mentions import MentionSummary
from tidings.publish.profiles import profile, rank_of
from tidings.publish.values import supports, values_of
from tidings.records import CanonicalEvent, Mention, MergeReason, ResolvedAttribution

MAX_MENTIONS = 50
"""Mentions kept in the event's own item; the others are counted, and stand under the event in the table."""
MAX_MENTION_BYTES = 150_000
"""Most bytes of JSON that they may take: an item in DynamoDB holds 400 KB."""
MAX_VALUES = 10
MAX_REASONS = 20
MAX_EVENT_OUTLETS = 100
EXACT = 64
"""Mentions of an event that are all taken into account. A larger one is told from those of least id, which are a random
sample, and its leader; how many there are, and the first and last, are known all the same."""
UNKNOWN_OUTLET = "unknown outlet"


class Whole(NamedTuple):
    """What is known of all mentions of an event, where those at hand are a sample: how many, the first and last told."""

    total: int
    first_seen: datetime | None
    last_seen: datetime | None


def canonical(
    mentions: Collection[MentionSummary],
    *,
    leader: MentionSummary | None = None,
    former: Collection[MentionSummary] = (),
    whole: Whole | None = None,
    most_mentions: int | None = MAX_MENTIONS,
) -> CanonicalEvent:
    """Return the event that these mentions tell of; it shows the first `most_mentions` of them (None: all).

    `leader` is the one that the event is named after, else the one of least rank: while mentions move, one of lesser rank
    may still stand under another's event, which keeps its name. `former` are the mentions of superseded versions: they are
    seen in the history only. The headline values are chosen as `tidings.publish.values` says. `version` is the number of
    mentions.
    """
    ordered = sorted(mentions, key=_age)
    leader = leader or min(ordered, key=rank_of)
    standing = independent_outlets(ordered)
    values = values_of(ordered, standing)
    published = [m.mention.published for m in ordered if m.mention.published is not None]
    whole = whole or Whole(len(ordered), min(published, default=None), max(published, default=None))
    shown = values.types[0].value
    head = min((m for m in ordered if m.type == shown), key=rank_of)
    time = values.times[0].value if values.times else None
    return CanonicalEvent(
        event_id=ids.event_id(leader.mention_id),
        type=shown,
        mode=head.mode,
        contexts=tuple(sorted({c for m in ordered for c in m.contexts})),
        trigger=head.lemma,
        actor=tuple(one.value for one in values.actors[:MAX_VALUES]),
        recipient=tuple(one.value for one in values.recipients[:MAX_VALUES]),
        quantities=tuple(one.value for one in values.quantities[:MAX_VALUES]),
        time=time,
        place=values.places[0].value if values.places else None,
        factuality=values.factuality[0].value,
        polarity=values.polarity[0].value,
        attributions=_distinct(a for m in ordered for a in m.mention.attributions)[:MAX_VALUES],
        mentions=tuple(m.mention for m in ordered) if most_mentions is None else _shown(ordered, most_mentions),
        mention_count=whole.total,
        outlets=tuple(sorted(set(standing.values()))[:MAX_EVENT_OUTLETS]),
        values=supports(values, standing),
        why=_why(leader, ordered),
        history=history_of(ordered, former),
        first_seen=whole.first_seen,
        last_seen=whole.last_seen,
        day=time.first if time and time.first else leader.day,
        confidence=round(1 - _all_wrong(ordered), 4),
        version=whole.total,
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


def _shown(ordered: Sequence[MentionSummary], most: int) -> tuple[Mention, ...]:
    shown: list[Mention] = []
    room = MAX_MENTION_BYTES
    for one in ordered[:most]:
        room -= len(one.mention.model_dump_json().encode())
        if room < 0 and shown:
            break
        shown.append(one.mention)
    return tuple(shown)


def _why(leader: MentionSummary, mentions: Sequence[MentionSummary]) -> tuple[MergeReason, ...]:
    """Return what holds the event together: each mention was compared with the one that leads it."""
    if len(mentions) == 1:
        return ()
    centre = profile(leader)
    reasons = []
    for one in [m for m in mentions if m.mention_id != leader.mention_id][:MAX_REASONS]:
        match = compare(profile(one), centre)
        reasons.append(MergeReason(a=one.mention_id, b=leader.mention_id, score=match.score, features=match.features))
    return tuple(reasons)


def _distinct(attributions: Iterable[ResolvedAttribution]) -> tuple[ResolvedAttribution, ...]:
    seen: dict[tuple[str | None, str | None], ResolvedAttribution] = {}
    for attribution in attributions:
        seen.setdefault((attribution.source, attribution.cue), attribution)
    return tuple(seen.values())


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
