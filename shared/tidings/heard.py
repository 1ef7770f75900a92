"""A queue, a bus and blobs that remember what goes through them, so that a function's log can say what a message led to.

The stages' own code knows nothing of it; that is what lets one document be followed through all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from tidings.ids import BlobKey
from tidings.ports.blobs import Blobs
from tidings.ports.bus import Bus, Notice
from tidings.ports.queue import Sender

MOST_NAMED = 50
"""Ids that one log line names; the count tells of the others."""


class HeardSender:
    """Sends on, and keeps the ids that the messages name."""

    def __init__(self, sender: Sender, name: str) -> None:
        self._sender = sender
        self._name = name
        self.ids: list[str] = []

    def send(self, bodies: Sequence[str], *, attributes: Mapping[str, str] | None = None, delay_s: int = 0) -> None:
        """Put messages on the queue."""
        self._sender.send(bodies, attributes=attributes, delay_s=delay_s)
        self.ids += [str(json.loads(body)[self._name]) for body in bodies]


class HeardBus:
    """Emits, and keeps the ids of the events told of."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.ids: list[str] = []

    def emit(self, notices: Sequence[Notice]) -> None:
        """Send notices."""
        self._bus.emit(notices)
        self.ids += [str(notice.detail["event_id"]) for notice in notices]


class HeardBlobs:
    """Stores, and counts the bytes that were new."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.bytes = 0

    def put_if_absent(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> bool:
        """Store a body unless the key exists."""
        new = self._blobs.put_if_absent(key, body, content_type)
        self.bytes += len(body) if new else 0
        return new

    def replace(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> None:
        """Store a body, in place of the one that is there."""
        self._blobs.replace(key, body, content_type)
        self.bytes += len(body)

    def delete(self, key: BlobKey) -> None:
        """Remove a body."""
        self._blobs.delete(key)

    def get(self, key: BlobKey) -> bytes:
        """Return a body."""
        return self._blobs.get(key)

    def keys(self, prefix: str = "") -> Iterator[BlobKey]:
        """Iterate over keys in ascending order."""
        return self._blobs.keys(prefix)
