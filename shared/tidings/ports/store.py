"""The store port: one table of versioned items under a partition key and a sort key, written in transactions.

It is the part of DynamoDB that the project uses: no scans, no secondary indexes (indexes are items, see `tidings.keys`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

PAGE = 200
"""Items that `read_all` asks for at a time."""
MAX_WRITES = 100
"""Most writes in one transaction (DynamoDB's limit)."""
MAX_GETS = 100
"""Most keys in one `get_many` (DynamoDB's limit)."""


class Key(NamedTuple):
    """The primary key of an item. Both parts are non-empty; items of a partition sort by the UTF-8 bytes of `sk`."""

    pk: str
    sk: str


class Item(NamedTuple):
    """One item: `body` is JSON (numbers round-trip as int or float); `version` counts its writes from 1."""

    key: Key
    body: Mapping[str, Any]
    version: int = 0


@dataclass(frozen=True)
class Put:
    """Write an item whole. `expect` None: whatever is there; 0: only if absent; n: only if its version is n."""

    key: Key
    body: Mapping[str, Any]
    expect: int | None = None


@dataclass(frozen=True)
class Delete:
    """Remove an item (none there is fine unless `expect` names a version)."""

    key: Key
    expect: int | None = None


@dataclass(frozen=True)
class Check:
    """Write nothing, but let the transaction fail unless the item has this version (0: absent)."""

    key: Key
    expect: int


Write = Put | Delete | Check


@dataclass(frozen=True)
class Page:
    """Items of one partition in order; `next_sk` goes into the next query's `after`, None at the end."""

    items: Sequence[Item] = field(default_factory=tuple)
    next_sk: str | None = None


class Store(Protocol):
    """Facts and registry (`tidings.keys`)."""

    def get(self, key: Key) -> Item | None:
        """Return an item, or None. Reads are strongly consistent."""

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """Return the items that exist among up to `MAX_GETS` distinct keys, in the order of the keys."""

    def query(
        self,
        pk: str,
        *,
        limit: int,
        first: str | None = None,
        last: str | None = None,
        after: str | None = None,
        newest_first: bool = False,
        stale: bool = False,
    ) -> Page:
        """Return up to `limit` items of one partition with `first` ≤ sk ≤ `last`, in sort-key order (or reversed).

        `after` continues behind that sort key in the direction of reading. One call is one read. With `stale` it may miss
        what was written within the last second, and costs half as much: for who looks again before it matters.
        """

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of 1 to `MAX_WRITES` writes on distinct keys, or none.

        Raises:
            Conflict: an `expect` did not hold, or another transaction is under way on an item.
            Unavailable: the store does not answer.
        """

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        """Do writes on any number of distinct keys, each by itself: for half the price of a transaction.

        When it fails, some are done and others are not. Where nothing is expected, a put leaves an item of version 1.

        Raises:
            Conflict: an `expect` did not hold, or a transaction is under way on an item.
            Unavailable: the store does not answer.
        """

    def dump(self) -> Iterator[Item]:
        """Iterate over every item in key order: for exports, migrations and tests, never for a query."""


def read_all(store: Store, pk: str, *, first: str | None = None, last: str | None = None) -> Iterator[Item]:
    """Iterate over a whole partition (or a range of it) in order, a page at a time: for partitions that are bounded."""
    after: str | None = None
    while True:
        page = store.query(pk, limit=PAGE, first=first, last=last, after=after)
        yield from page.items
        if page.next_sk is None:
            return
        after = page.next_sk


def read_many(store: Store, wanted: Iterable[Key]) -> Iterator[Item]:
    """Iterate over the items that exist among any number of distinct keys, in their order."""
    listed = list(wanted)
    for start in range(0, len(listed), MAX_GETS):
        yield from store.get_many(listed[start : start + MAX_GETS])
