"""Quantities: numbers with how they are meant, their unit, and what they count.

"more than 6,000 slain Ukrainian soldiers" → 6000, more_than, at least 6001, of "slain Ukrainian soldiers". Numbers inside
time expressions and names are not quantities.

The main path is `_Finder._draft`. A number is read from the text's pieces (`quantity_lexemes`, `quantity_numbers`), with its
unit (`quantity_units`), the other end of its range (`quantity_ranges`), what it counts (`quantity_counted`) and how it is
meant (`quantity_qualifiers`); then it is asked whether it counts anything at all (`quantity_exclusions`). Words and names
are data: quantity_words.tsv, by hand, and quantity_units.tsv, built from CLDR by infra/build_units.py.
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
    is_division,
    is_moment,
    is_name_part,
    is_pronoun,
    is_score,
)
from tidings.extract.quantity_lexemes import Lexemes
from tidings.extract.quantity_numbers import Number, is_minus, number_at
from tidings.extract.quantity_qualifiers import Meant, bounds, qualify
from tidings.extract.quantity_ranges import Range, read_range, unit_of_change
from tidings.extract.quantity_units import Found, UnitReader
from tidings.extract.quantity_victims import single_victims
from tidings.extract.quantity_words import forms
from tidings.records import Qualifier, Quantity, Timex

_NOT_COUNTS = (is_attribute, is_moment, is_age, is_pronoun, is_division, is_score)
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


class _Reading(NamedTuple):
    """A number with its sign and unit: the pieces first:last of all of it; of a range, the other end too."""

    number: Number
    first: int
    last: int
    unit: Found | None
    ranged: Range | None


def find_quantities(doc: Doc, timexes: Sequence[Timex]) -> tuple[Quantity, ...]:
    """Return a text's quantities in text order, ids q1, q2 …; none overlaps another or a time expression.

    Args:
        doc: The parsed article.
        timexes: Its time expressions.
    """
    taken = {i for t in timexes for i in range(t.start, t.end)}
    text = doc.text  # once, for spaCy puts it together anew each time that it is asked
    found: list[Quantity] = []
    for draft in sorted([*_Finder(doc, taken).counted(), *_nones(doc, taken), *_ones(doc, taken)], key=lambda d: d.start):
        if found and draft.start < found[-1].end:
            continue
        found.append(
            Quantity(
                id=f"q{len(found) + 1}",
                start=draft.start,
                end=draft.end,
                text=text[draft.start : draft.end],
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
        number, first, last, unit, ranged = self._read(number)
        if any(lexemes[piece].start in self._taken for piece in range(first, last)):
            return None, number.last
        noun = self._noun(first, last)
        one = Candidate(number, first, last, unit.code if unit else None, bool(unit and unit.money), noun, bool(ranged))
        measured = unit is not None and not unit.money and unit.code not in _NOT_MEASURES
        meant = qualify(lexemes, first, last, counted=noun, measured=measured)
        if not self._counts(one._replace(last=meant.last)):
            return None, last if ranged or is_code(lexemes, one) else number.last
        if meant.last > last:
            one = one._replace(noun=self._noun(first, meant.last))  # "20-odd reporters", "a 10,000-strong crowd"
        return self._finished(one, ranged, meant), meant.last

    def _read(self, number: Number) -> _Reading:
        """Read a number's sign and unit, and the other end of its range."""
        lexemes, units = self._lexemes, self._units
        first, sign = number.first, units.before(number.first)
        if sign:
            first = sign.first
            if is_minus(lexemes, first - 1):
                first, number = first - 1, number._replace(value=-number.value)
        named = units.after(number.last, scaled=number.scale > 1)
        if named is None and (number.share or number.vague):
            named = units.after_of(number.last)
        if sign and named and not named.money:
            named = None  # "$5 m" measures nothing
        ranged = read_range(lexemes, units, number, first, sign, named)
        if ranged:
            return _Reading(number, ranged.first, ranged.last, ranged.unit, ranged)
        # "$" is any dollar until its name follows ("$50 AUD"); other signs say it themselves.
        any_dollar = sign is not None and lexemes.form(sign.first, sign.last) == "$"
        unit = named if sign is None or (named and any_dollar) else sign
        last = named.last if named else number.last
        return _Reading(number, first, last, unit or unit_of_change(lexemes, units, number), None)

    def _noun(self, first: int, last: int) -> Token | None:
        return counted_noun(self._doc, self._lexemes[first].token, self._lexemes[last - 1].token + 1)

    def _counts(self, one: Candidate) -> bool:
        lexemes = self._lexemes
        if is_code(lexemes, one) or is_name_part(lexemes, one):
            self._names.add(lexemes.word(one.number.first))
            return False
        return not any(f(lexemes, one) for f in _NOT_COUNTS)

    def _finished(self, one: Candidate, ranged: Range | None, meant: Meant) -> _Draft:
        lexemes = self._lexemes
        qualifier, first, last = meant
        value: float | int | None = one.number.value
        low, high = bounds(qualifier, one.number.value, counts=one.unit is None)
        if ranged is not None:
            qualifier, low, high, value = Qualifier.RANGE, ranged.low, ranged.high, None
        elif one.number.vague:
            qualifier, low, high, value = Qualifier.PLURAL, one.number.value, None, None
        unit, behind = one.unit, last
        if (rate := self._units.rate(one.last)) is not None:
            behind = max(last, rate[0])  # "a $2-million-a-year job" is of "job"
        elif one.noun is not None:
            rate = self._units.rate(lexemes.behind(one.noun))  # "300 cars a week"
        if rate is not None:
            unit = f"{unit or ''}{rate[1]}"
        of = counted_words(self._doc, one.noun, lexemes[behind - 1].token + 1) if one.noun is not None else None
        bare = one.noun is None and unit is None and not one.number.spelt and ranged is None
        figures = lexemes.word(one.number.first) if bare else ""
        return _Draft(lexemes[first].start, lexemes[last - 1].end, value, low, high, qualifier, unit, of, figures)


def _nones(doc: Doc, taken: set[int]) -> Iterator[_Draft]:
    """Find what is counted as none, plurals only: "no bodies", "did not receive any bodies"; "no comment" counts nothing."""
    for token in doc:
        if token.idx in taken or token.dep_ != "det" or token.head.tag_ not in ("NNS", "NNPS"):
            continue
        if token.lower_ == "no" or (token.lower_ == "any" and _under_negation(token.head)):
            noun = counted_noun(doc, token.i, token.i + 1)
            of = counted_words(doc, noun, token.i + 1) if noun is not None else None
            yield _Draft(token.idx, token.idx + len(token), 0, None, None, Qualifier.EXACT, None, of)


def _ones(doc: Doc, taken: set[int]) -> Iterator[_Draft]:
    """Find whom something befell alone ("killed a policeman")."""
    for article, noun in single_victims(doc):
        if article.idx not in taken:
            of = counted_words(doc, noun, article.i + 1)
            yield _Draft(article.idx, article.idx + len(article), 1, None, None, Qualifier.EXACT, None, of)


def _under_negation(noun: Token) -> bool:
    verb = noun.head
    return noun.dep_ == "obj" and any(c.lower_ in ("not", "n't", "n’t", "never") for c in verb.children)
