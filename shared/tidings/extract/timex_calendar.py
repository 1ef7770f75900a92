"""Calendar arithmetic on TIMEX3 values: which days a value covers, and a day or period moved by units. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_MONTHS = {"M": 1, "Q": 3, "Y": 12, "E": 120, "C": 1200}
_VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?:W(?P<week>\d\d)(?:-(?P<weekday>[1-7]|WE))?|Q(?P<quarter>[1-4])|H(?P<half>[12])"
    r"|(?P<season>SP|SU|FA|WI)|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?(?:T.*)?"
)
Days = tuple[date, date]


def moved(day: date, unit: str, count: int) -> date:
    """Return the day `count` units (D W M Q Y E C) from a day; raises OverflowError out of the calendar."""
    try:
        if unit in _MONTHS:
            months = day.year * 12 + day.month - 1 + count * _MONTHS[unit]
            year, month = divmod(months, 12)
            return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
        return day + timedelta(days=count * (7 if unit in ("W", "WE") else 1))
    except (ValueError, IndexError) as error:
        raise OverflowError(str(error)) from error


def period(day: date, unit: str) -> str:
    """Return the TIMEX3 value of the unit-long period that holds the day ("2025-W24", "2025-06", "202")."""
    if unit in ("W", "WE"):
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}" + ("-WE" if unit == "WE" else "")
    return {
        "M": f"{day.year:04}-{day.month:02}",
        "Q": f"{day.year:04}-Q{(day.month + 2) // 3}",
        "Y": f"{day.year:04}",
        "E": f"{day.year // 10:03}",
        "C": f"{day.year // 100:02}",
    }.get(unit, day.isoformat())


def _stretch(first: date, unit: str, count: int = 1) -> Days:
    try:
        return first, moved(first, unit, count) - timedelta(days=1)
    except OverflowError:
        return first, date.max


def days_of(value: str) -> Days | None:
    """Return the first and last day that a TIMEX3 value covers, or None if it names no days."""
    try:
        if re.fullmatch(r"\d{3}", value):
            return _stretch(date(int(value) * 10, 1, 1), "E")
        if re.fullmatch(r"\d{2}", value):
            # The year 0 is in no calendar, and the first century begins with the year 1.
            return _stretch(date(max(int(value) * 100, 1), 1, 1), "C")
        found = _VALUE.fullmatch(value)
        return _days(found) if found else None
    except (ValueError, OverflowError):
        return None


def _days(found: re.Match[str]) -> Days:
    year = int(found["year"])
    if found["week"]:
        first = date.fromisocalendar(year, int(found["week"]), 1)
        if found["weekday"] == "WE":
            return first + timedelta(days=5), first + timedelta(days=6)
        if found["weekday"]:
            day = first + timedelta(days=int(found["weekday"]) - 1)
            return day, day
        return first, first + timedelta(days=6)
    if found["quarter"]:
        return _stretch(date(year, 3 * int(found["quarter"]) - 2, 1), "Q")
    if found["half"]:
        return _stretch(date(year, 6 * int(found["half"]) - 5, 1), "M", 6)
    if found["season"]:
        return _stretch(date(year, _SEASONS[found["season"]], 1), "M", 3)
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        return day, day
    if found["month"]:
        return _stretch(date(year, int(found["month"]), 1), "M")
    return _stretch(date(year, 1, 1), "Y")


def weekday_near(day: date, weekday: int, *, ahead: bool, strictly: bool = False) -> date:
    """Return the nearest such weekday before (or after, if `ahead`) a day; the day itself counts unless `strictly`."""
    gap = (weekday - day.weekday()) % 7 if ahead else (day.weekday() - weekday) % 7
    gap = 7 if strictly and gap == 0 else gap
    return moved(day, "D", gap if ahead else -gap)


def year_of_day(anchor: date, month: int, day: int, *, ahead: bool | None, weekday: int | None = None) -> int:
    """Return the year that puts month and day nearest to the anchor, on the side that the tense tells if it does.

    A weekday named with the day decides between the years where it can. Raises ValueError if no year has such a day.
    """
    years = [y for y in range(anchor.year - 4, anchor.year + 5) if 0 < y < 9999 and day <= calendar.monthrange(y, month)[1]]
    if not years:
        raise ValueError(f"no day {day} in month {month}")
    if weekday is not None:
        years = [y for y in years if date(y, month, day).weekday() == weekday] or years

    def distance(year: int) -> tuple[bool, int]:
        gap = (date(year, month, day) - anchor).days
        # Tense decides only beyond a month: "he spoke of the talks of June 20" may look some days ahead.
        return ahead is not None and abs(gap) > 31 and (gap > 0) != ahead, abs(gap)

    return min(years, key=distance)


def year_of_month(anchor: date, month: int, *, ahead: bool | None) -> int:
    """Return the year of a month named alone: the last such month, the next if ahead, the nearest if the tense is open."""
    gap = month - anchor.month
    if ahead is True:
        return anchor.year + (gap < 0)
    if ahead is False:
        return anchor.year - (gap > 0)
    return anchor.year + (gap < -6) - (gap > 6)
