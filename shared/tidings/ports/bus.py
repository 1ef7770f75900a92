"""The event bus port: tells the world about new and changed events, at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True)
class Notice:
    """One notice: `detail` is the JSON of the canonical event; the bus puts it into a CloudEvent of bounded size."""

    detail_type: Literal["EventPublished", "EventUpdated"]
    detail: Mapping[str, Any]


class Silence:
    """A bus that tells nobody: for what was told long ago, and is only read again."""

    def emit(self, notices: Sequence[Notice]) -> None:
        """Tell nobody."""


class Bus(Protocol):
    """Where notices go."""

    def emit(self, notices: Sequence[Notice]) -> None:
        """Send notices, in batches as the service needs.

        Raises:
            Unavailable: the bus does not answer; some may have been sent.
        """
