"""Counting: which independent outlets tell an event, and each of its values; and which mentions are worth showing.

Functions of a set of lines (`tidings.publish.lines`), whatever their order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from tidings.ids import MentionId
from tidings.publish.copies import originals
from tidings.publish.lines import Line
from tidings.publish.sayings import FIELDS, is_of

MAX_VALUES = 8
"""Values kept of a field."""
UNKNOWN_OUTLET = "unknown outlet"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Support:
    """Who tells a value: the independent outlets, sorted; how many mentions; when it was told first and last."""

    outlets: tuple[str, ...]
    mentions: int
    first: datetime | None
    last: datetime | None

    @property
    def order(self) -> tuple[int, float, int]:
        """What values are sorted by: the most outlets, then the one told last, then the most mentions."""
        return -len(self.outlets), -(self.last or _NEVER).timestamp(), -self.mentions


NOBODY = Support((), 0, None, None)


class Tally:
    """The counts of a set of mentions, of which none is given twice."""

    def __init__(self, lines: Collection[Line]) -> None:
        """Sort the lines; counting waits until it is asked for."""
        self.lines = sorted(lines, key=lambda line: line.age)

    @cached_property
    def standing(self) -> Mapping[MentionId, str]:
        """The outlet that each mention counts for.

        Those that printed the same text, or a copy of it, count for one: the earliest that is known.
        """
        stands_for = originals(line.sketch for line in self.lines)
        texts = {line.mention_id: stands_for[line.sketch] if line.sketch else line.article for line in self.lines}
        first: dict[str, str] = {}
        for line in self.lines:
            text = texts[line.mention_id]
            if first.get(text, UNKNOWN_OUTLET) == UNKNOWN_OUTLET:
                first[text] = line.outlet or UNKNOWN_OUTLET
        return {mention: first[text] for mention, text in texts.items()}

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """The independent outlets, sorted."""
        return tuple(sorted(set(self.standing.values())))

    @cached_property
    def supports(self) -> Mapping[str, Support]:
        """The support of each value, by the value's name."""
        telling: dict[str, list[Line]] = {}
        for line in self.lines:
            for name in line.values:
                telling.setdefault(name, []).append(line)
        return {name: self._support(lines) for name, lines in telling.items()}

    def _support(self, lines: Collection[Line]) -> Support:
        seen = [line.published for line in lines if line.published]
        outlets = tuple(sorted({self.standing[line.mention_id] for line in lines}))
        return Support(outlets, len(lines), min(seen, default=None), max(seen, default=None))

    @cached_property
    def shown_first(self) -> list[MentionId]:
        """All mentions, those first that are worth showing: one for each value that is kept, then the earliest."""
        chosen: dict[MentionId, None] = {}
        proven: set[str] = set()
        for field in FIELDS:
            named = sorted((name for name in self.supports if is_of(name, field)), key=lambda n: (self.supports[n].order, n))
            for name in named[:MAX_VALUES]:
                if name not in proven:
                    line = next(line for line in self.lines if name in line.values)
                    chosen[line.mention_id] = None
                    proven.update(line.values)
        return list(chosen | dict.fromkeys(line.mention_id for line in self.lines))
