"""What a number is a number of by measure: currencies (ISO 4217), percent, units of measure and rates (UCUM).

Names come from data/quantity_units.tsv (CLDR), what the press writes besides from data/quantity_words.tsv. A rate divides:
"15 a year" is 15 "/a", "$20 a barrel" is 20 "USD/[bbl_us]".
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from tidings.extract.quantity_lexemes import Lexemes
from tidings.extract.quantity_words import Forms, beginning, ending, forms
from tidings.tables import parts, rows

_PER = frozenset({"a", "an", "per", "each", "every", "/"})
_NEEDS_CAPITAL = re.compile(r"[a-z.]+")


class Found(NamedTuple):
    """A unit and the pieces first:last that name it."""

    first: int
    last: int
    code: str
    money: bool = False


class UnitReader:
    """Reads the units of one text's numbers."""

    def __init__(self, lexemes: Lexemes) -> None:
        self._lexemes = lexemes
        self._nouns: dict[str, str | None] = {}
        self._sterling = "£" in lexemes.text

    def before(self, number: int) -> Found | None:
        """Return the currency whose sign stands before a number ("$", "US$", "EUR", "Rs."), or None."""
        lexemes = self._lexemes
        code = lexemes.written(number - 1)
        if code in _codes():
            return Found(number - 1, number, code, money=True)
        found = ending(lexemes, number, _symbols())
        if found is None:
            return None
        first, unit = found
        sign = lexemes.form(first, number)
        if _NEEDS_CAPITAL.fullmatch(sign):
            capital = lexemes.written(first)[0].isupper()
            one_letter = len(sign) == 1
            if not capital or (one_letter and not lexemes.is_glued(number)):
                return None
        return Found(first, number, unit, money=True)

    def after(self, last: int, *, scaled: bool = False) -> Found | None:
        """Return the percent, currency or unit that is named behind a number, or None.

        Args:
            last: Where the number ends.
            scaled: Whether it has a scale ("million"), which money has more often than weight, and no verb.
        """
        lexemes = self._lexemes
        hyphen = lexemes.word(last) == "-" and lexemes.is_glued(last) and lexemes.is_glued(last + 1)
        first = last + 1 if hyphen else last
        if lexemes.written(first) in _codes():
            return Found(last, first + 1, lexemes.written(first), money=True)
        if (found := self._named(first, forms("percent")) or self._named(first, _units())) is not None:
            return Found(last, *found)
        if (found := self._named(first, _money())) is not None:
            return Found(last, *found, money=True)
        noun = lexemes.word(first)
        if noun in _nouns() and self._is_money(first, noun, scaled=scaled):
            code = self._national(noun)
            if code is not None:
                return Found(last, first + 1, code, money=True)
        found = self._named(first, _measures())
        return Found(last, *found) if found is not None else None

    def after_of(self, last: int) -> Found | None:
        """Return the unit of a part of one or of a vague number ("half a percent", "billions of dollars"), or None."""
        first = last + (self._lexemes.word(last) == "of")
        first += self._lexemes.word(first) in ("a", "an")
        abbreviated = self._lexemes.written(first)[:1].isupper()
        found = self.after(first) if first > last and not abbreviated else None
        return found._replace(first=last) if found else None

    def rate(self, last: int) -> tuple[int, str] | None:
        """Return where what divides a number ends, and its divisor in UCUM ("a year" and "-a-year": "/a"), or None."""
        lexemes = self._lexemes
        hyphen = lexemes.word(last) == "-" and lexemes.is_glued(last)
        if lexemes.word(last + hyphen) not in _PER:
            return None
        found = beginning(lexemes, last + hyphen + 1 + hyphen, _divisors())
        if found is None:
            return None
        end, code = found
        # "500 a day after the quake", "20 a year ago" tell when.
        if lexemes.word(end) in forms("later") or (lexemes.word(end) == "-" and lexemes.is_glued(end) and not hyphen):
            return None
        return end, f"/{code}"

    def _named(self, first: int, table: Forms[str]) -> tuple[int, str] | None:
        """Return the end and code of the unit that a table has at a piece, or None."""
        lexemes = self._lexemes
        found = beginning(lexemes, first, table)
        one_letter = found is not None and lexemes.is_word(first) and len(lexemes.form(first, found[0])) == 1
        # "two M-16 rifles" are no metres: a letter is a unit as it is written, and behind figures.
        if one_letter and not (lexemes.written(first).islower() and lexemes.is_figure(first - 1)):
            return None
        return found

    def _is_money(self, i: int, noun: str, *, scaled: bool) -> bool:
        """Tell whether a noun that may be no money is: "20 pounds of explosives" and "the 30 won" are none."""
        if noun in _measures():
            return self._lexemes.word(i + 1) != "of" and (scaled or self._sterling)
        return scaled or self._lexemes.token(i).pos_ not in ("VERB", "AUX")

    def _national(self, noun: str) -> str | None:
        """Return a shared noun's currency: that of the nation that the article names most, else the usual one, or None."""
        if noun not in self._nouns:
            candidates = _nouns()[noun]
            counts = {code: len(words.findall(self._lexemes.text)) if words else 0 for code, words in candidates.items()}
            most = max(counts, key=lambda code: counts[code])
            if len(candidates) == 1 or counts[most]:
                self._nouns[noun] = most
            else:
                self._nouns[noun] = forms("money").get(noun)
        return self._nouns[noun]


@cache
def _table(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows("quantity_units.tsv", 4):
        if row[0] == kind:
            for form in parts(row[2]):
                found.setdefault(form, row[1])
    return found


@cache
def _codes() -> frozenset[str]:
    return frozenset(row[1] for row in rows("quantity_units.tsv", 4) if row[0] == "currency")


@cache
def _symbols() -> Forms[str]:
    return Forms(_table("symbol") | forms("symbol"))


@cache
def _money() -> Forms[str]:
    return Forms(_table("currency") | forms("code"))


@cache
def _units() -> Forms[str]:
    """Return measures but those that may be money too ("pounds")."""
    return Forms((form, code) for form, code in _measures().items() if form not in _nouns())


@cache
def _measures() -> Forms[str]:
    return Forms(_table("unit") | forms("unit"))


@cache
def _divisors() -> Forms[str]:
    return Forms(_table("time") | _measures())


@cache
def _nouns() -> dict[str, dict[str, re.Pattern[str] | None]]:
    """Return the nouns of money with their currencies, each with what its nations are called."""
    found: dict[str, dict[str, re.Pattern[str] | None]] = {}
    for row in rows("quantity_units.tsv", 4):
        if row[0] == "noun":
            nations = sorted(parts(row[3]), key=len, reverse=True)
            words = re.compile(rf"\b(?:{'|'.join(map(re.escape, nations))})\b") if nations else None
            for noun in parts(row[2]):
                found.setdefault(noun, {})[row[1]] = words
    return found
