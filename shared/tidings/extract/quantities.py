"""Quantities: numbers with how they are meant, their unit, and what they count.

"more than 6,000 slain Ukrainian soldiers" → 6000, more_than, at least 6001, of "slain Ukrainian soldiers". Numbers inside
time expressions and names are not quantities.

A number is read from the text's pieces (`quantity_lexemes`, `quantity_numbers`), with its unit (`quantity_units`), the other
end of its range (here), what it counts (`quantity_counted`) and how it is meant (`quantity_qualifiers`); then it is asked
whether it counts anything at all (`quantity_exclusions`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.quantity_counted import counted_noun, counted_words
from tidings.extract.quantity_exclusions import (
    Candidate,
    is_age,
    is_attribute,
    is_code,
    is_name_part,
    is_pronoun,
    is_score,
    is_year,
)
from tidings.extract.quantity_lexemes import HYPHENS, Lexemes
from tidings.extract.quantity_numbers import Number, number_at, tidy
from tidings.extract.quantity_qualifiers import bounds, qualify
from tidings.extract.quantity_units import Found, UnitReader
from tidings.extract.quantity_words import ending, forms
from tidings.records import Qualifier, Quantity, Timex

_NOT_MEASURES = frozenset(forms("percent").values())


class _Draft(NamedTuple):
    """A quantity before its id: its offsets, its reading, and the figures by which a name may be known ("" if none)."""

    start: int
    end: int
    value: float | int | None
    low: float | int | None
    high: float | int | None
    qualifier: Qualifier
    unit: str | None
    of: str | None
    figures: str = ""


class _Range(NamedTuple):
    """The other end of a range: the pieces first:last of the whole, both values, and the unit."""

    first: int
    last: int
    low: float | int
    high: float | int
    unit: Found | None


def find_quantities(doc: Doc, timexes: Sequence[Timex]) -> tuple[Quantity, ...]:
    """Return a text's quantities in text order, ids q1, q2 …; none overlaps another or a time expression.

    Args:
        doc: The parsed article.
        timexes: Its time expressions.
    """
    taken = {i for t in timexes for i in range(t.start, t.end)}
    found: list[Quantity] = []
    for draft in sorted([*_Finder(doc, taken).counted(), *_nones(doc, taken)], key=lambda d: d.start):
        if found and draft.start < found[-1].end:
            continue
        found.append(
            Quantity(
                id=f"q{len(found) + 1}",
                start=draft.start,
                end=draft.end,
                text=doc.text[draft.start : draft.end],
                value=draft.value,
                low=draft.low,
                high=draft.high,
                qualifier=draft.qualifier,
                unit=draft.unit,
                of=draft.of,
            )
        )
    return tuple(found)


class _Finder:
    """Finds the counted numbers of one text."""

    def __init__(self, doc: Doc, taken: set[int]) -> None:
        self._doc = doc
        self._taken = taken
        self._lexemes = Lexemes(doc)
        self._units = UnitReader(self._lexemes)
        self._names: set[str] = set()

    def counted(self) -> list[_Draft]:
        """Return the drafts; figures that are a name's somewhere in the text are that name's where they stand alone."""
        drafts, i = [], 0
        while i < len(self._lexemes):
            number = number_at(self._lexemes, i)
            if number is None:
                i += 1
                continue
            draft, i = self._draft(number)
            if draft is not None:
                drafts.append(draft)
        return [draft for draft in drafts if draft.figures not in self._names]

    def _draft(self, number: Number) -> tuple[_Draft | None, int]:
        """Return a number's draft, or None if it counts nothing, and the piece to go on with."""
        lexemes = self._lexemes
        sign = self._units.before(number.first)
        first = sign.first if sign else number.first
        if sign and _is_minus(lexemes, first - 1):
            first, number = first - 1, number._replace(value=-number.value)
        unit = self._units.after(number.last)
        if unit is None and (number.share or number.vague):
            unit = self._units.after_of(number.last)
        if sign and unit and not unit.money:
            unit = None
        ranged = self._range(number, first, sign, unit)
        if ranged:
            first, last, unit = ranged.first, ranged.last, ranged.unit or sign
        else:
            last = unit.last if unit else number.last
            unit = sign if sign and not (unit and lexemes.form(sign.first, sign.last) == "$") else unit
        if self._is_taken(first, last):
            return None, number.last
        noun = counted_noun(self._doc, lexemes[first].token, lexemes[last - 1].token + 1)
        one = Candidate(number, first, last, unit.code if unit else None, bool(unit and unit.money), noun, bool(ranged))
        meant = qualify(lexemes, first, last, counted=noun, measured=bool(unit and not unit.money and unit.code not in _NOT_MEASURES))
        if not self._counts(one._replace(last=meant.last)):
            return None, last if ranged or is_code(lexemes, one) else number.last
        return self._finished(one, ranged, meant.qualifier, meant.first, meant.last), meant.last

    def _counts(self, one: Candidate) -> bool:
        lexemes = self._lexemes
        if is_code(lexemes, one) or is_name_part(lexemes, one):
            self._names.add(lexemes.word(one.number.first))
            return False
        return not any(f(lexemes, one) for f in (is_attribute, is_year, is_age, is_pronoun, is_score))

    def _finished(self, one: Candidate, ranged: _Range | None, qualifier: Qualifier, first: int, last: int) -> _Draft:
        lexemes = self._lexemes
        value: float | int | None = one.number.value
        low, high = bounds(qualifier, one.number.value)
        if ranged is not None:
            qualifier, low, high, value = Qualifier.RANGE, ranged.low, ranged.high, None
        elif one.number.vague:
            qualifier, low, high, value = Qualifier.PLURAL, one.number.value, None, None
        unit = one.unit
        if rate := self._units.rate(one.last):
            unit = f"{unit or ''}{rate}"
        of = counted_words(self._doc, one.noun, lexemes[last - 1].token + 1) if one.noun is not None else None
        bare = one.noun is None and unit is None and not one.number.spelt and ranged is None
        figures = lexemes.word(one.number.first) if bare else ""
        return _Draft(lexemes[first].start, lexemes[last - 1].end, value, low, high, qualifier, unit, of, figures)

    def _range(self, number: Number, first: int, sign: Found | None, unit: Found | None) -> _Range | None:
        """Read "5-7 percent", "between $5 and $7 million", "5 km to 7 km", "two or three" from its first number on."""
        lexemes = self._lexemes
        if number.vague:
            return None
        for end in dict.fromkeys((unit.last if unit else number.last, number.last)):
            joint = lexemes.word(end)
            between = lexemes.word(first - 1) == "between"
            opening = ending(lexemes, first, forms("opening"))
            if joint == "and" if between else joint in _joints() and (lexemes.word(first - 1) != "from" or opening):
                start = first - 1 if between else opening[0] if opening else first
                other = self._other_end(number, end + 1, start, sign, unit if end != number.last else None)
                if other is not None and _is_even(lexemes, end, joint):
                    return other
        return None

    def _other_end(self, number: Number, i: int, first: int, sign: Found | None, unit: Found | None) -> _Range | None:
        lexemes = self._lexemes
        second_sign = next((s for k in range(i + 1, min(i + 4, len(lexemes))) if (s := self._units.before(k)) and s.first == i), None)
        start = second_sign.last if second_sign else i
        other = number_at(lexemes, start) if start < len(lexemes) else None
        if other is None or other.vague or other.spelt != number.spelt:
            return None
        if second_sign and sign and second_sign.code != sign.code:
            return None
        behind = self._units.after(other.last)
        if unit and not (behind and behind.code == unit.code):
            return None
        low = number.value
        if number.scale == 1 and other.scale > 1 and number.value * other.scale <= other.value:
            low = tidy(number.value * other.scale)
        if low >= other.value:
            return None
        last = behind.last if behind else other.last
        return _Range(first, last, low, other.value, behind or second_sign or sign)

    def _is_taken(self, first: int, last: int) -> bool:
        return any(i in self._taken for piece in range(first, last) for i in (self._lexemes[piece].start,))


