"""The facts table in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from tidings.adapters.sqlite_database import Database
from tidings.errors import BadUsage, Conflict
from tidings.ports.store import MAX_GETS, MAX_WRITES, Check, Delete, Item, Key, Page, Put, Write

# Keys are stored as UTF-8 blobs, which SQLite compares byte by byte, as DynamoDB does.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    pk BLOB NOT NULL, sk BLOB NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (pk, sk)
) WITHOUT ROWID
"""


class SqliteStore:
    """Items in one table of a SQLite file; several threads and processes may use it at once."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        """Unless `durable`, a power cut may take back the last transactions; the death of a process never does."""
        self._database = Database(path, _SCHEMA, durable=durable)

    def get(self, key: Key) -> Item | None:
        """Return an item, or None."""
        row = self._database.reading().execute(
            "SELECT pk, sk, version, body FROM items WHERE pk = ? AND sk = ?", _bytes(key)
        )
        found = row.fetchone()
        return _item(found) if found else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """Return the items that exist, in the order of the keys."""
        if len(keys) > MAX_GETS or len(set(keys)) != len(keys):
            raise BadUsage(f"get_many takes up to {MAX_GETS} distinct keys")
        find = self._database.reading().execute
        sql = "SELECT pk, sk, version, body FROM items WHERE pk = ? AND sk = ?"
        found = (find(sql, _bytes(key)).fetchone() for key in keys)
        return [_item(row) for row in found if row is not None]

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
        conditions, values = ["pk = ?"], [pk.encode()]
        bounds = [(first, ">="), (last, "<="), (after, "<" if newest_first else ">")]
        for bound, sign in bounds:
            if bound is not None:
                conditions.append(f"sk {sign} ?")
                values.append(bound.encode())
        order = "DESC" if newest_first else "ASC"
        sql = f"SELECT pk, sk, version, body FROM items WHERE {' AND '.join(conditions)} ORDER BY sk {order} LIMIT ?"  # noqa: S608
        rows = self._database.reading().execute(sql, (*values, limit + 1)).fetchall()
        items = [Item(Key(pk, sk.decode()), from_json(body), version) for _, sk, version, body in rows[:limit]]
        return Page(tuple(items), items[-1].key.sk if len(rows) > limit else None)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all writes or none."""
        if not 1 <= len(writes) <= MAX_WRITES or len({w.key for w in writes}) != len(writes):
            raise BadUsage(f"a transaction takes 1 to {MAX_WRITES} writes on distinct keys")
        with self._database.writing() as connection:
            for write in writes:
                _apply(connection, write)

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        """Do writes each by itself; here they are one transaction, which promises more and costs less."""
        if len({write.key for write in writes}) != len(writes):
            raise BadUsage("writes must be on distinct keys")
        if not writes:
            return
        with self._database.writing() as connection:
            for write in writes:
                if write.expect is None:
                    _apply(connection, Delete(write.key))
                _apply(connection, write)

    def adopt(self, other: Path, replaced: Callable[[str], bool]) -> None:
        """Replace all items of the partitions that are to be `replaced` by those of another store's file.

        It is one transaction: a reader sees the items of before or those of after, and so does a restart.

        Raises:
            Unavailable: the database stayed locked.
        """
        self._database.reading().create_function("replaced", 1, lambda pk: replaced(bytes(pk).decode()), deterministic=True)
        self._database.reading().execute("ATTACH DATABASE ? AS rebuilt", (str(other),))
        try:
            with self._database.writing() as connection:
                connection.execute("DELETE FROM main.items WHERE replaced(pk)")
                connection.execute(
                    "INSERT INTO main.items SELECT pk, sk, version, body FROM rebuilt.items WHERE replaced(pk)"
                )
        finally:
            self._database.reading().execute("DETACH DATABASE rebuilt")

    def dump(self) -> Iterator[Item]:
        """Iterate over every item in key order."""
        for row in self._database.reading().execute("SELECT pk, sk, version, body FROM items ORDER BY pk, sk"):
            yield _item(row)


def _apply(connection: sqlite3.Connection, write: Write) -> None:
    row = connection.execute("SELECT version FROM items WHERE pk = ? AND sk = ?", _bytes(write.key)).fetchone()
    version = int(row[0]) if row else 0
    if write.expect is not None and write.expect != version:
        raise Conflict(f"{write.key.pk}/{write.key.sk}: version {version}, not {write.expect}")
    if isinstance(write, Check):
        return
    if isinstance(write, Delete):
        connection.execute("DELETE FROM items WHERE pk = ? AND sk = ?", _bytes(write.key))
    elif isinstance(write, Put):
        body = json.dumps(write.body, ensure_ascii=False, sort_keys=True, allow_nan=False)
        connection.execute(
            "INSERT OR REPLACE INTO items (pk, sk, version, body) VALUES (?, ?, ?, ?)",
            (*_bytes(write.key), version + 1, body),
        )


def _bytes(key: Key) -> tuple[bytes, bytes]:
    if not key.pk or not key.sk:
        raise BadUsage("a key's parts must not be empty")
    return key.pk.encode(), key.sk.encode()


def _item(row: Sequence[Any]) -> Item:
    return Item(Key(bytes(row[0]).decode(), bytes(row[1]).decode()), from_json(row[3]), int(row[2]))
