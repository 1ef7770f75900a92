"""Roles: the words for people, offices and bodies that tell an actor's sector (data/actor_roles.tsv)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from tidings.errors import Permanent
from tidings.extract.gazetteer import fold
from tidings.tables import rows

LONGEST_ROLE = 4
_IRREGULAR = {
    "men": "man", "women": "woman", "children": "child", "wives": "wife", "people": "people", "police": "police",
    "lives": "life", "thieves": "thief", "schoolchildren": "schoolchild", "media": "media", "mps": "mp", "pows": "pow",
    "ngos": "ngo", "cops": "cop", "families": "family", "series": "series", "press": "press", "princess": "princess",
    "actress": "actress", "business": "business", "congress": "congress", "mass": "mass", "class": "class",
    "boss": "boss", "waitress": "waitress", "witness": "witness", "corps": "corps", "isis": "isis",
    "customs": "customs", "headquarters": "headquarters", "jobless": "jobless", "abbess": "abbess",
    "hostess": "hostess", "passers": "passer", "less": "less", "homeless": "homeless", "hindus": "hindu",
    "hutus": "hutu", "gurus": "guru", "specimen": "specimen", "regimen": "regimen",
}  # fmt: skip


class Strength(StrEnum):
    """How far a role's word decides."""

    STRONG = "strong"
    WEAK = "weak"
    EMPTY = "empty"
    FORMER = "former"


class RoleMatch(NamedTuple):
    """A role's words in a sequence of words, end exclusive."""

    first: int
    end: int
    sector: str
    strength: Strength


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """Return the singular of a folded English noun, as far as the table of roles needs it."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men") and len(word) > len("women"):
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "sis")) and len(word) > 3:
        return word[:-1]
    return word


class Roles(NamedTuple):
    """The table: sector and strength by the role's singular words, and the sets of empty and of past words."""

    sectors: dict[str, tuple[str, Strength]]
    empty: frozenset[str]
    former: frozenset[str]

    def matches(self, words: Sequence[str]) -> list[RoleMatch]:
        """Return the roles in the words, none overlapping: of those that end at a word the longest, from the right.

        English heads stand on the right: "military intelligence agency" is an agency, not the military.
        """
        keys = [singular(fold(word)) for word in words]
        found: list[RoleMatch] = []
        end = len(keys)
        while end:
            for first in range(max(0, end - LONGEST_ROLE), end):
                role = self.sectors.get(" ".join(keys[first:end]))
                if role is not None:
                    found.append(RoleMatch(first, end, *role))
                    end = first
                    break
            else:
                end -= 1
        return found[::-1]

    def is_empty(self, word: str) -> bool:
        """Tell whether a head word leaves the sector to what follows its "of"."""
        return singular(fold(word)) in self.empty

    def is_former(self, word: str) -> bool:
        """Tell whether a word puts an office into the past."""
        return fold(word) in self.former


@cache
def load_roles() -> Roles:
    """Return the table of roles, read once."""
    sectors: dict[str, tuple[str, Strength]] = {}
    sets: dict[Strength, set[str]] = {Strength.EMPTY: set(), Strength.FORMER: set()}
    for sector, strength_word, column in rows("actor_roles.tsv", 3):
        strength = Strength(strength_word)
        for name in column.split(", "):
            key = " ".join(singular(word) for word in fold(name).split())
            if not key:
                raise Permanent(f"actor_roles.tsv: an empty role in a row of {sector}")
            if strength in sets:
                sets[strength].add(key)
            else:
                sectors.setdefault(key, (sector, strength))
    return Roles(sectors, frozenset(sets[Strength.EMPTY]), frozenset(sets[Strength.FORMER]))
