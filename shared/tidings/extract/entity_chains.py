"""Chains: which mentions of names are one entity, and its fullest name.

Names join a chain only where the article leaves one reading: two Bushes with first names keep a lone "Bush" with the one
named last before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from tidings.extract.entity_names import is_acronym, short_keys, shorter_forms
from tidings.extract.gazetteer import Gazetteer, PlaceKind, TermKind, fold
from tidings.records import EntityLabel


class Named(NamedTuple):
    """A mention with its final label. `collective`: a people's noun that stands for its state ("the Russians")."""

    text: str
    label: EntityLabel
    collective: bool = False


class Chain(NamedTuple):
    """A chain's number and its fullest name."""

    number: int
    name: str


def chain(mentions: Sequence[Named], gazetteer: Gazetteer) -> list[Chain]:
    """Return each mention's chain, numbered from 1 in text order."""
    keys = [_key(mention, gazetteer) for mention in mentions]
    heads: dict[str, str] = {key: key for key in keys}
    longer_forms = _Longer(mentions)
    for i, mention in enumerate(mentions):
        longer = longer_forms.of(i, mention)
        if longer is not None and keys[longer] != keys[i]:
            heads[keys[i]] = keys[longer]
    roots = [_root(key, heads) for key in keys]
    fullest: dict[str, str] = {}
    for root, mention in zip(roots, mentions, strict=True):
        fullest[root] = max(fullest.get(root, mention.text), mention.text, key=_fullness)
    numbers = {root: number for number, root in enumerate(dict.fromkeys(roots), 1)}
    return [Chain(numbers[root], fullest[root]) for root in roots]


def _fullness(name: str) -> tuple[bool, int]:
    return not is_acronym(name), len(name)


def _key(mention: Named, gazetteer: Gazetteer) -> str:
    """Return the key that equal names share: a country by any of its names, a people by any of its words."""
    term = gazetteer.term(mention.text)
    if (
        term is not None
        and mention.label is EntityLabel.GPE
        and term.kind is TermKind.COUNTRY
        and _is_whole(mention, gazetteer)
    ):
        return f"GPE:{term.code}"
    if term is not None and mention.label is EntityLabel.NORP:
        return f"GPE:{term.code}" if mention.collective else f"NORP:{term.code}"
    if mention.label is EntityLabel.GPE:
        best = next((row for row in gazetteer.places(mention.text) if row.geonameid), None)
        if best is not None:
            return f"GPE:{best.geonameid}"
    return _plain(mention)


def _is_whole(mention: Named, gazetteer: Gazetteer) -> bool:
    # England is part of the United Kingdom, not a name of it: as a place it is a region.
    return not any(row.kind is PlaceKind.ADMIN and row.country != "USA" for row in gazetteer.places(mention.text))


def _plain(mention: Named) -> str:
    return f"{mention.label.value}:{fold(mention.text)}"


def _root(key: str, heads: dict[str, str]) -> str:
    seen = {key}
    while heads[key] != key and heads[key] not in seen:
        key = heads[key]
        seen.add(key)
    return key


class _Longer:
    """Finds the longer forms of names among the mentions, by the keys that a name and its shorter forms share.

    To compare each mention with each other would cost a list of thousands of names hours.
    """

    def __init__(self, mentions: Sequence[Named]) -> None:
        self._places: dict[tuple[EntityLabel, str], list[int]] = {}
        self._keys: dict[tuple[EntityLabel, str], tuple[str, ...]] = {}
        forms: dict[tuple[EntityLabel, str], set[str]] = {}
        for place, (text, label, _) in enumerate(mentions):
            if (label, text) not in forms:
                forms[label, text] = shorter_forms(text, label)
                self._keys[label, text] = tuple(short_keys(text, label))
            for key in forms[label, text]:
                self._places.setdefault((label, key), []).append(place)

    def of(self, place: int, mention: Named) -> int | None:
        """Return the mention that gives a name's longer form: the nearest before it, else the first behind it."""
        before, behind = [], []
        for key in self._keys[mention.label, mention.text]:
            places = self._places.get((mention.label, key), [])
            at = bisect_left(places, place)
            before += places[at - 1 : at] if at else []
            behind += places[at : at + 1]
        return max(before) if before else min(behind, default=None)
