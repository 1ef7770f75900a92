"""The standing of a clause in the eyes of who utters it: asserted, planned or only possible; affirmed or negated.

It is worked out from the root down: what governs a clause implies, denies or leaves open what it says (Karttunen 1971;
Nairn, Condoravdi and Karttunen 2006), then its own auxiliaries, adverbs, mood and tense have their say.
"""

from __future__ import annotations

from typing import NamedTuple

from spacy.tokens import Token

from tidings.extract.cues import verb_cues
from tidings.extract.factuality_signatures import Implied, Signature, operators, signatures
from tidings.extract.syntax import is_definite, is_passive

_DEEPEST = 24


class Standing(NamedTuple):
    """A clause's standing in the eyes of who utters it."""

    mood: Implied | None = None  # POSSIBLE or PLANNED; None where it is asserted
    negative: bool = False
    alleged: bool = False


def standing_of(trigger: Token) -> Standing:
    """Return a word's standing, worked out from the outermost clause inwards."""
    # A copula or auxiliary is judged as the predicate that it serves.
    path = [trigger.head if trigger.dep_ in ("cop", "aux", "aux:pass") else trigger]
    while path[-1].head != path[-1] and len(path) < _DEEPEST:
        path.append(path[-1].head)
    standing = _local(path[-1])
    for inner, outer in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        standing = _step(outer, inner, standing)
    return standing


