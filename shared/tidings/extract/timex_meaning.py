"""What a time expression means, what it may be anchored to, and the small steps that all forms share. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from tidings.extract.timex_calendar import Days, days_of, moved, period
from tidings.extract.timex_grammar import Form
from tidings.extract.timex_words import value, words
from tidings.records import TimexType

OPEN = {
    "D": "XXXX-XX-XX",
    "W": "XXXX-WXX",
    "WE": "XXXX-WXX-WE",
    "M": "XXXX-XX",
    "Q": "XXXX-QX",
    "Y": "XXXX",
    "E": "XXX",
    "C": "XX",
}
"""TIMEX3 values of a period of which nothing is known but its length, by unit."""
SECONDS = {"TH": 3600, "TM": 60, "TS": 1}
"""Lengths of the units shorter than a day."""
STEP = {"last": -1, "this past": -1, "past": -1, "next": 1, "this coming": 1, "coming": 1, "upcoming": 1}
"""How many periods from the present one a word looks; "this" and "the" look at the present one."""
_HALVES = {"TM": ("TS", 30.0), "TH": ("TM", 30.0), "D": ("TH", 12.0), "Y": ("M", 6.0), "E": ("Y", 5.0), "C": ("Y", 50.0)}
_LONGEST_DAYS = {"D": 1, "W": 7, "WE": 7, "M": 31, "Q": 92, "Y": 366, "E": 3653, "C": 36525}


@dataclass(frozen=True)
class Meaning:
    """An expression's TIMEX3 type and value, and the days that it covers, None if it names none."""

    type: TimexType
    value: str
    days: Days | None = None


@dataclass(frozen=True)
class Setting:
    """What an expression may be anchored to where it stands.

    `dates` are the meanings of earlier dates near by, the best anchor first; `day` is the day that a clock time near it
    belongs to; `ahead` is the direction of the tense; `country` is whose holidays and fiscal years are meant (alpha-3).
    """

    published: datetime | None = None
    dates: tuple[Meaning, ...] = ()
    day: date | None = None
    ahead: bool | None = None
    country: str | None = None

    @property
    def today(self) -> date | None:
        """The day of publication."""
        return self.published.date() if self.published else None


def dated(text: str) -> Meaning:
    """Return the date with a TIMEX3 value."""
    return Meaning(TimexType.DATE, text, days_of(text))


def at(day: date | None, clock: str) -> Meaning:
    """Return the time of a day, or of an open day."""
    return Meaning(TimexType.TIME, f"{day or OPEN['D']}T{clock}", (day, day) if day else None)


def with_part(meaning: Meaning, form: Form) -> Meaning:
    """Return the part of the day that the form names, if it does ("Friday night")."""
    if not form.get("part"):
        return meaning
    return Meaning(TimexType.TIME, f"{meaning.value}T{value('daypart', form.get('part'))}", meaning.days)


def amount(form: Form) -> float | None:
    """Return the form's number, or None if it is vague."""
    text = " ".join(form.get("count").split())
    if not text:
        return None
    if re.fullmatch(r"[\d,.]+", text):
        number = float(text.replace(",", ""))
    elif text in words("count"):
        number = float(words("count")[text])
    else:
        number = sum(float(words("count").get(part, "0")) for part in text.split("-"))
    return number + 0.5 if form.get("half") or form.get("fraction") else number


def length(unit: str, count: float | None) -> str:
    """Return the TIMEX3 value of a duration ("P2W", "PT24H", "PXM")."""
    if count == 0.5 and unit in _HALVES:
        unit, count = _HALVES[unit]
    factor, letter = {"Q": (3, "M"), "E": (10, "Y"), "C": (100, "Y")}.get(unit, (1, unit[-1]))
    figure = "X" if count is None else f"{count * factor:.10g}"
    return f"P{'T' if unit in SECONDS else ''}{figure}{letter}"


def period_from(start: date | None, unit: str, count: float | None) -> Meaning:
    """Return the period `count` units from a day; without a day or a whole number it stays open."""
    if start is None or count is None or count != int(count):
        return Meaning(TimexType.DATE, OPEN[unit])
    return dated(period(moved(start, unit, int(count)), unit))


def anchor(setting: Setting, unit: str) -> date | None:
    """Return the first day of the nearest date of the text that is fine enough to count such units from."""
    for meaning in setting.dates:
        if meaning.days and (meaning.days[1] - meaning.days[0]).days < _LONGEST_DAYS[unit]:
            return meaning.days[0]
    return None
