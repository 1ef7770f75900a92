"""Factuality: what the text commits itself to, from modality, negation, implicatives and who says so.

After Saurí and Pustejovsky's FactBank (levels by source) and Karttunen's implicatives: the clause's standing is worked
out from the root down to the trigger, then the attributions that contain it have their say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.cues import CueClass, noun_cues, verb_cues
from tidings.extract.factuality_signatures import Implied, Signature, operators, signatures
from tidings.extract.syntax import is_definite, is_passive
from tidings.records import Attribution, Factuality, Polarity

_DEEPEST = 24


class Judgement(NamedTuple):
    """How far an event is asserted, and whether its sentence affirms it."""

    factuality: Factuality
    polarity: Polarity


class _Standing(NamedTuple):
    """A clause's standing in the eyes of who utters it."""

    mood: Implied | None = None  # POSSIBLE or PLANNED; None where it is asserted
    negative: bool = False
    alleged: bool = False


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
    standing = _standing(trigger)
    said = _stance(trigger, attributions)
    polarity = Polarity.NEGATIVE if standing.negative else Polarity.POSITIVE
    if said is Factuality.DENIED:
        return Judgement(Factuality.DENIED, polarity)
    if standing.mood is Implied.PLANNED:
        return Judgement(Factuality.PLANNED, polarity)
    if standing.mood is Implied.POSSIBLE:
        return Judgement(Factuality.POSSIBLE, polarity)
    if standing.alleged:
        return Judgement(Factuality.ALLEGED, polarity)
    return Judgement(said or Factuality.REPORTED, polarity)


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
    if best == "negated":
        return Judgement(said, Polarity.NEGATIVE)
    if best == "planned":
        return Judgement(said if said is Factuality.DENIED else Factuality.PLANNED, Polarity.POSITIVE)
    if best == "possible":
        kept = said in (Factuality.DENIED, Factuality.ALLEGED)
        return Judgement(said if kept else Factuality.POSSIBLE, Polarity.POSITIVE)
    unreal = said in (Factuality.PLANNED, Factuality.POSSIBLE)
    return Judgement(Factuality.REPORTED if unreal else said, Polarity.POSITIVE)


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
        if stance in _OPEN and _is_presupposed(trigger, attribution):
            return Factuality.REPORTED
        if _negated(token) or _modal(token):
            return Factuality.POSSIBLE if stance in (Factuality.CONFIRMED, Factuality.DENIED) else Factuality.REPORTED
        return stance
    return Factuality.REPORTED


_OPEN = frozenset({Factuality.PLANNED, Factuality.POSSIBLE})


def _is_presupposed(trigger: Token, attribution: Attribution) -> bool:
    """Tell whether a word only describes something in what is planned, asked or thought ("to sell the cars seized")."""
    here = trigger
    while here.head != here and here.idx >= attribution.content.start:
        if here.dep_ in ("amod", "acl:relcl") or (here.dep_ == "acl" and not _infinitive(here)):
            return True
        here = here.head
    return False


def _is_planned_content(trigger: Token, attribution: Attribution) -> bool:
    """Tell whether the trigger heads the planned content: what lies deeper is judged by its own clause."""
    return attribution.content.start - 2 <= trigger.left_edge.idx or trigger.left_edge.idx - attribution.content.start < 30


# ---------------------------------------------------------------- the clause's own standing


def _standing(trigger: Token) -> _Standing:
    """Work out the standing from the outermost clause inwards."""
    # A copula or auxiliary is judged as the predicate that it serves.
    path = [trigger.head if trigger.dep_ in ("cop", "aux", "aux:pass") else trigger]
    while path[-1].head != path[-1] and len(path) < _DEEPEST:
        path.append(path[-1].head)
    standing = _local(path[-1])
    for inner, outer in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        standing = _step(outer, inner, standing)
    return standing


