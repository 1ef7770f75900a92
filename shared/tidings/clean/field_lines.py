"""Text dumps whose articles begin with lines of fields: "Title: …", "Source: …", "Date: …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from tidings.clean.blocks import Block
from tidings.clean.bylines import is_prose, names_title
from tidings.clean.parts import MIN_WORDS, Part, body_lines
from tidings.clean.when import any_time, machine_time

_FIELD = re.compile(r"(?P<name>[A-Za-z]{2,11}) ?: +(?P<value>\S.*)")
_MEANINGS = {
    "title": "title", "headline": "title", "source": "outlet", "outlet": "outlet", "publisher": "outlet",
    "publication": "outlet", "newspaper": "outlet",
    "date": "date", "published": "date", "author": "author", "by": "author",
    "byline": "author",
    "url": "url", "link": "url", "language": "language", "section": "section", "topic": "section", "id": "id",
}  # fmt: skip
_LONGEST = 400
_RULE = re.compile(r"[-=*_#~]{3,}")


def read_fields(blocks: Sequence[Block], now: datetime) -> tuple[Part, ...]:
    """Return the articles of a text that names title, or date and outlet, of each in such lines; none if it does not."""
    heads = [head for head in _heads(blocks) if "title" in head[2] or {"date", "outlet"} <= head[2].keys()]
    if heads and sum(block.words for block in blocks[: heads[0][0]]) >= MIN_WORDS:
        return ()  # what stands before would be lost
    starts = [start for start, _, _ in heads] + [len(blocks)]
    return tuple(_part(fields, blocks[body:end], now) for (_, body, fields), end in zip(heads, starts[1:], strict=True))


def _heads(blocks: Sequence[Block]) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Iterate over the runs of two or more such lines: where each begins, where the text begins, and what they say."""
    start, fields = 0, dict[str, str]()
    for at in range(len(blocks) + 1):
        name, value = _field(blocks[at].text) if at < len(blocks) else ("", "")
        if name and name not in fields:
            start = start if fields else at
            fields[name] = value
            continue
        if len(fields) > 1:
            yield start, at, fields
        start, fields = at, ({name: value} if name else {})


def _field(line: str) -> tuple[str, str]:
    found = _FIELD.fullmatch(line) if len(line) <= _LONGEST else None
    return (_MEANINGS.get(found["name"].lower(), ""), found["value"]) if found else ("", "")


def _part(fields: dict[str, str], lines: Sequence[Block], now: datetime) -> Part:
    lines = [line for line in lines if not _RULE.fullmatch(line.text)]
    title = fields.get("title")
    if title is None and len(lines) > 1 and names_title(lines[0].text) and not is_prose(lines[0]):
        title, lines = lines[0].text, lines[1:]
    date = fields.get("date", "")
    when = machine_time(date) or any_time(date, now)
    return Part(title, body_lines(lines), fields.get("outlet"), fields.get("author"), when, fields.get("url"))
