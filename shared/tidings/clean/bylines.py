"""The byline grammar: lines that hold a time, and perhaps an outlet or author, and nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from tidings.clean.blocks import Block
from tidings.clean.dates import find_date
from tidings.clean.tables import boilerplate, boilerplate_beginnings, folded, headings
from tidings.clean.when import When, any_time, believable, found_time, machine_time, relative_time

_SEPARATORS = re.compile(r"\s+[|·•–—-]\s+|\s*[|·•]\s*")
_LABEL = re.compile(
    r"^(?:first published|last updated|published|posted|updated|modified)(?: (?:on|at))?:?\s+", re.IGNORECASE
)
_TRAILING_LABEL = re.compile(
    r"\s*\b(?:(?:first |last )?(?:published|updated|posted|modified))?:?\s*(?:on|at)?\s*$", re.IGNORECASE
)
_SOURCE = re.compile(r"^(?:source|from|via|in)\b:?\s+(?=\S)", re.IGNORECASE)
_NAME_ENDS = re.compile(r"\s+[|·•–—-]\s+|\s*[|·•,]\s*|\s+(?=by\s)", re.IGNORECASE)
_AGO = re.compile(
    r"\b(?:about )?(?P<ago>(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) ?[a-z]{1,7} ago)\b"
    r"|[(:] ?(?P<short>\d{1,3}[mhdw])(?=\)|$)",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "de", "la", "le", "el", "der", "die", "das", "von", "&"})
_AUTHOR = re.compile(r"^by\s+(?=\S)", re.IGNORECASE)
_READING = re.compile(r"^\d{1,3}[ -]min(?:ute)?s?(?: read)?$", re.IGNORECASE)
_LONGEST_BYLINE = 140
_CLOCK_AT_END = re.compile(r"(?:^| )\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?(?: [A-Z]{2,4})?$", re.IGNORECASE)
_LONGEST_NOTICE = 20
_MAY_BE_TIME = re.compile(r"\d|ago\b|now\b|today|yesterday", re.IGNORECASE)


class Byline(NamedTuple):
    """What a byline says."""

    when: When
    outlet: str | None = None
    author: str | None = None


def read_byline(block: Block, now: datetime) -> Byline | None:
    """Read a line that holds a time, and perhaps an outlet or author, and nothing else."""
    if len(block.text) > _LONGEST_BYLINE or not (block.moment or _MAY_BE_TIME.search(block.text)):
        return None
    return _read(block.text, (block.moment or "")[:_LONGEST_BYLINE] or None, now)


@lru_cache(maxsize=4096)  # every way of splitting a page asks for the same few lines
def _read(text: str, moment: str | None, now: datetime) -> Byline | None:
    marked = believable(machine_time(moment), now)
    when, rest = _by_parts(text, now)
    if when is None and moment is not None:
        # Where the markup names the time, outlet and time may stand side by side with nothing between them.
        name, when = _time_at_end(text, now)
        if when is None and marked is not None:
            name, when = _CLOCK_AT_END.sub("", text).rstrip(" ,"), marked
        rest = [name] if name else []
    if when is None or not all(names_outlet(part) for part in rest):
        when, rest = _around_time(text, now)
    if when is None:
        return None
    rest = [name for part in rest for name in _author_and_outlet(part)]
    authors = [_AUTHOR.sub("", part) for part in rest if _AUTHOR.match(part)]
    outlets = [named_outlet(part) for part in rest if not _AUTHOR.match(part)]
    return Byline(marked or when, outlets[0] if outlets else None, authors[0] if authors else None)


def _author_and_outlet(part: str) -> list[str]:
    """Part "By Ida Nolan, Hill Courier"; two authors are joined by a word, not by a comma alone."""
    author, comma, outlet = part.rpartition(", ")
    return [author, outlet] if comma and _AUTHOR.match(part) and " and " not in part else [part]


def _by_parts(text: str, now: datetime) -> tuple[When | None, list[str]]:
    """Return the time that is a part of a line by itself, and the other parts."""
    when: When | None = None
    rest: list[str] = []
    for part in _SEPARATORS.split(text):
        if not part or _READING.match(part):
            continue
        bare = _LABEL.sub("", part).strip()
        found = believable(any_time(bare, now), now)
        if found is None and "," in bare:
            name, found = _time_after_comma(bare, now)
            rest.extend([name] if found is not None else [])
        if found is None:
            rest.append(part)
        else:
            when = when or found
    return when, rest


def _around_time(text: str, now: datetime) -> tuple[When | None, list[str]]:
    """Return the time that stands anywhere in a line, and the names around it; no time if anything else is there."""
    found = find_date(text)
    if found is not None:
        when, start, end = found_time(found), found.start, found.end
    else:
        ago = _AGO.search(text)
        if ago is None:
            return None, []
        when, start, end = relative_time(ago.group("ago") or ago.group("short"), now), ago.start(), ago.end()
    before = _TRAILING_LABEL.sub("", text[:start])
    rest = [part.strip(" ,()[]:–—-") for part in _NAME_ENDS.split(f"{before} | {text[end:]}")]
    rest = [part for part in rest if part and not _READING.match(part)]
    named = all(_is_name(named_outlet(part)) for part in rest)
    return (believable(when, now), rest) if named else (None, [])


def named_outlet(text: str) -> str:
    """Return the name in a line that names an outlet: without "By", "Source:" and "via" before it."""
    return _SOURCE.sub("", _AUTHOR.sub("", text))


def _is_name(text: str) -> bool:
    """Say whether all words of weight are capitalised, as in a name."""
    words = [word for word in text.split() if word.lower() not in _SMALL_WORDS]
    return names_outlet(text) and all(word[:1].isupper() or "." in word.strip(".") for word in words)


def names_outlet(text: str) -> bool:
    """Say whether a line may be a name: short, capitalised or a domain, no sentence."""
    text = named_outlet(text)
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