def _step(outer: Token, inner: Token, standing: Standing) -> Standing:
    """Return the standing of `inner` under `outer`, whose own standing is given."""
    local = _local(inner)
    dep = inner.dep_
    if dep == "conj":
        if any(c.dep_ == "cc" and c.lower_ == "nor" for c in inner.children):
            return Standing(local.mood or standing.mood, negative=True)  # both are negated, neither undoes the other
        if inner.pos_ in ("VERB", "AUX") and (_has_subject(inner) or inner.tag_ in ("VBD", "VBZ", "VBP")):
            shared = not _has_subject(inner) and _is_condition(outer)
            return _joined(Standing(standing.mood), local) if shared else local
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
    if frame == "c" and _lemma(outer) == "wish" and _is_past(inner):
        return Standing(Implied.POSSIBLE, negative=not local.negative)  # "wish that they had left": they did not
    signature = _signature(outer, inner, frame)
    if signature is None:
        if frame == "x" and is_infinitive(inner) and not _known_speech(outer):
            return _joined(
                Standing(
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


def _adverbial(outer: Token, inner: Token, standing: Standing, local: Standing) -> Standing:
    """Return the standing of a clause of time, aim or manner: mostly its own."""
    marks = [c for c in inner.lefts if c.dep_ in ("mark", "advmod", "case") and c.i < inner.i]
    words = {c.lower_ for c in marks}
    if inner.tag_ == "VBG" and any(c.pos_ in ("ADP", "SCONJ") for c in marks):
        # "committed to leaving", "thought about leaving": a gerund behind a preposition is what the governor is about.
        signature = signatures().get((_lemma(outer), "x"))
        if signature is not None and words & _COMPLEMENTISERS:
            return _joined(_implied(signature, standing), local)
    if is_infinitive(inner) and any(c.dep_ == "advmod" and c.lower_ == "too" for c in outer.children):
        return Standing(standing.mood, negative=not standing.negative)  # "too tired to run": did not (Karttunen 1971)
    if is_infinitive(inner) and (signature := signatures().get((_lemma(outer), "p"))) is not None:
        return _joined(_implied(signature, standing), local._replace(mood=None))  # "used a loan to buy it"
    if standing.mood is not None and not is_infinitive(inner) and words & _TEMPORAL and inner.tag_ in ("VBP", "VBZ", "VBG"):
        return _joined(Standing(standing.mood), local)  # "will leave when the rain stops", "call before leaving"
    return local


_COMPLEMENTISERS = frozenset({"to", "about", "of", "in", "from", "on", "against", "into"})
_TEMPORAL = frozenset({"when", "whenever", "before", "after", "once", "until", "till", "as"})


def _is_past(verb: Token) -> bool:
    return verb.tag_ == "VBD" or any(
        c.dep_ in ("aux", "cop") and c.lower_ in ("had", "were", "could") for c in verb.children
    )


def _is_condition(token: Token) -> bool:
    return any(c.dep_ == "mark" and operators().get(("marker", c.lower_)) == "possible" for c in token.children)


def _implied(signature: Signature, standing: Standing) -> Standing:
    if signature.affirmed is signature.negated is Implied.FACT:
        return Standing()  # what is known, regretted or remembered is taken for granted, whoever asks or denies it
    value = signature.negated if standing.negative else signature.affirmed
    if value is Implied.FACT:
        return Standing(standing.mood)
    if value is Implied.NOT:
        return Standing(standing.mood, negative=True)
    return Standing(value)


def _joined(outer: Standing, inner: Standing) -> Standing:
    return Standing(inner.mood or outer.mood, outer.negative != inner.negative, outer.alleged or inner.alleged)


def _frame(inner: Token) -> str | None:
    """Return how a word hangs on its head: x, c, o, relative, adverbial, or None for other relations."""
    dep = inner.dep_
    if dep == "xcomp":
        return "x"
    if dep in ("ccomp", "csubj", "csubj:pass", "csubj:outer"):
        return "x" if is_infinitive(inner) else "c"
    if dep == "acl":
        return "x" if is_infinitive(inner) or (inner.tag_ == "VBG" and _preposed(inner)) else "relative"
    if dep in ("advcl", "parataxis", "acl:relcl", "advcl:relcl", "appos"):
        return "adverbial"
    if dep in ("obj", "nsubj:pass"):
        return "o"
    return None


def _preposed(inner: Token) -> bool:
    return any(child.dep_ == "mark" and child.pos_ in ("ADP", "SCONJ") for child in inner.children)


def _local(token: Token) -> Standing:
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
        return Standing(Implied.POSSIBLE, not is_negated(token), alleged)
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
    negative = is_negated(token)
    if any(child.dep_ in ("mark", "case") and ("preposition", child.lower_) in table for child in token.lefts):
        negative = not negative  # "instead of paying", "left without paying"
    return Standing(mood, negative, alleged)


_DEPS = {
    "auxiliary": frozenset(("aux", "aux:pass")),
    "adverb": frozenset(("advmod",)),
    "marker": frozenset(("mark",)),
    "adjective": frozenset(("amod",)),
}


def is_negated(token: Token) -> bool:
    """Tell whether a word's own clause is negated."""
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


def is_modal(token: Token) -> bool:
    """Tell whether a verb has an auxiliary of modality or of the future."""
    return any(c.dep_ == "aux" and ("auxiliary", c.lower_) in operators() for c in token.children)


def is_infinitive(token: Token) -> bool:
    """Tell whether a word is an infinitive with "to"."""
    return any(c.lower_ == "to" and c.tag_ == "TO" for c in token.lefts)


def _purpose(token: Token) -> bool:
    """Tell whether an infinitive names an aim ("troops came to help") or an arrangement ("is to be held")."""
    result = operators().get(("result", token.lemma_.lower()))
    if result == "bare" and any(c.dep_ == "obj" for c in token.children):
        result = None  # "came to close the gate"
    if result and token.head.tag_ in ("VBD", "VBN", "VBZ"):
        return False  # "fell to close at 40": nobody aims at how something ends
    return token.dep_ in ("advcl", "acl", "ROOT", "parataxis") and is_infinitive(token)


def _counterfactual(token: Token) -> bool:
    """Tell whether a verb is told as unreal in the past: "would have won", "should have warned", "if they had won"."""
    auxiliaries = [c.lower_ for c in token.children if c.dep_ == "aux"]
    if bool({"would", "should", "'d", "’d"} & set(auxiliaries)) and "have" in auxiliaries:
        return True
    return "had" in auxiliaries and any(c.dep_ == "mark" and c.lower_ == "if" for c in token.children)


def _backshifted(token: Token) -> bool:
    """Tell whether a "would" is the "will" of past speech: "said that it would close the port"."""
    would = any(c.lower_ in ("would", "'d", "’d") for c in token.children if c.dep_ == "aux")
    return would and token.dep_ == "ccomp" and token.head.tag_ in ("VBD", "VBN") and _known_speech(token.head)


def _going_to(token: Token) -> bool:
    """Tell whether a noun or copular predicate is announced by "going to" as its head."""
    return token.dep_ == "xcomp" and token.head.lower_ == "going" and is_infinitive(token)


def _is_ahead(token: Token) -> bool:
    """Tell whether "going to" stands as an auxiliary of the future, or a progressive is told of a day ahead."""
    if token.tag_ != "VBG" or not any(c.dep_ == "aux" and c.lower_ in _PRESENT_BE for c in token.children):
        return False
    if token.lower_ == "going" and any(c.dep_ == "xcomp" and is_infinitive(c) for c in token.children):
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
    return kind == "wish" or (
        kind == "speech" and any(c.dep_ == "nsubj" and c.lower_ in ("i", "we") for c in token.children)
    )


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
    subject = next((c.i for c in token.children if c.dep_ in ("nsubj", "nsubj:pass", "csubj", "expl")), len(token.doc))
    return any(c.dep_ in ("aux", "aux:pass", "cop") and c.i < subject for c in token.children) or subject == len(token.doc)


def _lemma(token: Token) -> str:
    return token.lower_ if token.lower_ == "going" else token.lemma_.lower()


def _known_speech(token: Token) -> bool:
    return token.lemma_.lower() in verb_cues()


def _possessed(token: Token) -> bool:
    return any(c.pos_ == "PRON" and c.dep_ == "nmod:poss" for c in token.lefts)


def _has_subject(token: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubj:pass", "csubj") for c in token.children)
