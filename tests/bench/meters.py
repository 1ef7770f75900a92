"""Ports that count what AWS would charge for: requests by kind, DynamoDB units by item size, and time spent waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidings.adapters.packing import packed
from tidings.cloudevents import envelope, to_watches
from tidings.ids import BlobKey
from tidings.ports.bus import Notice
from tidings.ports.fakes import MemoryBlobs, MemoryBus, MemorySender, MemoryStore
from tidings.ports.store import Check, Delete, Item, Key, Page, Put, Write

WRITE_UNIT = 1024
READ_UNIT = 4096
TRANSACTION = 2
"""A write in a transaction of several costs two units for each begun KiB (DynamoDB developer guide, "Transactions")."""
STALE = 0.5
"""A read that may be a second late costs half as much."""
BATCH = 25
"""Most writes that expect nothing in one call (DynamoDB's limit)."""
_OVERHEAD = len("PKSKbodyversion") + 2


@dataclass
class Meter:
    """Counts of one stage."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, value: float = 1) -> None:
        self.counts[name] += value  # type: ignore[assignment]


def size(key: Key, body: Mapping[str, Any] | None) -> int:
    """Bytes of an item as DynamoDB counts them: names, UTF-8 values, and the body as the adapter stores it."""
    stored = packed(body) if body is not None else b""
    raw = stored.encode() if isinstance(stored, str) else stored
    return len(key.pk.encode()) + len(key.sk.encode()) + len(raw) + _OVERHEAD


def units(amount: int, unit: int) -> int:
    return max(1, -(-amount // unit))


def charges(writes: Sequence[Write], store: MemoryStore) -> Iterator[tuple[Write, int]]:
    """Yield each of the writes that go together with its write units: by the larger of the item before and after it."""
    times = TRANSACTION if len(writes) > 1 or isinstance(writes[0], Check) else 1
    for write in writes:
        before = store.get(write.key)
        old = size(write.key, before.body) if before else 0
        new = size(write.key, write.body) if isinstance(write, Put) else 0
        yield write, times * units(max(old, new), WRITE_UNIT)


class MeteredStore:
    """The facts table in memory."""

    def __init__(self, meter: Meter, store: MemoryStore) -> None:
        self.meter, self._store = meter, store

    def get(self, key: Key) -> Item | None:
        item = self._store.get(key)
        self.meter.add("dynamodb_read_units", units(size(key, item.body) if item else 0, READ_UNIT))
        self.meter.add("dynamodb_gets")
        return item

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        found = self._store.get_many(keys)
        missing = len(keys) - len(found)
        self.meter.add("dynamodb_read_units", missing + sum(units(size(i.key, i.body), READ_UNIT) for i in found))
        self.meter.add("dynamodb_gets" if keys else "dynamodb_skipped")
        return found

    def query(self, pk: str, **bounds: Any) -> Page:
        page = self._store.query(pk, **bounds)
        times = STALE if bounds.get("stale") else 1
        self.meter.add("dynamodb_read_units", times * units(sum(size(i.key, i.body) for i in page.items), READ_UNIT))
        self.meter.add("dynamodb_queries")
        return page

    def transact(self, writes: Sequence[Write]) -> None:
        self._charge(writes)
        self.meter.add("dynamodb_transactions" if len(writes) > 1 else "dynamodb_writes")
        self._store.transact(writes)

    def _charge(self, writes: Sequence[Write]) -> None:
        for write, charged in charges(writes, self._store):
            self.meter.add("dynamodb_write_units", charged)
            self.meter.add(f"units {_family(write)}", charged)
            self.meter.add("dynamodb_items_written")

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        for write in writes:
            self._charge([write])
        loose = sum(write.expect is None for write in writes)
        self.meter.add("dynamodb_writes", len(writes) - loose)
        self.meter.add("dynamodb_batches", -(-loose // BATCH))
        self._store.write_each(writes)

    def dump(self) -> Iterator[Item]:
        return self._store.dump()


def _family(write: Write) -> str:
    verb = "delete" if isinstance(write, Delete) else "check" if isinstance(write, Check) else "put"
    family = write.key.pk.partition("#")[0]
    if family in ("EVENT", "ARTICLE", "BLOCK", "FEED"):
        family += "/" + write.key.sk.partition("#")[0]
    return f"{verb} {family}"


class MeteredBlobs:
    """Blobs in memory."""

    def __init__(self, meter: Meter, blobs: MemoryBlobs) -> None:
        self.meter, self._blobs = meter, blobs

    def put_if_absent(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> bool:
        self.meter.add("s3_puts")
        self.meter.add("s3_bytes", len(body))
        return self._blobs.put_if_absent(key, body, content_type)

    def get(self, key: BlobKey) -> bytes:
        self.meter.add("s3_gets")
        return self._blobs.get(key)

    def keys(self, prefix: str = "") -> Iterator[BlobKey]:
        return self._blobs.keys(prefix)


class MeteredSender(MemorySender):
    """A queue that counts its calls."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def send(self, bodies: Sequence[str], *, attributes: Mapping[str, str] | None = None, delay_s: int = 0) -> None:
        self.meter.add("sqs_sends", units(len(bodies), 10) if bodies else 0)
        super().send(bodies, attributes=attributes, delay_s=delay_s)


class MeteredBus(MemoryBus):
    """A bus that counts notices and calls, and tells the watch stage."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter
        self.watches = MeteredSender(meter)

    def emit(self, notices: Sequence[Notice]) -> None:
        self.meter.add("eventbridge_events", len(notices))
        self.meter.add("eventbridge_calls", units(len(notices), 10) if notices else 0)
        super().emit(notices)
        if notices:
            self.watches.send([to_watches([envelope(notice) for notice in notices]).model_dump_json()])
