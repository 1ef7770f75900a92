"""Whom a source's words mean: the entity that they name or surely refer to; of several who speak together, the first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tidings.extract.attribution_spans import Offsets
from tidings.extract.coreference import Reference
from tidings.records import Entity, EntityLabel

_PRONOUNS = {
    **dict.fromkeys(("he", "she", "him", "her", "himself", "herself", "his"), frozenset((EntityLabel.PERSON,))),
    "it": frozenset((EntityLabel.ORG, EntityLabel.GPE)),
}
_JOINTS = frozenset(
    f"{own}{joint}{article}"
    for own in ("", "'s", "’s", "'", "’")
    for joint in (" and ", ", ", ", and ", " or ", " & ")
    for article in ("", "the ")
)
"""What stands between names that speak together."""
_ASIDES = (", a ", ", an ", ", which ", ", who ", ", whose ", ", part of ")
_REACH = 1500
"""How many characters back a pronoun may reach."""


class Referents:
    """The article's entities in order, with who spoke last, so that pronouns find their referent."""

    def __init__(self, text: str, entities: Sequence[Entity], references: Sequence[Reference] = ()) -> None:
        self._text = text
        self._entities = sorted(entities, key=lambda e: (e.start, -e.end))
        self._starts = [e.start for e in self._entities]
        self._sure = {(r.start, r.end): r.entity for r in references}

    def resolve(self, source: Offsets, previous: Entity | None) -> Entity | None:
        """Return the entity that a source's words mean; `previous` is who spoke before."""
        return self._sure.get(source) or self._named(source) or self._meant(source, previous)

    def _named(self, source: Offsets) -> Entity | None:
        inside: list[Entity] = []
        for entity in self._entities[bisect_left(self._starts, source[0]) :]:
            if entity.start >= source[1]:
                break
            if inside and _is_aside(self._text[inside[-1].end : entity.start]):
                break
            if entity.end <= source[1]:
                inside.append(entity)
        people = [e for e in inside if e.label is EntityLabel.PERSON]
        if people:
            return people[0]
        # "a spokesman for the ministry": the last name is nearest to who speaks; "the Kremlin": the only one.
        bodies = [e for e in inside if e.label in (EntityLabel.ORG, EntityLabel.GPE)]
        return self._first_of_group(bodies) if bodies else (inside[0] if inside else None)

    def _first_of_group(self, bodies: Sequence[Entity]) -> Entity:
        """Return the last name, or the first of those that are joined to it ("Turkey and Greece")."""
        first = len(bodies) - 1
        while first and self._text[bodies[first - 1].end : bodies[first].start].lower() in _JOINTS:
            first -= 1
        return bodies[first]

    def _meant(self, source: Offsets, previous: Entity | None) -> Entity | None:
        """Return who spoke before, where a pronoun goes on with their words and nobody else was named since."""
        word = self._text[source[0] : source[1]].lower()
        fits = _PRONOUNS.get(word, frozenset())
        if previous is None or previous.label not in fits or source[0] - previous.end > _REACH:
            return None
        since = self._entities[bisect_left(self._starts, previous.end) : bisect_left(self._starts, source[0])]
        return None if any(e.label in fits and not _same(e, previous) for e in since) else previous


def _is_aside(between: str) -> bool:
    """Tell whether what stands before a name only begins to tell of the name before it (", a member of the UN")."""
    return between.startswith(_ASIDES)


def _same(one: Entity, other: Entity) -> bool:
    return one.name == other.name if one.chain is None else one.chain == other.chain
