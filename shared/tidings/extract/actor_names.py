"""Organisations known by name: data/actor_organisations.tsv."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tidings.extract.gazetteer import fold
from tidings.tables import parts, rows

LONGEST_NAME = 9


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
def _organisations() -> tuple[dict[str, Organisation], dict[str, Organisation]]:
    """Names by folded key, and abbreviations as they are written."""
    names: dict[str, Organisation] = {}
    short: dict[str, Organisation] = {}
    for code, sector, column in rows("actor_organisations.tsv", 3):
        known = parts(column)
        organisation = Organisation(known[0], code, None if sector == "-" else sector)
        for name in known:
            if is_abbreviation(name):
                short.setdefault(name.replace(".", ""), organisation)
            else:
                names.setdefault(fold(name), organisation)
    return names, short


def is_abbreviation(name: str) -> bool:
    """Tell whether a name is written in capitals only ("NATO", "U.N.", "M23"): then case tells it from a word."""
    letters = [c for c in name if c.isalpha()]
    return " " not in name and len(name) <= 8 and bool(letters) and all(c.isupper() for c in letters)


def organisation(text: str) -> Organisation | None:
    """Return the known organisation of that name, or None; names need a capital, abbreviations their own case."""
    names, short = _organisations()
    found = short.get(text.replace(".", ""))
    if found is None and any(c.isupper() for c in text):
        found = names.get(fold(text))
    return found


@cache
def _openings() -> frozenset[str]:
    names, short = _organisations()
    return frozenset(name.split()[0] for name in names if name) | frozenset(fold(name).split()[0] for name in short)


def _may_open(word: str) -> bool:
    """Tell whether any known name begins with a word: most words are ruled out at once."""
    first = fold(word).split()
    return bool(first) and first[0] in _openings()


def organisations_in(words: Sequence[str]) -> list[OrganisationMatch]:
    """Return the known organisations in a sequence of words, the longest at each word, none overlapping."""
    found = []
    at = 0
    while at < len(words):
        if not _may_open(words[at]):
            at += 1
            continue
        for end in range(min(len(words), at + LONGEST_NAME), at, -1):
            known = organisation(" ".join(words[at:end]))
            if known is not None:
                found.append(OrganisationMatch(at, end, known))
                at = end
                break
        else:
            at += 1
    return found
