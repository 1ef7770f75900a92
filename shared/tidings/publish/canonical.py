"""The canonical event: a pure function of a set of mentions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tidings import ids
from tidings.publish.history import history_of
from tidings.publish.lines import line_of
from tidings.publish.matching import compare
from tidings.publish.mentions import MentionSummary
from tidings.publish.profiles import profile, rank_of
from tidings.publish.tallies import Tally
from tidings.publish.values import EXACT, by_the_hour, rounded, supports, values_of
from tidings.records import CanonicalEvent, ChangeKind, Mention, MergeReason, ResolvedAttribution

MAX_MENTIONS = 50
"""Mentions kept in the event's own item; the others are counted, and stand under the event in the table."""
MAX_MENTION_BYTES = 150_000
"""Most bytes of JSON that they may take: an item in DynamoDB holds 400 KB."""
MAX_VALUES = 10
MAX_REASONS = 20
MAX_EVENT_OUTLETS = 100


class Whole(NamedTuple):
    """What is known of an event of which not all mentions are at hand.

    How many there are, when the first and the last was told, and what was counted; `more`: not all were.
    """

    total: int
    first_seen: datetime | None
    last_seen: datetime | None
    tally: Tally
    more: bool = False


def canonical(
    mentions: Collection[MentionSummary],
    *,
    leader: MentionSummary | None = None,
    former: Collection[MentionSummary] = (),
    whole: Whole | None = None,
    most_mentions: int | None = MAX_MENTIONS,
) -> CanonicalEvent:
    """Return the event that these mentions tell of; it shows `most_mentions` of them (None: all).

    `leader` is the one that the event is named after, else the one of least rank: while mentions move, one of lesser rank
    may still stand under another's event, which keeps its name. `former` are the mentions of superseded versions: they are
    seen in the history only. The headline values are chosen as `tidings.publish.values` says. Shown is one mention for each
    value, and the earliest of the others. `version` grows with each mention and with each change that a new version of an
    article brought.
    """
    ordered = sorted(mentions, key=lambda m: line_of(m).age)
    leader = leader or min(ordered, key=rank_of)
    whole = whole or _all_of(ordered)
    tally = whole.tally
    many = whole.total > EXACT
    values = values_of(ordered, tally)
    named = values.types[0].value
    head = min((m for m in ordered if m.type == named), key=rank_of)
    time = values.times[0].value if values.times else None
    shown = _shown(ordered, tally, most_mentions)
    history = history_of(ordered, former)
    return CanonicalEvent(
        event_id=ids.event_id(leader.mention_id),
        type=named,
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
        mentions=shown,
        mention_count=rounded(whole.total),
        outlets=tally.outlets[:MAX_EVENT_OUTLETS],
        outlet_count=rounded(len(tally.outlets)),
        at_least=many,
        values=supports(values, shown=shown, many=many, more=whole.more),
        why=_why(leader, ordered),
        history=history,
        first_seen=whole.first_seen,
        last_seen=by_the_hour(whole.last_seen) if many else whole.last_seen,
        day=time.first if time and time.first else leader.day,
        confidence=round(1 - _all_wrong(ordered), 4),
        version=rounded(whole.total) + sum(change.kind is not ChangeKind.TOLD for change in history),
    )


def _all_of(mentions: Sequence[MentionSummary]) -> Whole:
    published = [m.mention.published for m in mentions if m.mention.published is not None]
    first, last = min(published, default=None), max(published, default=None)
    return Whole(len(mentions), first, last, Tally([line_of(mention) for mention in mentions]))


def _shown(ordered: Sequence[MentionSummary], tally: Tally, most: int | None) -> tuple[Mention, ...]:
    if most is None:
        return tuple(m.mention for m in ordered)
    at_hand = {one.mention_id: one.mention for one in ordered}
    chosen: set[ids.MentionId] = set()
    room = MAX_MENTION_BYTES
    for name in [name for name in tally.shown_first if name in at_hand][:most]:
        room -= len(at_hand[name].model_dump_json().encode())
        if room < 0 and chosen:
            break
        chosen.add(name)
    return tuple(one.mention for one in ordered if one.mention_id in chosen)


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
