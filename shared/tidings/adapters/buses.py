"""The event bus: EventBridge, or a log in SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import unavailable
from tidings.adapters.sqlite_database import Database
from tidings.errors import Unavailable
from tidings.ports.bus import Notice

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_BATCH = 10
SOURCE = "tidings.publish"

_SCHEMA = "CREATE TABLE IF NOT EXISTS notices (number INTEGER PRIMARY KEY, detail_type TEXT NOT NULL, detail TEXT NOT NULL)"


class EventBridgeBus:
    """Notices to an EventBridge bus."""

    def __init__(self, client: EventBridgeClient, bus_name: str) -> None:
        self._client = client
        self._bus_name = bus_name

    def emit(self, notices: Sequence[Notice]) -> None:
        """Send notices, ten a call."""
        for start in range(0, len(notices), _BATCH):
            entries: Any = [
                {
                    "Source": SOURCE,
                    "DetailType": notice.detail_type,
                    "Detail": json.dumps(notice.detail, ensure_ascii=False),
                    "EventBusName": self._bus_name,
                }
                for notice in notices[start : start + _BATCH]
            ]
            try:
                answer = self._client.put_events(Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise unavailable("EventBridge", error) from error
            if answer.get("FailedEntryCount"):
                raise Unavailable(f"EventBridge: {answer['FailedEntryCount']} notices not taken")


class SqliteBus:
    """Notices to a log, in order: what a subscriber would have got."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA)

    def emit(self, notices: Sequence[Notice]) -> None:
        """Append notices."""
        if not notices:
            return
        rows = [(n.detail_type, json.dumps(n.detail, ensure_ascii=False, sort_keys=True)) for n in notices]
        with self._database.writing() as connection:
            connection.executemany("INSERT INTO notices (detail_type, detail) VALUES (?, ?)", rows)

    def notices(self) -> Iterator[Notice]:
        """Iterate over all notices, oldest first."""
        for kind, detail in self._database.reading().execute("SELECT detail_type, detail FROM notices ORDER BY number"):
            yield Notice(kind, json.loads(detail))
