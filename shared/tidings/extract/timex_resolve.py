"""What a form means: its TIMEX3 value and days, from the publication, an earlier date of the text, and the tense. Pure."""

from __future__ import annotations

from collections.abc import Callable

from tidings.extract import timex_dates as dates
from tidings.extract import timex_relative as relative
from tidings.extract.timex_fiscal import fiscal
from tidings.extract.timex_grammar import Form
from tidings.extract.timex_holidays import holiday
from tidings.extract.timex_meaning import Meaning, Setting, amount, length
from tidings.extract.timex_words import value
from tidings.records import TimexType


def _duration(form: Form, setting: Setting) -> Meaning | None:
    return Meaning(TimexType.DURATION, length(value("unit", form.get("unit")), amount(form)))


def _vague_duration(form: Form, setting: Setting) -> Meaning | None:
    return Meaning(TimexType.DURATION, length(value("plural", form.get("plural")), None))


def _set(form: Form, setting: Setting) -> Meaning | None:
    if form.get("weekday"):
        return Meaning(TimexType.SET, f"XXXX-WXX-{int(value('weekday', form.get('weekday'))) + 1}")
    if form.get("part"):
        return Meaning(TimexType.SET, f"XXXX-XX-XXT{value('daypart', form.get('part'))}")
    if form.get("month"):
        return Meaning(TimexType.SET, f"XXXX-{int(value('month', form.get('month'))):02}")
    return Meaning(TimexType.SET, length(value("unit", form.get("unit")), amount(form) or 1))


def _rate(form: Form, setting: Setting) -> Meaning | None:
    return Meaning(TimexType.SET, length(value("unit", form.get("unit")), 1))


def _weekdays(form: Form, setting: Setting) -> Meaning | None:
    return Meaning(TimexType.SET, f"XXXX-WXX-{int(value('weekday', form.get('weekdays')[:-1])) + 1}")


def _frequency(form: Form, setting: Setting) -> Meaning | None:
    return Meaning(TimexType.SET, value("frequency", form.get("frequency")))


def _reference(form: Form, setting: Setting) -> Meaning | None:
    kind = "reference" if form.get("reference") else "reference_object"
    return Meaning(TimexType.DATE, value(kind, form.get("reference") or form.get("object")))


_RESOLVERS: dict[str, Callable[[Form, Setting], Meaning | None]] = {
    "iso": dates.iso,
    "slashed": dates.slashed,
    "date": dates.day,
    "days": dates.days,
    "monthday": dates.monthday,
    "month": dates.month,
    "whichmonth": dates.which_month,
    "year": dates.year,
    "decade": dates.decade,
    "century": dates.century,
    "season": dates.season,
    "whichseason": dates.season,
    "bareseason": dates.season,
    "quarter": dates.quarter,
    "half": dates.half,
    "weekof": dates.week_of,
    "weekdayof": dates.weekday_of,
    "beforechrist": dates.before_christ,
    "holiday": holiday,
    "fiscal": fiscal,
    "september11": dates.september_11,
    "weekday": relative.weekday,
    "deictic": relative.deictic,
    "daypart": relative.day_part,
    "ago": relative.ago,
    "ahead": relative.ahead,
    "rolling": relative.rolling,
    "which": relative.which,
    "edge": relative.edge,
    "periodedge": relative.period_edge,
    "weekend": relative.weekend,
    "partof": dates.part_of,
    "bareday": relative.bare_day_part,
    "overnight": relative.overnight,
    "later": relative.later,
    "nearby": relative.nearby,
    "samebefore": relative.same_before,
    "thisperiod": relative.this_period,
    "time": relative.clock_time,
    "duration": _duration,
    "vagueduration": _vague_duration,
    "longduration": _vague_duration,
    "recent": _vague_duration,
    "set": _set,
    "rate": _rate,
    "weekdays": _weekdays,
    "frequency": _frequency,
    "reference": _reference,
}


def resolve(form: Form, setting: Setting) -> Meaning | None:
    """Return what a form means where it stands, or None if it is no time after all ("June 31")."""
    try:
        return _RESOLVERS[form.rule](form, setting)
    except (OverflowError, ValueError):
        return None


def stretch(first: Meaning, last: Meaning) -> Meaning | None:
    """Return the stretch from one date to another of the same kind ("2009 to 2011"), or None if there is none."""
    if not first.days or not last.days or first.days[0] >= last.days[0] or len(first.value) != len(last.value):
        return None
    start, end = first.days[0], last.days[1]
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    lengths = {4: ("Y", end.year - start.year + 1), 7: ("M", months), 10: ("D", (end - start).days + 1)}
    if len(first.value) not in lengths:
        return None
    return Meaning(TimexType.DURATION, length(*lengths[len(first.value)]), (start, end))
