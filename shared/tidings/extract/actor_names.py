"""Organisations and leaders known by name: data/actor_organisations.tsv, data/actor_leaders.tsv."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from tidings.extract.gazetteer import fold
from tidings.tables import parts, rows

LONGEST_NAME = 9
OUT_OF_OFFICE = "ELI"
IN_OFFICE = "GOV"


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


class Term(NamedTuple):
    """A leader's time in office; `last` is None while it lasts."""

    name: str
    country: str
    first: date
    last: date | None


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


@cache
def _leaders() -> dict[str, tuple[Term, ...]]:
    terms: dict[str, tuple[Term, ...]] = {}
    for country, first, last, full, short in rows("actor_leaders.tsv", 5):
        names = parts(full)
        term = Term(names[0], country, date.fromisoformat(first), None if last == "-" else date.fromisoformat(last))
        for name in (*names, *parts(short)):
            terms[fold(name)] = (*terms.get(fold(name), ()), term)
    return terms


def leader(name: str, day: date | None) -> tuple[str, str] | None:
    """Return a leader's country and sector on a day: in office GOV, afterwards ELI, before it no sector we know of (None).

    Without a day the last term counts.
    """
    terms = _leaders().get(fold(name))
    if not terms:
        return None
    if day is None:
        return terms[-1].country, OUT_OF_OFFICE if terms[-1].last else IN_OFFICE
    begun = [term for term in terms if term.first <= day]
    if not begun:
        return None
    holds = any(term.last is None or day <= term.last for term in begun)
    return terms[-1].country, IN_OFFICE if holds else OUT_OF_OFFICE
