"""The gazetteer: what countries, peoples, seats of government and places are called, and where they are.

Places lie in data/gazetteer_places.tsv.gz (built by infra/build_gazetteer.py), a line for each name of a place, sorted by
the folded name's bytes: it is unpacked once and searched by bisection, because a dictionary of its 200,000 names would
take ten times the memory and start-up time. Columns: key, name, country, lat, lon, geonameid, population, kind,
first-level division, 1 if the key is the place's own name and 0 if it is another one's.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from tidings.tables import parts, rows

LONGEST_TERM = 6
_NOT_WORD = re.compile(r"[\s\-‐–_/]+")
_DROPPED = str.maketrans("", "", ".'’‘`ʼ")
_OWNER = re.compile(r"['’]s\b")


class PlaceKind(StrEnum):
    """What sort of place a row is."""

    COUNTRY = "country"
    CAPITAL = "capital"
    ADMIN = "admin"
    CITY = "city"


class TermKind(StrEnum):
    """How a word names a country."""

    COUNTRY = "country"
    ADJECTIVE = "adjective"
    PEOPLE = "people"
    SEAT = "seat"


class PlaceRow(NamedTuple):
    """One candidate for a name. `primary`: the name asked for is the place's own, not an alternate."""

    name: str
    country: str
    lat: float
    lon: float
    geonameid: int | None
    population: int
    kind: PlaceKind
    admin: str
    primary: bool


class Term(NamedTuple):
    """A word or phrase that names a country, its people or its government."""

    code: str
    kind: TermKind


class TermMatch(NamedTuple):
    """A term found in a sequence of words, end exclusive."""

    first: int
    end: int
    term: Term


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the key of a name: lower case, no accents, dots or apostrophes ("Côte d'Ivoire" → "cote divoire")."""
    return _NOT_WORD.sub(" ", _bare(text).casefold().translate(_DROPPED)).strip()


def plain(name: str) -> str:
    """Return a town's name as English-language wires print it: without accents ("Bogotá" → "Bogota").

    A name with letters that are more than accented ones ("Łódź") stays as it is.
    """
    bare = _bare(name)
    return bare if bare.isascii() else name


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def keys(name: str) -> set[str]:
    """Return the keys that a name is found by: folded, and so that words without their possessive find it too."""
    return {fold(name), fold(_OWNER.sub("", name))} if " " in name else {fold(name)}


class Gazetteer:
    """Looks names up. Build it with `load_gazetteer`."""

    def __init__(
        self,
        places: bytes,
        terms: dict[str, Term],
        country_names: dict[str, str],
        breakaway: frozenset[str],
        divisions: dict[str, str],
    ) -> None:
        self._places = places
        self._terms = terms
        self._openings = frozenset(key.split()[0] for key in terms if key)
        self._country_names = country_names
        self._breakaway = breakaway
        self._divisions = divisions

    @lru_cache(maxsize=4096)  # noqa: B019 - one gazetteer lives as long as the process
    def places(self, name: str) -> tuple[PlaceRow, ...]:
        """Return the places of that name, most people first; an Arabic article more or less does not matter."""
        key = fold(name)
        return self._exactly(key) or self._exactly(_other_article(key)) if key else ()

    def _exactly(self, folded: str) -> tuple[PlaceRow, ...]:
        key = folded.encode()
        data, prefix = self._places, key + b"\t"
        low, high = 0, len(data)
        while low < high:
            middle = data.rfind(b"\n", 0, (low + high) // 2) + 1
            if middle < low:
                middle = low
            end = data.find(b"\n", middle)
            if data[middle : data.find(b"\t", middle, end)] < key:
                low = end + 1
            else:
                high = middle
        found = []
        while data.startswith(prefix, low):
            end = data.find(b"\n", low)
            found.append(_place(data[low:end].decode()))
            low = end + 1
        return tuple(found)

    def term(self, text: str) -> Term | None:
        """Return what a word or phrase says of a country, or None; "us" and "turkey" need their capitals."""
        key = fold(text)
        if key in _care("abbreviation") and not (text.isupper() or "." in text):
            return None
        if key in _care("capital") and not text[:1].isupper():
            return None
        return self._terms.get(key)

    def country(self, name: str) -> str | None:
        """Return the code of a country by one of its names, or None."""
        term = self.term(name)
        return term.code if term and term.kind is TermKind.COUNTRY else None

    def demonym(self, word: str) -> str | None:
        """Return the code of the country that an adjective or a people's name belongs to, or None."""
        term = self.term(word)
        return term.code if term and term.kind in (TermKind.ADJECTIVE, TermKind.PEOPLE) else None

    def country_name(self, code: str) -> str:
        """Return a country's display name, or the code itself where it has none."""
        return self._country_names.get(code, code)

    def is_breakaway(self, name: str) -> bool:
        """Tell whether a name is that of a self-declared state within its nominal sovereign."""
        return fold(name) in self._breakaway

    def division(self, name: str) -> str | None:
        """Return the code of the only country that has a first-order division of that name, or None."""
        return self._divisions.get(fold(name))

    def is_given_name(self, name: str) -> bool:
        """Tell whether a country's or a city's name is a person's given name too ("Jordan")."""
        return fold(name) in _care("given")

    def is_common_word(self, name: str) -> bool:
        """Tell whether a place's name is an ordinary English word too ("Federal", "Split")."""
        return fold(name) in _care("common")

    def terms_in(self, words: Sequence[str]) -> Iterator[TermMatch]:
        """Iterate over the terms in a sequence of words, longest first at each word, none overlapping."""
        at = 0
        while at < len(words):
            first = fold(words[at]).split()
            if not first or first[0] not in self._openings:
                at += 1  # most words begin no term
                continue
            for end in range(min(len(words), at + LONGEST_TERM), at, -1):
                term = self.term(" ".join(words[at:end]))
                if term is not None:
                    yield TermMatch(at, end, term)
                    at = end
                    break
            else:
                at += 1


