"""In-memory ports, for tests and for commands that store nothing."""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterator, Mapping, Sequence

from tidings.errors import BadUsage, Conflict, NotFound
from tidings.ids import BlobKey
from tidings.ports.bus import Notice
from tidings.ports.store import MAX_GETS, MAX_WRITES, Check, Delete, Item, Key, Page, Put, Write


class MemoryBlobs:
    """Blobs in a dictionary."""

    def __init__(self) -> None:
        self.bodies: dict[BlobKey, bytes] = {}

    def put_if_absent(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> bool:
        """Store a body unless the key exists."""
        if key in self.bodies:
            return False
        self.bodies[key] = body
        return True

    def replace(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> None:
        """Store a body."""
        self.bodies[key] = body

    def delete(self, key: BlobKey) -> None:
        """Remove a body."""
        self.bodies.pop(key, None)

    def get(self, key: BlobKey) -> bytes:
        """Return a body."""
        try:
            return self.bodies[key]
        except KeyError:
            raise NotFound(f"no blob {key}") from None

    def keys(self, prefix: str = "") -> Iterator[BlobKey]:
        """Iterate over keys in ascending order."""
        yield from sorted(key for key in self.bodies if key.startswith(prefix))


class MemorySender:
    """A queue that only remembers what was sent."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.attributes: list[Mapping[str, str]] = []
        self.delays: list[int] = []

    def send(self, bodies: Sequence[str], *, attributes: Mapping[str, str] | None = None, delay_s: int = 0) -> None:
        """Remember messages."""
        self.bodies.extend(bodies)
        self.attributes.extend(dict(attributes or {}) for _ in bodies)
        self.delays.extend(delay_s for _ in bodies)


class MemoryBus:
    """A bus that only remembers."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []

    def emit(self, notices: Sequence[Notice]) -> None:
        """Remember notices."""
        self.sent.extend(notices)


class MemoryStore:
    """The facts table in sorted dictionaries; bodies are copied through JSON, as a real store does."""

    def __init__(self) -> None:
        self._items: dict[Key, tuple[int, str]] = {}
        self._sorted: dict[str, list[bytes]] = {}

    def get(self, key: Key) -> Item | None:
        """Return an item, or None."""
        found = self._items.get(key)
        return Item(key, json.loads(found[1]), found[0]) if found else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """Return the items that exist, in the order of the keys."""
        if len(keys) > MAX_GETS or len(set(keys)) != len(keys):
            raise BadUsage(f"get_many takes up to {MAX_GETS} distinct keys")
        return [item for key in keys if (item := self.get(key)) is not None]

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
        """Return a page of one partition."""
        rows = self._sorted.get(pk, [])
        low, high = 0, len(rows)
        if first is not None:
            low = bisect.bisect_left(rows, first.encode())
        if last is not None:
            high = bisect.bisect_right(rows, last.encode())
        if after is not None and newest_first:
            high = min(high, bisect.bisect_left(rows, after.encode()))
        elif after is not None:
            low = max(low, bisect.bisect_right(rows, after.encode()))
        chosen = rows[low:high]
        if newest_first:
            chosen = chosen[::-1]
        items = [item for sk in chosen[:limit] if (item := self.get(Key(pk, sk.decode()))) is not None]
        return Page(tuple(items), items[-1].key.sk if len(chosen) > limit else None)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all writes or none."""
        if not 1 <= len(writes) <= MAX_WRITES or len({w.key for w in writes}) != len(writes):
            raise BadUsage(f"a transaction takes 1 to {MAX_WRITES} writes on distinct keys")
        for write in writes:
            version = self._items.get(write.key, (0, ""))[0]
            if write.expect is not None and write.expect != version:
                raise Conflict(f"{write.key.pk}/{write.key.sk}: version {version}, not {write.expect}")
        for write in writes:
            self._apply(write)

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        """Do writes each by itself."""
        if len({write.key for write in writes}) != len(writes):
            raise BadUsage("writes must be on distinct keys")
        for write in writes:
            if write.expect is None:
                self._apply(Delete(write.key))
            self.transact([write])

    def dump(self) -> Iterator[Item]:
        """Iterate over every item in key order."""
        for key in sorted(self._items, key=lambda k: (k.pk.encode(), k.sk.encode())):
            version, body = self._items[key]
            yield Item(key, json.loads(body), version)

    def _apply(self, write: Write) -> None:
        if isinstance(write, Check):
            return
        rows = self._sorted.setdefault(write.key.pk, [])
        sk = write.key.sk.encode()
        at = bisect.bisect_left(rows, sk)
        present = at < len(rows) and rows[at] == sk
        if isinstance(write, Delete):
            self._items.pop(write.key, None)
            if present:
                rows.pop(at)
        elif isinstance(write, Put):
            version = self._items.get(write.key, (0, ""))[0]
            self._items[write.key] = (version + 1, json.dumps(write.body, ensure_ascii=False, sort_keys=True))
            if not present:
                rows.insert(at, sk)
