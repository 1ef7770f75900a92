"""The byline grammar: which lines name an outlet and a time, and where an article begins around them.

A head is `outlet / time / - outlet / title / body`, or `title / outlet / time / body`; outlet and time may share a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from tidings.clean.blocks import Block
from tidings.clean.tables import boilerplate, boilerplate_beginnings, folded, headings
from tidings.clean.when import When, any_time, believable, machine_time

_SEPARATORS = re.compile(r"\s+[|·•–—-]\s+|\s*[|·•]\s*")
_LABEL = re.compile(
    r"^(?:first published|last updated|published|posted|updated|modified)(?: (?:on|at))?:?\s+", re.IGNORECASE
)
_AUTHOR = re.compile(r"^by\s+(?=\S)", re.IGNORECASE)
_READING = re.compile(r"^\d{1,3}[ -]min(?:ute)?s?(?: read)?$", re.IGNORECASE)
_ECHO = re.compile(r"^[-–—]\s*(\S.*)$")
_LONGEST_BYLINE = 140
_CLOCK_AT_END = re.compile(r"(?:^| )\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?(?: [A-Z]{2,4})?$", re.IGNORECASE)
_LONGEST_NOTICE = 20
_MAY_BE_TIME = re.compile(r"\d|ago\b|now\b|today|yesterday", re.IGNORECASE)


class Byline(NamedTuple):
    """What a byline says."""

    when: When
    outlet: str | None = None
    author: str | None = None


class Shape(NamedTuple):
    """How a head is built; heads of one page share it."""

    order: Literal["title last", "title first"]
    outlet: Literal["own line", "same line", "echo only", "none"]
    echo: bool


@dataclass(frozen=True)
class Head:
    """A head among the lines: the article is lines[start:] without its byline; its body begins at `body`."""

    start: int
    title: int
    body: int
    byline: Byline
    shape: Shape


def read_byline(block: Block, now: datetime) -> Byline | None:
    """Read a line that holds a time, and perhaps an outlet or author, and nothing else."""
    text = block.text
    if len(text) > _LONGEST_BYLINE or not (block.moment or _MAY_BE_TIME.search(text)):
        return None
    marked = believable(machine_time(block.moment), now)
    parts = [part for part in _SEPARATORS.split(text) if part and not _READING.match(part)]
    when: When | None = None
    rest: list[str] = []
    for part in parts:
        bare = _LABEL.sub("", part).strip()
        found = believable(any_time(bare, now), now)
        if found is None and "," in bare:
            name, found = _time_after_comma(bare, now)
            rest.extend([name] if found is not None else [])
        if found is None:
            rest.append(part)
        else:
            when = when or found
    if when is None and block.moment is not None:
        # Where the markup names the time, outlet and time may stand side by side with nothing between them.
        name, when = _time_at_end(text, now)
        if when is None and marked is not None:
            name, when = _CLOCK_AT_END.sub("", text).rstrip(" ,"), marked
        rest = [name] if name else []
    if when is None or any(not names_outlet(_AUTHOR.sub("", part)) for part in rest):
        return None
    authors = [_AUTHOR.sub("", part) for part in rest if _AUTHOR.match(part)]
    outlets = [part for part in rest if not _AUTHOR.match(part)]
    return Byline(marked or when, outlets[0] if outlets else None, authors[0] if authors else None)


def names_outlet(text: str) -> bool:
    """Say whether a line may be a name: short, capitalised or a domain, no sentence."""
    words = text.split()
    if not 1 <= len(words) <= 6 or len(text) > 50 or is_furniture(text):
        return False
    first = words[0].lstrip("@(\"'‘“")[:1]
    domain = len(words) == 1 and "." in text.strip(".")
    return (first.isupper() or first.isdigit() or domain) and text[-1] not in ".?!:;,"


def names_title(text: str) -> bool:
    """Say whether a line may be a title."""
    words = text.split()
    return 3 <= len(words) <= 32 and len(text) <= 220 and text[-1] not in ".:;," and not is_furniture(text)


def is_prose(block: Block) -> bool:
    """Say whether a line reads like a paragraph."""
    return block.words >= 25 or (block.words >= 8 and block.text.rstrip("\"'”’)")[-1:] in (".", "!", "?", "…"))


def is_furniture(text: str) -> bool:
    """Say whether a line is a known heading or line of the site itself."""
    line = folded(text)
    if line in headings() or line in boilerplate():
        return True
    return line.startswith(boilerplate_beginnings()) and len(line.split()) <= _LONGEST_NOTICE


def find_heads(blocks: Sequence[Block], now: datetime) -> list[Head]:
    """Return the heads of the most frequent shape, if at least two have it; else none."""
    found = [head for at in range(len(blocks)) if (head := _head_at(blocks, at, now)) is not None]
    shapes = [head.shape for head in found]
    if not shapes:
        return []
    common = max(dict.fromkeys(shapes), key=shapes.count)
    same = [head for head in found if head.shape == common]
    return same if len(same) >= 2 else []


def _time_after_comma(text: str, now: datetime) -> tuple[str, When | None]:
    at = text.find(",")
    while at >= 0:
        found = believable(any_time(text[at + 1 :].strip(), now), now)
        if found is not None:
            return text[:at].strip(), found
        at = text.find(",", at + 1)
    return "", None


def _time_at_end(text: str, now: datetime) -> tuple[str, When | None]:
    words = text.split()
    for at in range(1, min(len(words), 8)):
        found = believable(any_time(" ".join(words[at:]), now), now)
        if found is not None:
            return " ".join(words[:at]).rstrip(" ,"), found
    return "", None


def _head_at(blocks: Sequence[Block], at: int, now: datetime) -> Head | None:
    byline = read_byline(blocks[at], now)
    if byline is None:
        return None
    if byline.outlet is None and at > 0 and names_outlet(blocks[at - 1].text):
        named = byline._replace(outlet=_AUTHOR.sub("", blocks[at - 1].text))
        head = _around(blocks, at - 1, at, named, "own line")
        if head is not None:
            return head
    return _around(blocks, at, at, byline, "same line" if byline.outlet or byline.author else "none")


def _around(
    blocks: Sequence[Block],
    start: int,
    at: int,
    byline: Byline,
    outlet: Literal["own line", "same line", "echo only", "none"],
) -> Head | None:
    after = at + 1
    echo = after < len(blocks) and _is_echo(blocks[after].text, byline.outlet)
    if echo:
        if byline.outlet is None:
            byline = byline._replace(outlet=blocks[after].text.lstrip("-–— ").strip())
            outlet = "echo only"
        after += 1
    if after >= len(blocks):
        return None
    if start > 0 and names_title(blocks[start - 1].text) and is_prose(blocks[after]):
        return Head(start - 1, start - 1, after, byline, Shape("title first", outlet, echo))
    if after + 1 < len(blocks) and names_title(blocks[after].text) and is_prose(blocks[after + 1]):
        return Head(start, after, after + 1, byline, Shape("title last", outlet, echo))
    return None


def _is_echo(line: str, outlet: str | None) -> bool:
    found = _ECHO.match(line)
    name = found.group(1) if found else line
    if outlet is not None:
        return folded(name) == folded(outlet)
    return found is not None and names_outlet(name)
