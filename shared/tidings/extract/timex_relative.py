"""What expressions mean that count from the publication ("yesterday") or from a date of the text ("a day later"). Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tidings.extract.timex_calendar import moved, period, weekday_near
from tidings.extract.timex_dates import day, month
from tidings.extract.timex_grammar import Form
from tidings.extract.timex_meaning import (
    OPEN,
    SECONDS,
    STEP,
    Meaning,
    Setting,
    amount,
    anchor,
    at,
    dated,
    length,
    period_from,
    with_part,
)
from tidings.extract.timex_words import value
from tidings.records import TimexType

_DEICTIC = {"the day before yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "the day after tomorrow": 2}
_CLOCKS = {"noon": "12:00", "midday": "12:00", "midnight": "24:00"}
_ROLLING = frozenset({"the past", "the last", "this past", "the coming", "the next"})


# ---------------------------------------------------------------- from the publication


def weekday(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "Friday" by the tense, the publication's day included; "last Friday" and "next Friday" leave it out."""
    number, today, which = int(value("weekday", form.get("weekday"))), setting.today, form.get("which")
    if which in ("the following", "the previous"):
        today, which = anchor(setting, "D"), "next" if which == "the following" else "last"
    if today is None:
        return with_part(Meaning(TimexType.DATE, f"XXXX-WXX-{number + 1}"), form)
    if form.get("week"):
        found = moved(moved(today, "D", number - today.weekday()), "W", STEP.get(form.get("week"), 0))
    elif which in STEP:
        found = weekday_near(today, number, ahead=STEP[which] > 0, strictly=True)
    else:
        found = weekday_near(today, number, ahead=setting.ahead is not False if which else setting.ahead is True)
    return with_part(dated(found.isoformat()), form)