def _step(outer: Token, inner: Token, standing: _Standing) -> _Standing:
    """Return the standing of `inner` under `outer`, whose own standing is given."""
    local = _local(inner)
    dep = inner.dep_
    if dep == "conj":
        if inner.pos_ in ("VERB", "AUX") and (_has_subject(inner) or inner.tag_ in ("VBD", "VBZ", "VBP")):
            shared = not _has_subject(inner) and _is_condition(outer)
            return _joined(_Standing(standing.mood), local) if shared else local
        return _joined(standing, local)
    frame = _frame(inner)
    if frame is None:
        # A modifier or participant of an unreal clause may well be real: only the noun event itself is reached by it.
        inherits = (
            dep in ("nsubj", "csubj", "compound") and inner.pos_ == "NOUN" and not (is_definite(inner) or _possessed(inner))
        )
        return _joined(standing, local) if inherits else local
    if frame == "adverbial":
        return _adverbial(outer, inner, standing, local)
    if frame == "relative":
        return local
    signature = _signature(outer, inner, frame)
    if signature is None:
        if frame == "x" and _infinitive(inner) and not _known_speech(outer):
            return _joined(
                _Standing(
                    standing.mood or (Implied.PLANNED if outer.pos_ == "NOUN" else Implied.POSSIBLE), standing.negative
                ),
                local,
            )
        if frame == "c":
            return local if _known_speech(outer) else _joined(standing, local)
        return _joined(standing, local)
    return _joined(_implied(signature, standing), local)


def _signature(outer: Token, inner: Token, frame: str) -> Signature | None:
    """Return what the governor implies of its complement; a gerund may differ ("remember to pay", "remember paying")."""
    lemma = _lemma(outer)
    if frame == "x" and lemma == "have" and outer.tag_ in ("VBD", "VBN"):
        lemma = "had"  # who had to pay has paid; who has to pay may not
    gerund = signatures().get((lemma, "g")) if frame == "x" and inner.tag_ == "VBG" else None
    return gerund or signatures().get((lemma, frame))


def _adverbial(outer: Token, inner: Token, standing: _Standing, local: _Standing) -> _Standing:
    """Return the standing of a clause of time, aim or manner: mostly its own."""
    marks = [c for c in inner.lefts if c.dep_ in ("mark", "advmod", "case") and c.i < inner.i]
    words = {c.lower_ for c in marks}
    if inner.tag_ == "VBG" and any(c.pos_ in ("ADP", "SCONJ") for c in marks):
        # "committed to leaving", "thought about leaving": a gerund behind a preposition is what the governor is about.
        signature = signatures().get((_lemma(outer), "x"))
        if signature is not None and words & _COMPLEMENTISERS:
            return _joined(_implied(signature, standing), local)
    if _infinitive(inner):
        signature = signatures().get((_lemma(outer), "x"))
        if signature is not None and signature.affirmed is Implied.FACT and not standing.negative:
            return _Standing(standing.mood, local.negative)  # "used a loan to buy it"
    if standing.mood is not None and not _infinitive(inner) and words & _TEMPORAL and inner.tag_ in ("VBP", "VBZ", "VBG"):
        return _joined(_Standing(standing.mood), local)  # "will leave when the rain stops", "call before leaving"
    return local


_COMPLEMENTISERS = frozenset({"to", "about", "of", "in", "from", "on", "against", "into"})
_TEMPORAL = frozenset({"when", "whenever", "before", "after", "once", "until", "till", "as"})


def _is_condition(token: Token) -> bool:
    return any(c.dep_ == "mark" and operators().get(("marker", c.lower_)) == "possible" for c in token.children)


def _implied(signature: Signature, standing: _Standing) -> _Standing:
    if signature.affirmed is signature.negated is Implied.FACT:
        return _Standing()  # what is known, regretted or remembered is taken for granted, whoever asks or denies it
    value = signature.negated if standing.negative else signature.affirmed
    if value is Implied.FACT:
        return _Standing(standing.mood)
    if value is Implied.NOT:
        return _Standing(standing.mood, negative=True)
    return _Standing(value)


