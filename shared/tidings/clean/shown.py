"""The times that a page shows its readers: by the title, or in a line that says "Published"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tidings.clean.blocks import Block
from tidings.clean.bylines import is_prose
from tidings.clean.dates import find_date
from tidings.clean.tables import folded
from tidings.clean.when import When, believable, found_time, marked_time, relative_time
from tidings.records import DateSource

_ABOVE, _BELOW = 6, 16
"""Lines above and below a title in which its byline is looked for."""
_PROSE_BELOW = 2
_LONGEST = 30
_MOST_OTHER_WORDS = 12
_PUBLISHED = re.compile(r"\b(?:(?:first |date )?published|posted|publiziert|veröffentlicht|publié|publicado|pubblicato)\b")
_LABELLED = re.compile(r"^(?:(?:first |date |originally )?published|posted|publication date)\b")
_CHANGED = re.compile(r"\b(?:updated?|modified|edited|reviewed|changed|aktualisiert|mis à jour|actualizado|aggiornato)\b")
_AGO = re.compile(r"(?:an?|\d{1,3}|one|two|three|four|five) ?[a-z]{1,7} ago|\byesterday\b|\bjust now\b|\d{1,2}[mhd] ago")
_MOST_NAME_WORDS = 9
_BY = re.compile(r"^(?:written |reported |story )?by:? (\S.*)$", re.IGNORECASE)
_NAME_END = re.compile(
    r"\s+(?:on|for|at|in|updated|published)\s|\s*[|·•@(–—/]|\s+-\s+|\s+\d|,\s+(?=[^,]*\d)|\s+(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^([a-z][a-z ]{1,24}):")


@dataclass(frozen=True)
class Shown:
    """A time on a page and where it stood; `changed` if it is said to be that of a change."""

    when: When
    source: DateSource
    changed: bool = False


def shown_times(lines: Sequence[Block], titles: Collection[str], now: datetime) -> list[Shown]:
    """Return the times that lines show for the article of these titles: those by the title first, then the labelled ones.

    A date far from the title with no such label is another article's, an event's or today's: it says nothing.
    """
    near = _near_title(lines, titles)
    found = [shown for block in near for shown in _times(block, now)]
    known = {id(block) for block in near}
    for block in lines:
        if id(block) not in known and _LABELLED.match(block.text.casefold()) and block.words <= _LONGEST:
            found.extend(shown for shown in _times(block, now) if shown.source is DateSource.BYLINE)
    return found


def shown_author(lines: Sequence[Block], titles: Collection[str]) -> str | None:
    """Return the author that a line by the title names after "By"."""
    for block in _near_title(lines, titles):
        found = _BY.match(block.text) if block.words <= _LONGEST else None
        name = _NAME_END.split(found.group(1))[0].strip(" ,") if found else ""
        if (
            name
            and len(name.split()) <= _MOST_NAME_WORDS
            and all(word[:1].isupper() for word in name.split() if word != "and")
        ):
            return name
    return None


def _near_title(lines: Sequence[Block], titles: Collection[str]) -> Sequence[Block]:
    names = {folded(title) for title in titles}
    same = [at for at, block in enumerate(lines) if folded(block.text) in names]
    at = next((at for at in same if lines[at].tag == "h1"), None)
    if at is None:
        at = same[0] if same else next((at for at, block in enumerate(lines) if block.tag == "h1"), None)
    if at is None:
        return ()
    end, prose = at + 1, 0
    while end < min(len(lines), at + _BELOW) and prose < _PROSE_BELOW:
        prose += is_prose(lines[end]) and find_date(lines[end].text) is None
        end += 1
    # Below the title comes what belongs to it; above may stand the site's own date as well.
    return (*lines[at + 1 : end], *reversed(lines[max(0, at - _ABOVE) : at]))


def _times(block: Block, now: datetime) -> list[Shown]:
    if block.words > _LONGEST:
        return []
    text = block.text
    low = text.casefold()
    marked = believable(marked_time(block.moment, text), now)
    if marked is not None and block.words <= _MOST_OTHER_WORDS + 8:
        return [Shown(marked, DateSource.TIME_ELEMENT, changed=_is_change(low))]
    shown: list[Shown] = []
    rest, at = low, 0
    while (found := find_date(text[at:])) is not None:
        before = low[at : at + found.start]
        when = believable(found_time(found), now)
        rest = rest.replace(low[at + found.start : at + found.end], " ", 1)
        if when is not None and not _names_other(before):
            shown.append(Shown(when, DateSource.BYLINE, changed=_is_change(before)))
        at += found.end
    if not shown and (ago := _AGO.search(low)) is not None and (when := relative_time(ago.group(), now)) is not None:
        rest = rest.replace(ago.group(), " ", 1)
        shown.append(Shown(when, DateSource.BYLINE, changed=_is_change(low[: ago.start()])))
    return shown if len(re.findall(r"\w+", rest)) <= _MOST_OTHER_WORDS else []


def _names_other(before: str) -> bool:
    """Say whether a label before a date tells that it is that of something else than the article ("Source:")."""
    label = _LABEL.match(before.lstrip())
    told = label.group(1) if label else ""
    return bool(told) and not re.search(r"\b(?:by|date|time)\b", told) and not _is_timely(told)


def _is_timely(text: str) -> bool:
    return bool(_PUBLISHED.search(text) or _CHANGED.search(text))


def _is_change(before: str) -> bool:
    """Say whether the words before a time call it that of a change: the last such word counts."""
    changed = max((found.end() for found in _CHANGED.finditer(before)), default=-1)
    published = max((found.end() for found in _PUBLISHED.finditer(before)), default=-1)
    return changed > published
