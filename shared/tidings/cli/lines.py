r"""JSON lines in and out. Lines end at \n only: a JSON string may hold U+2028, at which `splitlines` would cut."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from tidings.errors import BadInput


def read_text(path: Path | None) -> str:
    """Return a file's text (None or "-": standard input), UTF-8 with or without a byte order mark.

    Raises:
        BadInput: the file is not UTF-8.
    """
    name = "standard input" if path is None or str(path) == "-" else str(path)
    raw = sys.stdin.buffer.read() if path is None or str(path) == "-" else path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}: not UTF-8 (byte {error.start}); convert it first") from None


def looks_like_json_lines(text: str) -> bool:
    """Tell whether the first line with something on it is a JSON object."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    if not first.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return first.rstrip().endswith("}")


def objects(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Iterate over (line number, object).

    Raises:
        BadInput: a line is not a JSON object.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{name}, line {number}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise BadInput(f"{name}, line {number}: a JSON object is wanted, not {type(row).__name__}")
        yield number, row


def inputs(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Iterate over (name, text) of the files, or of standard input if there are none."""
    paths = list(files)
    if not paths:
        if sys.stdin.isatty():
            click.echo("tidings: reading standard input; end it with Ctrl-D", err=True)
        yield "-", read_text(None)
    for path in paths:
        yield str(path), read_text(path)


def write(record: BaseModel | dict[str, Any]) -> None:
    """Print a record as one JSON line."""
    if isinstance(record, BaseModel):
        click.echo(record.model_dump_json())
    else:
        click.echo(json.dumps(record, ensure_ascii=False))
