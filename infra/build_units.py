"""Build shared/tidings/data/quantity_units.tsv: `python -m infra.build_units`.

What units of measure and currencies are called in English, from CLDR through Babel (Unicode License v3): the American and
British names and the short forms of the units that UNITS lists, and every currency that is legal tender somewhere today.
Codes are UCUM's and ISO 4217's. The output is a function of Babel's version: same input, same bytes. Columns: see
tidings.extract.quantity_units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import babel
import pycountry
from babel import Locale
from babel.core import get_global

from tidings.tables import rows

OUTPUT = Path(__file__).parent.parent / "shared/tidings/data/quantity_units.tsv"
HEADER = """\
# What units and currencies are called in English. Built by infra/build_units.py from CLDR: edit that, not this.
# Origin: CLDR (Babel {version}), ISO 4217; nations' words from gazetteer_nations.tsv. Licence: Unicode License v3.
# Columns: kind; code (UCUM for unit and time, ISO 4217 otherwise); forms; the currency's nations ("-" is none).
# Kinds: unit, time (a unit that only divides: "a year"), currency (full names), symbol (before the number),
# noun (the last word of a currency's name; where several currencies share it, the nations tell them apart).
"""
UNITS = {
    "length-kilometer": "km",
    "length-meter": "m",
    "length-centimeter": "cm",
    "length-millimeter": "mm",
    "length-micrometer": "um",
    "length-nanometer": "nm",
    "length-mile": "[mi_i]",
    "length-yard": "[yd_i]",
    "length-foot": "[ft_i]",
    "length-inch": "[in_i]",
    "length-nautical-mile": "[nmi_i]",
    "length-light-year": "[ly]",
    "area-square-kilometer": "km2",
    "area-square-meter": "m2",
    "area-square-centimeter": "cm2",
    "area-square-mile": "[smi_us]",
    "area-square-yard": "[syd_i]",
    "area-square-foot": "[sft_i]",
    "area-square-inch": "[sin_i]",
    "area-hectare": "har",
    "area-acre": "[acr_us]",
    "mass-tonne": "t",
    "mass-kilogram": "kg",
    "mass-gram": "g",
    "mass-milligram": "mg",
    "mass-microgram": "ug",
    "mass-pound": "[lb_av]",
    "mass-ounce": "[oz_av]",
    "mass-ounce-troy": "[oz_tr]",
    "mass-carat": "[car_m]",
    "volume-cubic-kilometer": "km3",
    "volume-cubic-meter": "m3",
    "volume-cubic-centimeter": "cm3",
    "volume-cubic-foot": "[cft_i]",
    "volume-liter": "L",
    "volume-milliliter": "mL",
    "volume-hectoliter": "hL",
    "volume-megaliter": "ML",
    "volume-barrel": "[bbl_us]",
    "volume-gallon": "[gal_us]",
    "volume-bushel": "[bu_us]",
    "volume-pint": "[pt_us]",
    "volume-acre-foot": "[acr_us].[ft_us]",
    "speed-kilometer-per-hour": "km/h",
    "speed-mile-per-hour": "[mi_i]/h",
    "speed-meter-per-second": "m/s",
    "speed-knot": "[kn_i]",
    "temperature-celsius": "Cel",
    "temperature-fahrenheit": "[degF]",
    "temperature-kelvin": "K",
    "angle-degree": "deg",
    "power-watt": "W",
    "power-kilowatt": "kW",
    "power-megawatt": "MW",
    "power-gigawatt": "GW",
    "power-horsepower": "[HP]",
    "energy-kilowatt-hour": "kW.h",
    "energy-joule": "J",
    "energy-kilojoule": "kJ",
    "energy-calorie": "cal",
    "energy-kilocalorie": "kcal",
    "energy-british-thermal-unit": "[Btu]",
    "electric-volt": "V",
    "electric-ampere": "A",
    "frequency-hertz": "Hz",
    "frequency-kilohertz": "kHz",
    "frequency-megahertz": "MHz",
    "frequency-gigahertz": "GHz",
    "digital-kilobyte": "kBy",
    "digital-megabyte": "MBy",
    "digital-gigabyte": "GBy",
    "digital-terabyte": "TBy",
    "digital-petabyte": "PBy",
    "pressure-pascal": "Pa",
    "pressure-hectopascal": "hPa",
    "pressure-millibar": "mbar",
}
"""CLDR's units that news measures with, each with its code in UCUM (https://ucum.org/ucum)."""
TIMES = {
    "duration-year": "a",
    "duration-month": "mo",
    "duration-week": "wk",
    "duration-day": "d",
    "duration-hour": "h",
    "duration-minute": "min",
    "duration-second": "s",
}
NO_UNIT_ALONE = frozenset({"in", "ct", "pt", "ac", "bu", "pa", "ly", "kn", "cal", "oz t"})
"""Short forms that are words or abbreviations of something else; one letter alone is never a form."""
NO_MONEY_ALONE = frozenset({"mark", "marks", "sol", "soles", "colón", "colóns", "real", "reals", "gold", "dram", "drams"})
"""Nouns that mean something else far more often than the currency; its full name is read."""
WORLD_NOUNS = {"dollar": "USD", "dollars": "USD"}
"""Nouns that the press uses without a nation for one currency, whatever the article is about."""
SHORTEST_FORM = 2


