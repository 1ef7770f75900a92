"""Ranges and changes, two numbers that belong together: "5-7 percent", "between $5 and $7 million"."""

from __future__ import annotations

from typing import NamedTuple

from tidings.extract.quantity_counted import counted_noun
from tidings.extract.quantity_lexemes import HYPHENS, Lexemes
from tidings.extract.quantity_numbers import Number, number_at, tidy
from tidings.extract.quantity_units import Found, UnitReader
from tidings.extract.quantity_words import ending, forms

_LONGEST_SIGN = 3
_ARGUMENTS = frozenset({"nsubj", "nsubj:pass", "obj"})


class Range(NamedTuple):
    """Two numbers and all between them: the pieces first:last, both ends' values, and the unit."""

    first: int
    last: int
    low: float | int
    high: float | int
    unit: Found | None


class _Other(NamedTuple):
    """The second number of a pair, with its unit and where it all ends."""

    number: Number
    sign: Found | None
    unit: Found | None
    last: int


def read_range(
    lexemes: Lexemes, units: UnitReader, number: Number, first: int, sign: Found | None, unit: Found | None
) -> Range | None:
    """Return the range that a number begins, or None.

    Args:
        lexemes: The text's pieces.
        units: The reader of the text's units.
        number: The first number.
        first: Where it starts with its currency's sign.
        sign: That sign.
        unit: The unit behind the number; "5 km to 7 km" has it twice.
    """
    if number.vague:
        return None
    between = lexemes.word(first - 1) == "between"
    for end, own in ((unit.last, unit), (number.last, None)) if unit else ((number.last, None),):
        if not _is_joint(lexemes, end, between=between) or (not between and _is_change(lexemes, first, end)):
            continue
        other = _other(lexemes, units, end + 1)
        if other is None or other.number.spelt != number.spelt or not _agree(sign, other.sign):
            continue
        if own is not None and (other.unit is None or not _agree(own, other.unit)):
            continue
        low = _scaled(number, other.number)
        if low < other.number.value:
            start = first - 1 if between else first
            return Range(start, other.last, low, other.number.value, other.unit or other.sign or sign)
    return None


def unit_of_change(lexemes: Lexemes, units: UnitReader, number: Number) -> Found | None:
    """Return the unit that the first number of a change shares with the second ("from 5 to 7 percent"), or None."""
    if lexemes.word(number.first - 1) != "from" or lexemes.word(number.last) != "to":
        return None
    other = _other(lexemes, units, number.last + 1)
    return other.unit if other is not None else None


def _other(lexemes: Lexemes, units: UnitReader, i: int) -> _Other | None:
    """Read the number at a piece, behind a currency's sign if one starts there."""
    signs = (units.before(k) for k in range(i + 1, min(i + _LONGEST_SIGN, len(lexemes) - 1) + 1))
    sign = next((sign for sign in signs if sign is not None and sign.first == i), None)
    start = sign.last if sign else i
    number = number_at(lexemes, start) if start < len(lexemes) else None
    if number is None or number.vague:
        return None
    unit = units.after(number.last, scaled=number.scale > 1)
    return _Other(number, sign, unit, unit.last if unit else number.last)


def _is_joint(lexemes: Lexemes, i: int, *, between: bool) -> bool:
    meant = forms("joint").get(lexemes.word(i))
    if meant is None or (meant == "between") != between:
        return False
    # A hyphen has as much space before as behind: "5 -7" is no range.
    return lexemes.word(i) not in HYPHENS or lexemes.is_glued(i) == lexemes.is_glued(i + 1)


def _is_change(lexemes: Lexemes, first: int, end: int) -> bool:
    """Tell whether "from 5 to 7" is a change ("cut from 5 to 7 percent") and no range ("from 5 to 7 men died")."""
    if lexemes.word(first - 1) != "from" or ending(lexemes, first, forms("opening")):
        return False
    start = lexemes[first].token
    noun = counted_noun(lexemes.doc, start, lexemes[end - 1].token + 1)
    if noun is None and end + 1 < len(lexemes):
        noun = counted_noun(lexemes.doc, start, lexemes[end + 1].token + 1)  # with "to" and what follows it
    return noun is None or noun.dep_ not in _ARGUMENTS


def _agree(one: Found | None, other: Found | None) -> bool:
    return one is None or other is None or one.code == other.code


def _scaled(number: Number, other: Number) -> float | int:
    """Return the first number in the second's scale where it has none of its own: "5 to 7 million" begins at 5 million."""
    shares = number.scale == 1 and other.scale > 1 and number.value * other.scale <= other.value
    return tidy(number.value * other.scale) if shares else number.value
