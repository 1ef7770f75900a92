"""Resolves a place's words to one place on the map: "Paris, Texas", "the eastern city of Kharkiv", "northern Gaza".

The candidates of the longest name in the words are ranked by the article's countries, by kind and by population: a small
namesake wins only where the words or the article say so. (Leidner 2007, Toponym Resolution in Text, for the heuristics.)
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from tidings.extract.gazetteer import Gazetteer, PlaceKind, PlaceRow, TermKind, fold
from tidings.records import Place

# Weights in powers of ten of population: an article about a country outweighs a namesake a thousand times as big.
_OF_THE_ARTICLE = 4.0
_UNSURE = 1  # added to the article's mentions of countries: one mention alone proves little
_KIND = {PlaceKind.COUNTRY: 2.0, PlaceKind.CAPITAL: 1.5, PlaceKind.CITY: 0.0, PlaceKind.ADMIN: -0.5}
_OWN_NAME = 1.0
_REGION_POPULATION = 1_000_000
_SMALLEST_OTHER_NAME = 50_000
_LONGEST_NAME = 6
_ROADS = frozenset(
    ["avenue", "ave", "street", "road", "rd", "boulevard", "blvd", "lane", "highway", "alley", "freeway", "expressway"]
)
"""Roads are called after places far away: "Georgia Street" is not in Georgia."""
_DIVISIONS = frozenset(["canton", "department", "district", "province", "county", "state", "region", "division"])
"""Words that say what a name's bearer is, though places are called so too: "Uri Canton" is not the Chinese Canton."""
_WORD = re.compile(r"[^\s,;()\[\]\"“”]+")


def resolve_place(span_text: str, start: int, end: int, doc_countries: Counter[str], gazetteer: Gazetteer) -> Place:
    """Resolve the words of a place.

    Args:
        span_text: The words, with what follows the name where it says more ("Paris, Texas").
        start: Their first offset in the article.
        end: Their end offset.
        doc_countries: How often the article names each country (ISO alpha-3).
        gazetteer: Where the names are looked up.

    Returns:
        The place; name, country and coordinates are None where no name in the words is known. Of a first-order division
        that no place is called after, the country alone is known.
    """
    head, _, behind = span_text.partition(",")
    around = Counter(doc_countries)
    wanted_admin = _context(behind, around, gazetteer)
    for candidates in (_candidates(head, gazetteer), _candidates(behind, gazetteer)):
        if candidates:
            best = max(
                candidates, key=lambda row: (_score(row, around, wanted_admin), row.population, -(row.geonameid or 0))
            )
            return Place(
                start=start, end=end, text=span_text, name=best.name, country=best.country,
                lat=best.lat, lon=best.lon, geonameid=best.geonameid,
            )  # fmt: skip
    division = _division(head, gazetteer)
    return Place(start=start, end=end, text=span_text, country=division)


def is_division(word: str) -> bool:
    """Tell whether a word says what part of a country a name is of ("Department")."""
    return word.lower() in _DIVISIONS


def _division(text: str, gazetteer: Gazetteer) -> str | None:
    """Return the country of a first-order division that the words name, as "Caqueta Department" or alone, or None."""
    words = text.split()
    name = words[:-1] if len(words) > 1 and is_division(words[-1]) else words
    return gazetteer.division(" ".join(name))


def _context(behind: str, countries: Counter[str], gazetteer: Gazetteer) -> tuple[str, str] | None:
    """Weigh the countries that follow the name heavily; return the first-level division if one follows."""
    found: tuple[str, str] | None = None
    for row in _candidates(behind, gazetteer):
        if row.kind is PlaceKind.COUNTRY:
            countries[row.country] += 100
        elif row.kind is PlaceKind.ADMIN and found is None:
            countries[row.country] += 100
            found = (row.country, row.admin)
    return found


def _score(row: PlaceRow, countries: Counter[str], admin: tuple[str, str] | None) -> float:
    population = row.population or (_REGION_POPULATION if row.kind is PlaceKind.ADMIN else 0)
    score = math.log10(population + 1) + _KIND[row.kind] + _OWN_NAME * row.primary
    score += _OF_THE_ARTICLE * countries[row.country] / (sum(countries.values()) + _UNSURE)
    if admin is not None and admin == (row.country, row.admin):
        score += _OF_THE_ARTICLE
    return score


def _candidates(text: str, gazetteer: Gazetteer) -> Sequence[PlaceRow]:
    """Return the places of the longest known name in the words, the rightmost of equals ("the Iraqi city of Mosul")."""
    words = [word.removesuffix("'s").removesuffix("’s").strip(".'’") or word for word in _WORD.findall(text)]
    shortest = len(words) if words and len(words) > 1 and words[-1].lower() in _ROADS else 1
    for length in range(min(len(words), _LONGEST_NAME), shortest - 1, -1):
        for first in range(len(words) - length, -1, -1):
            name = " ".join(words[first : first + length])
            if not name[:1].isupper() or (len(words) > 1 and is_division(name)):
                continue
            found = [row for row in gazetteer.places(name) if _plausible(row, whole=length == len(words))]
            if found:
                return found
    return _by_term(words, gazetteer) if shortest == 1 else ()


def _plausible(row: PlaceRow, *, whole: bool) -> bool:
    """Leave out what only a word inside a longer phrase and only another name of a small place would bring in."""
    return row.primary or row.kind is not PlaceKind.CITY or whole or row.population >= _SMALLEST_OTHER_NAME


def _by_term(words: Sequence[str], gazetteer: Gazetteer) -> Sequence[PlaceRow]:
    """Return the country that a seat or an adjective in the words belongs to ("the Kremlin", "Russian territory")."""
    for match in gazetteer.terms_in(words):
        if match.term.kind is not TermKind.PEOPLE:
            name = gazetteer.country_name(match.term.code)
            found = [r for r in gazetteer.places(name) if r.kind is PlaceKind.COUNTRY and r.country == match.term.code]
            if found:
                return found
    return ()


def country_of(text: str, countries: Counter[str], gazetteer: Gazetteer) -> str | None:
    """Return the country of a place's name: a nation's own name first, then the best candidate; None if nothing is known."""
    term = gazetteer.term(text)
    if term is not None and term.kind is not TermKind.SEAT and not _also_elsewhere(text, term.code, countries, gazetteer):
        return term.code
    return resolve_place(text, 0, len(text), countries, gazetteer).country


def _also_elsewhere(text: str, code: str, countries: Counter[str], gazetteer: Gazetteer) -> bool:
    """Tell whether the article is about another country with a place of that name and not about this one (Georgia, USA)."""
    return not countries[code] and any(
        countries[row.country] and row.kind is PlaceKind.ADMIN and fold(row.name) == fold(text)
        for row in gazetteer.places(text)
    )
