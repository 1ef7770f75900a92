"""Do two mentions tell of one happening? A pairwise, symmetric decision with its reasons.

First what rules it out (another kind of happening, another day, another country, "another attack" in the same article), then
a sum of weights for what speaks for and against it. What a mention leaves open speaks neither way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tidings.publish.numbers import TELLING
from tidings.publish.numbers import likeness as numbers_likeness
from tidings.publish.places import are_apart
from tidings.publish.places import likeness as place_likeness
from tidings.publish.profiles import Party, Profile, related
from tidings.records import STATEMENT

THRESHOLD = 1.6
PLANNED = -0.2
NEAR_DAYS = 1
"""Days between the dates of two tellings of one happening: zones, nights and "on Monday evening"."""
LATE_DAYS = 3
"""Days for which news tells of a happening without saying when it was."""
SAME_SENTENCE = 0.9
OTHER_NAMES = -0.7
SAME_WORDS = 0.7
"""Share of words from which two statements are one, given who speaks."""
SAME_ARTICLE = 0.85
MOST_STORY = 1.0
"""Two articles are no more about the same than one is: copies of a text would else be glued together."""
FEWEST = 4
"""Words below which a share of them says less."""
_SYMMETRIC = frozenset({"CONSULT", "AGREE", "COOPERATE"})
"""Types in which it does not matter who is named first."""


@dataclass(frozen=True)
class Match:
    """The decision: `same`, its score, and what each feature gave to it (or the veto, as a feature of weight 0)."""

    same: bool
    score: float
    features: dict[str, float] = field(default_factory=dict)


def compare(a: Profile, b: Profile) -> Match:
    """Compare two mentions; the result is the same in both directions."""
    veto = _other_kind(a, b)
    numbers = 0.0 if veto else numbers_likeness(a.quantities, b.quantities)
    if veto or (veto := _contradiction(a, b, numbers)):
        return Match(False, 0.0, {veto: 0.0})
    if a.type == b.type == STATEMENT:
        return _one_statement(a, b)
    features = {
        "trigger": _trigger(a, b),
        "mode": 0.2 if a.mode and a.mode == b.mode else 0.0,
        **_parties(a, b),
        "place": place_likeness(a.place, b.place),
        "day": _day(a, b),
        "numbers": numbers,
        "words": 1.6 * _share(a.words, b.words),
        "names": 0.6 * _share(a.near, b.near),
        "story": _story(a, b),
        "planned": PLANNED if a.open != b.open else 0.0,
    }
    told = {name: round(value, 3) for name, value in features.items() if value}
    score = round(sum(told.values()), 3)
    return Match(score >= THRESHOLD, score, told)


def _other_kind(a: Profile, b: Profile) -> str | None:
    """Return what rules out at first sight that two mentions tell of one happening."""
    one_text = _one_text(a, b)
    if one_text and a.start == b.start:
        return "one trigger"
    if (a.type == STATEMENT) != (b.type == STATEMENT):
        return "one is a statement"
    if a.meaning != b.meaning and (a.is_background or b.is_background or not related(a.type, b.type)):
        return "another kind of happening"
    if one_text and a.again != b.again:
        return "another one in the same article"
    if one_text and a.meaning != b.meaning and _share(a.words, b.words) > SAME_SENTENCE:
        return "two deeds in one sentence"
    return None


def _contradiction(a: Profile, b: Profile, numbers: float) -> str | None:
    """Return what rules it out of two happenings of a kind; `numbers` is the likeness of their numbers."""
    one_text = _one_text(a, b)
    if a.negated != b.negated and (one_text or numbers < 0):
        return "one is negated"  # a text does not contradict itself, and "received no bodies" denies no 27
    if one_text and numbers < 0 and not _sources_differ(a, b):
        return "other number in the same article"
    if numbers < 0 and _tells_both(a, b) and _tells_both(b, a) and not _sources_differ(a, b):
        return "other number in both articles"
    if _other_days(a, b):
        return "other day"
    if a.open != b.open and (one_text or _still_to_come(a, b)):
        return "one is still to come"
    if _day(a, b) < 0 and numbers < 0:
        return "other day and number"
    if not (a.is_background and b.is_background):
        if a.type in _SYMMETRIC and b.type in _SYMMETRIC:
            if _apart(a.actor.codes | a.recipient.codes, b.actor.codes | b.recipient.codes):
                return "other parties"
        elif _turned_round(a, b):
            return "the other way round"
        elif not (_crosses(a, b) or _crosses(b, a)):
            if _apart(a.actor.codes, b.actor.codes):
                return "other actor"
            if _apart(a.recipient.codes, b.recipient.codes):
                return "other recipient"
    if a.place and b.place and are_apart(a.place, b.place):
        return "other place"
    return None


def _one_text(a: Profile, b: Profile) -> bool:
    return a.article_id == b.article_id and a.version == b.version


def _tells_both(one: Profile, other: Profile) -> bool:
    """Tell whether one's text tells the other's number too, of another happening: so do copies, and who knows of both."""
    return any(q.value in one.elsewhere for q in other.quantities if q.value is not None and abs(q.value) >= TELLING)


def _sources_differ(a: Profile, b: Profile) -> bool:
    """Tell whether each has a source and none is in common: "police said 300, the union 2,000"."""
    return _apart(a.sources, b.sources)


def _still_to_come(a: Profile, b: Profile) -> bool:
    """Tell whether one is expected, on no day that is told, when the other had happened."""
    ahead, past = (a, b) if a.open else (b, a)
    if ahead.published is None or past.days is None or not past.days.told or (ahead.days and ahead.days.told):
        return False
    return ahead.published >= past.days.last


def _crosses(one: Profile, other: Profile) -> bool:
    """Tell whether the only side that one tells of is the other's other side: "Kiev got them", "Moscow gave Kiev"."""
    got = not one.recipient.codes and one.actor.codes & other.recipient.codes
    gave = not one.actor.codes and one.recipient.codes & other.actor.codes
    return bool(got or gave)


