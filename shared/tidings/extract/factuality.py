"""Factuality: what the text commits itself to, from modality, negation, implicatives and who says so.

After Saurí and Pustejovsky's FactBank (levels by source) and Karttunen's implicatives: the clause's standing is worked
out from the root down to the trigger, then the attributions that contain it have their say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.cues import CueClass, noun_cues, verb_cues
from tidings.extract.factuality_clauses import standing_of
from tidings.extract.factuality_signatures import Implied, signatures
from tidings.extract.factuality_words import is_about_the_past, is_infinitive, is_modal, is_negated
from tidings.extract.syntax import is_definite, preposition
from tidings.records import Attribution, Factuality, Polarity


class Judgement(NamedTuple):
    """How far an event is asserted, and whether its sentence affirms it."""

    factuality: Factuality
    polarity: Polarity
    settled: bool = False
    """Whether the words leave no choice: a negation, or a past told as unreal ("would have left")."""


_BY_CLASS = {
    CueClass.SAY: Factuality.REPORTED,
    CueClass.REPORT: Factuality.REPORTED,
    CueClass.CLAIM: Factuality.ALLEGED,
    CueClass.ACCUSE: Factuality.ALLEGED,
    CueClass.DENY: Factuality.DENIED,
    CueClass.CONFIRM: Factuality.CONFIRMED,
    CueClass.PREDICT: Factuality.POSSIBLE,
    CueClass.PLAN: Factuality.PLANNED,
    CueClass.ORDER: Factuality.PLANNED,
    CueClass.ASK: Factuality.POSSIBLE,
    CueClass.THINK: Factuality.POSSIBLE,
    CueClass.KNOW: Factuality.REPORTED,
    CueClass.SHOW: Factuality.REPORTED,
    CueClass.JUDGE: Factuality.REPORTED,
}


def judge(doc: Doc, trigger: Token, attributions: Sequence[Attribution]) -> Judgement:
    """Return an event's factuality and polarity.

    Args:
        doc: The parsed article, which the trigger belongs to.
        trigger: The head word of the event's trigger.
        attributions: The article's attributions, or those of the event.
    """
    standing = standing_of(trigger)
    said = _stance(trigger, attributions)
    factuality = said or Factuality.REPORTED
    if said is Factuality.DENIED:
        pass  # who denies it denies what is planned or possible too
    elif standing.mood is Implied.PLANNED:
        factuality = Factuality.PLANNED
    elif standing.mood is Implied.POSSIBLE:
        factuality = Factuality.POSSIBLE
    elif standing.alleged:
        factuality = Factuality.ALLEGED
    return Judgement(factuality, Polarity.NEGATIVE if standing.negative else Polarity.POSITIVE, settled=standing.negative)


_SURE = 0.6
"""The probability from which on the language model's reading of a clause's standing outweighs the rules'."""


def weigh(judged: Judgement, standing: Mapping[str, float]) -> Judgement:
    """Return a judgement with what the language model reads of the clause; who says so stays the rules' own.

    Args:
        judged: What the rules say.
        standing: The model's probabilities of "happened", "planned", "possible" and "negated".
    """
    best = max(standing, key=lambda fact: standing[fact])
    if standing[best] < _SURE:
        return judged
    said = judged.factuality
    if said is Factuality.DENIED or (judged.settled and best == "happened"):
        return judged
    if best == "negated":
        return judged._replace(polarity=Polarity.NEGATIVE)
    polarity = judged.polarity if judged.settled else Polarity.POSITIVE
    if best == "planned":
        return judged._replace(factuality=Factuality.PLANNED, polarity=polarity)
    if best == "possible":
        return judged._replace(factuality=said if said is Factuality.ALLEGED else Factuality.POSSIBLE, polarity=polarity)
    unreal = said in (Factuality.PLANNED, Factuality.POSSIBLE)
    return judged._replace(factuality=Factuality.REPORTED if unreal else said, polarity=polarity)


_COME_ABOUT, _NOT_COME_ABOUT = 0.5, 0.2
"""How surely it has come about, from -1 to 1, so that a clause counts as real, and from where down as unreal."""


def settle(judged: Judgement, happened: float, standing: Mapping[str, float]) -> Judgement:
    """Return a judgement of what is no event of the ontology, with what the language model makes of it.

    What a clause's grammar leaves open ("went to see", "started to eat", "the best that I could hope for") is mostly clear
    from its words. What the text negates or somebody denies stays so.

    Args:
        judged: What the rules say.
        happened: How surely the model holds it to have come about, from -1 to 1.
        standing: The model's probabilities of "happened", "planned", "possible" and "negated".
    """
    said = judged.factuality
    if judged.polarity is Polarity.NEGATIVE or said is Factuality.DENIED:
        return judged
    unreal = said in (Factuality.PLANNED, Factuality.POSSIBLE)
    if unreal and happened >= _COME_ABOUT:
        return judged._replace(factuality=Factuality.REPORTED)
    if not unreal and said is not Factuality.ALLEGED and happened <= _NOT_COME_ABOUT:
        planned = standing["planned"] >= standing["possible"]
        return judged._replace(factuality=Factuality.PLANNED if planned else Factuality.POSSIBLE)
    return judged


