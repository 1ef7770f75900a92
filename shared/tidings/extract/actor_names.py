"""Organisations known by name: data/actor_organisations.tsv, and bodies of states: data/actor_bodies.tsv."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tidings.extract.gazetteer import fold, keys
from tidings.tables import parts, rows

LONGEST_NAME = 9
LONGEST_PARTICLE = 3


class Organisation(NamedTuple):
    """A known organisation: its first name in the table, country or PLOVER code, sector."""

    name: str
    code: str
    sector: str | None


class OrganisationMatch(NamedTuple):
    """An organisation's words in a sequence of words, end exclusive."""

    first: int
    end: int
    organisation: Organisation


@cache
def _organisations() -> tuple[dict[str, Organisation], dict[str, Organisation], frozenset[str]]:
    """Names by folded key, abbreviations as they are written, and the keys whose words need their capitals in the text."""
    names: dict[str, Organisation] = {}
    short: dict[str, Organisation] = {}
    for code, sector, column in rows("actor_organisations.tsv", 3):
        known = parts(column)
        organisation = Organisation(known[0], code, None if sector == "-" else sector)
        for name in known:
            if is_abbreviation(name):
                short.setdefault(name.replace(".", ""), organisation)
            else:
                names |= {key: organisation for key in keys(name) if key not in names}
    titled = set()
    for code, sector, column in rows("actor_bodies.tsv", 3):
        for name in parts(column):
            if is_abbreviation(name):
                short.setdefault(name, Organisation(name, code, sector))
            elif fold(name) not in names:
                names |= dict.fromkeys(keys(name), Organisation(name, code, sector))
                titled |= keys(name)
    return names, short, frozenset(titled)


def is_abbreviation(name: str) -> bool:
    """Tell whether a name is written in capitals only ("NATO", "U.N.", "M23"): then case tells it from a word."""
    letters = [c for c in name if c.isalpha()]
    return " " not in name and len(name) <= 8 and bool(letters) and all(c.isupper() for c in letters)


def organisation(text: str) -> Organisation | None:
    """Return the known organisation of that name, or None; names need a capital, abbreviations their own case."""
    names, short, titled = _organisations()
    found = short.get(text.replace(".", ""))
    if found is None and any(c.isupper() for c in text):
        key = fold(text)
        found = names.get(key)
        if found is not None and key in titled and not _is_title(text):
            return None
    return found


def _is_title(text: str) -> bool:
    """Tell whether all longer words of a name have capitals ("Prosperity Party", not "Better way")."""
    return all(not word[0].islower() for word in text.split() if len(word) > LONGEST_PARTICLE)


@cache
def _openings() -> dict[str, int]:
    """Return the first words of the known names, and how many words the longest name behind each has."""
    names, short, _ = _organisations()
    longest: dict[str, int] = {}
    for words in (key.split() for key in (*names, *map(fold, short)) if key):
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest


def _longest_from(word: str) -> int:
    """Return how many words a known name that begins with a word may have: 0 for most words."""
    first = fold(word).split()
    # The text may have apostrophes and the like as words of their own.
    return min(LONGEST_NAME, longest + 2) if first and (longest := _openings().get(first[0], 0)) else 0


def organisations_in(words: Sequence[str]) -> list[OrganisationMatch]:
    """Return the known organisations in a sequence of words, the longest at each word, none overlapping."""
    found = []
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + _longest_from(words[at])), at, -1):
            known = organisation(" ".join(words[at:end]))
            if known is not None:
                found.append(OrganisationMatch(at, end, known))
                at = end
                break
        else:
            at += 1
    return found
