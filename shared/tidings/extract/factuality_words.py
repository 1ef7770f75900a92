"""What a word's own auxiliaries, markers, adverbs, mood and tense make of it, whatever governs it."""

from __future__ import annotations

from typing import NamedTuple

from spacy.tokens import Token

from tidings.extract.cues import verb_cues
from tidings.extract.factuality_signatures import Implied, operators
from tidings.extract.syntax import is_passive


class Standing(NamedTuple):
    """A clause's standing in the eyes of who utters it."""

    mood: Implied | None = None  # POSSIBLE or PLANNED; None where it is asserted
    negative: bool = False
    alleged: bool = False


def local_standing(token: Token) -> Standing:
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
            grandchild.dep_ in ("det", "cc:preconj") and grandchild.lower_ in ("no", "neither")
            for grandchild in child.children
        ):
            return True
        if child.dep_ == "advmod" and any(c.lower_ == "no" for c in child.children):
            return True  # "no longer", "no more"
    return False


def is_modal(token: Token) -> bool:
    """Tell whether a verb has an auxiliary of modality or of the future."""
    return any(c.dep_ == "aux" and ("auxiliary", c.lower_) in operators() for c in token.children)


def is_infinitive(token: Token) -> bool:
    """Tell whether a word is an infinitive with "to"."""
    return any(c.lower_ == "to" and c.tag_ == "TO" for c in token.lefts)


def is_about_the_past(token: Token) -> bool:
    """Tell whether an infinitive tells of what was or is, and not of what shall be ("to have left", "to be hiding")."""
    helpers = {c.lower_ for c in token.lefts if c.dep_ in ("aux", "cop")}
    return is_infinitive(token) and ("have" in helpers or ("be" in helpers and token.tag_ != "VBN"))


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
    if "had" not in auxiliaries:
        return False
    return any(c.dep_ == "mark" and c.lower_ == "if" for c in token.children) or _is_inverted(token)


def _is_inverted(token: Token) -> bool:
    """Tell whether an adverbial clause puts its auxiliary first, as a condition without "if" ("had they come, …")."""
    return token.dep_ == "advcl" and token.left_edge.dep_ in ("aux", "aux:pass", "cop") and token.left_edge.head == token


def _backshifted(token: Token) -> bool:
    """Tell whether a "would" is the "will" of past speech: "said that it would close the port"."""
    would = any(c.lower_ in ("would", "'d", "’d") for c in token.children if c.dep_ == "aux")
    return would and token.dep_ == "ccomp" and token.head.tag_ in ("VBD", "VBN") and is_known_speech(token.head)


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


def is_known_speech(token: Token) -> bool:
    """Tell whether a verb brings somebody's words or thoughts."""
    return token.lemma_.lower() in verb_cues()
