"""The words of quantities, read once from data/quantity_words.tsv, which says what each class is for."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TypeVar

from tidings.extract.quantity_lexemes import Lexemes, pieces
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


class Forms(dict[str, Value]):
    """Forms, lower case, with what they stand for; it knows their first and last pieces, for most text has neither."""

    @cached_property
    def openers(self) -> frozenset[str]:
        """The first pieces of all forms."""
        return frozenset(pieces(form)[0] for form in self)

    @cached_property
    def closers(self) -> frozenset[str]:
        """The last pieces of all forms."""
        return frozenset(pieces(form)[-1] for form in self)


@cache
def forms(kind: str) -> Forms[str]:
    """Return the forms of a class with their values; of a form that is there twice the first counts."""
    found: Forms[str] = Forms()
    for row in rows("quantity_words.tsv", 3):
        if row[0] == kind:
            for form in parts(row[2]):
                found.setdefault(form, row[1])
    return found


@cache
def numbers(kind: str) -> Forms[int]:
    """Return the forms of a class with the whole numbers that they stand for."""
    return Forms((form, int(value)) for form, value in forms(kind).items())


@cache
def before() -> Forms[Qualifier]:
    """Return the qualifiers that stand before a number."""
    return Forms((form, meant) for meant in QUALIFIERS for form in forms(meant.value))


@cache
def after() -> Forms[Qualifier]:
    """Return the qualifiers that stand after a number."""
    return Forms((form, meant) for meant in QUALIFIERS for form in forms(f"after_{meant.value}"))


@cache
def particle_verbs() -> dict[str, frozenset[str]]:
    """Return, for words that qualify numbers, the lemmas of verbs with which they are particles."""
    return {row[1]: frozenset(parts(row[2])) for row in rows("quantity_words.tsv", 3) if row[0] == "particle"}


def ending(lexemes: Lexemes, last: int, table: Forms[Value]) -> tuple[int, Value] | None:
    """Return the longest form of a table that ends before a piece: where it starts, and its value."""
    if _as_in_forms(lexemes.word(last - 1)) not in table.closers:
        return None
    for first in range(max(0, last - LONGEST_FORM), last):
        if (value := table.get(lexemes.form(first, last))) is not None:
            return first, value
    return None


def beginning(lexemes: Lexemes, first: int, table: Forms[Value]) -> tuple[int, Value] | None:
    """Return the longest form of a table that begins with a piece: where it ends, and its value."""
    if _as_in_forms(lexemes.word(first)) not in table.openers:
        return None
    for last in range(min(len(lexemes), first + LONGEST_FORM), first, -1):
        if (value := table.get(lexemes.form(first, last))) is not None:
            return last, value
    return None


def _as_in_forms(piece: str) -> str:
    return "'" if piece == "’" else piece
