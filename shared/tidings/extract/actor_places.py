"""The place that an actor's words name: "residents of Aleppo", "Kaduna State's governor", "the Rostov region".

Only the country matters here, so the best candidate by population will do; where an event took place is resolved elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from tidings.extract.gazetteer import Gazetteer, PlaceKind, PlaceRow, fold
from tidings.extract.quantity_words import numbers

_SMALLEST_CITY_IN_A_PHRASE = 15_000
_SMALLEST_OTHER_NAME = 300_000
_SMALLEST_CITY_BEFORE_A_PERSON = 1_000_000  # "Sydney" alone is rather the city, "Charlotte" rather somebody
_LONGEST_BESIDE = 2
_FAR_BIGGER = 20
_CAPITAL_S_FAME = 10  # San José in Costa Rica before the bigger one in California
_LANDS = frozenset({PlaceKind.COUNTRY, PlaceKind.ADMIN})
_PARTICLES = frozenset({
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "des", "la", "las", "le",
    "el", "al", "es", "on", "upon", "am", "sur",
})  # fmt: skip
_DIVISIONS = frozenset({
    "province", "region", "state", "oblast", "district", "county", "governorate", "prefecture", "department", "krai",
    "canton", "territory", "municipality", "division", "emirate", "republic", "city", "valley", "peninsula",
})  # fmt: skip


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


def place_in(
    texts: Sequence[str], matches: Iterable[Match], titles: Iterable[Match], gazetteer: Gazetteer, *, behind: bool
) -> PlaceMatch | None:
    """Return the place that a whole run of capitalised words names: part of a longer name ("Jordan Smith") shows nothing.

    Args:
        texts: The words of the phrase's core, or of what follows a preposition.
        matches: The words that mean something else.
        titles: Those of them that may be somebody's title: the name behind one is a person's ("Colonel Leon").
        gazetteer: Where the names are looked up.
        behind: The words follow "in", "of", "from" or the like, where a place is likelier than a person.
    """
    taken = {i for match in matches for i in range(match.first, match.end)}
    named = {title.end for title in titles}
    for first, end in _runs(texts, taken):
        # "NINE" of a headline in capitals is a number before it is a town in Portugal.
        common = end - first == 1 and (gazetteer.is_common_word(texts[first]) or texts[first].lower() in numbers("number"))
        titled = first in named and end == len(texts)
        if not behind and (common or titled):
            continue
        likely = behind or end < len(texts)  # "London police": what follows a name makes it a place
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
            last = next((i for i in range(end, min(end + 3, len(texts))) if texts[i] not in _PARTICLES), len(texts))
            if last == len(texts) or last in taken or not texts[last][:1].isupper():
                break
            end = last + 1
        yield at, end
        at = end


def _country(run: Sequence[str], gazetteer: Gazetteer, *, likely: bool, alone: bool) -> str | None:
    name = " ".join(run)
    rows = gazetteer.places(name)
    # An alternate name of a place somewhere is weak evidence for a name nobody has described.
    own = max((r for r in rows if r.primary or r.kind in _LANDS), key=_weight, default=None)
    if alone and gazetteer.is_given_name(name) and (own is None or own.population < _SMALLEST_CITY_BEFORE_A_PERSON):
        return None
    if own is not None and own.kind in _LANDS:
        return own.country
    division = gazetteer.division(name) if likely or alone else None
    if own is None and division is not None:
        return division
    other = max((r for r in rows if r.population >= _SMALLEST_OTHER_NAME), key=_weight, default=None)
    if likely and other is not None and (own is None or other.population > _FAR_BIGGER * own.population):
        return other.country
    if own is not None and (alone or own.kind is PlaceKind.CAPITAL or own.population >= _SMALLEST_CITY_IN_A_PHRASE):
        return own.country
    if division is None and len(run) > 1 and fold(run[-1]) in _DIVISIONS:
        return _country(run[:-1], gazetteer, likely=True, alone=alone)
    return division


def _weight(row: PlaceRow) -> tuple[bool, int]:
    # A province is likelier an actor's than the town abroad that is called after it.
    return row.kind in _LANDS, row.population * (_CAPITAL_S_FAME if row.kind is PlaceKind.CAPITAL else 1)


def is_part_of_place(texts: Sequence[str], match: Match, gazetteer: Gazetteer) -> bool:
    """Tell whether a nation's name is only part of a region's or a big city's: "New Mexico", "Niger Delta"."""
    beside = (*texts[max(0, match.first - 1) : match.first], *texts[match.end : match.end + 1])
    if not any(word[:1].isupper() for word in beside):
        return False
    low = max(0, match.first - _LONGEST_BESIDE)
    high = min(len(texts), match.end + _LONGEST_BESIDE)
    for first in range(low, match.first + 1):
        for end in range(match.end, high + 1):
            words = texts[first:end]
            longer = first < match.first or end > match.end
            if longer and all(word[:1].isupper() for word in words) and _is_place(" ".join(words), gazetteer):
                return True
    return False


def _is_place(name: str, gazetteer: Gazetteer) -> bool:
    rows = gazetteer.places(name)
    known = any(r.kind is PlaceKind.ADMIN or (r.primary and r.population >= _SMALLEST_OTHER_NAME) for r in rows)
    return known or gazetteer.division(name) is not None
