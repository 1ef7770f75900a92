"""A progress line on standard error for the long runs of the benches."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def counted(items: Sequence[T], what: str) -> Iterator[T]:
    """Iterate over items and say how many are done, if somebody watches."""
    for done, item in enumerate(items):
        if sys.stderr.isatty():
            print(f"\r{done}/{len(items)} {what} …", end="", file=sys.stderr, flush=True)
        yield item
    if sys.stderr.isatty():
        print(f"\r{len(items)}/{len(items)} {what}   ", file=sys.stderr)
