"""What nations and their people are called, by ISO 3166-1 alpha-3 code, from data/gazetteer_nations.tsv."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from tidings.tables import parts, rows


class Nation(NamedTuple):
    """Names (the first is shown), adjectives, and nouns for the people."""

    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]

    @property
    def name(self) -> str:
        """How it is shown."""
        return self.names[0]


@cache
def nations() -> Mapping[str, Nation]:
    """Return the nations by their codes.

    >>> nations()["NOR"]
    Nation(names=('Norway', 'Kingdom of Norway'), adjectives=('Norwegian',), people=('Norwegians',))
    """
    table = rows("gazetteer_nations.tsv", 5)
    return {code: Nation(*(tuple(parts(field)) for field in called[:3])) for code, *called in table}
