"""The direction in which a time expression looks: ahead or back, by the tense of the verb that governs it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from spacy.tokens import Doc, Span, Token

from tidings.extract.cues import verb_cues
from tidings.extract.timex_words import words

_MODALS = frozenset(
    {"will", "shall", "'ll", "’ll", "wo", "would", "'d", "’d", "may", "might", "could", "should", "must", "can", "ca"}
)
_UNTIL = frozenset({"until", "till", "by"})
_GOALS = _UNTIL | {"for", "to"}
_DEPTH = 30
"""So many words up the tree are asked: the parse of a hostile text may be one long chain."""


class Tenses:
    """The tenses of one parsed text; what it has found out of a verb it keeps, so that the whole text costs one pass."""

    def __init__(self, doc: Doc) -> None:
        """Take the text. spaCy walks a token's whole subtree to name its children: they are gathered here once."""
        self._doc = doc
        self._children: dict[int, list[Token]] = {}
        for token in doc:
            if token.head.i != token.i:
                self._children.setdefault(token.head.i, []).append(token)
        self._tenses: dict[int, bool | None] = {}
        self._infinitives: dict[int, bool] = {}
        self._aims: dict[int, bool | None] = {}
        self._predicates: dict[int, bool] = {}
        self._reports: dict[int, bool] = {}

    def looks_ahead(self, start: int, end: int) -> bool | None:
        """Tell whether the expression at these offsets looks ahead (True), back (False), or leaves it open (None)."""
        span = self._doc.char_span(start, end, alignment_mode="expand")
        if not span:
            return None
        before = _lower_before(span, 1)
        if before in ("upcoming", "coming") or (before == "of" and _lower_before(span, 2) == "ahead") or _approaches(span):
            return True
        below: Token | None = None
        for step in _upwards(span):
            if not _inside(step, span) and self._is_predicate(step):
                if self._is_infinitive(step):
                    if (aim := self._aim(step)) is not None:
                        return aim
                # "scheduled for Friday", "postponed until Saturday": the day lies ahead whatever the verb's tense.
                elif (step.tag_ in ("VBN", "JJ") and _plans(step) and before in _GOALS) or _is_going_to(step, below):
                    return True
                elif (tense := self._tense(step)) is not None:
                    return tense or self._has_planned(step, span.start)
            elif step.pos_ in ("NOUN", "ADJ") and _plans(step) and before in _GOALS:
                return True
            below = step
        return True if before in _UNTIL or before == "before" else None

    def is_of_speech(self, start: int, end: int) -> bool:
        """Tell whether the expression dates a report ("said on Friday") rather than what is reported."""
        span = self._doc.char_span(start, end, alignment_mode="expand")
        if not span:
            return False
        verb = next((step for step in _upwards(span) if step.pos_ in ("VERB", "AUX") and not _inside(step, span)), None)
        if verb is None:
            return False
        if verb.i not in self._reports:
            parts = {verb.dep_, *(child.dep_ for child in self._children.get(verb.i, ()))}
            self._reports[verb.i] = bool(parts & {"parataxis", "ccomp"}) and verb.lemma_.lower() in verb_cues()
        return self._reports[verb.i]

    def moves_dates(self, start: int, end: int) -> bool:
        """Tell whether the verb above moves something from one date to another ("moved from Monday to Thursday")."""
        span = self._doc.char_span(start, end, alignment_mode="expand")
        return span is not None and any(step.lemma_.lower() in words("moving") for step in _upwards(span))

    def _is_predicate(self, token: Token) -> bool:
        if token.i not in self._predicates:
            copula = any(child.dep_ == "cop" for child in self._children.get(token.i, ()))
            self._predicates[token.i] = copula or token.pos_ in ("VERB", "AUX")
        return self._predicates[token.i]

    def _is_infinitive(self, verb: Token) -> bool:
        if verb.i not in self._infinitives:
            self._infinitives[verb.i] = any(c.tag_ == "TO" and c.i < verb.i for c in self._children.get(verb.i, ()))
        return self._infinitives[verb.i]

    def _auxiliaries(self, verb: Token) -> list[Token]:
        return [child for child in self._children.get(verb.i, ()) if child.dep_.startswith(("aux", "cop"))]

    def _aim(self, infinitive: Token) -> bool | None:
        """Tell whether an infinitive is an aim that lies ahead, or did ("had been expected to"), or None if it is no aim."""
        if infinitive.i not in self._aims:
            head = infinitive.head
            if head.i != infinitive.i and _plans(head):
                self._aims[infinitive.i] = not any(child.lower_ == "had" for child in self._auxiliaries(head))
            else:
                # "the talks were to begin on Monday"
                to_be = any(child.lower_ in ("is", "are", "was", "were") for child in self._auxiliaries(infinitive))
                self._aims[infinitive.i] = True if to_be else None
        return self._aims[infinitive.i]

    def _has_planned(self, verb: Token, position: int) -> bool:
        """Tell whether what was planned stands before the word there ("planned to meet in Rome on Monday")."""
        if not _plans(verb):
            return False
        aim = next((child for child in self._children.get(verb.i, ()) if child.dep_ == "xcomp"), None)
        return aim is not None and verb.i < aim.i < position and self._is_infinitive(aim)

    def _tense(self, verb: Token) -> bool | None:
        """Tell whether a verb by itself looks ahead (True), back (False), or leaves it open (None)."""
        if verb.i not in self._tenses:
            self._tenses[verb.i] = _tense(verb, self._auxiliaries(verb))
        return self._tenses[verb.i]


def _upwards(span: Span) -> Iterator[Token]:
    """Iterate over the expression's head and the words above it. Span.root would count the way to the sentence's root."""
    step = next((token for token in span if not _inside(token.head, span)), span[0])
    for _ in range(_DEPTH):
        yield step
        if step.head.i == step.i:
            return
        step = step.head


def _inside(token: Token, span: Span) -> bool:
    return bool(span.start <= token.i < span.end)


def _lower_before(span: Span, steps: int) -> str:
    return str(span.doc[span.start - steps].lower_) if span.start >= steps else ""


def _approaches(span: Span) -> bool:
    """Tell whether the words right behind say that it comes ("with Sunday's vote approaching")."""
    behind = takewhile(lambda token: not token.is_punct, span.doc[span.end : span.end + 5])
    return any(token.lower_ in words("approaching") for token in behind)


def _is_going_to(verb: Token, infinitive: Token | None) -> bool:
    return infinitive is not None and infinitive.tag_ == "VB" and verb.tag_ == "VBG" and verb.lemma_ == "go"


def _plans(token: Token) -> bool:
    return token.lemma_.lower() in words("planning")


def _tense(verb: Token, auxiliaries: list[Token]) -> bool | None:
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
        return words("planning").get(verb.lemma_.lower()) == "scheduled"
    return None
