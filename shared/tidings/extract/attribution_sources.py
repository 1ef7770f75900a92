"""Whom a source's words mean: the entity that they name, or the nearest fitting one for a pronoun or description."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tidings.extract.attribution_spans import Offsets
from tidings.extract.coreference import Reference
from tidings.extract.coreference_mentions import labels_of
from tidings.records import Entity, EntityLabel

_PERSONAL = frozenset(("he", "she", "him", "her", "himself", "herself", "his"))
_MARKS = ".,'’\"”"
_REACH = 1500
"""How many characters back a description may reach."""


class Referents:
    """The article's entities in order, with who spoke last, so that pronouns and descriptions find their referent."""

    def __init__(self, text: str, entities: Sequence[Entity], references: Sequence[Reference] = ()) -> None:
        self._text = text
        self._entities = sorted(entities, key=lambda e: (e.start, -e.end))
        self._starts = [e.start for e in self._entities]
        self._sure = {(r.start, r.end): r.entity for r in references}

    def resolve(self, source: Offsets, previous: Entity | None) -> Entity | None:
        """Return the entity that a source's words mean; `previous` is who spoke before."""
        return self._named(source) or self._sure.get(source) or self._meant(source, previous)

    def _named(self, source: Offsets) -> Entity | None:
        inside = []
        for entity in self._entities[bisect_left(self._starts, source[0]) :]:
            if entity.start >= source[1]:
                break
            if entity.end <= source[1]:
                inside.append(entity)
        people = [e for e in inside if e.label is EntityLabel.PERSON]
        if people:
            return people[0]
        # "a spokesman for the ministry": the last name is nearest to who speaks; "the Kremlin": the only one.
        bodies = [e for e in inside if e.label in (EntityLabel.ORG, EntityLabel.GPE)]
        return bodies[-1] if bodies else (inside[0] if inside else None)

    def _meant(self, source: Offsets, previous: Entity | None) -> Entity | None:
        words = self._text[source[0] : source[1]].lower().split()
        if not words:
            return None
        if len(words) == 1 and words[0] in _PERSONAL:
            fits = frozenset((EntityLabel.PERSON,))
        elif len(words) == 1 and words[0] == "it":
            bodies = (EntityLabel.ORG, EntityLabel.GPE)
            return previous if previous is not None and previous.label in bodies else None
        elif words[0] in ("the", "this", "that") and len(words) <= 4:
            fits = labels_of(words[-1].strip(_MARKS))
        else:
            return None
        if not fits:
            return None
        if previous is not None and previous.label in fits and source[0] - previous.end < _REACH:
            return previous
        return self._nearest_before(source[0], fits)

    def _nearest_before(self, at: int, fits: frozenset[EntityLabel]) -> Entity | None:
        for entity in reversed(self._entities[: bisect_left(self._starts, at)]):
            if at - entity.end > _REACH:
                return None
            if entity.label in fits:
                return entity
        return None
