"""Reading the package's knowledge tables: tab-separated rows under a commented header."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from tidings.errors import Permanent


def rows(name: str, columns: int | None = None) -> Iterator[list[str]]:
    """Iterate over the rows of a data file, comments and blank lines left out.

    Raises:
        Permanent: a row has not the given number of columns.
    """
    table = resources.files("tidings").joinpath("data", name).read_text(encoding="utf-8")
    for number, line in enumerate(table.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        row = line.split("\t")
        if columns is not None and len(row) != columns:
            raise Permanent(f"{name}, line {number}: a row needs {columns} columns, this has {len(row)}")
        yield row


def parts(field: str) -> list[str]:
    """Return the values of a field that holds several, separated by "|"; "-" is none."""
    return [] if field in ("-", "") else field.split("|")
