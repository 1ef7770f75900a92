"""The direction in which a time expression looks: ahead or back, by the tense of the verb that governs it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from spacy.tokens import Doc, Span, Token

from tidings.extract.cues import verb_cues
from tidings.extract.syntax import children
from tidings.extract.timex_words import words

_MODALS = frozenset(
    {"will", "shall", "'ll", "’ll", "wo", "would", "'d", "’d", "may", "might", "could", "should", "must", "can", "ca"}
)
_UNTIL = frozenset({"until", "till", "by"})
_GOALS = _UNTIL | {"for", "to", "on", "in"}
_DEPTH = 30
"""So many words up the tree are asked: a parse of hostile text may be one long chain."""


class Tenses:
    """The tenses of one parsed text; what it has found out of a verb it keeps."""

    def __init__(self, doc: Doc) -> None:
        """Take the text."""
        self._doc = doc
        self._tenses: dict[int, bool | None] = {}
        self._infinitives: dict[int, bool] = {}
        self._predicates: dict[int, bool] = {}
        self._reports: dict[int, bool] = {}

    def looks_ahead(self, start: int, end: int) -> bool | None:
        """Tell whether the expression at these offsets looks ahead (True), back (False), or leaves it open (None)."""
        span = self._doc.char_span(start, end, alignment_mode="expand")
        if not span:
            return None
        before = _lower_before(span, 1)
        if (before == "of" and _lower_before(span, 2) == "ahead") or before in ("upcoming", "coming"):
            return True
        below = span.root
        for step in _upwards(span):
            if step not in span and self._is_predicate(step):
                if self._is_infinitive(step):
                    if _plans(step.head) and step.head is not step:
                        # "had been expected to leave": it is known by now how it went.
                        return not any(child.lower_ == "had" for child in step.head.children)
                # "scheduled for Friday", "postponed until Saturday": the day lies ahead whatever the verb's tense.
                elif (step.tag_ == "VBN" and _plans(step) and before in _GOALS) or _is_going_to(step, below):
                    return True
                elif (tense := self._tense(step)) is not None:
                    return tense
            elif step.pos_ in ("NOUN", "ADJ") and _plans(step) and before in _GOALS:
                return True
            below = step
        return True if before in _UNTIL else None

    def is_of_speech(self, start: int, end: int) -> bool:
        """Tell whether the expression dates a report ("said on Friday") rather than what is reported."""
        span = self._doc.char_span(start, end, alignment_mode="expand")
        if not span:
            return False
        verb = next((step for step in _upwards(span) if step.pos_ in ("VERB", "AUX") and step not in span), None)
        if verb is None:
            return False
        if verb.i not in self._reports:
            clauses = verb.dep_ in ("parataxis", "ccomp") or bool(children(verb, "ccomp", "parataxis"))
            self._reports[verb.i] = clauses and verb.lemma_.lower() in verb_cues()
        return self._reports[verb.i]

    def moves_dates(self, start: int, end: int) -> bool:
        """Tell whether the verb above moves something from one date to another ("moved from Monday to Thursday")."""
        span = self._doc.char_span(start, end, alignment_mode="expand")
        return span is not None and any(step.lemma_.lower() in words("moving") for step in _upwards(span))

    def _is_predicate(self, token: Token) -> bool:
        if token.i not in self._predicates:
            copula = any(child.dep_ == "cop" for child in token.children)
            self._predicates[token.i] = copula or token.pos_ in ("VERB", "AUX")
        return self._predicates[token.i]

    def _is_infinitive(self, verb: Token) -> bool:
        if verb.i not in self._infinitives:
            self._infinitives[verb.i] = any(child.tag_ == "TO" and child.i < verb.i for child in verb.children)
        return self._infinitives[verb.i]

    def _tense(self, verb: Token) -> bool | None:
        if verb.i not in self._tenses:
            self._tenses[verb.i] = _tense(verb)
        return self._tenses[verb.i]


def _upwards(span: Span) -> Iterator[Token]:
    yield span.root
    yield from islice(span.root.ancestors, _DEPTH)


def _lower_before(span: Span, steps: int) -> str:
    return str(span.doc[span.start - steps].lower_) if span.start >= steps else ""


def _is_going_to(verb: Token, infinitive: Token) -> bool:
    return bool(verb.lemma_ == "go" and verb.tag_ == "VBG" and infinitive.tag_ == "VB")


def _plans(token: Token) -> bool:
    return token.lemma_.lower() in words("planning")


def _tense(verb: Token) -> bool | None:
    """Tell whether a verb by itself looks ahead (True), back (False), or leaves it open (None)."""
    auxiliaries = [child for child in verb.children if child.dep_.startswith(("aux", "cop"))]
    tags = {verb.tag_, *(child.tag_ for child in auxiliaries)}
    perfect = any(child.lemma_ == "have" for child in auxiliaries)
    if any(child.lower_ in _MODALS for child in auxiliaries):
        return not perfect
    if perfect or "VBD" in tags:
        return False
    if verb.tag_ == "VBG" and tags & {"VBZ", "VBP"}:
        return True
    if verb.tag_ in ("VBZ", "VBP") and verb.lemma_.lower() in words("timetable"):
        return True
    if verb.tag_ == "VBN":
        return _plans(verb)
    return None
