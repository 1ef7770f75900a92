"""Queues in SQLite, with SQS's semantics: visibility timeout, receive count, redrive to a dead-letter queue."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tidings.adapters.sqlite_database import Database
from tidings.ports.queue import Received

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
    attributes TEXT NOT NULL, sent_ms INTEGER NOT NULL, visible_ms INTEGER NOT NULL, receives INTEGER NOT NULL,
    receipt TEXT
);
CREATE INDEX IF NOT EXISTS by_queue ON messages (queue, visible_ms);
CREATE INDEX IF NOT EXISTS by_receipt ON messages (receipt)
"""


class SqliteQueue:
    """One queue of a SQLite file that may hold many. `clock` returns Unix time in seconds."""

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        max_receive_count: int | None = None,
        dead_letter: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = Database(path, _SCHEMA)
        self.name = name
        self._max_receive_count = max_receive_count
        self._dead_letter = dead_letter
        self._clock = clock

    def send(self, bodies: Sequence[str], *, attributes: Mapping[str, str] | None = None, delay_s: int = 0) -> None:
        """Put messages on the queue."""
        now = self._now_ms()
        extra = json.dumps(dict(attributes or {}), sort_keys=True)
        rows = [(self.name, str(uuid.uuid4()), body, extra, now, now + delay_s * 1000) for body in bodies]
        if not rows:
            return
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO messages (queue, message_id, body, attributes, sent_ms, visible_ms, receives)"
                " VALUES (?, ?, ?, ?, ?, ?, 0)",
                rows,
            )

    def receive(self, limit: int, visibility_s: int) -> list[Received]:
        """Return up to `limit` visible messages, oldest first, and hide them; those received too often are set aside."""
        now = self._now_ms()
        found: list[Received] = []
        with self._database.writing() as connection:
            self._set_aside(now)
            rows = connection.execute(
                "SELECT number, message_id, body, attributes, sent_ms, receives FROM messages"
                " WHERE queue = ? AND visible_ms <= ? ORDER BY number LIMIT ?",
                (self.name, now, min(limit, 10)),
            ).fetchall()
            for number, message_id, body, attributes, sent_ms, receives in rows:
                receipt = str(uuid.uuid4())
                connection.execute(
                    "UPDATE messages SET receipt = ?, receives = receives + 1, visible_ms = ? WHERE number = ?",
                    (receipt, now + visibility_s * 1000, number),
                )
                found.append(Received(message_id, receipt, body, receives + 1, sent_ms, json.loads(attributes)))
        return found

    def delete(self, receipt: str) -> None:
        """Remove a received message."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM messages WHERE queue = ? AND receipt = ?", (self.name, receipt))

    def change_visibility(self, receipt: str, visibility_s: int) -> None:
        """Hide a received message for `visibility_s` seconds from now."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE messages SET visible_ms = ? WHERE queue = ? AND receipt = ?",
                (self._now_ms() + visibility_s * 1000, self.name, receipt),
            )

    def depth(self) -> int:
        """Return how many messages the queue holds."""
        row = self._database.reading().execute("SELECT count(*) FROM messages WHERE queue = ?", (self.name,)).fetchone()
        return int(row[0])

    def peek(self) -> list[Received]:
        """Return all messages without receiving them, oldest first."""
        rows = self._database.reading().execute(
            "SELECT message_id, body, receives, sent_ms, attributes FROM messages WHERE queue = ? ORDER BY number",
            (self.name,),
        )
        return [Received(i, "", body, count, sent, json.loads(extra)) for i, body, count, sent, extra in rows]

    def release_all(self) -> None:
        """Show every hidden message at once: for a runner that starts and knows that nobody is at work."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE messages SET visible_ms = ? WHERE queue = ? AND receipt IS NOT NULL AND visible_ms > ?",
                (self._now_ms(), self.name, self._now_ms()),
            )

    def redrive_to(self, queue: SqliteQueue) -> int:
        """Move all messages to another queue, as if sent anew without attributes; return how many."""
        now = self._now_ms()
        with self._database.writing() as connection:
            moved = connection.execute(
                "UPDATE messages SET queue = ?, receives = 0, visible_ms = ?, receipt = NULL, attributes = '{}'"
                " WHERE queue = ?",
                (queue.name, now, self.name),
            )
            return moved.rowcount

    def _set_aside(self, now: int) -> None:
        # SQS moves a message when it would be received once more than allowed, not when the last try fails.
        if self._max_receive_count is None or self._dead_letter is None:
            return
        self._database.reading().execute(
            "UPDATE messages SET queue = ?, receipt = NULL WHERE queue = ? AND visible_ms <= ? AND receives >= ?",
            (self._dead_letter, self.name, now, self._max_receive_count),
        )

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)
