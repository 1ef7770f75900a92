"""Do two mentions tell of one happening? A pairwise, symmetric decision with its reasons.

Events are the connected components of this relation among mentions that share a blocking key, so that the result
depends on the set of mentions only. Blocking keys keep the work for each mention bounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tidings.ids import digest
from tidings.publish.mentions import MentionSummary
from tidings.records import STATEMENT, Factuality, Qualifier, ResolvedActor, ResolvedQuantity

THRESHOLD = 1.8
SAME_WORDS = 1.6
SAME_SENTENCE = 0.9
NEAR = timedelta(days=1)
MOST_KEYS = 5
"""Blocking keys of a mention for each day, its lemma's besides: they bound what merging reads."""
NEAR_EXACT = 0.02
"""How far two exact numbers for one thing may lie apart, as a share of the larger: outlets count differently."""
NEAR_NUMBER = 0.5
"""The same where one of the numbers is not exact."""
_FROM_BELOW = frozenset({Qualifier.MORE_THAN, Qualifier.AT_LEAST})
_WORD = re.compile(r"\w+")
_SHORTEST = 4
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

    Type and day must agree and no number or country may contradict; then lemma, actors, recipients, place, numbers, the
    words of the evidence and the names that the articles are about are weighed.
    """
    veto = _contradiction(a, b)
    if veto:
        return Match(False, 0.0, (veto,))
    features = {
        "same trigger": 0.7 if a.lemma == b.lemma else 0.0,
        "same mode": 0.3 if a.mode and a.mode == b.mode else 0.0,
        "actors": 0.9 * _likeness(a.actor, b.actor),
        "recipients": 0.9 * _likeness(a.recipient, b.recipient),
        "place": 0.6 if a.place and b.place and a.place.name and a.place.name == b.place.name else 0.0,
        "numbers": 0.9 if _numbers(a) & _numbers(b) else 0.0,
        "words": 2.0 * _similarity(a.words, b.words),
        "same story": _story(a, b),
    }
    score = sum(features.values())
    if a.type == STATEMENT and (features["words"] < SAME_WORDS or not features["actors"]):
        score = 0.0  # who speaks twice a day says two things, unless the words are the same
    return Match(score >= THRESHOLD, score, tuple(name for name, value in features.items() if value >= 0.3))


def blocking_keys(mention: MentionSummary) -> tuple[str, ...]:
    """Return the keys under which a mention looks for its like: type group with day, for that day and its neighbours."""
    group = _group(mention.type)
    days = {mention.day}
    if (day := _day(mention.day)) is not None:
        days |= {(day + NEAR).isoformat(), (day - NEAR).isoformat()}
    actors = (*mention.actor, *mention.recipient)
    codes = {a.country for a in actors if a.country} | {_longest_word(a) for a in actors}
    keys = sorted(code for code in codes if code)[:MOST_KEYS]
    if mention.type != STATEMENT or not keys:
        keys.append(mention.lemma)  # whoever says something is known by name, what happened also by its word
    return tuple(sorted({digest(group, d, c) for d in days for c in keys}))


def _longest_word(actor: ResolvedActor) -> str:
    # Ties go to the alphabet, so that a mention has the same keys in every process.
    return max(sorted(_name_words(actor)), key=len, default="")


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
    for role, ours, other in (("actor", a.actor, b.actor), ("recipient", a.recipient, b.recipient)):
        if _countries(ours) and _countries(other) and not _countries(ours) & _countries(other):
            return f"other {role}"
    if a.quantities and b.quantities and not any(_compatible(x, y) for x in a.quantities for y in b.quantities):
        return "other number"
    if a.lemma != b.lemma and a.words and _similarity(a.words, b.words) > SAME_SENTENCE:
        return "two deeds in one sentence"
    if a.lemma != b.lemma and _is_open(a) != _is_open(b):
        return "one is only planned"
    if a.mention.article_id == b.mention.article_id and a.mention.start == b.mention.start:
        return "one trigger"
    return None


def _group(event_type: str) -> str:
    for group in RELATED:
        if event_type in group:
            return min(group)
    return event_type


def _likeness(a: Sequence[ResolvedActor], b: Sequence[ResolvedActor]) -> float:
    """Return how alike two groups of actors are: 1 by a name or a part of it ("Lohan"), less by the country alone."""
    if any(_name_words(x) & _name_words(y) for x in a for y in b):
        return 1.0
    return 0.7 if {x.country for x in a if x.country} & {y.country for y in b if y.country} else 0.0


def _story(a: MentionSummary, b: MentionSummary) -> float:
    """Return what it is worth that two articles are about the same names: something only where the words agree too."""
    if a.mention.article_id == b.mention.article_id or a.lemma != b.lemma:
        return 0.0
    return 1.2 * _similarity(a.names, b.names)


def _compatible(a: ResolvedQuantity, b: ResolvedQuantity) -> bool:
    """Tell whether two numbers may count the same things: very near if both are exact, else roughly or in bounds."""
    if a.value is None or b.value is None:
        return True
    exact = a.qualifier is Qualifier.EXACT and b.qualifier is Qualifier.EXACT
    for one, other in ((a, b), (b, a)):
        if one.low is not None and other.value is not None and other.value >= one.low and one.qualifier in _FROM_BELOW:
            return True
    return abs(a.value - b.value) <= (NEAR_EXACT if exact else NEAR_NUMBER) * max(abs(a.value), abs(b.value))


def _countries(actors: Sequence[ResolvedActor]) -> frozenset[str]:
    return frozenset(a.country for a in actors if a.country)


def _name_words(actor: ResolvedActor) -> frozenset[str]:
    """Return the words by which an actor is known; "police" and "the man" are anybody."""
    return frozenset(w.casefold() for w in _WORD.findall(actor.name) if len(w) >= _SHORTEST and w[0].isupper())


def _numbers(mention: MentionSummary) -> set[float]:
    return {float(q.value) for q in mention.quantities if q.value is not None}


def _is_open(mention: MentionSummary) -> bool:
    return mention.mention.factuality in (Factuality.PLANNED, Factuality.POSSIBLE)


def _similarity(a: Sequence[str], b: Sequence[str]) -> float:
    left, right = set(a), set(b)
    return len(left & right) / max(1, min(len(left), len(right))) if left and right else 0.0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
