"""The words of quantities, read once from data/quantity_words.tsv, which says what each class is for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TypeVar

from tidings.extract.quantity_lexemes import Lexemes
from tidings.records import Qualifier
from tidings.tables import parts, rows

Value = TypeVar("Value")

QUALIFIERS = (
    Qualifier.MORE_THAN,
    Qualifier.AT_LEAST,
    Qualifier.LESS_THAN,
    Qualifier.AT_MOST,
    Qualifier.APPROX,
    Qualifier.EXACT,
)
LONGEST_FORM = 5
"""The most pieces that a form of any table has; a test holds the tables to it."""


@cache
def forms(kind: str) -> dict[str, str]:
    """Return the forms of a class, lower case, with their values; of a form that is there twice the first counts."""
    found: dict[str, str] = {}
    for row in rows("quantity_words.tsv", 3):
        if row[0] == kind:
            for form in parts(row[2]):
                found.setdefault(form, row[1])
    return found


@cache
def numbers(kind: str) -> dict[str, int]:
    """Return the forms of a class with the whole numbers that they stand for."""
    return {form: int(value) for form, value in forms(kind).items()}


@cache
def before() -> dict[str, Qualifier]:
    """Return the qualifiers that stand before a number."""
    return {form: meant for meant in QUALIFIERS for form in forms(meant.value)}


@cache
def after() -> dict[str, Qualifier]:
    """Return the qualifiers that stand after a number."""
    return {form: meant for meant in QUALIFIERS for form in forms(f"after_{meant.value}")}


@cache
def particle_verbs() -> dict[str, frozenset[str]]:
    """Return, for words that qualify numbers, the lemmas of verbs with which they are particles."""
    return {row[1]: frozenset(parts(row[2])) for row in rows("quantity_words.tsv", 3) if row[0] == "particle"}


def ending(lexemes: Lexemes, last: int, table: Mapping[str, Value]) -> tuple[int, Value] | None:
    """Return the longest form of a table that ends before a piece: where it starts, and its value."""
    for first in range(max(0, last - LONGEST_FORM), last):
        if (value := table.get(lexemes.form(first, last))) is not None:
            return first, value
    return None


def beginning(lexemes: Lexemes, first: int, table: Mapping[str, Value]) -> tuple[int, Value] | None:
    """Return the longest form of a table that begins with a piece: where it ends, and its value."""
    for last in range(min(len(lexemes), first + LONGEST_FORM), first, -1):
        if (value := table.get(lexemes.form(first, last))) is not None:
            return last, value
    return None
