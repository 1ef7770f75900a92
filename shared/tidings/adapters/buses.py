"""The event bus: EventBridge, or a log in SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import unavailable
from tidings.adapters.sqlite_database import Database
from tidings.cloudevents import envelope, to_watches
from tidings.errors import Unavailable
from tidings.ports.bus import Notice
from tidings.ports.queue import Sender

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_BATCH = 10
_MAX_BYTES = 250_000
"""Most bytes of the details of one call (EventBridge: 256 KB with the other fields)."""
_MOST_CHANGES = 500
"""Changes in one message to the watch stage, of 200 bytes each (SQS: 256 KiB)."""
SOURCE = "tidings.publish"

_SCHEMA = "CREATE TABLE IF NOT EXISTS notices (number INTEGER PRIMARY KEY, detail_type TEXT NOT NULL, detail TEXT NOT NULL)"


class EventBridgeBus:
    """Notices to an EventBridge bus, each as a CloudEvent, and to the watch stage.

    The watch stage is told of them directly: a rule of the bus would make a message, an invocation and a log line of each.
    """

    def __init__(self, client: EventBridgeClient, bus_name: str, watches: Sender, *, notices: bool = True) -> None:
        """With `notices` false the watch stage alone is told."""
        self._client = client
        self._bus_name = bus_name
        self._watches = watches
        self._notices = notices

    def emit(self, notices: Sequence[Notice]) -> None:
        """Send notices, ten a call or fewer if they are large, and tell the watch stage of them."""
        if not notices:
            return
        told = [(notice.detail_type, envelope(notice)) for notice in notices]
        for batch in _batches(told) if self._notices else ():
            entries: Any = [
                {"Source": SOURCE, "DetailType": kind, "Detail": detail, "EventBusName": self._bus_name}
                for kind, detail in batch
            ]
            try:
                answer = self._client.put_events(Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise unavailable("EventBridge", error) from error
            if answer.get("FailedEntryCount"):
                raise Unavailable(f"EventBridge: {answer['FailedEntryCount']} notices not taken")
        self._watches.send(_to_watches([one for _, one in told]))


def _to_watches(cloud_events: Sequence[dict[str, Any]]) -> list[str]:
    starts = range(0, len(cloud_events), _MOST_CHANGES)
    return [to_watches(cloud_events[start : start + _MOST_CHANGES]).model_dump_json() for start in starts]


def _batches(told: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[list[tuple[str, str]]]:
    batch: list[tuple[str, str]] = []
    held = 0
    for kind, one in told:
        detail = json.dumps(one, ensure_ascii=False)
        bytes_ = len(detail.encode())
        if batch and (len(batch) == _BATCH or held + bytes_ > _MAX_BYTES):
            yield batch
            batch, held = [], 0
        batch.append((kind, detail))
        held += bytes_
    if batch:
        yield batch


class SqliteBus:
    """Notices to a log, in order: what a subscriber would have got; and to the watch stage."""

    def __init__(self, path: Path, watches: Sender | None = None) -> None:
        self._database = Database(path, _SCHEMA)
        self._watches = watches

    def emit(self, notices: Sequence[Notice]) -> None:
        """Append notices, and tell the watch stage of them."""
        if not notices:
            return
        details = [(notice.detail_type, envelope(notice)) for notice in notices]
        rows = [(kind, json.dumps(detail, ensure_ascii=False, sort_keys=True)) for kind, detail in details]
        with self._database.writing() as connection:
            connection.executemany("INSERT INTO notices (detail_type, detail) VALUES (?, ?)", rows)
        if self._watches is not None:
            self._watches.send(_to_watches([detail for _, detail in details]))

    def notices(self) -> Iterator[Notice]:
        """Iterate over all notices, oldest first."""
        for kind, detail in self._database.reading().execute("SELECT detail_type, detail FROM notices ORDER BY number"):
            yield Notice(kind, json.loads(detail))
