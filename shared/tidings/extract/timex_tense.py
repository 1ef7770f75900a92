"""The direction in which a time expression looks: ahead or back, by the tense of the verb that governs it."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from tidings.extract.cues import verb_cues
from tidings.extract.syntax import children
from tidings.extract.timex_words import words

_FUTURE = frozenset({"will", "shall", "'ll", "’ll", "wo", "would", "'d", "may", "might", "could", "should", "must", "can"})


def _words_at(doc: Doc, start: int, end: int) -> Span:
    return doc.char_span(start, end, alignment_mode="expand")


def _auxiliaries(verb: Token) -> list[Token]:
    return [child for child in verb.children if child.dep_.startswith(("aux", "cop"))]


def _is_infinitive(verb: Token) -> bool:
    return any(child.lower_ == "to" and child.i < verb.i and child.tag_ == "TO" for child in verb.children)


def _plans(token: Token) -> bool:
    return token.lemma_.lower() in words("planning")


def _governors(token: Token) -> Iterator[Token]:
    """Iterate over the words that may tell the tense, from the nearest outwards."""
    yield token
    yield from token.ancestors


def _tense(verb: Token) -> bool | None:
    """Tell whether a verb by itself looks ahead (True), back (False), or leaves it open (None)."""
    auxiliaries = _auxiliaries(verb)
    lower = {child.lower_ for child in auxiliaries}
    tags = {verb.tag_, *(child.tag_ for child in auxiliaries)}
    perfect = any(child.lemma_ == "have" for child in auxiliaries)
    if lower & _FUTURE:
        return not perfect
    if perfect or "VBD" in tags:
        return False
    present = bool(tags & {"VBZ", "VBP"})
    if verb.tag_ == "VBG" and present:
        return True
    if verb.tag_ in ("VBZ", "VBP") and verb.lemma_.lower() in words("timetable"):
        return True
    if verb.tag_ == "VBN":
        return True if _plans(verb) else False
    return None


def looks_ahead(doc: Doc, start: int, end: int) -> bool | None:
    """Tell whether the expression at these offsets looks ahead (True), back (False), or leaves it open (None)."""
    span = _words_at(doc, start, end)
    if not span:
        return None
    before = doc[span.start - 1].lower_ if span.start else ""
    if before == "of" and span.start > 1 and doc[span.start - 2].lower_ == "ahead":
        return True
    below = span.root
    for step in _governors(span.root):
        verbal = step.pos_ in ("VERB", "AUX") or any(c.dep_ == "cop" for c in step.children)
        if verbal and step not in span:
            if _is_infinitive(step) and _plans(step.head) and step.head is not step:
                return True
            # "scheduled for Friday", "postponed until Saturday": the plan's day lies ahead whatever the verb's tense.
            if step.tag_ == "VBN" and _plans(step) and before in ("for", "until", "till", "to", "by"):
                return True
            if step.lemma_ == "go" and step.tag_ == "VBG" and below.tag_ == "VB":
                return True
            if not _is_infinitive(step) and (tense := _tense(step)) is not None:
                return tense
        elif step.pos_ in ("NOUN", "ADJ") and _plans(step) and before in ("for", "until", "to", "by"):
            return True
        below = step
    return True if before in ("until", "till", "by") else None


def is_of_speech(doc: Doc, start: int, end: int) -> bool:
    """Tell whether the expression dates a report ("said on Friday") rather than what is reported."""
    span = _words_at(doc, start, end)
    if not span:
        return False
    for step in _governors(span.root):
        if step.pos_ in ("VERB", "AUX") and step not in span:
            reports = children(step, "ccomp", "parataxis") or step.dep_ in ("parataxis", "ccomp")
            return bool(reports) and step.lemma_.lower() in verb_cues()
    return False
