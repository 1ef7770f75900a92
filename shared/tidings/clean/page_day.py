"""Lines that tell a time in part, completed by what the page says of its day: live pages stamp their posts so.

"10:30 BST" gets the day that stands above it, or the page's own; "June 13, 10:30" gets the year; "Harbour closed — Daily
Post, 13 June 2025" becomes the two lines that it is. All else of the stage then reads whole times only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from tidings.clean.blocks import Block
from tidings.clean.bylines import names_title, read_byline
from tidings.clean.dates import find_date, read_clock
from tidings.clean.tables import months
from tidings.clean.when import written_time

_LONGEST = 140
_LONGEST_DAY = 40
_BYLINE_WORDS = 20
_MAY_BE_DAY = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th|\.)? \w|\w\.? \d{1,2}(?!\d)")
_MAY_BE_CLOCK = re.compile(r"\d[:.h]\d\d|\d ?[ap]\.?m", re.IGNORECASE)
_TITLE_TAGS = frozenset({"dt", "summary", "h2", "h3", "h4", "h5", "h6"})
_TITLE_ENDS = re.compile(r"\s+[|·•–—-]\s+|\s*[|·•]\s*")
_PARTS = re.compile(r"(\s+[|·•–—-]\s+|\s*[|·•]\s*)")
_STAMP_LABEL = re.compile(r"^(?:(?:first |last )?(?:published|updated|posted)|at)(?: at)?:?\s+", re.IGNORECASE)


class PageDay(NamedTuple):
    """What a page says of its day: the clock of its server, when it was published, when changed."""

    now: datetime
    published: date | None = None
    changed: date | None = None


def completed(blocks: Sequence[Block], page: PageDay) -> list[Block]:
    """Return a page's lines, those that tell a time in part completed."""
    lines = [part for block in blocks for part in _parted(block, page.now)]
    lines = [_with_year(block, page) for block in lines]
    return _with_days(lines, page)


def _parted(block: Block, now: datetime) -> list[Block]:
    """Part a line that is a title with outlet and time after it."""
    if block.tag not in _TITLE_TAGS or len(block.text) > 2 * _LONGEST or find_date(block.text) is None:
        return [block]
    for mark in _TITLE_ENDS.finditer(block.text):
        title, rest = block.text[: mark.start()], replace(block, text=block.text[mark.end() :], tag="p", linked=0)
        if names_title(title) and read_byline(rest, now) is not None:
            return [replace(block, text=title, moment=None, linked=min(block.linked, len(title))), rest]
    return [block]


# ---------------------------------------------------------------- years


def _with_year(block: Block, page: PageDay) -> Block:
    if block.moment or len(block.text) > _LONGEST or not _MAY_BE_DAY.search(block.text) or block.words > _BYLINE_WORDS:
        return block
    low = block.text.casefold()
    found = _day_and_month().search(low) if len(low) == len(block.text) else None
    if found is None:
        return block
    number, month = (found["d1"], found["m1"]) if found["d1"] else (found["d2"], found["m2"])
    year = _year(int(number), months()[month], page)
    if year is None:
        return block
    whole = replace(block, text=f"{block.text[: found.end()]} {year}{block.text[found.end() :]}")
    return whole if read_byline(whole, page.now) is not None else block


@cache
def _day_and_month() -> re.Pattern[str]:
    names = "|".join(sorted(months(), key=len, reverse=True))
    no_year = r"(?!\w|[.,]?,?[ -](?:de )?\d{4})"
    return re.compile(
        rf"(?<![\w.,/-])(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.)? (?P<m1>{names})"
        rf"|(?P<m2>{names})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!:\d)){no_year}"
    )


def _year(day: int, month: int, page: PageDay) -> int | None:
    """Return the year in which a day is the last before the page was served."""
    last = page.now.date() + timedelta(days=1)
    for year in (last.year, last.year - 1):
        try:
            if date(year, month, day) <= last:
                return year
        except ValueError:
            continue
    return None


# ---------------------------------------------------------------- days


def _with_days(lines: list[Block], page: PageDay) -> list[Block]:
    stamps = {at: found for at, block in enumerate(lines) if (found := _stamp(block)) is not None}
    if len(stamps) < 2:
        return lines
    clocks = [clock for _, clock in stamps.values()]
    rises = sum(first < second for first, second in pairwise(clocks))
    falls = sum(first > second for first, second in pairwise(clocks))
    newest_first = falls >= rises
    day, known = _first_day(page, rises if newest_first else falls, newest_first=newest_first), False
    last: time | None = None
    whole = list(lines)
    for at, block in enumerate(lines):
        if at in stamps:
            text, clock = stamps[at]
            turned = last is not None and (clock > last if newest_first else clock < last)
            day += timedelta(days=-1 if newest_first else 1) * turned
            if last is None and not known and _is_ahead(day, text, page.now):
                day -= timedelta(days=1)
            whole[at], last = replace(block, text=text.format(day=day.isoformat())), clock
        elif len(block.text) <= _LONGEST_DAY and block.moment is None and (told := written_time(block.text)) is not None:
            day, last, known = told.earliest.date(), None, True
    return whole


def _first_day(page: PageDay, turns: int, *, newest_first: bool) -> date:
    """Return the day of the page's first stamp, if as many midnights as `turns` lie between the first and the last."""
    last = page.changed or page.now.date()
    if page.changed is None and page.published is not None:
        last = min(last, page.published + timedelta(days=turns))
    return last if newest_first else last - timedelta(days=turns)


def _is_ahead(day: date, text: str, now: datetime) -> bool:
    found = find_date(text.format(day=day.isoformat()))
    return found is not None and found.moment is not None and found.moment > now + timedelta(minutes=10)


def _stamp(block: Block) -> tuple[str, time] | None:
    """Return the text of a line that tells a clock time and no day, with a place for the day, and the clock time."""
    text = block.text
    if block.moment or len(text) > _LONGEST or not _MAY_BE_CLOCK.search(text) or "{" in text or "}" in text:
        return None
    parts = _PARTS.split(text)
    for at in range(0, len(parts), 2):
        bare = _STAMP_LABEL.sub("", parts[at])
        clock = read_clock(bare)
        if clock is not None:
            return "".join([*parts[:at], f"{{day}} {bare}", *parts[at + 1 :]]), clock
    return None
