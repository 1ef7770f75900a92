"""The words of time expressions, read once from data/timex_words.tsv, and the patterns' vocabulary made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from tidings.tables import rows

SEPARATOR = r"(?:[ \t\u00a0]{1,2}|[ \t]?\n[ \t]?)"
"""White space inside an expression; a line may break there, a paragraph may not."""


@cache
def words(kind: str) -> dict[str, str]:
    """Return the words of a class with their values, lower case, parted by single spaces."""
    return {word.replace("_", " "): row[1] for row in rows("timex_words.tsv") if row[0] == kind for word in row[2].split()}


def value(kind: str, word: str) -> str:
    """Return the value of a word of a class, or of its short forms, which may keep their full stop."""
    plain = " ".join(word.lower().rstrip(".").split())
    return words(kind).get(plain) or words(f"{kind}_short")[plain]


@cache
def holiday_names() -> frozenset[str]:
    """Return what holidays are called, plain."""
    return frozenset(plain(name) for row in rows("timex_holidays.tsv", 3) for name in row[0].split())


def plain(name: str) -> str:
    """Return a name in lower case, its words parted by single spaces, its apostrophes straight."""
    return " ".join(name.lower().replace("_", " ").replace("’", "'").split())


def alternatives(kind: str) -> str:
    """Return a pattern of a class's words, longest first."""
    return _any_of(words(kind))


def _any_of(spelt: Iterable[str]) -> str:
    ordered = sorted(spelt, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", SEPARATOR).replace("'", "['’]") for word in ordered)


@cache
def vocabulary() -> dict[str, str]:
    """Return the patterns that the grammar's rules are filled in with; every repetition in them is bounded."""
    count = alternatives("count")
    figures = r"\d{1,3}(?:,\d{3}){1,2}|\d{1,4}(?:\.\d{1,2})?"
    return {
        "month": rf"(?P<month>\b(?:{alternatives('month')})\b|\b(?:{alternatives('month_short')})\b\.?)",
        "weekday": rf"(?P<weekday>\b(?:{alternatives('weekday')})\b|\b(?:{alternatives('weekday_short')})\b\.?)",
        "season": rf"(?P<season>{alternatives('season')})",
        "unit": rf"(?P<unit>{alternatives('unit')})\b",
        "period": rf"(?P<period>{alternatives('period')})\b",
        "plural": rf"(?P<plural>{alternatives('plural')})\b",
        "part": rf"(?P<part>{alternatives('daypart')})",
        "day": r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b",
        "year": r"(?P<year>(?:1[5-9]|20)\d\d)\b",
        "modifier": r"(?:(?P<modifier>early|late|mid)(?:-|SEP))".replace("SEP", SEPARATOR),
        "count": rf"(?P<count>{figures}|(?:{count})\b(?:-(?:{count})\b)?)",
        "vague": rf"(?P<vague>{alternatives('vague')})",
        "edge": r"(?P<edge>start|beginning|end|middle|close|turn|rest|remainder)",
        "ordinal": rf"(?P<ordinal>{alternatives('ordinal')})",
        "era": r"(?P<era>bce?|b\.c\.(?:e\.)?|ad|a\.d\.|ce|c\.e\.)",
        "which": r"(?P<which>last|next|this past|this coming|this|the (?:current|previous|coming|next|last))",
        "fiscal": r"(?:fiscal|financial)",
        "fiscalyear": r"(?P<year>(?:19|20)\d\d)(?:[-–/](?P<until>(?:20)?\d\d)\b)?",
        "centuryword": rf"(?P<centuryword>{alternatives('century_word')})",
        "hedge": rf"(?P<hedge>{alternatives('hedge')})",
        "holiday": rf"(?P<holiday>{_any_of(holiday_names())})",
        "reference": rf"(?P<reference>{alternatives('reference')})",
        "object": rf"(?P<object>{alternatives('reference_object')})",
        "frequency": rf"(?P<frequency>{alternatives('frequency')})",
    }
