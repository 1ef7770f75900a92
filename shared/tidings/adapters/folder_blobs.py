"""Blobs in a folder: a file for each key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tidings.errors import BadInput, NotFound
from tidings.ids import BlobKey


class FolderBlobs:
    """Blobs under a folder. A file appears under its name only when it is whole and on disk."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._root.mkdir(parents=True, exist_ok=True)

    def put_if_absent(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> bool:
        """Store a body unless the key exists; the content type is not kept."""
        path = self._path(key)
        if path.exists():
            return False
        part = _written(path.parent, body)
        try:
            # A hard link fails if the name exists, which a rename would not: the first writer wins.
            os.link(part, path)
        except FileExistsError:
            return False
        finally:
            part.unlink(missing_ok=True)
        return True

    def replace(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> None:
        """Store a body, in place of the one that is there; the content type is not kept."""
        path = self._path(key)
        _written(path.parent, body).replace(path)

    def delete(self, key: BlobKey) -> None:
        """Remove a body; its folder stays."""
        self._path(key).unlink(missing_ok=True)

    def get(self, key: BlobKey) -> bytes:
        """Return a body."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise NotFound(f"no blob {key}") from None

    def keys(self, prefix: str = "") -> Iterator[BlobKey]:
        """Iterate over keys in ascending order."""
        # Only the folder that the prefix names is looked through: the store may be large.
        folder = self._root / prefix.rpartition("/")[0]
        found = (path.relative_to(self._root).as_posix() for path in folder.rglob("*") if path.is_file())
        yield from (BlobKey(key) for key in sorted(found) if key.startswith(prefix) and "/.part-" not in f"/{key}")

    def _path(self, key: BlobKey) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root) or path == self._root:
            raise BadInput(f"not a blob key: {key!r}")
        return path


def _written(folder: Path, body: bytes) -> Path:
    """Return a file of its own that holds a body and is on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".part-")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