def build() -> str:
    """Return the table's text."""
    lines = [*_measures("unit", UNITS), *_measures("time", TIMES), *_currencies()]
    return HEADER.format(version=babel.__version__) + "".join("\t".join(line) + "\n" for line in lines)


def main() -> None:
    """Write the table."""
    OUTPUT.write_text(build(), encoding="utf-8")
    print(f"{OUTPUT}: {OUTPUT.stat().st_size / 1e3:.0f} kB")


def _measures(kind: str, codes: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for name, code in codes.items():
        forms: dict[str, None] = {}
        for locale in ("en", "en_GB"):
            patterns = Locale.parse(locale)._data["unit_patterns"][name]
            for width in ("long", "short") if kind == "unit" else ("long",):
                for count in ("one", "other"):
                    form = patterns[width][count].replace("{0}", "").strip().lower()
                    if width == "long" or (len(form) >= SHORTEST_FORM and form not in NO_UNIT_ALONE):
                        forms[form] = None
        yield kind, code, "|".join(forms), "-"


def _currencies() -> Iterator[tuple[str, str, str, str]]:
    english = Locale("en")
    users = _users()
    names = {code: _names(english, code) for code in users}
    for code, forms in names.items():
        yield "currency", code, "|".join(forms), "-"
    for code in users:
        symbol = english.currency_symbols.get(code, code)
        if symbol != code:
            yield "symbol", code, " ".join(symbol.lower().split()), "-"
    nouns = {code: dict.fromkeys(form.split()[-1] for form in forms) for code, forms in names.items()}
    shared = Counter(noun for several in nouns.values() for noun in several)
    for code, several in nouns.items():
        kept = [noun for noun in several if noun not in NO_MONEY_ALONE and WORLD_NOUNS.get(noun, code) == code]
        nations = any(shared[noun] > 1 and noun not in WORLD_NOUNS for noun in kept)
        if kept:
            yield "noun", code, "|".join(kept), "|".join(_nation_words(users[code])) if nations else "-"


def _names(english: Locale, code: str) -> list[str]:
    plural = english._data["currency_names_plural"][code]
    return list(dict.fromkeys(plural[count].lower().replace("\u2019", "'") for count in ("one", "other") if count in plural))


def _users() -> dict[str, list[str]]:
    """Return the currencies that are legal tender today, each with the territories (ISO 3166-1 alpha-2) that use it."""
    users: dict[str, list[str]] = {}
    for territory, history in sorted(get_global("territory_currencies").items()):
        for code, _, until, tender in history:
            if until is None and tender:
                users.setdefault(code, []).append(territory)
    return dict(sorted(users.items()))


def _nation_words(territories: list[str]) -> list[str]:
    """Return what the nations of some territories are called, as the gazetteer of nations has it."""
    found = (pycountry.countries.get(alpha_2=territory) for territory in territories)
    codes = {country.alpha_3 for country in found if country}
    words: dict[str, None] = {}
    for code, names, adjectives, people, _ in rows("gazetteer_nations.tsv", 5):
        if code in codes:
            words |= dict.fromkeys(w for field in (names, adjectives, people) for w in field.split("|") if w != "-")
    return list(words) or ["-"]


if __name__ == "__main__":
    main()
