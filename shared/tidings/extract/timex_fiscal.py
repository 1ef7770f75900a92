"""What fiscal years mean ("FY2024", "the first quarter of fiscal 2025"): no year of the calendar. Pure.

Their days are told by the text ("the fiscal year ending June 2026"), or known from whose year it is: data/timex_fiscal.tsv
has the governments'. A firm begins its year when it likes: without a country a fiscal year names no days.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from tidings.extract.timex_calendar import Days, moved
from tidings.extract.timex_dates import day, month
from tidings.extract.timex_grammar import Form
from tidings.extract.timex_meaning import STEP, Meaning, Setting
from tidings.extract.timex_words import value
from tidings.records import TimexType
from tidings.tables import rows

_OPEN = "FYXXXX"


class _Start(NamedTuple):
    """When a government's fiscal year begins, and whether it is named by the calendar year in which it does."""

    month: int
    day: int
    names_it: bool

    def of(self, name: int) -> date:
        """Return the first day of the year of that name."""
        begins = self.names_it or (self.month, self.day) == (1, 1)
        return date(name if begins else name - 1, self.month, self.day)


@cache
def _starts() -> dict[str, _Start]:
    table: dict[str, _Start] = {}
    for countries, first, by in rows("timex_fiscal.tsv", 3):
        number, of_month = first.split("-")
        table.update(dict.fromkeys(countries.split(), _Start(int(number), int(of_month), by == "start")))
    return table


def fiscal(form: Form, setting: Setting) -> Meaning | None:
    """Resolve a fiscal year or a quarter of one; of two figures ("2025-26") the later is its name: TIMEX3 has but one."""
    start = _starts().get(setting.country or "")
    if form.get("month"):
        return _ending(form, setting)
    name, first = _named(form, setting, start)
    quarter = form.get("quarter") or (value("ordinal", form.get("ordinal")) if form.get("ordinal") else "")
    text = (f"FY{name:04}" if name else _OPEN) + (f"-Q{quarter}" if quarter else "")
    return Meaning(TimexType.DATE, text, _covered(first, quarter) if first else None)


def _covered(first: date, quarter: str) -> Days:
    if not quarter:
        return first, moved(moved(first, "Y", 1), "D", -1)
    begins = moved(first, "Q", int(quarter) - 1)
    return begins, moved(moved(begins, "Q", 1), "D", -1)


def _named(form: Form, setting: Setting, start: _Start | None) -> tuple[int | None, date | None]:
    """Return the year's name and first day, as far as they are known."""
    if form.get("year"):
        return _of_figures(form, start)
    which = form.get("which").removeprefix("the ")
    step = -1 if which == "previous" else STEP.get(which, 0)
    if start is None or setting.today is None or not which:
        return None, None
    today = setting.today
    name = next(n for n in (today.year + 1, today.year, today.year - 1) if start.of(n) <= today) + step
    return name, start.of(name)


def _of_figures(form: Form, start: _Start | None) -> tuple[int | None, date | None]:
    text, until = form.get("year"), form.get("until")
    year = int(text) if len(text) == 4 else 2000 + int(text)
    if not until:
        return year, start.of(year) if start else None
    if int(until) % 100 != (year + 1) % 100:
        return None, None
    return year + 1, date(year, start.month, start.day) if start else None


def _ending(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the fiscal year ending June 2026": the twelve months up to its end."""
    end = day(form, setting) if form.get("day") else month(form, setting)
    if end is None or end.days is None:
        return Meaning(TimexType.DATE, _OPEN)
    after = moved(end.days[1], "D", 1)
    return Meaning(TimexType.DATE, f"FY{end.days[1].year:04}", (moved(after, "Y", -1), end.days[1]))