def _is_minus(lexemes: Lexemes, i: int) -> bool:
    return lexemes.word(i) in ("-", "−") and lexemes.is_glued(i + 1) and not lexemes.is_glued(i)


def _joints() -> frozenset[str]:
    return frozenset(form for form, meant in forms("joint").items() if meant == "-")


def _is_even(lexemes: Lexemes, i: int, joint: str) -> bool:
    """Tell whether a hyphen between numbers has as much space before as behind: "5 -7" is no range."""
    return joint not in HYPHENS or lexemes.is_glued(i) == lexemes.is_glued(i + 1)


def _nones(doc: Doc, taken: set[int]) -> Iterator[_Draft]:
    """Find what is counted as none, plurals only: "no bodies", "did not receive any bodies"; "no comment" counts nothing."""
    for token in doc:
        if token.idx in taken or token.dep_ != "det" or token.head.tag_ not in ("NNS", "NNPS"):
            continue
        if token.lower_ == "no" or (token.lower_ == "any" and _under_negation(token.head)):
            noun = counted_noun(doc, token.i, token.i + 1)
            of = counted_words(doc, noun, token.i + 1) if noun is not None else None
            yield _Draft(token.idx, token.idx + len(token), 0, None, None, Qualifier.EXACT, None, of)


def _under_negation(noun: Token) -> bool:
    verb = noun.head
    return noun.dep_ == "obj" and any(c.lower_ in ("not", "n't", "n’t", "never") for c in verb.children)
