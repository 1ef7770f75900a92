"""Dates as pages write them for people: found anywhere in a line, with the clock time and the zone that stand by them.

A date is read only where it is whole and has one meaning: the year is named, and 3/4/2025, which is April or March, is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache

from dateutil import tz

from tidings.clean.tables import months, zones

LONGEST_LINE = 400
"""Characters of a line in which a date is looked for."""


@dataclass(frozen=True)
class Found:
    """A date in a line: its day, the moment if the line has a clock time, and where it stands (with its clock time).

    A clock time with no zone (`zoned` false) is taken for UTC.
    """

    day: date
    moment: datetime | None
    start: int
    end: int
    zoned: bool = False


_LONGEST_CLOCK = 40
_YEAR = r"(\d{4})(?=$|\D|\d{1,2}:\d\d)"
_HAS_YEAR = re.compile(r"\d{4}|\d[-./]\d{1,2}[-./]\d\d")
_ORDINAL = r"(?:st|nd|rd|th|er|º|\.)?"
_CLOCK = (
    r"(\d{1,2})(?:[:.h](\d{2})(?:[:.]\d{2})?)? ?([ap]\.?m\b\.?)?"
    r" ?(?:\(?((?:utc|gmt)?[+-]\d{1,2}:?(?:\d{2})?|[a-z]{1,4}(?![a-z]))\)?)?"
)
_WHOLE_CLOCK = re.compile(_CLOCK)
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
    after = _clock_after(line, end)
    if after is not None:
        return Found(day, _moment(day, after), start, after.end(), _zone(after.group(4)) is not None)
    before = _clock_before(line, start)
    if before is not None:
        return Found(day, _moment(day, before), before.start(), end, _zone(before.group(4)) is not None)
    return Found(day, None, start, end)


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
    found = _WHOLE_CLOCK.match(line, between.end() if between else at)
    return found if found is not None and _is_clock(found) else None


def _clock_before(line: str, at: int) -> re.Match[str] | None:
    window = line[max(0, at - 40) : at]
    gap = _BETWEEN_BEFORE.search(window)
    head = window[: gap.start()] if gap else window
    for start in range(max(0, len(head) - 20), len(head)):
        if head[start].isdigit() and (start == 0 or not (head[start - 1].isalnum() or head[start - 1] in ":.")):
            found = _WHOLE_CLOCK.match(line, max(0, at - 40) + start)
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
    found = _WHOLE_CLOCK.fullmatch(text.casefold())
    if found is None or not _is_clock(found) or (found.group(4) and _zone(found.group(4)) is None):
        return None
    if ":" not in text and not found.group(3) and not found.group(4):
        return None
    return time(_hour(found), int(found.group(2) or 0))


def _hour(clock: re.Match[str]) -> int:
    number, half = int(clock.group(1)), clock.group(3)
    return number % 12 + (12 if half.startswith("p") else 0) if half and number <= 12 else number


def _moment(day: date, clock: re.Match[str]) -> datetime | None:
    place = _zone(clock.group(4))
    try:
        return datetime.combine(day, time(_hour(clock), int(clock.group(2) or 0)), place or UTC).astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar
        return None


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    known = zones().get(name)
    if known is not None and known[0] not in "+-":
        place: tzinfo | None = tz.gettz(known)
        return place
    offset = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", known or name)
    if offset is None or int(offset.group(2)) > 14 or int(offset.group(3) or 0) > 59:
        return None
    size = timedelta(hours=int(offset.group(2)), minutes=int(offset.group(3) or 0))
    return timezone(size if offset.group(1) == "+" else -size)
