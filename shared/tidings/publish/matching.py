"""Do two mentions tell of one happening? A pairwise, symmetric decision with its reasons.

Events are the connected components of this relation among mentions that share a blocking key, so that the result
depends on the set of mentions only. Blocking keys keep the work for each mention bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tidings.ids import digest
from tidings.publish.mentions import MentionSummary
from tidings.records import Qualifier, ResolvedActor

THRESHOLD = 2.0
NEAR = timedelta(days=1)
RELATED = (frozenset({"RETREAT", "AID", "COOPERATE", "CONCEDE"}), frozenset({"CONSULT", "AGREE"}))
"""Types that outlets use for one happening from different sides (a handover is release, aid or exchange)."""


@dataclass(frozen=True)
class Match:
    """The decision: `same`, its score, and the features that carried it."""

    same: bool
    score: float
    why: tuple[str, ...]


def same_event(a: MentionSummary, b: MentionSummary) -> Match:
    """Compare two mentions.

    Type and day must agree and no number may contradict; then lemma, actors, recipients, place, numbers and the words
    of the evidence are weighed.
    """
    veto = _contradiction(a, b)
    if veto:
        return Match(False, 0.0, (veto,))
    features = {
        "same trigger": 0.7 if a.lemma == b.lemma else 0.0,
        "same mode": 0.3 if a.mode and a.mode == b.mode else 0.0,
        "actors": 0.8 if _overlap(a.actor, b.actor) else 0.0,
        "recipients": 0.8 if _overlap(a.recipient, b.recipient) else 0.0,
        "place": 0.6 if a.place and b.place and a.place.name and a.place.name == b.place.name else 0.0,
        "numbers": 0.9 if _numbers(a) & _numbers(b) else 0.0,
        "words": 2.0 * _similarity(a.words, b.words),
    }
    score = sum(features.values())
    return Match(score >= THRESHOLD, score, tuple(name for name, value in features.items() if value >= 0.3))


def blocking_keys(mention: MentionSummary) -> tuple[str, ...]:
    """Return the keys under which a mention looks for its like: type group with day, for that day and its neighbours."""
    group = _group(mention.type)
    days = {mention.day}
    if (day := _day(mention.day)) is not None:
        days |= {(day + NEAR).isoformat(), (day - NEAR).isoformat()}
    codes = sorted({_code(a) for a in (*mention.actor, *mention.recipient)}) or [mention.lemma]
    return tuple(sorted(digest(group, d, c) for d in days for c in codes[:4]))


def components(mentions: Sequence[MentionSummary]) -> list[frozenset[str]]:
    """Return the clusters of a set of mentions as sets of mention ids, least first."""
    parent = {m.mention_id: m.mention_id for m in mentions}

    def root(node: str) -> str:
        while parent[node] != node:  # type: ignore[index]
            parent[node] = parent[parent[node]]  # type: ignore[index]
            node = parent[node]  # type: ignore[index]
        return node

    blocks: dict[str, list[MentionSummary]] = {}
    for mention in sorted(mentions, key=lambda m: m.mention_id):
        for key in blocking_keys(mention):
            for other in blocks.setdefault(key, []):
                a, b = root(mention.mention_id), root(other.mention_id)
                if a != b and same_event(mention, other).same:
                    parent[max(a, b)] = min(a, b)  # type: ignore[index, assignment]
            blocks[key].append(mention)
    groups: dict[str, set[str]] = {}
    for mention in mentions:
        groups.setdefault(root(mention.mention_id), set()).add(mention.mention_id)
    return sorted((frozenset(group) for group in groups.values()), key=min)


def _contradiction(a: MentionSummary, b: MentionSummary) -> str | None:
    if _group(a.type) != _group(b.type):
        return "other type"
    if a.mention.polarity != b.mention.polarity:
        return "one is negated"
    first, second = _day(a.day), _day(b.day)
    if first is None or second is None or abs(first - second) > NEAR:
        return "other day"
    explicit = a.time and b.time and a.time.first == a.time.last and b.time.first == b.time.last
    if explicit and a.day != b.day:
        return "other day"
    mine, theirs = _exact(a), _exact(b)
    if mine and theirs and not mine & theirs:
        return "other number"
    if a.mention.article_id == b.mention.article_id and a.mention.start == b.mention.start:
        return "one trigger"
    return None


def _group(event_type: str) -> str:
    for group in RELATED:
        if event_type in group:
            return min(group)
    return event_type


def _overlap(a: Sequence[ResolvedActor], b: Sequence[ResolvedActor]) -> bool:
    return bool({_code(x) for x in a} & {_code(x) for x in b})


def _code(actor: ResolvedActor) -> str:
    return actor.country or actor.name.casefold()


def _numbers(mention: MentionSummary) -> set[float]:
    return {float(q.value) for q in mention.quantities if q.value is not None}


def _exact(mention: MentionSummary) -> set[float]:
    return {float(q.value) for q in mention.quantities if q.value is not None and q.qualifier is Qualifier.EXACT}


def _similarity(a: Sequence[str], b: Sequence[str]) -> float:
    left, right = set(a), set(b)
    return len(left & right) / max(1, min(len(left), len(right))) if left and right else 0.0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
