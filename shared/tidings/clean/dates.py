"""Dates as pages write them for people: found anywhere in a line, with the clock time and the zone that stand by them.

A date is read only where it is whole and has one meaning: the year is named, and 3/4/2025, which is April or March, is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache

from tidings.clean.tables import months
from tidings.zones import has_meanings, zone_named, zone_names

LONGEST_LINE = 400
"""Characters of a line in which a date is looked for."""


@dataclass(frozen=True)
class Found:
    """A date in a line: its day, the moment if the line has a clock time, and where it stands (with its clock time).

    A clock time with no zone (`zoned` false) is taken for UTC. `told` is the zone as it was named, where what that means
    depends on the outlet, or nobody knows.
    """

    day: date
    moment: datetime | None
    start: int
    end: int
    zoned: bool = False
    told: str | None = None


_LONGEST_CLOCK = 40
_YEAR = r"(\d{4})(?=$|\D|\d{1,2}:\d\d)"
_HAS_YEAR = re.compile(r"\d{4}|\d[-./]\d{1,2}[-./]\d\d")
_ORDINAL = r"(?:st|nd|rd|th|er|º|\.)?"
_ABBREVIATION = re.compile(r"[A-Z]{2,4}T")
_BETWEEN_AFTER = re.compile(r"(?:[ ,;|•·@/t–—-]|\bat\b|\bum\b|\bà\b|\bkl\b|\bo'clock\b){0,8}")
_BETWEEN_BEFORE = re.compile(r"[ ,|•·–—-]{0,4}(?:(?:on|uhr|,) ){0,2}(?:[a-z]{3,10}\.?,? ){0,1}$")


def find_date(text: str) -> Found | None:
    """Return the first date of a line.

    >>> find_date("Published 11:34 PM EST Nov 19, 2019").moment
    datetime.datetime(2019, 11, 20, 4, 34, tzinfo=datetime.timezone.utc)
    """
    if not _HAS_YEAR.search(text[:LONGEST_LINE]):
        return None
    line = text[:LONGEST_LINE].casefold().replace("\xa0", " ")
    if len(line) != len(text[:LONGEST_LINE]):  # folding ß or İ would shift the offsets
        line = text[:LONGEST_LINE].lower().replace("\xa0", " ")
    best: tuple[int, int, date] | None = None
    for pattern, order in _patterns():
        for found in pattern.finditer(line):
            day = _day(found.groups(), order)
            if day is not None:
                if best is None or found.start() < best[0]:
                    best = (found.start(), found.end(), day)
                break
    if best is None:
        return None
    start, end, day = best
    clock = _clock_after(line, end)
    if clock is not None:
        end = clock.end()
    else:
        clock = _clock_before(line, start)
        if clock is None:
            return Found(day, None, start, end)
        start = clock.start()
    name = clock.group(4)
    zoned, told = _zone_told(name, text[clock.start(4) : clock.end(4)]) if name else (False, None)
    return Found(day, _moment(day, clock), start, end, zoned, told)


def _zone_told(name: str, written: str) -> tuple[bool, str | None]:
    """Say whether a word names a zone, and return the word if what it means depends on the outlet, or nobody knows."""
    zoned = zone_named(name) is not None
    unclear = has_meanings(name) if zoned else name in zone_names() or _ABBREVIATION.fullmatch(written)
    return zoned, name if unclear else None


@cache
def _whole_clock() -> re.Pattern[str]:
    long = "|".join(re.escape(name) for name in sorted(zone_names(), key=len, reverse=True) if len(name) > 5)
    return re.compile(
        r"(\d{1,2})(?:[:.h](\d{2})(?:[:.]\d{2})?)? ?([ap]\.?m\b\.?)?"
        rf" ?(?:\(?((?:{long})(?![a-z])|(?:utc|gmt)?[+-]\d{{1,2}}:?(?:\d{{2}})?|[a-z]{{1,5}}(?![a-z]))\)?)?"
    )


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    names = "|".join(sorted(months(), key=len, reverse=True))
    return (
        (re.compile(rf"(?<![\w.,])(\d{{1,2}}){_ORDINAL}[ -]?(?:de |of )?({names})\.?,?[ -](?:de )?{_YEAR}"), "dMy"),
        (re.compile(rf"(?<!\w)({names})\.? (\d{{1,2}}){_ORDINAL},? {_YEAR}"), "Mdy"),
        (re.compile(r"(?<![\w/.-])(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?![\d])"), "y-m-d"),
        (re.compile(r"(?<![\w/.-])(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-]|\.\d)"), "x-x-y"),
        (re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]"), "ymd"),
    )


def _day(parts: tuple[str, ...], order: str) -> date | None:
    try:
        if order == "dMy":
            return date(int(parts[2]), months()[parts[1]], int(parts[0]))
        if order == "Mdy":
            return date(int(parts[2]), months()[parts[0]], int(parts[1]))
        if order == "y-m-d":
            return date(int(parts[0]), int(parts[2]), int(parts[3]))
        if order == "ymd":
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
        first, second, year = int(parts[0]), int(parts[2]), int(parts[3])
        year += 2000 if year < 100 else 0
        if parts[1] == "." or first > 12:  # with dots the day is always first
            return date(year, second, first) if second <= 12 else date(year, first, second)
        return date(year, first, second) if second > 12 or first == second else None
    except ValueError:
        return None


def _clock_after(line: str, at: int) -> re.Match[str] | None:
    between = _BETWEEN_AFTER.match(line, at)
    found = _whole_clock().match(line, between.end() if between else at)
    return found if found is not None and _is_clock(found) else None


def _clock_before(line: str, at: int) -> re.Match[str] | None:
    window = line[max(0, at - 40) : at]
    gap = _BETWEEN_BEFORE.search(window)
    head = window[: gap.start()] if gap else window
    for start in range(max(0, len(head) - 20), len(head)):
        if head[start].isdigit() and (start == 0 or not (head[start - 1].isalnum() or head[start - 1] in ":.")):
            found = _whole_clock().match(line, max(0, at - 40) + start)
            if found is not None and _is_clock(found) and _ends_before(line, found.end(), at):
                return found
    return None


def _ends_before(line: str, end: int, at: int) -> bool:
    rest = line[end:at]
    return end <= at and len(rest) <= 16 and not any(char.isdigit() for char in rest)


def _is_clock(found: re.Match[str]) -> bool:
    hour, minute, half, _ = found.groups()
    return (minute is not None or half is not None) and int(hour) < 24 and int(minute or 0) < 60


def read_clock(text: str) -> time | None:
    """Read a text that is a clock time, perhaps with its zone, and nothing else; a bare "10.30" may be a number.

    >>> read_clock("10:30 a.m. ET"), read_clock("10.30")
    (datetime.time(10, 30), None)
    """
    if not 3 <= len(text) <= _LONGEST_CLOCK:
        return None
    found = _whole_clock().fullmatch(text.casefold())
    if found is None or not _is_clock(found) or (found.group(4) and zone_named(found.group(4)) is None):
        return None
    if ":" not in text and not found.group(3) and not found.group(4):
        return None
    return time(_hour(found), int(found.group(2) or 0))


def _hour(clock: re.Match[str]) -> int:
    number, half = int(clock.group(1)), clock.group(3)
    return number % 12 + (12 if half.startswith("p") else 0) if half and number <= 12 else number


def _moment(day: date, clock: re.Match[str]) -> datetime | None:
    place = zone_named(clock.group(4)) if clock.group(4) else None
    try:
        return datetime.combine(day, time(_hour(clock), int(clock.group(2) or 0)), place or UTC).astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar
        return None