def _other_article(key: str) -> str:
    first, _, rest = key.partition(" ")
    return rest if first in ("al", "el", "ar", "as", "ash", "at", "ad", "an", "az") and rest else f"al {key}"


@cache
def _care(kind: str) -> frozenset[str]:
    """Return the keys of the names that need a kind of care, being ordinary words too (data/gazetteer_ordinary.tsv)."""
    return frozenset(
        word
        for care, words in rows("gazetteer_ordinary.tsv", 2)
        for word in (words.split("|") if "|" in words else words.split())
        if care == kind
    )


def _place(line: str) -> PlaceRow:
    _, name, country, lat, lon, geonameid, population, kind, admin, primary = line.split("\t")
    number, what = int(geonameid) if geonameid else None, PlaceKind(kind)
    shown = plain(name) if what in (PlaceKind.CITY, PlaceKind.CAPITAL) else name
    return PlaceRow(shown, country, float(lat), float(lon), number, int(population), what, admin, primary == "1")


def _capital_terms(places: bytes) -> Iterator[tuple[str, str]]:
    for line in places.splitlines():
        if b"\tcapital\t" in line and line.endswith(b"\t1"):
            fields = line.decode().split("\t")
            yield fields[0], fields[2]


def _terms(places: bytes) -> tuple[dict[str, Term], dict[str, str]]:
    terms: dict[str, Term] = {}
    shown: dict[str, str] = {}
    for code, *columns in rows("gazetteer_nations.tsv", 5):
        shown[code] = parts(columns[0])[0]
        for kind, column in zip(TermKind, columns, strict=True):
            for key in (key for name in parts(column) for key in keys(name)):
                terms.setdefault(key, Term(code, kind))
    for code, names in rows("gazetteer_peoples.tsv", 2):
        for name in parts(names):
            terms.setdefault(fold(name), Term(code, TermKind.PEOPLE))
    for key, code in _capital_terms(places):
        if code in shown and key not in _care("place"):
            terms.setdefault(key, Term(code, TermKind.SEAT))
    return terms, shown


@cache
def load_gazetteer() -> Gazetteer:
    """Return the gazetteer, read once for the life of the process."""
    packed = resources.files("tidings").joinpath("data", "gazetteer_places.tsv.gz").read_bytes()
    places = gzip.decompress(packed)
    terms, shown = _terms(places)
    breakaway = frozenset(
        fold(name)
        for *_, status, names in rows("gazetteer_regions.tsv", 5)
        if status == "breakaway"
        for name in parts(names)
    )
    divisions = {fold(name): code for code, names in rows("gazetteer_divisions.tsv", 2) for name in parts(names)}
    return Gazetteer(places, terms, shown, breakaway, divisions)