# ---------------------------------------------------------------- who says so


def _stance(trigger: Token, attributions: Sequence[Attribution]) -> Factuality | None:
    """Return what the attributions make of their content: the strongest reserve, else a confirmation, else report."""
    end = trigger.idx + len(trigger)
    inside = [
        a
        for a in attributions
        if a.content.start <= trigger.idx
        and end <= a.content.end
        and not (a.cue is not None and a.cue.start < end and trigger.idx < a.cue.end)
    ]
    stances = [stance for a in sorted(inside, key=lambda a: a.content.end - a.content.start) if (stance := _of(trigger, a))]
    for wanted in (Factuality.DENIED, Factuality.ALLEGED, Factuality.PLANNED, Factuality.POSSIBLE, Factuality.CONFIRMED):
        if wanted in stances:
            return wanted
    return stances[0] if stances else None


def _of(trigger: Token, attribution: Attribution) -> Factuality | None:
    if attribution.cue is None:
        return Factuality.REPORTED
    cue = attribution.cue
    words = trigger.doc.char_span(cue.start, cue.end, alignment_mode="expand")
    if words is None:
        return Factuality.REPORTED
    for token in reversed(list(words)):
        lemma = token.lemma_.lower()
        known = noun_cues().get(lemma) if token.pos_ == "NOUN" else verb_cues().get(lemma)
        if known is None:
            continue
        if known.cue_class in (CueClass.PLAN, CueClass.ORDER) and not _is_planned_content(trigger, attribution):
            return Factuality.REPORTED
        implied = signatures().get((lemma, "x"))
        if known.cue_class is CueClass.PLAN and implied and implied.affirmed is Implied.NOT:
            return Factuality.REPORTED  # a refusal: the clause's polarity tells it
        stance = _BY_CLASS[known.cue_class]
        if stance is Factuality.POSSIBLE and _is_taken_for_granted(lemma):
            return Factuality.REPORTED
        if attribution.source is None and _is_hearsay(token, known.cue_class):
            return Factuality.REPORTED if is_negated(token) else Factuality.ALLEGED
        if stance in _OPEN and _is_presupposed(trigger, attribution):
            return Factuality.REPORTED
        if stance is Factuality.ALLEGED and _is_setting(trigger):
            return Factuality.REPORTED
        if is_negated(token) or is_modal(token):
            return Factuality.POSSIBLE if stance in (Factuality.CONFIRMED, Factuality.DENIED) else Factuality.REPORTED
        return stance
    return Factuality.REPORTED


_OPEN = frozenset({Factuality.PLANNED, Factuality.POSSIBLE, Factuality.DENIED})
"""What is said of a content as a whole, and not of what only describes something in it."""


_HEARSAY = frozenset({CueClass.SAY, CueClass.REPORT, CueClass.CLAIM, CueClass.ACCUSE, CueClass.THINK})


def _is_hearsay(cue: Token, cue_class: CueClass) -> bool:
    """Tell whether a cue says of somebody what nobody answers for ("are said to have killed")."""
    subject = any(c.dep_ in ("nsubj:pass", "nsubj") and c.lower_ != "it" for c in cue.children)
    passive = any(c.dep_ == "aux:pass" for c in cue.children)
    return cue_class in _HEARSAY and passive and subject and any(is_about_the_past(c) for c in cue.children)


def _is_taken_for_granted(lemma: str) -> bool:
    """Tell whether a verb's content is taken for granted, as what somebody regrets is."""
    signature = signatures().get((lemma, "c"))
    return signature is not None and signature.affirmed is signature.negated is Implied.FACT


def _is_presupposed(trigger: Token, attribution: Attribution) -> bool:
    """Tell whether a word only describes something in what is planned, asked or thought ("to sell the cars seized")."""
    here = trigger
    while here.head != here and here.idx >= attribution.content.start:
        if here.dep_ in ("amod", "acl:relcl") or (here.dep_ == "acl" and not is_infinitive(here)):
            return True
        here = here.head
    return False


def _is_setting(trigger: Token) -> bool:
    """Tell whether a definite noun only says when or where something is alleged to be: "of looting during the protest"."""
    return trigger.pos_ == "NOUN" and preposition(trigger) in _SETTINGS and is_definite(trigger)


_SETTINGS = frozenset({"during", "after", "before", "since", "amid", "at"})


def _is_planned_content(trigger: Token, attribution: Attribution) -> bool:
    """Tell whether the trigger heads the planned content: what lies deeper is judged by its own clause."""
    return attribution.content.start - 2 <= trigger.left_edge.idx or trigger.left_edge.idx - attribution.content.start < 30
