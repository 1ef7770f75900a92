"""A store whose busy partitions lie in several, so that none takes more writes a second than DynamoDB gives a partition.

Whoever uses it sees the partitions that `tidings.keys` names. An item of a busy one lies in a shard that follows from its
sort key; a query reads all shards and merges what they give. Shard 0 is the partition itself: what was stored with one shard
is found with more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tidings import keys
from tidings.ports.store import Delete, Item, Key, Page, Put, Store, Write


class ShardedStore:
    """Another store with the index in `shards` parts."""

    def __init__(self, store: Store, shards: int) -> None:
        self._store = store
        self._shards = shards

    def get(self, key: Key) -> Item | None:
        """Return an item, or None."""
        item = self._store.get(self._lies(key))
        return item._replace(key=key) if item is not None else None

    def get_many(self, wanted: Sequence[Key]) -> list[Item]:
        """Return the items that exist, in the order of the keys."""
        return [_seen(item) for item in self._store.get_many([self._lies(key) for key in wanted])]

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
        """Return a page of one partition: one read for each of its shards."""
        how: dict[str, Any] = {"limit": limit, "first": first, "last": last, "after": after, "stale": stale}
        parts = [self._store.query(part, **how, newest_first=newest_first) for part in keys.shards(pk, self._shards)]
        return parts[0] if len(parts) == 1 else self._merged(parts, limit, newest_first=newest_first)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all writes or none."""
        self._store.transact([replace(write, key=self._lies(write.key)) for write in writes])

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        """Do writes each by itself."""
        self._store.write_each([replace(write, key=self._lies(write.key)) for write in writes])

    def dump(self) -> Iterator[Item]:
        """Iterate over every item in key order."""
        yield from sorted(map(_seen, self._store.dump()), key=lambda item: (item.key.pk.encode(), item.key.sk.encode()))

    def _lies(self, key: Key) -> Key:
        return keys.in_shard(key, self._shards)

    def _merged(self, parts: Sequence[Page], limit: int, *, newest_first: bool) -> Page:
        """Return pages of one partition's shards as one, as far as all of them have been read."""
        ends = [part.next_sk for part in parts if part.next_sk is not None]
        end = (max if newest_first else min)(ends, default=None)
        by_place: dict[str, Item] = {}
        for item in (item for part in parts for item in part.items):
            seen = _seen(item)
            # Of an item that was written before there were so many shards, and again since then, the later one counts.
            if seen.key.sk not in by_place or item.key == self._lies(seen.key):
                by_place[seen.key.sk] = seen
        found = [by_place[sk] for sk in sorted(by_place, reverse=newest_first)]
        if end is not None:
            found = [item for item in found if (item.key.sk >= end if newest_first else item.key.sk <= end)]
        if len(found) > limit:
            found, end = found[:limit], found[limit - 1].key.sk
        return Page(tuple(found), end)


def _seen(item: Item) -> Item:
    return item._replace(key=keys.whole(item.key))