def _joined(outer: _Standing, inner: _Standing) -> _Standing:
    return _Standing(inner.mood or outer.mood, outer.negative != inner.negative, outer.alleged or inner.alleged)


def _frame(inner: Token) -> str | None:
    """Return how a word hangs on its head: x, c, o, relative, adverbial, or None for other relations."""
    dep = inner.dep_
    if dep == "xcomp":
        return "x"
    if dep in ("ccomp", "csubj", "csubj:pass", "csubj:outer"):
        return "x" if _infinitive(inner) else "c"
    if dep == "acl":
        return "x" if _infinitive(inner) or (inner.tag_ == "VBG" and _preposed(inner)) else "relative"
    if dep in ("advcl", "parataxis", "acl:relcl", "advcl:relcl", "appos"):
        return "adverbial"
    if dep in ("obj", "nsubj:pass"):
        return "o"
    return None


def _preposed(inner: Token) -> bool:
    return any(child.dep_ == "mark" and child.pos_ in ("ADP", "SCONJ") for child in inner.children)


def _local(token: Token) -> _Standing:
    """Return the standing that a word's own auxiliaries, markers, adverbs and adjectives give it."""
    table, mood, alleged = operators(), None, False
    for child in token.children:
        word = child.lower_
        for kind, deps in _DEPS.items():
            if child.dep_ not in deps:
                continue
            effect = table.get((kind, word))
            if kind == "marker" and effect == "planned" and token.tag_ == "VBD":
                continue  # "until the rain stopped"
            if effect == "alleged":
                alleged = True
            elif effect in ("possible", "planned"):
                mood = Implied(effect)
    if _counterfactual(token):
        return _Standing(Implied.POSSIBLE, not _negated(token), alleged)
    if mood is Implied.POSSIBLE and _backshifted(token):
        mood = Implied.PLANNED
    elif mood is Implied.POSSIBLE and _is_polite(token):
        mood = None
    if mood is None and (_purpose(token) or _is_imperative(token) or _is_ahead(token)):
        mood = Implied.PLANNED
    if mood is None and _going_to(token):
        mood = Implied.PLANNED
    if _is_question(token):
        mood = Implied.POSSIBLE
    negative = _negated(token)
    if any(child.dep_ in ("mark", "case") and ("preposition", child.lower_) in table for child in token.lefts):
        negative = not negative  # "instead of paying", "left without paying"
    return _Standing(mood, negative, alleged)


_DEPS = {
    "auxiliary": frozenset(("aux", "aux:pass")),
    "adverb": frozenset(("advmod",)),
    "marker": frozenset(("mark",)),
    "adjective": frozenset(("amod",)),
}


def _negated(token: Token) -> bool:
    table = operators()
    for child in token.children:
        if child.dep_ in ("advmod", "det", "cc", "cc:preconj", "nsubj", "obj", "nsubj:pass", "mark") and (
            ("negation", child.lower_) in table
        ):
            return True
        if child.dep_ in ("nsubj", "nsubj:pass", "obj") and any(
            grandchild.dep_ == "det" and grandchild.lower_ in ("no", "neither") for grandchild in child.children
        ):
            return True
    return False


def _modal(token: Token) -> bool:
    return any(c.dep_ == "aux" and ("auxiliary", c.lower_) in operators() for c in token.children)


def _infinitive(token: Token) -> bool:
    return any(c.lower_ == "to" and c.tag_ == "TO" for c in token.lefts)


def _purpose(token: Token) -> bool:
    """Tell whether an infinitive names an aim ("troops came to help") or an arrangement ("is to be held")."""
    if ("result", token.lemma_.lower()) in operators() and token.head.tag_ in ("VBD", "VBN", "VBZ"):
        return False  # "fell to close at 40": nobody aims at how something ends
    return token.dep_ in ("advcl", "acl", "ROOT", "parataxis") and _infinitive(token)


def _counterfactual(token: Token) -> bool:
    """Tell whether a verb is told as unreal in the past: "would have won", "should have warned"."""
    auxiliaries = [c.lower_ for c in token.children if c.dep_ == "aux"]
    return bool({"would", "should", "'d", "’d"} & set(auxiliaries)) and "have" in auxiliaries


