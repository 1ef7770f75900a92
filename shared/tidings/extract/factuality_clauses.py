"""The standing of a clause in the eyes of who utters it: asserted, planned or only possible; affirmed or negated.

It is worked out from the root down: what governs a clause implies, denies or leaves open what it says (Karttunen 1971;
Nairn, Condoravdi and Karttunen 2006), then its own auxiliaries, adverbs, mood and tense have their say.
"""

from __future__ import annotations

from spacy.tokens import Token

from tidings.extract.factuality_signatures import Implied, Signature, operators, signatures
from tidings.extract.factuality_words import Standing, is_about_the_past, is_infinitive, is_known_speech, local_standing
from tidings.extract.syntax import is_definite

_DEEPEST = 24


def standing_of(trigger: Token) -> Standing:
    """Return a word's standing, worked out from the outermost clause inwards."""
    # A copula or auxiliary is judged as the predicate that it serves.
    path = [trigger.head if trigger.dep_ in ("cop", "aux", "aux:pass") else trigger]
    while path[-1].head != path[-1] and len(path) < _DEEPEST:
        path.append(path[-1].head)
    standing = local_standing(path[-1])
    for inner, outer in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        standing = _step(outer, inner, standing)
    return standing


def _step(outer: Token, inner: Token, standing: Standing) -> Standing:
    """Return the standing of `inner` under `outer`, whose own standing is given."""
    local = local_standing(inner)
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
    if frame == "c" and any(c.dep_ == "mark" and c.lower_ in _WHETHER for c in inner.children):
        return Standing(local.mood or Implied.POSSIBLE, local.negative)  # "it is not clear if they left" denies nothing
    if frame == "c" and _lemma(outer) == "wish" and _is_past(inner):
        return Standing(Implied.POSSIBLE, negative=not local.negative)  # "wish that they had left": they did not
    signature = _signature(outer, inner, frame)
    if signature is None:
        if frame == "x" and is_infinitive(inner) and not is_known_speech(outer):
            return _joined(
                Standing(
                    standing.mood or (Implied.PLANNED if outer.pos_ == "NOUN" else Implied.POSSIBLE), standing.negative
                ),
                local,
            )
        if frame == "c":
            return local if is_known_speech(outer) else _joined(standing, local)
        return _joined(standing, local)
    return _joined(_implied(signature, standing), local)


def _signature(outer: Token, inner: Token, frame: str) -> Signature | None:
    """Return what the governor implies of its complement; a gerund may differ ("remember to pay", "remember paying")."""
    lemma = _lemma(outer)
    if frame == "x" and is_about_the_past(inner) and is_known_speech(outer):
        return None  # "are said to have left": who says so, or that nobody does, tells
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


_WHETHER = frozenset({"if", "whether"})
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


def _lemma(token: Token) -> str:
    if token.lower_ == "going":
        return token.lower_
    lemma = token.lemma_.lower()
    return next((f"{lemma}_{c.lower_}" for c in token.rights if c.dep_ == "compound:prt"), lemma)


def _possessed(token: Token) -> bool:
    return any(c.pos_ == "PRON" and c.dep_ == "nmod:poss" for c in token.lefts)


def _has_subject(token: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubj:pass", "csubj") for c in token.children)
