"""Published times: reading them, and turning "3 hours ago" into the interval that it leaves open.

Nothing is invented: a day stays a day, a bare 1 January is what a copyright year looks like, and what lies in the future
of the fetch or before the web is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tidings.clean.dates import Found, find_date
from tidings.records import Precision

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=10)
"""How far a clock may run ahead of ours."""
_EASTERNMOST = timedelta(hours=14)
"""How far ahead of UTC clocks and calendars are in the Line Islands: no day begins earlier, anywhere."""


@dataclass(frozen=True)
class When:
    """A published time: it lies between `earliest` and `latest`; `zoned` if its zone was told, else UTC is assumed.

    `told` is the zone's name, where what that means depends on the outlet or is not known; `offset` that from UTC, if it
    was told as such.
    """

    earliest: datetime
    latest: datetime
    precision: Precision
    zoned: bool = True
    told: str | None = None
    offset: timedelta | None = None


_HAS_SECONDS = re.compile(r"[T ]\d\d:?\d\d:?\d\d")
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
# What may stand beside a date in a line that is nothing but a date.
_BESIDE_DATE = re.compile(r"\b(?:on|at|am|the|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b|[\W_]+", re.IGNORECASE)


def whole_day(day: date) -> When:
    """Return the whole of a day, in UTC."""
    first = datetime.combine(day, time(), UTC)
    return When(first, first + timedelta(days=1, seconds=-1), Precision.DAY)


def instant(moment: datetime, precision: Precision = Precision.SECOND) -> When | None:
    """Return one moment; a naive one is taken for UTC. None at the ends of the calendar, which stand for "never"."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        aware = aware.astimezone(UTC)
    except OverflowError:
        return None
    return When(aware, aware, precision, moment.tzinfo is not None, offset=moment.utcoffset() or None)


def machine_time(text: str | None) -> When | None:
    """Read a time of metadata: ISO 8601 as a rule, whatever else a site writes there if it is a whole date; else None."""
    stripped = (text or "").strip()
    if not 8 <= len(stripped) <= 80:
        return None
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError:
        return found_time(find_date(stripped))
    if len(stripped) <= 10:
        return whole_day(moment.date())
    return instant(moment, Precision.SECOND if _HAS_SECONDS.search(stripped) else Precision.MINUTE)


def marked_time(moment: str | None, text: str) -> When | None:
    """Read the time of a `<time>` element; its text counts where its attribute leaves the zone open."""
    marked = machine_time(moment)
    if marked is not None and not marked.zoned:
        told = found_time(find_date(text))
        return told if told is not None and told.zoned and told.precision is Precision.MINUTE else marked
    return marked


def written_time(text: str) -> When | None:
    """Read a line that is a date written for people, with or without the clock time, and nothing else; else None."""
    if len(text) > 80:
        return None
    found = find_date(text)
    if found is None or _BESIDE_DATE.sub("", text[: found.start] + text[found.end :]):
        return None
    return found_time(found)


def found_time(found: Found | None) -> When | None:
    """Return the time that a date found in a line names: a minute, or the whole day if it has no clock time."""
    if found is None:
        return None
    if found.moment is None:
        return whole_day(found.day)
    return When(found.moment, found.moment, Precision.MINUTE, found.zoned, found.told)


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
    """Return the time unless it is before the web or in the future; the end of a day still under way is cut to now.

    A day, or a time of no known zone, may have begun elsewhere before it does in UTC.
    """
    if when is None or when.latest < OLDEST:
        return None
    known = when.precision is not Precision.DAY and when.zoned and when.told is None
    if when.earliest > now + (AHEAD if known else _EASTERNMOST):
        return None
    if when.precision is Precision.DAY and now < when.latest:
        return When(when.earliest, max(now, when.earliest), when.precision)
    return when
