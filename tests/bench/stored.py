"""Keep what this version stores, for later versions to read: python -m tests.bench.stored HOME VERSION.

HOME is the folder of a `tidings run --once`; the store's items and its records among the blobs, of raw documents the
record without the bytes, become tests/data/stored/VERSION/*.jsonl.gz. Do it once for each release whose records differ,
before the release.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.sqlite_store import SqliteStore

STORED = Path(__file__).parents[1] / "data" / "stored"
RECORDS = ("documents/", "articles/", "extractions/")


def main(home: Path, version: str) -> None:
    folder = STORED / version
    folder.mkdir(parents=True)
    items = SqliteStore(home / "store.sqlite").dump()
    _write(
        folder / "items.jsonl.gz",
        ({"pk": i.key.pk, "sk": i.key.sk, "version": i.version, "body": dict(i.body)} for i in items),
    )
    blobs = FolderBlobs(home / "blobs")
    names = (key for kind in RECORDS for key in blobs.keys(kind))
    records = ((key, blobs.get(key).partition(b"\n")[0]) for key in names)
    _write(folder / "blobs.jsonl.gz", ({"key": key, "body": json.loads(record)} for key, record in records))


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.bench.stored HOME VERSION")
    main(Path(sys.argv[1]), sys.argv[2])
