"""Quotation marks: where quoted speech begins and ends, in any style, over paragraphs, and where a mark is missing.

Works on characters, for tokenisers split marks unreliably. Rules of the press: a quotation that goes on in the next
paragraph is left open and opened again there (Chicago Manual of Style, 13.30); single marks may be apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PAIRS = {"“": "”", "«": "»", "„": "“"}
_STRAIGHT = '"'
_DOUBLED = ("''", "``")
"""Typewriter marks made of two characters, as news wires send them."""
_SINGLE_OPEN = "‘'"
_SINGLE_CLOSE = "’'"
_PARAGRAPH = re.compile(r"\n+")
_LONGEST_OPEN = 4000


class Quotation(NamedTuple):
    """A quoted stretch, marks included: text[start:end]; `closed` is False where the closing mark is missing."""

    start: int
    end: int
    closed: bool = True


def quotations(text: str) -> tuple[Quotation, ...]:
    """Return the outermost quotations of a text in order. A quotation over several paragraphs is one."""
    found: list[Quotation] = []
    for start, end in _paragraphs(text):
        for quotation in _in_paragraph(text, start, end):
            if found and not found[-1].closed and _continues(text, found[-1], quotation):
                found[-1] = Quotation(found[-1].start, quotation.end, quotation.closed)
            else:
                found.append(quotation)
    return tuple(found)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _PARAGRAPH.finditer(text):
        if start < gap.start():
            yield start, gap.start()
        start = gap.end()
    if start < len(text):
        yield start, len(text)


def _continues(text: str, before: Quotation, after: Quotation) -> bool:
    return not text[before.end : after.start].strip() and after.end - before.start < _LONGEST_OPEN


def _in_paragraph(text: str, start: int, end: int) -> Iterator[Quotation]:
    at = start
    while at < end:
        close = _closing(text, at, start, end)
        if close is None:
            at += 1
        elif close > 0:
            yield Quotation(at, close)
            at = close
        else:
            # The mark is missing: what opens the paragraph goes to its end, what opens within it to its sentence's end.
            stop = end if at == start else _sentence_end(text, at, end)
            while stop > at and text[stop - 1].isspace():
                stop -= 1
            yield Quotation(at, stop, closed=False)
            at = max(stop, at + 1)


def _closing(text: str, at: int, start: int, end: int) -> int | None:
    """Return the end of the quotation that opens at `at`; 0 if it never closes; None if none opens here."""
    mark = text[at]
    if text.startswith(_DOUBLED, at) and _may_open(text, at + 1, at + 1, end):
        close = text.find("''", at + 2, min(end, at + _LONGEST_OPEN))
        return close + 2 if close >= 0 else 0
    if mark in _PAIRS:
        return _matching(text, at, end, mark, _PAIRS[mark])
    if mark == _STRAIGHT and _may_open(text, at, start, end):
        return text.find(_STRAIGHT, at + 1, end) + 1
    if mark in _SINGLE_OPEN and _may_open(text, at, start, end) and text[at + 1 : at + 2].isalnum():
        return _single(text, at, end) or None
    return None


def _matching(text: str, at: int, end: int, opening: str, closing: str) -> int:
    depth = 0
    for i in range(at, min(end, at + _LONGEST_OPEN)):
        if text[i] == opening:
            depth += 1
        elif text[i] == closing or text[i] == _STRAIGHT:
            depth -= 1
            if depth <= 0:
                return i + 1
    # Unbalanced inside: the last closing mark of the paragraph ends the outermost quotation.
    return text.rfind(closing, at + 1, end) + 1


def _may_open(text: str, at: int, start: int, end: int) -> bool:
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    return not after.isspace() and (before.isspace() or before in '([{—–-:,"“‘')


def _single(text: str, at: int, end: int) -> int:
    """Return the end of a quotation in single marks, or 0; an apostrophe after s closes only if nothing better does."""
    fallback = 0
    for i in range(at + 2, min(end, at + _LONGEST_OPEN)):
        if text[i] in _SINGLE_CLOSE and not text[i + 1 : i + 2].isalnum() and not text[i - 1].isspace():
            if text[i - 1] not in "sS":
                return i + 1
            fallback = fallback or i + 1
        elif fallback and text[i] in _SINGLE_OPEN and text[i - 1].isspace():
            break
    return fallback


def _sentence_end(text: str, at: int, end: int) -> int:
    for i in range(at + 1, end):
        if text[i] in ".!?" and (i + 1 >= end or text[i + 1].isspace()):
            return i + 1
    return end
