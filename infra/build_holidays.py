"""Build shared/tidings/data/timex_holidays.tsv: `python -m infra.build_holidays`, with the package `holidays` installed.

When holidays are: those of a faith or of the whole world from the calendars of the package, those of a country (its
Independence Day) from what the package knows of the country. The output is a function of the package's version: same input,
same bytes. Moons are seen, not reckoned: Islamic days to come may be a day off. Columns: see tidings.extract.timex_holidays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

import holidays
import pycountry
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter
from holidays.calendars.buddhist import _BuddhistLunisolar
from holidays.calendars.chinese import _ChineseLunisolar
from holidays.calendars.hebrew import _HebrewLunisolar
from holidays.calendars.hindu import _HinduLunisolar
from holidays.calendars.islamic import _IslamicLunar
from holidays.calendars.persian import _Persian

OUTPUT = Path(__file__).parent.parent / "shared/tidings/data/timex_holidays.tsv"
YEARS = range(1990, 2041)
HEADER = """\
# When holidays are. Built by infra/build_holidays.py: edit that, not this.
# Origin: holidays {version} (MIT), Easter by python-dateutil; names and fixed days of the world: own compilation.
# Columns: names (underscores stand for spaces); countries (ISO 3166-1 alpha-3; "-" is wherever none of the others is named);
# the day of every year, or first days from 1990 to 2040, with the last day behind ".." where it is longer than a day.
"""
FIXED = {
    "christmas_day christmas": "12-25", "christmas_eve": "12-24", "boxing_day": "12-26", "new_year's_eve": "12-31",
    "new_year's_day": "01-01", "valentine's_day": "02-14", "halloween": "10-31", "epiphany": "01-06",
    "all_saints'_day": "11-01", "st._patrick's_day saint_patrick's_day": "03-17", "international_women's_day": "03-08",
    "may_day": "05-01", "juneteenth": "06-19", "bastille_day": "07-14", "anzac_day": "04-25", "armistice_day": "11-11",
    "orthodox_christmas": "01-07", "orthodox_christmas_eve": "01-06",
}  # fmt: skip
ABOUT_EASTER = {
    "easter easter_sunday": 0, "easter_monday": 1, "good_friday": -2, "holy_saturday": -1, "palm_sunday": -7,
    "maundy_thursday holy_thursday": -3, "ash_wednesday": -46, "shrove_tuesday mardi_gras": -47, "ascension_day": 39,
    "whit_sunday": 49, "whit_monday": 50, "corpus_christi": 60,
}  # fmt: skip
"""Holidays by their distance from Easter Sunday in days; the Orthodox churches have the fast's beginning otherwise."""
ORTHODOX = "BGR BLR CYP ERI ETH GEO GRC MDA MKD MNE ROU RUS SRB UKR"
"""Where Easter alone is the Orthodox one."""
NATIONAL = {
    "independence_day": "Independence Day", "national_day": "National Day", "republic_day": "Republic Day",
    "constitution_day": "Constitution Day", "victory_day": "Victory Day", "liberation_day": "Liberation Day",
    "labor_day labour_day": "Labor Day", "thanksgiving_day thanksgiving": "Thanksgiving Day",
    "memorial_day": "Memorial Day", "veterans_day": "Veterans Day", "presidents'_day": "Washington's Birthday",
    "columbus_day": "Columbus Day", "martin_luther_king_jr._day martin_luther_king_day": "Martin Luther King Jr. Day",
    "remembrance_day": "Remembrance Day", "canada_day": "Canada Day", "australia_day": "Australia Day",
}  # fmt: skip
"""Names that countries share → what the package calls them."""
ALSO = {
    ("independence_day", "KEN"): "12-12",  # called Jamhuri Day there
    ("independence_day", "NGA"): "10-01",
    ("independence_day", "MLI"): "09-22",
    ("independence_day", "NER"): "08-03",
    ("independence_day", "BFA"): "08-05",
    ("independence_day", "BWA"): "09-30",
    ("independence_day", "VNM"): "09-02",
}
"""Days of independence that the country itself calls otherwise (days by the CIA World Factbook, public domain)."""
OF_THE_UNITED_STATES = frozenset(
    {
        "Thanksgiving Day",
        "Memorial Day",
        "Veterans Day",
        "Washington's Birthday",
        "Columbus Day",
        "Martin Luther King Jr. Day",
    }
)
"""Without a country these are the holidays of the United States; no other country's is told of without its name."""

Told = date | None | tuple[date | None, bool] | set[date]


def main() -> None:
    """Write the table."""
    header = HEADER.format(version=metadata.version("holidays"))
    OUTPUT.write_text(header + "".join("\t".join(row) + "\n" for row in _rows()), encoding="utf-8")


def _rows() -> Iterator[tuple[str, str, str]]:
    for names, day in FIXED.items():
        yield names, "-", day
    for names, distance in ABOUT_EASTER.items():
        own = " ".join(f"orthodox_{name}" for name in names.split())
        western, orthodox = (
            _list([easter(y, m) + timedelta(distance) for y in YEARS]) for m in (EASTER_WESTERN, EASTER_ORTHODOX)
        )
        yield names, "-", western
        if -40 < distance <= 50:
            yield names, ORTHODOX, orthodox
            yield own, "-", orthodox
    yield from _of_faiths()
    # The second Monday of October is no holiday of all of Canada's provinces, so the package does not tell of it.
    yield "thanksgiving_day thanksgiving", "CAN", _list([_monday(year, 10, 2) for year in YEARS])
    for (names, country), day in ALSO.items():
        yield names, country, day
    for names, title in NATIONAL.items():
        yield from _national(names, title)


