"""What dates of the calendar mean: days, months, years, seasons, quarters; a missing year comes from the tense. Pure."""

from __future__ import annotations

from datetime import date

from tidings.extract.timex_calendar import days_of, moved, period, weekday_near, year_of_day, year_of_month
from tidings.extract.timex_grammar import Form
from tidings.extract.timex_meaning import OPEN, STEP, Meaning, Setting, amount, at, dated, length, with_part
from tidings.extract.timex_words import value
from tidings.records import TimexType

_LEAP_YEAR = 2024


def iso(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "2025-06-13", "2025-06-13T18:00Z"."""
    known = days_of(form.get("iso"))
    if known and form.get("clock"):
        return at(known[0], form.get("clock") + form.get("utc").upper())
    return dated(form.get("iso")) if known else None


def slashed(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "6/13/2025"; "6/7/2025" stays open, since some put the month first and some the day."""
    a, b, year = int(form.get("a")), int(form.get("b")), form.get("year")
    readings = sorted({f"{year}-{month:02}-{day:02}" for month, day in ((a, b), (b, a))})
    known = [text for text in readings if days_of(text)]
    if len(known) == 2:
        return Meaning(TimexType.DATE, f"{year}-XX-XX")
    return dated(known[0]) if known else None


def _year(form: Form, setting: Setting, month: int, day: int) -> int | None:
    if form.get("year"):
        return int(form.get("year"))
    if setting.today is None:
        return None
    weekday = int(value("weekday", form.get("weekday"))) if form.get("weekday") else None
    return year_of_day(setting.today, month, day, ahead=setting.ahead, weekday=weekday)


def day(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "Friday, June 13, 2025", "13 June", "the morning of June 13"."""
    month, number = int(value("month", form.get("month"))), int(form.get("day"))
    if not days_of(f"{_LEAP_YEAR}-{month:02}-{number:02}"):
        return None
    year = _year(form, setting, month, number)
    text = f"{year or 'XXXX'}-{month:02}-{number:02}"
    return with_part(dated(text), form) if not year or days_of(text) else None


def days(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "June 6-13" to the days that it covers, both ends included."""
    month, first, last = int(value("month", form.get("month"))), int(form.get("day")), int(form.get("until"))
    if not 0 < first < last or not days_of(f"{_LEAP_YEAR}-{month:02}-{last:02}"):
        return None
    year = _year(form, setting, month, first)
    covered = (date(year, month, first), date(year, month, last)) if year else None
    return Meaning(TimexType.DURATION, f"P{last - first + 1}D", covered)


def monthday(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "on the 13th" to the nearest such day on the side of the tense, the publication's day included."""
    number, today = int(form.get("day")), setting.today
    if not 0 < number < 32:
        return None
    if today is None:
        return Meaning(TimexType.DATE, f"XXXX-XX-{number:02}")
    for step in (0, 1, 2) if setting.ahead else (0, -1, -2):
        found = dated(f"{period(moved(today.replace(day=1), 'M', step), 'M')}-{number:02}")
        if found.days and (found.days[0] >= today if setting.ahead else found.days[0] <= today):
            return found
    return None


def month(form: Form, setting: Setting) -> Meaning:
    """Resolve "June 2025", "early June", "March"."""
    number = int(value("month", form.get("month")))
    if form.get("year"):
        return dated(f"{form.get('year')}-{number:02}")
    year = year_of_month(setting.today, number, ahead=setting.ahead) if setting.today else "XXXX"
    return dated(f"{year}-{number:02}")


def which_month(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "last May": the latest May that is over; "this May": the year's."""
    number, today = int(value("month", form.get("month"))), setting.today
    if today is None:
        return dated(f"XXXX-{number:02}")
    step = STEP.get(form.get("which"), 0)
    passed = (number >= today.month) if step < 0 else (number <= today.month)
    return dated(f"{today.year + step * passed}-{number:02}")


def year(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "2011", "early 2011"."""
    return dated(form.get("year"))


def decade(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the 1990s", "the '90s"."""
    return dated(form.get("decade")[:3] or f"19{form.get('short')[0]}")


def century(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "12th century" to its hundreds; of those before Christ no calendar here has days."""
    number = int(form.get("century") or value("century_word", form.get("centuryword")))
    before = "BC" if form.get("era").startswith("b") else ""
    return dated(f"{before}{number - 1:02}") if 0 < number < (100 if before else 30) else None


def before_christ(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "44 BC"; ISO 8601's years begin later, so it names no days."""
    return dated(f"BC{int(form.get('before')):04}") if int(form.get("before")) else None


def season(form: Form, setting: Setting) -> Meaning | None:
    """Resolve a season by its year, by "last" or "next", or by the tense; the winter of a year begins in its December."""
    code, today = value("season", form.get("season")), setting.today
    if form.get("year"):
        return dated(f"{form.get('year')}-{code}")
    if today is None:
        return dated(f"XXXX-{code}")
    near = [dated(f"{today.year + step}-{code}") for step in (-2, -1, 0, 1)]
    current = [m for m in near if m.days and m.days[0] <= today <= m.days[1]]
    over = [m for m in near if m.days and m.days[1] < today]
    coming = [m for m in near if m.days and m.days[0] > today]
    step = STEP.get(form.get("which"), 1 if setting.ahead and not form.get("which") else 0)
    if step:
        return over[-1] if step < 0 else coming[0]
    if form.get("which"):
        return (current or [m for m in near if m.value.startswith(f"{today.year}")])[0]
    return (current or over)[-1]


def quarter(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "Q3 2024", "the third quarter of last year"; alone, the nearest such quarter."""
    number, today = form.get("quarter") or value("ordinal", form.get("ordinal")), setting.today
    if form.get("year"):
        return dated(f"{form.get('year')}-Q{number}")
    if today is None:
        return Meaning(TimexType.DATE, f"XXXX-Q{number}")
    if form.get("which"):
        return dated(f"{today.year + STEP.get(form.get('which'), 0)}-Q{number}")
    near = [dated(f"{today.year + step}-Q{number}") for step in (-1, 0, 1)]
    if setting.ahead is False:
        return [m for m in near if m.days and m.days[0] <= today][-1]
    return min(near, key=lambda m: abs((m.days[0] - today).days + 45) if m.days else 0)


def half(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the first half of 2011"."""
    of = form.get("year") or _which_year(form, setting)
    return dated(f"{of}-H{value('ordinal', form.get('halfyear'))}")


def week_of(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the last week of March": as ISO 8601 does, a week belongs to the month that holds its Thursday."""
    named = month(form, setting)
    unit = "W" if form.get("piece") == "week" else "D"
    if named.days is None:
        return Meaning(TimexType.DATE, OPEN[unit])
    first = form.get("edge") == "first"
    edge = named.days[0] if first else named.days[1]
    return dated(period(weekday_near(edge, 3, ahead=first), "W") if unit == "W" else edge.isoformat())


def weekday_of(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the first Sunday in May"."""
    named = month(form, setting)
    if named.days is None:
        return Meaning(TimexType.DATE, OPEN["D"])
    number, last = int(value("weekday", form.get("weekday"))), form.get("nth") == "last"
    nearest = weekday_near(named.days[1] if last else named.days[0], number, ahead=not last)
    return dated((nearest if last else moved(nearest, "W", int(value("ordinal", form.get("nth"))) - 1)).isoformat())


def part_of(form: Form, setting: Setting) -> Meaning | None:
    """Resolve "the last three months of 2024" to the days that it covers."""
    unit, count = value("unit", form.get("unit")), amount(form)
    whole = month(form, setting).days if form.get("month") else days_of(form.get("year") or _which_year(form, setting))
    bare = Meaning(TimexType.DURATION, length(unit, count))
    if whole is None or count is None or count != int(count) or unit not in ("D", "W", "M", "Q"):
        return bare
    if form.get("edge") == "first":
        covered = whole[0], moved(moved(whole[0], unit, int(count)), "D", -1)
    else:
        after = moved(whole[1], "D", 1)
        covered = moved(after, unit, -int(count)), whole[1]
    return Meaning(bare.type, bare.value, covered)


def _which_year(form: Form, setting: Setting) -> str:
    return str(setting.today.year + STEP.get(form.get("which"), 0)) if setting.today else "XXXX"


def september_11(form: Form, setting: Setting) -> Meaning | None:
    """Resolve the day that is known by its date."""
    return dated("2001-09-11")
