"""A mention in one line: as much of it as counting needs, small enough to be read by the thousand.

It is the body of a mention's entry under its event, less than 1 KB. From a thousand of them follows which values an event
has, which independent outlets tell each, and which few mentions are worth reading whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tidings.ids import MentionId, digest
from tidings.publish.copies import shortened
from tidings.publish.mentions import MentionSummary
from tidings.publish.sayings import sayings

MAX_OUTLET = 80
"""Characters of an outlet's name."""


class Line(NamedTuple):
    """One mention: `article` is a digest of its article's id, `values` are the names of what it says, sorted."""

    mention_id: MentionId
    article: str
    outlet: str | None
    published: datetime | None
    sketch: str
    values: tuple[str, ...]

    @property
    def age(self) -> tuple[str, str]:
        """What mentions are sorted by, the earliest first; those of which no time is known come last."""
        return _instant(self.published) if self.published else "9999", self.mention_id

    @property
    def body(self) -> dict[str, Any]:
        """The line as it is stored, without the mention's id, the sketch shortened."""
        found = {
            "a": self.article,
            "o": self.outlet,
            "p": _instant(self.published) if self.published else None,
            "s": shortened(self.sketch),
            "v": " ".join(self.values),
        }
        return {name: value for name, value in found.items() if value}


def line_of(mention: MentionSummary) -> Line:
    """Return a mention's line."""
    return Line(
        mention.mention_id,
        digest(mention.mention.article_id, length=8),
        mention.mention.outlet[:MAX_OUTLET] if mention.mention.outlet else None,
        mention.mention.published,
        mention.sketch,
        tuple(sorted(saying.name for saying in sayings(mention))),
    )


def line_in(mention: MentionId, body: Mapping[str, Any]) -> Line | None:
    """Return the line that an entry holds; None for one of an earlier version, which holds nothing."""
    if "v" not in body:
        return None
    published = datetime.fromisoformat(body["p"]) if "p" in body else None
    return Line(mention, body["a"], body.get("o"), published, body.get("s", ""), tuple(body["v"].split()))


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