def _backshifted(token: Token) -> bool:
    """Tell whether a "would" is the "will" of past speech: "said that it would close the port"."""
    would = any(c.lower_ in ("would", "'d", "’d") for c in token.children if c.dep_ == "aux")
    return would and token.dep_ == "ccomp" and token.head.tag_ in ("VBD", "VBN") and _known_speech(token.head)


def _going_to(token: Token) -> bool:
    """Tell whether a noun or copular predicate is announced by "going to" as its head."""
    return token.dep_ == "xcomp" and token.head.lower_ == "going" and _infinitive(token)


def _is_ahead(token: Token) -> bool:
    """Tell whether "going to" stands as an auxiliary of the future, or a progressive is told of a day ahead."""
    if token.tag_ != "VBG" or not any(c.dep_ == "aux" and c.lower_ in _PRESENT_BE for c in token.children):
        return False
    if token.lower_ == "going" and any(c.dep_ == "xcomp" and _infinitive(c) for c in token.children):
        return True
    return any(c.lower_ in ("tonight", "tomorrow") or (c.dep_ in _TIMES and _is_next(c)) for c in token.children)


_PRESENT_BE = frozenset({"am", "is", "are", "'m", "'s", "'re", "’m", "’s", "’re"})
_TIMES = frozenset({"obl:unmarked", "obl:tmod", "obl:npmod", "obl"})


def _is_next(noun: Token) -> bool:
    return any(c.lower_ in ("next", "coming", "upcoming") for c in noun.children)


def _is_polite(token: Token) -> bool:
    """Tell whether "would" only softens what is said or wanted now: "would like", "I would recommend"."""
    would = [c for c in token.children if c.dep_ == "aux" and c.lower_ in ("would", "'d", "’d")]
    if not would or any(c.dep_ == "aux" and c.lower_ == "have" for c in token.children):
        return False
    kind = operators().get(("polite", token.lemma_.lower()))
    return kind == "wish" or (kind == "speech" and any(c.dep_ == "nsubj" and c.lower_ in ("i", "we") for c in token.children))


def _is_imperative(token: Token) -> bool:
    return (
        token.tag_ == "VB"
        and token.dep_ in ("ROOT", "conj", "parataxis")
        and not any(c.dep_ in ("nsubj", "nsubj:pass", "aux:pass") for c in token.children)
        and not any(c.dep_ == "aux" and c.lower_ not in ("do", "please") for c in token.children)
        and not is_passive(token)
        and not (token.dep_ == "conj" and token.head.tag_ != "VB")
    )


def _is_question(token: Token) -> bool:
    if token.dep_ != "ROOT":
        return False
    sent = token.sent
    if not any(t.text == "?" for t in token.doc[max(sent.end - 2, sent.start) : sent.end]):
        return False
    # "Who attacked?" takes the attack for granted; "Did they attack?" does not, nor does "they attacked, didn't they?".
    asked = {t.i for t in (token, *token.children) for t in (t, *t.children)}
    if any(t.tag_ in ("WP", "WRB", "WDT", "WP$") for t in sent if t.i < token.i and t.i in asked):
        return False
    subjects = [c for c in token.children if c.dep_ in ("nsubj", "nsubj:pass", "csubj", "expl")]
    inverted = any(c.dep_ in ("aux", "aux:pass", "cop") and c.i < subjects[0].i for c in token.children) if subjects else True
    return inverted


def _lemma(token: Token) -> str:
    return token.lower_ if token.lower_ == "going" else token.lemma_.lower()


def _known_speech(token: Token) -> bool:
    return token.lemma_.lower() in verb_cues()


def _possessed(token: Token) -> bool:
    return any(c.pos_ == "PRON" and c.dep_ == "nmod:poss" for c in token.lefts)


def _has_subject(token: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubj:pass", "csubj") for c in token.children)
