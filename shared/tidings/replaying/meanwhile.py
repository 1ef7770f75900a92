"""What clean and publish do differently while their stack is replayed: nothing, by default.

All is written to the table beside. News is written to the table that answers too, so that readers see it at once, and it is
told of from there: the table beside does not know all yet.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tidings.ports.store import Store


class Replaying(NamedTuple):
    """The table that is being filled, and since when what was fetched is news; None: there is none, and all is news."""

    beside: Store | None = None
    news_since: datetime | None = None

    def is_news(self, fetched_at: datetime | None) -> bool:
        """Tell whether something that was fetched at a time is news, and not only read again."""
        return self.news_since is None or (fetched_at is not None and fetched_at >= self.news_since)

    def written(self, answering: Store, fetched_at: datetime | None) -> list[Store]:
        """Return where to write what was fetched at a time."""
        beside = [self.beside] if self.beside is not None else []
        return [answering, *beside] if not beside or self.is_news(fetched_at) else beside


AT_REST = Replaying()
"""No replay is under way."""