def deictic(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "yesterday", "tomorrow night"."""
    return with_part(period_from(setting.today, "D", _DEICTIC[" ".join(form.get("deictic").split())]), form)


def day_part(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "this morning", "tonight", "last night"."""
    today = setting.today
    found = moved(today, "D", -1) if today and form.get("when").startswith("last") else today
    return at(found, value("daypart", form.get("part")) if form.get("part") else "NI")


def bare_day_part(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "in the afternoon" on the day that the text has just named."""
    return at(setting.day, value("daypart", form.get("part")))


def overnight(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "overnight": the night that ends on the day of publication, unless the text names a day."""
    if setting.day or setting.ahead or setting.today is None:
        return at(None, "NI")
    return Meaning(TimexType.TIME, f"{setting.today}TNI", (moved(setting.today, "D", -1), setting.today))


def ago(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "four years ago" to the year, "two hours ago" to the hour."""
    unit, count = value("unit", form.get("unit")), amount(form)
    if unit not in SECONDS:
        return period_from(setting.today, unit, -count) if count is not None else Meaning(TimexType.DATE, "PAST_REF")
    if not setting.published or count is None:
        return at(None, "XX:XX")
    then = setting.published - timedelta(seconds=count * SECONDS[unit])
    return at(then.date(), f"{then:%H}" if unit == "TH" else f"{then:%H:%M}")


def ahead(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "will open in two weeks"; without the future tense "in two weeks" is how long it took."""
    unit, count = value("unit", form.get("unit")), amount(form)
    if not setting.ahead or unit in SECONDS or count is None:
        return None
    return period_from(setting.today, unit, count)


def rolled(unit: str, count: float | None, setting: Setting, *, back: bool) -> Meaning:
    """Return the stretch of `count` units that ends, or begins, with the publication."""
    bare = Meaning(TimexType.DURATION, length(unit, count))
    if setting.published is None or setting.today is None or count is None or count != int(count):
        return bare
    sign = -1 if back else 1
    if unit in SECONDS:
        other = (setting.published + timedelta(seconds=sign * count * SECONDS[unit])).date()
    else:
        other = moved(setting.today, unit, sign * int(count))
    return Meaning(TimexType.DURATION, bare.value, (min(other, setting.today), max(other, setting.today)))


def rolling(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the past five days", "the next two weeks"."""
    return rolled(value("unit", form.get("unit")), amount(form), setting, back=STEP.get(form.get("side"), -1) < 0)


def which(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "this week", "last year"; "the past week" is the seven days that end with the publication."""
    name, unit = form.get("which"), value("period", form.get("period"))
    if unit == "D":
        return None
    if name in _ROLLING and unit not in ("Q", "WE"):
        return rolled(unit, 1, setting, back=STEP[name.removeprefix("the ").removeprefix("this ")] < 0)
    return period_from(setting.today, unit, STEP.get(name.removeprefix("the "), 0))


def edge(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "earlier this month": the month's value, and its days up to the publication."""
    meaning, today = which(form, setting), setting.today
    if meaning is None or meaning.days is None or today is None:
        return meaning
    first, last = meaning.days
    if form.get("edge") == "earlier":
        last = min(last, max(today, first))
    if form.get("edge") == "later":
        first = max(first, min(today, last))
    return Meaning(meaning.type, meaning.value, (first, last))


def period_edge(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the end of June", "the start of the year"; an end that tense and calendar contradict is the one before."""
    if form.get("month"):
        return month(form, setting)
    if form.get("year"):
        return dated(form.get("year"))
    unit, today = value("period", form.get("period")), setting.today
    here = period_from(today, unit, STEP.get(form.get("which"), 0))
    if today is None or here.days is None or form.get("which") not in ("", "the"):
        return here
    middle = here.days[0] + (here.days[1] - here.days[0]) / 2
    if setting.ahead is False and form.get("edge") in ("end", "close") and today < middle:
        return period_from(today, unit, -1)
    return here


def weekend(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the weekend": the last that has begun, or the coming one."""
    if setting.today is None:
        return Meaning(TimexType.DATE, OPEN["WE"])
    saturday = weekday_near(setting.today, 5, ahead=setting.ahead is True and setting.today.weekday() < 5)
    return dated(period(saturday, "WE"))


# ---------------------------------------------------------------- from another date of the text


def later(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "two days later", "a year before" from the nearest date."""
    unit, count, sign = value("unit", form.get("unit")), amount(form), 1 if form.get("side") in ("later", "after") else -1
    if unit in SECONDS:
        return _clock_later(unit, count, sign, setting)
    return period_from(anchor(setting, unit), unit, sign * count if count is not None else None)


def _clock_later(unit: str, count: float | None, sign: int, setting: Setting) -> Meaning:
    """Return the time some hours or minutes from the nearest time of the text, if that has a clock."""
    clock = re.fullmatch(r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d)(Z?)", setting.dates[0].value) if setting.dates else None
    if clock is None or count is None:
        return at(None, "XX:XX")
    then = datetime.fromisoformat(clock[1]) + timedelta(seconds=sign * count * SECONDS[unit])
    return at(then.date(), f"{then:%H:%M}{clock[2]}")


def nearby(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the next day", "the same month", "that night"."""
    step = {"next": 1, "following": 1, "previous": -1, "preceding": -1}.get(form.get("side"), 0)
    unit = "D" if form.get("part") else value("period", form.get("period"))
    return with_part(period_from(anchor(setting, unit), unit, step), form)


def same_before(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the same month last year": the nearest date, or its month, a year before."""
    piece = form.get("piece")
    for known in setting.dates:
        # A period is a month, quarter or year that figures are given for.
        shape = {7: "Q" if "Q" in known.value else "M", 4: "Y"}.get(len(known.value))
        unit = shape if piece == "period" else value("period", piece)
        if known.days and unit and (start := anchor(setting, unit)):
            return period_from(moved(start, "Y", -1), unit, 0)
    return Meaning(TimexType.DATE, OPEN["Y" if piece == "period" else value("period", piece)])


def this_period(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "ended the day": the day, week or year that the text has just named, else the publication's."""
    unit = value("period", form.get("period"))
    return period_from(anchor(setting, unit) or setting.today, unit, 0)


def clock_time(form: Form, setting: Setting) -> Meaning | None:
    """Resolve a time by the clock, on the day that is named with it or near it."""
    if form.get("named"):
        clock = _CLOCKS[form.get("named")]
    else:
        hour, minute = int(form.get("hour")), form.get("minute") or "00"
        if form.get("noon"):
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if form.get("noon").startswith("p") else 0)
        clock = f"{hour:02}:{minute}" + ("Z" if form.get("zone") else "")
    on = day if form.get("month") else weekday if form.get("weekday") else deictic if form.get("deictic") else None
    if on is None:
        return at(setting.day or setting.today, clock)
    named = on(form, setting)
    return at(named.days[0] if named and named.days else None, clock)
