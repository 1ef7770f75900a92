"""People known by name, and the offices that they held from day to day: data/actor_leaders.tsv."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from tidings.errors import Permanent
from tidings.extract.gazetteer import fold
from tidings.tables import parts, rows

OUT_OF_OFFICE = "ELI"
IN_OFFICE = "GOV"
_LONGEST_NAME = 6
_OFFICES = frozenset({"GOV", "LEG", "JUD", "PTY", "SPY"})
"""Sectors of which one is no longer part out of office; a general, a rebel or a cleric stays what he was."""


class Tenure(NamedTuple):
    """A person's time in an office; `last` is None while it lasts."""

    country: str
    sector: str
    first: date
    last: date | None

    def holds(self, day: date | None) -> bool:
        """Tell whether the office is held on a day; without a day, whether it is still held."""
        if day is None:
            return self.last is None
        return self.first <= day and (self.last is None or day <= self.last)


class KnownPerson(NamedTuple):
    """A known person's words in a sequence of words, end exclusive, and the country and sector on the day asked for."""

    first: int
    end: int
    country: str
    sector: str | None


def first_day(text: str) -> date:
    """Return the first day of an ISO 8601 day, month or year.

    Raises:
        Permanent: the text is none of them.
    """
    return _days(text)[0]


def last_day(text: str) -> date:
    """Return the last day of an ISO 8601 day, month or year.

    Raises:
        Permanent: the text is none of them.
    """
    return _days(text)[1]


def _days(text: str) -> tuple[date, date]:
    try:
        numbers = [int(number) for number in text.split("-")]
        match numbers:
            case [year]:
                return date(year, 1, 1), date(year, 12, 31)
            case [year, month]:
                return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
            case [year, month, day]:
                return date(year, month, day), date(year, month, day)
    except ValueError as error:
        raise Permanent(f"actor_leaders.tsv: {text!r} is no date") from error
    raise Permanent(f"actor_leaders.tsv: {text!r} is no date")


@cache
def _tenures() -> dict[str, tuple[Tenure, ...]]:
    """Return the offices by the folded names."""
    found: dict[str, list[Tenure]] = {}
    for country, sector, first, last, names in rows("actor_leaders.tsv", 5):
        tenure = Tenure(country, sector, first_day(first), None if last == "-" else last_day(last))
        keys = [fold(name) for name in parts(names)]
        # Middle names may be left out where the surname alone means nobody else ("Umaro Embaló").
        short = [outer for key in keys if (outer := _outer(key)) and outer.rpartition(" ")[2] in keys]
        for key in dict.fromkeys([*keys, *short]):
            found.setdefault(key, []).append(tenure)
    return {name: tuple(tenures) for name, tenures in found.items()}


def _outer(key: str) -> str | None:
    """Return the first and the last of three or more names."""
    words = key.split()
    return f"{words[0]} {words[-1]}" if len(words) > 2 else None


def _paternal(key: str) -> str | None:
    """Return three names without the last, the mother's in Spanish ("Rodrigo Chaves Robles")."""
    words = key.split()
    return " ".join(words[:2]) if len(words) == 3 else None


def leader(name: str, day: date | None) -> tuple[str, str | None] | None:
    """Return the country and the sector of somebody on a day: the office's, afterwards ELI, before it none that we know of.

    A post in government outweighs a seat in parliament or a party. Without a day the latest office counts, held or not.
    """
    known = _tenures()
    key = fold(name)
    tenures = known.get(key) or known.get(_paternal(key) or "") or known.get(_outer(key) or "")
    return _on(tenures, day) if tenures else None


def _on(tenures: Sequence[Tenure], day: date | None) -> tuple[str, str | None]:
    held = [tenure for tenure in tenures if tenure.holds(day)]
    if held:
        best = max(held, key=lambda tenure: (tenure.sector == IN_OFFICE, tenure.first))
        return best.country, best.sector
    begun = [tenure for tenure in tenures if day is None or tenure.first <= day]
    if not begun:
        return tenures[0].country, None
    latest = max(begun, key=lambda tenure: tenure.last or date.max)
    past = day is not None and latest.sector in _OFFICES
    return latest.country, OUT_OF_OFFICE if past else latest.sector


def leader_in(words: Sequence[str], day: date | None) -> KnownPerson | None:
    """Return the known person in the words: the rightmost, the longest name; names begin with a capital."""
    opens = [word[:1].isupper() and fold(word).partition(" ")[0] in _openings() for word in words]
    if not any(opens):
        return None  # most phrases name nobody
    for end in range(len(words), 0, -1):
        for first in range(max(0, end - _LONGEST_NAME), end):
            if opens[first] and (found := leader(" ".join(words[first:end]), day)):
                return KnownPerson(first, end, *found)
    return None


@cache
def _openings() -> frozenset[str]:
    return frozenset(name.partition(" ")[0] for name in _tenures())


def titled_leader(surname: str, sector: str, day: date | None) -> str | None:
    """Return the country where alone somebody of that surname holds an office of that sector ("Secretary Blinken"), or None.

    Without a day, where alone somebody ever held one.
    """
    found = {
        tenure.country
        for tenure in _surnames().get(fold(surname), ())
        if tenure.sector == sector and (day is None or tenure.holds(day))
    }
    return found.pop() if len(found) == 1 else None


@cache
def _surnames() -> dict[str, tuple[Tenure, ...]]:
    found: dict[str, list[Tenure]] = {}
    for name, tenures in _tenures().items():
        if " " in name:
            found.setdefault(name.rpartition(" ")[2], []).extend(tenures)
    return {name: tuple(tenures) for name, tenures in found.items()}
