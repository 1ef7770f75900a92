"""When holidays are: of the world and its faiths, or of the country that the text tells of. Pure.

A row of data/timex_holidays.tsv has the holiday's names, its countries, and its day of every year or its list of days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from tidings.extract.timex_calendar import Days, days_of
from tidings.extract.timex_grammar import Form
from tidings.extract.timex_meaning import OPEN, STEP, Meaning, Setting, dated
from tidings.extract.timex_words import holiday_names, plain
from tidings.records import TimexType
from tidings.tables import rows

WORLD = "-"
_AROUND = 4
"""So many years about the publication are looked at: a leap day comes back in four."""


class _Kept(NamedTuple):
    """When a holiday is kept: on a day of every year ("12-25"), or on those listed."""

    yearly: str
    listed: tuple[Days, ...]

    def near(self, year: int) -> Iterator[Days]:
        """Iterate over its days in the years about one, in order."""
        yield from (days for days in self.listed if abs(days[0].year - year) <= _AROUND)
        if self.yearly:
            around = range(max(1, year - _AROUND), min(9999, year + _AROUND) + 1)
            yield from (days for y in around if (days := days_of(f"{y:04}-{self.yearly}")))


@cache
def _kept() -> dict[tuple[str, str], _Kept]:
    table: dict[tuple[str, str], _Kept] = {}
    for names, countries, days in rows("timex_holidays.tsv", 3):
        yearly = days if len(days) == len("12-25") else ""
        kept = _Kept(yearly, () if yearly else tuple(_days(told) for told in days.split()))
        for name in names.split():
            table.update({(plain(name), country): kept for country in countries.split()})
    return table


def _days(told: str) -> Days:
    first, _, last = told.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def holiday(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "Thanksgiving", "Ramadan 2025", "Kenya's Independence Day"; what no country is told for stays open."""
    name = plain(form.get("holiday"))
    kept = _kept().get((name, setting.country or WORLD)) or _kept().get((name, WORLD))
    if name not in holiday_names() or kept is None:
        return Meaning(TimexType.DATE, f"{form.get('year') or 'XXXX'}-XX-XX")
    if form.get("year"):
        chosen = [days for days in kept.near(int(form.get("year"))) if days[0].year == int(form.get("year"))]
        # A lunar year's feast may come twice in a year of the sun.
        return _meaning(chosen[0]) if len(chosen) == 1 else Meaning(TimexType.DATE, f"{form.get('year')}-XX-XX")
    if setting.today is None:
        return dated(f"XXXX-{kept.yearly}" if kept.yearly else OPEN["D"])
    found = _nearest(list(kept.near(setting.today.year)), setting.today, form.get("which"), setting.ahead)
    return _meaning(found) if found else Meaning(TimexType.DATE, OPEN["D"])


def _nearest(known: list[Days], today: date, which: str, ahead: bool | None) -> Days | None:
    step = STEP.get(which, 0)
    if step < 0:
        return max((days for days in known if days[1] < today), default=None)
    if step > 0:
        return min((days for days in known if days[0] > today), default=None)
    if which:
        known = [days for days in known if days[0].year == today.year]

    def distance(days: Days) -> tuple[bool, int]:
        # As with other days of a year, tense decides only beyond a month.
        gap = (days[0] - today).days if days[0] > today else min(0, (days[1] - today).days)
        return ahead is not None and abs(gap) > 31 and (gap > 0) != ahead, abs(gap)

    return min(known, key=distance, default=None)


def _meaning(days: Days) -> Meaning:
    length = (days[1] - days[0]).days + 1
    return dated(days[0].isoformat()) if length == 1 else Meaning(TimexType.DURATION, f"P{length}D", days)
