"""Published times: reading them, and turning "3 hours ago" into the interval that it leaves open.

Nothing is invented: a day stays a day, a bare 1 January is what a copyright year looks like, and what lies in the future
of the fetch or before the web is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tidings.records import Precision

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a clock may run ahead of ours."""


@dataclass(frozen=True)
class When:
    """A published time: it lies between `earliest` and `latest`."""

    earliest: datetime
    latest: datetime
    precision: Precision


# fmt: off
_MONTH_NAMES = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun",
    "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec",
)
# fmt: on
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_SMALL |= {"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_UNITS = {
    "s": timedelta(seconds=1), "sec": timedelta(seconds=1), "second": timedelta(seconds=1),
    "m": timedelta(minutes=1), "min": timedelta(minutes=1), "minute": timedelta(minutes=1),
    "h": timedelta(hours=1), "hr": timedelta(hours=1), "hour": timedelta(hours=1),
    "d": timedelta(days=1), "day": timedelta(days=1), "week": timedelta(weeks=1), "w": timedelta(weeks=1),
}  # fmt: skip
_AGO = re.compile(rf"(?:about )?(\d{{1,3}}|{'|'.join(_SMALL)}) ?([a-z]{{1,6}}?)s? ago")
_SHORT_AGO = re.compile(r"(\d{1,3})([smhdw])")
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_CLOCK = r"(?:,? (?:at )?(\d{1,2})[:.](\d{2})(?::\d{2})? ?(am|pm|a\.m\.|p\.m\.)?(?: ?(utc|gmt|z))?)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_DAY_FIRST = re.compile(rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH})\.?,? (\d{{4}}){_CLOCK}")
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_CLOCK}")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2}).{0,20})?")


def whole_day(day: date) -> When:
    """Return the whole of a day, in UTC."""
    first = datetime.combine(day, time(), UTC)
    return When(first, first + timedelta(days=1, seconds=-1), Precision.DAY)


def instant(moment: datetime, precision: Precision = Precision.SECOND) -> When:
    """Return one moment; a naive one is taken for UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    aware = aware.astimezone(UTC)
    return When(aware, aware, precision)


def machine_time(text: str | None) -> When | None:
    """Read a time written for machines (ISO 8601 in metadata); None if it is none."""
    stripped = (text or "").strip()
    if not 8 <= len(stripped) <= 40:
        return None
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError:
        return written_time(stripped)
    if len(stripped) <= 10:
        return whole_day(moment.date())
    return instant(moment)


def written_time(text: str) -> When | None:
    """Read a date written for people, with or without the clock time; None if it is none. It must name its year."""
    line = " ".join(text.casefold().split())
    if len(line) > 60:
        return None
    if found := _ISO_DAY.fullmatch(line):
        return _from_iso(line, found)
    if found := _DAY_FIRST.fullmatch(line):
        day, month, year, *clock = found.groups()
    elif found := _MONTH_FIRST.fullmatch(line):
        month, day, year, *clock = found.groups()
    else:
        return None
    return _assembled(int(year), _MONTHS[month], int(day), clock)


def relative_time(text: str, now: datetime) -> When | None:
    """Read "3 hours ago", "yesterday", "just now" against the clock of the page's server; None if it is none of them.

    "3 hours ago" is said from three hours after the event until four have passed.
    """
    line = " ".join(text.casefold().split())
    if line in ("just now", "moments ago", "now"):
        return When(now - timedelta(minutes=1), now, Precision.MINUTE)
    if line == "today":
        day = whole_day(now.astimezone(UTC).date())
        return When(day.earliest, min(day.latest, now), Precision.DAY)
    if line == "yesterday":
        return whole_day((now.astimezone(UTC) - timedelta(days=1)).date())
    found = _AGO.fullmatch(line) or _SHORT_AGO.fullmatch(line)
    if found is None or (unit := _UNITS.get(found.group(2))) is None:
        return None
    count = _SMALL.get(found.group(1)) or int(found.group(1))
    if unit >= timedelta(days=1):
        latest, earliest = now - unit * count, now - unit * (count + 1) + timedelta(days=1)
        return When(whole_day(earliest.astimezone(UTC).date()).earliest, whole_day(latest.date()).latest, Precision.DAY)
    precision = Precision.HOUR if unit >= timedelta(hours=1) else Precision.MINUTE
    return When(now - unit * (count + 1), now - unit * count, precision)


def any_time(text: str, now: datetime) -> When | None:
    """Read a relative or an absolute time that is the whole of `text`."""
    return relative_time(text, now) or written_time(text)


def believable(when: When | None, now: datetime) -> When | None:
    """Return the time unless it is before the web or in the future; the end of a day still under way is cut to now."""
    if when is None or when.latest < OLDEST or when.earliest > now + AHEAD:
        return None
    if when.precision is Precision.DAY and when.earliest <= now < when.latest:
        return When(when.earliest, now, when.precision)
    return when


def _from_iso(line: str, found: re.Match[str]) -> When | None:
    try:
        if found.group(4) is None:
            return whole_day(date(*(int(part) for part in found.group(1, 2, 3))))
        return instant(datetime.fromisoformat(line.upper().replace(" UTC", "Z").replace(" GMT", "Z")))
    except ValueError:
        return None


def _assembled(year: int, month: int, day: int, clock: list[str | None]) -> When | None:
    try:
        if clock[0] is None or clock[1] is None:
            return whole_day(date(year, month, day))
        hour = int(clock[0])
        if clock[2]:
            hour = hour % 12 + (12 if clock[2].startswith("p") else 0)
        return instant(datetime(year, month, day, hour, int(clock[1]), tzinfo=UTC), Precision.MINUTE)
    except ValueError:
        return None
