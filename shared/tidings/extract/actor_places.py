"""The place that an actor's words name: "residents of Aleppo", "Kaduna State's governor", "the Rostov region".

Only the country matters here, so the best candidate by population will do; where an event took place is resolved elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from tidings.extract.gazetteer import Gazetteer, PlaceKind, PlaceRow, fold

_SMALLEST_CITY_IN_A_PHRASE = 15_000
_SMALLEST_OTHER_NAME = 300_000
_PARTICLES = frozenset({"de", "da", "do", "dos", "das", "del", "della", "di", "du", "des", "la", "las", "le", "el", "al", "ar", "as"})
_DIVISIONS = frozenset(
    "province region state oblast district county governorate prefecture department krai canton territory municipality "
    "division emirate republic city valley peninsula".split()
)


class Match(Protocol):
    """Words of a phrase that mean something else than a place, end exclusive."""

    @property
    def first(self) -> int:
        """Return the first word."""

    @property
    def end(self) -> int:
        """Return the word behind the last."""


class PlaceMatch(NamedTuple):
    """A place's words in a sequence of words, end exclusive, and its country."""

    first: int
    end: int
    country: str


def place_in(texts: Sequence[str], matches: Iterable[Match], gazetteer: Gazetteer, *, behind: bool) -> PlaceMatch | None:
    """Return the place that a whole run of capitalised words names: part of a longer name ("Jordan Smith") shows nothing.

    Args:
        texts: The words of the phrase's core, or of what follows a preposition.
        matches: The words that mean something else.
        gazetteer: Where the names are looked up.
        behind: The words follow "in", "of", "from" or the like, where a place is likelier than a person.
    """
    taken = {i for match in matches for i in range(match.first, match.end)}
    for first, end in _runs(texts, taken):
        # "London police": a role behind a name makes it a place; before it, somebody's title ("Colonel Leon").
        likely = behind or end < len(texts)
        country = _country(texts[first:end], gazetteer, likely=likely, alone=end - first == len(texts))
        if country is not None:
            return PlaceMatch(first, end, country)
    return None


def _runs(texts: Sequence[str], taken: set[int]) -> Iterator[tuple[int, int]]:
    """Iterate over the runs of capitalised words, first and end; particles inside belong to them ("Rio de Janeiro")."""
    at = 0
    while at < len(texts):
        if at in taken or not texts[at][:1].isupper():
            at += 1
            continue
        end = at + 1
        while end < len(texts) and end not in taken:
            joined = texts[end] in _PARTICLES and end + 1 < len(texts) and texts[end + 1][:1].isupper()
            if not (joined or texts[end][:1].isupper()):
                break
            end += 2 if joined else 1
        yield at, min(end, len(texts))
        at = end


def _country(run: Sequence[str], gazetteer: Gazetteer, *, likely: bool, alone: bool) -> str | None:
    name = " ".join(run)
    rows = gazetteer.places(name)
    # An alternate name of a place somewhere is weak evidence for a name nobody has described.
    best = max((r for r in rows if r.primary or r.kind is not PlaceKind.CITY), key=_population, default=None)
    if best is not None and (alone or best.kind is not PlaceKind.CITY or best.population >= _SMALLEST_CITY_IN_A_PHRASE):
        return best.country
    division = gazetteer.division(name)
    if division is not None and (likely or alone):
        return division
    other = max(rows, key=_population, default=None)
    if likely and other is not None and other.population >= _SMALLEST_OTHER_NAME:
        return other.country
    if len(run) > 1 and fold(run[-1]) in _DIVISIONS:
        return _country(run[:-1], gazetteer, likely=True, alone=alone)
    return None


def _population(row: PlaceRow) -> int:
    return row.population
