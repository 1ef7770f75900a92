"""How every embedded database is opened: one connection for each thread, durable, safe for several processes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tidings.errors import Unavailable

BUSY_S = 30.0


class Database:
    """A SQLite file in WAL mode with synchronous=FULL: what is committed survives `kill -9` and a power cut.

    With `durable` false (synchronous=OFF) it survives `kill -9` only, and a transaction does not wait for the disk.
    """

    def __init__(self, path: Path, schema: str, *, durable: bool = True) -> None:
        self._path = path
        self._synchronous = "FULL" if durable else "OFF"
        self._schema = schema
        self._local = threading.local()
        # SQLite lets writers wait by sleeping, and whoever wakes up first is served: among many threads some starve.
        self._turn = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.writing() as connection:
            for statement in filter(str.strip, schema.split(";")):
                connection.execute(statement)

    def reading(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={self._synchronous}")
            self._local.connection = connection
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run a block in one write transaction (taken at once, so that it cannot fail half-way on a lock).

        Raises:
            Unavailable: the database stayed locked.
        """
        connection = self.reading()
        with self._turn:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise Unavailable(f"{self._path.name}: {error}") from error
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