def _monday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(-first.weekday() % 7 + 7 * (number - 1))


def _of_faiths() -> Iterator[tuple[str, str, str]]:
    islamic, hebrew, hindu = _IslamicLunar(), _HebrewLunisolar(), _HinduLunisolar()
    chinese = _ChineseLunisolar()
    fitr = _islamic(islamic.eid_al_fitr_dates)
    begins = _islamic(islamic.ramadan_beginning_dates)
    ends = [min(day for day in fitr if day > first) - timedelta(1) for first in begins if first < fitr[-1]]
    yield "ramadan", "-", _list(begins[: len(ends)], ends)
    yield "eid_al-fitr eid_al_fitr eid_ul-fitr eid-ul-fitr eid_el-fitr", "-", _list(fitr)
    yield (
        "eid_al-adha eid_al_adha eid_ul-adha eid-ul-adha eid_el-adha eid-el-kabir",
        "-",
        _list(_islamic(islamic.eid_al_adha_dates)),
    )
    yield "ashura", "-", _list(_islamic(islamic.ashura_dates))
    yield "arbaeen", "-", _list(_islamic(islamic.arbaeen_dates))
    yield "islamic_new_year", "-", _list(_islamic(islamic.hijri_new_year_dates))
    yield "passover", "-", _yearly(hebrew.passover_date, 7)
    yield "rosh_hashanah rosh_hashana", "-", _yearly(hebrew.rosh_hashanah_date, 2)
    yield "yom_kippur", "-", _yearly(hebrew.yom_kippur_date)
    yield "sukkot", "-", _yearly(hebrew.sukkot_date, 7)
    yield "hanukkah chanukah", "-", _yearly(hebrew.hanukkah_date, 8)
    yield "purim", "-", _yearly(hebrew.purim_date)
    yield "shavuot", "-", _yearly(hebrew.shavuot_date)
    yield "lunar_new_year chinese_new_year tet", "-", _yearly(chinese.lunar_new_year_date)
    yield "mid-autumn_festival", "-", _yearly(chinese.mid_autumn_date)
    yield "dragon_boat_festival", "-", _yearly(chinese.dragon_boat_date)
    yield "diwali deepavali", "-", _yearly(hindu.diwali_india_date)
    yield "dussehra", "-", _yearly(hindu.dussehra_date)
    yield "holi", "-", _yearly(hindu.holi_date)
    yield "vesak", "-", _yearly(_BuddhistLunisolar().vesak_date)
    yield "nowruz norouz newroz", "-", _yearly(_Persian().new_year_date)


def _islamic(dates: Callable[[int], Iterable[tuple[date, bool]]]) -> list[date]:
    """Return the days of a lunar year's feast, which a year of the sun may hold twice."""
    return sorted({day for year in YEARS for day, _ in dates(year) if day.year in YEARS})


def _yearly(day_of: Callable[[int], Told], days: int = 1) -> str:
    found: list[date] = []
    for told in map(day_of, YEARS):
        days_told = told if isinstance(told, set) else {told[0] if isinstance(told, tuple) else told}
        found += [day for day in days_told if day is not None and day not in found]
    found.sort()
    return _list(found, [day + timedelta(days - 1) for day in found])


def _national(names: str, title: str) -> Iterator[tuple[str, str, str]]:
    """Iterate over a national holiday's rows, countries of one day together."""
    by_days: dict[str, list[str]] = defaultdict(list)
    for code in sorted(holidays.list_supported_countries(include_aliases=False)):
        country = pycountry.countries.get(alpha_2=code)
        if country is not None and (days := _days(code, title)):
            by_days[days].append(country.alpha_3)
    for days, countries in sorted(by_days.items(), key=lambda item: item[1]):
        default = ["-"] if "USA" in countries and title in OF_THE_UNITED_STATES else []
        yield names, " ".join(countries + default), days


def _days(code: str, title: str) -> str:
    told = _told(code)
    found = sorted(day for day, names in told.items() if any(_is(name, title) for name in names.split("; ")))
    if len({day.year for day in found}) != len(found) or not found or found[-1].year < 2015:
        return ""  # no longer kept, or several in a year: no one day has the name
    fixed = {f"{day:%m-%d}" for day in found if day.year >= 2010}
    return fixed.pop() if len(fixed) == 1 else _list(found)


_TOLD: dict[str, dict[date, str]] = {}


def _told(code: str) -> dict[date, str]:
    if code not in _TOLD:
        languages = holidays.country_holidays(code).supported_languages
        language = next((one for one in ("en_US", "en_GB", "en_CA") if one in languages), None)
        _TOLD[code] = dict(holidays.country_holidays(code, years=YEARS, observed=False, language=language))
    return _TOLD[code]


_WORKERS_DAYS = frozenset(
    {
        "Workers' Day",
        "Worker's Day",
        "International Workers' Day",
        "International Workers’ Day",
        "International Worker's Day",
    }
)


def _is(name: str, title: str) -> bool:
    name = name.removesuffix(" (estimated)").replace("Labour", "Labor").replace("(National) ", "")
    if title == "Independence Day":
        return name.endswith(title) and not name.startswith(("Juneteenth", "Day following"))
    if title == "Labor Day" and name in _WORKERS_DAYS:
        return True
    return name in (title, f"International {title}", f"National {title}")


def _list(firsts: list[date], lasts: list[date] | None = None) -> str:
    pairs = zip(firsts, lasts or firsts, strict=True)
    return " ".join(str(first) if first == last else f"{first}..{last}" for first, last in pairs)


if __name__ == "__main__":
    main()
