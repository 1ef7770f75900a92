"""The log of the local workers: structured lines, as CloudWatch Logs would hold them, in one file of the home folder."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tidings.errors import BadUsage
from tidings.settings import Settings

MOST_BYTES = 50_000_000
"""Size from which a new file is begun; one older file is kept."""


def log_file(settings: Settings) -> Path:
    """Return the log's path.

    Raises:
        BadUsage: the settings have no `home`.
    """
    if settings.home is None:
        raise BadUsage("there is a local log only with a home folder (TIDINGS_HOME)")
    return settings.home / "log.jsonl"


def begin(path: Path) -> None:
    """Put a log that has grown too large aside; for a runner that starts."""
    if path.exists() and path.stat().st_size > MOST_BYTES:
        path.replace(_older(path))


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Iterate over the log's structured lines, oldest first; what is no JSON object is left out."""
    for file in (_older(path), path):
        if not file.exists():
            continue
        with file.open(encoding="utf-8", errors="replace") as text:
            for line in text:
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if isinstance(row, dict):
                    yield row


class Log(io.TextIOBase):
    """A standard output that appends to a file; several processes may, as each line is one write."""

    def __init__(self, path: Path, *, echo: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._echo = echo
        self._line = ""

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, text: str, /) -> int:
        """Take text; whole lines are written at once."""
        self._line += text
        whole, end, self._line = self._line.rpartition("\n")
        if end:
            os.write(self._file, (whole + end).encode("utf-8", "backslashreplace"))
            if self._echo:
                sys.stderr.write(whole + end)
        return len(text)


def _older(path: Path) -> Path:
    return path.with_name("log.1.jsonl")
