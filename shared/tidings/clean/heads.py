"""Heads: where the articles of a shared page begin, told by bylines and titles of one shape.

A head is `outlet / time / - outlet / title / body`, or `title / outlet / time / body`; outlet and time may share a line, or
stand the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from tidings.clean.blocks import Block
from tidings.clean.bylines import Byline, is_prose, named_outlet, names_outlet, names_title, read_byline
from tidings.clean.tables import folded

_ECHO = re.compile(r"^[-–—]\s*(\S.*)$")
Where = Literal["own line", "line below", "same line", "echo only", "none"]
"""Where a head names its outlet."""


class Shape(NamedTuple):
    """How a head is built; heads of one page share it."""

    order: Literal["title last", "title first"]
    outlet: Where
    echo: bool


@dataclass(frozen=True)
class Head:
    """A head among the lines: the article is lines[start:] without its byline; its body begins at `body`."""

    start: int
    title: int
    body: int
    byline: Byline
    shape: Shape


def find_heads(blocks: Sequence[Block], now: datetime) -> list[Head]:
    """Return the heads of the most frequent shape, if at least two have it; else none."""
    found = [head for at in range(len(blocks)) for head in _heads_at(blocks, at, now)]
    shapes = [head.shape for head in found]
    if not shapes:
        return []
    common = max(dict.fromkeys(shapes), key=shapes.count)
    same = [head for head in found if head.shape == common]
    return same if len(same) >= 2 else []


def _heads_at(blocks: Sequence[Block], at: int, now: datetime) -> list[Head]:
    """Return the heads that a line with a time may belong to; which of them it is, the page's other heads tell."""
    byline = read_byline(blocks[at], now)
    if byline is None:
        return []
    found: list[Head] = []
    above = blocks[at - 1] if at > 0 else None
    if byline.outlet is None and above is not None and names_outlet(above.text):
        found += _around(blocks, at - 1, at, byline._replace(outlet=named_outlet(above.text)), "own line")
    return found + _around(blocks, at, at, byline, "same line" if byline.outlet or byline.author else "none")


def _around(blocks: Sequence[Block], start: int, at: int, byline: Byline, outlet: Where) -> list[Head]:
    after = at + 1
    echo = after < len(blocks) and _is_echo(blocks[after].text, byline.outlet)
    if echo:
        if byline.outlet is None:
            byline = byline._replace(outlet=blocks[after].text.lstrip("-–— ").strip())
            outlet = "echo only"
        after += 1
    found = _with_title(blocks, start, after, byline, Shape("title first", outlet, echo))
    if byline.outlet is None and after < len(blocks) and names_outlet(blocks[after].text):
        named = byline._replace(outlet=named_outlet(blocks[after].text))
        found += _with_title(blocks, start, after + 1, named, Shape("title first", "line below", echo))
    return found


def _with_title(blocks: Sequence[Block], start: int, after: int, byline: Byline, shape: Shape) -> list[Head]:
    """Return the heads of a byline that begins at `start` and ends before `after`: its title above, and below."""
    found = []
    if start > 0 and after < len(blocks) and names_title(blocks[start - 1].text) and is_prose(blocks[after]):
        found.append(Head(start - 1, start - 1, after, byline, shape))
    if after + 1 < len(blocks) and names_title(blocks[after].text) and is_prose(blocks[after + 1]):
        found.append(Head(start, after, after + 1, byline, shape._replace(order="title last")))
    return found


def _is_echo(line: str, outlet: str | None) -> bool:
    found = _ECHO.match(line)
    name = found.group(1) if found else line
    if outlet is not None:
        return folded(name) == folded(outlet)
    return found is not None and names_outlet(name)
