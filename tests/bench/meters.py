"""Ports that count what AWS would charge for: requests by kind, DynamoDB units by item size, and time spent waiting."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidings.ids import BlobKey
from tidings.ports.bus import Notice
from tidings.ports.fakes import MemoryBlobs, MemoryBus, MemorySender, MemoryStore
from tidings.ports.store import Check, Delete, Item, Key, Page, Put, Write

WRITE_UNIT = 1024
READ_UNIT = 4096
TRANSACTION = 2
"""A write in a transaction costs two units for each begun KiB (DynamoDB developer guide, "Transactions")."""
_OVERHEAD = len("PKSKbodyversion") + 2


@dataclass
class Meter:
    """Counts of one stage."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, value: float = 1) -> None:
        self.counts[name] += value  # type: ignore[assignment]


def size(key: Key, body: Mapping[str, Any] | None) -> int:
    """Bytes of an item as DynamoDB counts them: names and UTF-8 values."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True) if body is not None else ""
    return len(key.pk.encode()) + len(key.sk.encode()) + len(text.encode()) + _OVERHEAD


def units(amount: int, unit: int) -> int:
    return max(1, -(-amount // unit))


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
        self.meter.add("dynamodb_read_units", units(sum(size(i.key, i.body) for i in page.items), READ_UNIT))
        self.meter.add("dynamodb_queries")
        return page

    def transact(self, writes: Sequence[Write]) -> None:
        for write in writes:
            # A write is charged by the larger of the item before and after it.
            before = self._store.get(write.key)
            old = size(write.key, before.body) if before else 0
            new = size(write.key, write.body) if isinstance(write, Put) else 0
            charged = TRANSACTION * units(max(old, new), WRITE_UNIT)
            self.meter.add("dynamodb_write_units", charged)
            self.meter.add(f"units {_family(write)}", charged)
            self.meter.add("dynamodb_items_written")
        self.meter.add("dynamodb_transactions")
        self._store.transact(writes)

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        for write in writes:
            before = self._store.get(write.key)
            old = size(write.key, before.body) if before else 0
            new = size(write.key, write.body) if isinstance(write, Put) else 0
            charged = units(max(old, new), WRITE_UNIT)
            self.meter.add("dynamodb_write_units", charged)
            self.meter.add(f"units {_family(write)}", charged)
            self.meter.add("dynamodb_items_written")
        loose = sum(write.expect is None for write in writes)
        self.meter.add("dynamodb_writes", len(writes) - loose + -(-loose // 25))
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
    """A bus that counts notices and calls."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def emit(self, notices: Sequence[Notice]) -> None:
        self.meter.add("eventbridge_events", len(notices))
        self.meter.add("eventbridge_calls", units(len(notices), 10) if notices else 0)
        super().emit(notices)