def _turned_round(a: Profile, b: Profile) -> bool:
    straight = _likeness(a.actor, b.actor) > 0 or _likeness(a.recipient, b.recipient) > 0
    return not straight and _likeness(a.actor, b.recipient) > 0 and _likeness(a.recipient, b.actor) > 0


def _other_days(a: Profile, b: Profile) -> bool:
    if a.days is None or b.days is None:
        return False
    gap = max(a.days.first - b.days.last, b.days.first - a.days.last, 0)
    if a.days.told and b.days.told:
        return gap > NEAR_DAYS
    # Who does not say when speaks of what has just been, or of what is about to be.
    return gap > LATE_DAYS


def _day(a: Profile, b: Profile) -> float:
    if a.days is None or b.days is None or not (a.days.told and b.days.told):
        return 0.0
    if a.days == b.days:
        return 0.4 if a.days.first == a.days.last else 0.2
    if a.days.first > b.days.last or b.days.first > a.days.last:
        return -0.8
    return 0.1


def _trigger(a: Profile, b: Profile) -> float:
    if a.lemma == b.lemma:
        return 0.8
    return 0.7 if a.meaning == b.meaning else 0.3


def _parties(a: Profile, b: Profile) -> dict[str, float]:
    straight = {"actor": 0.8 * _likeness(a.actor, b.actor), "recipient": 0.8 * _likeness(a.recipient, b.recipient)}
    crossed = 0.8 * max(_likeness(a.actor, b.recipient), _likeness(a.recipient, b.actor))
    if a.type in _SYMMETRIC and b.type in _SYMMETRIC and crossed > max(straight.values()):
        return {"parties": crossed}
    if max(straight.values()) <= 0 < crossed:
        return {"parties": 0.5 * crossed}  # "Kiev got the bodies": who stands where depends on the verb
    return straight


def _likeness(a: Party, b: Party) -> float:
    """Return how alike two parties are: 1 by a name or a part of it, less by the country alone, below 0 if they differ."""
    if a.words & b.words:
        return 1.0
    if a.codes & b.codes:
        return 0.6
    return OTHER_NAMES if a.words and b.words else 0.0


def _story(a: Profile, b: Profile) -> float:
    """Return what it is worth that two articles are about the same names and words."""
    if a.article_id == b.article_id:
        return SAME_ARTICLE
    alike = 0.9 * _share(frozenset(a.names), frozenset(b.names)) + 0.9 * _share(a.gist, b.gist)
    return min(MOST_STORY, alike)


def _one_statement(a: Profile, b: Profile) -> Match:
    # Who speaks twice a day says two things, unless the words are the same.
    words, actor = _share(a.words, b.words), _likeness(a.actor, b.actor)
    told = {"words": round(words, 3), "actor": round(actor, 3)}
    same = a.article_id != b.article_id and words >= SAME_WORDS and actor > 0
    return Match(same, THRESHOLD + words if same else 0.0, told)


def _share(a: Collection[str], b: Collection[str]) -> float:
    left, right = frozenset(a), frozenset(b)
    return len(left & right) / max(FEWEST, min(len(left), len(right))) if left and right else 0.0


def _apart(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a) and bool(b) and not a & b
