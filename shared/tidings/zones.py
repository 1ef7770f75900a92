"""Time zones by the names that people give them, and those of countries and their outlets."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple

from dateutil import tz

from tidings.tables import parts, rows

_ANYWHERE = "*"
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?")
_MOST_HOURS = 14


class _Meaning(NamedTuple):
    zone: str
    country: str
    signs: tuple[str, ...]


def zone_named(name: str, country: str | None = None, outlet: str = "") -> tzinfo | None:
    """Return the zone that a name or an offset means to an outlet; None if it is not known.

    `country` is its ISO 3166-1 alpha-2 code; `outlet`, its name and address, tells where a name of several zones stands.

    >>> zone_named("GMT+5:30") == zone_named("IST")
    True
    """
    meanings = _meanings().get(name.casefold(), ())
    said = outlet.casefold()
    for test in (
        lambda one: one.country == country,
        lambda one: any(sign in said for sign in one.signs),
        lambda one: one.country == _ANYWHERE,
    ):
        found = next((one.zone for one in meanings if test(one)), None)
        if found is not None:
            return _zone(found)
    return _offset(name.casefold())


def has_meanings(name: str) -> bool:
    """Say whether the zone of a name depends on where it stands."""
    return len(_meanings().get(name.casefold(), ())) > 1


@cache
def zone_names() -> frozenset[str]:
    """Return all names of zones, in lower case."""
    return frozenset(_meanings())


@cache
def zone_of_country(country: str) -> tzinfo | None:
    """Return the zone of a country's press; None if it has several."""
    name = {code: zone for code, zone, _ in rows("zone_countries.tsv", 3)}.get(country)
    return _zone(name) if name else None


@cache
def country_of_domain(domain: str) -> str | None:
    """Return the country of a top-level domain; None if there is none, or it is sold to anybody.

    >>> country_of_domain("uk"), country_of_domain("tv")
    ('GB', None)
    """
    return {name: code for code, _, name in rows("zone_countries.tsv", 3) if name != "-"}.get(domain)


@cache
def _meanings() -> dict[str, tuple[_Meaning, ...]]:
    found: dict[str, tuple[_Meaning, ...]] = {}
    for name, zone, country, signs in rows("zones.tsv", 4):
        meaning = _Meaning(zone, country, tuple(parts(signs)) if signs != "-" else ())
        found[name] = (*found.get(name, ()), meaning)
    return found


def _zone(name: str) -> tzinfo | None:
    if name[0] in "+-":
        return _offset(name)
    found: tzinfo | None = tz.gettz(name)
    return found


def _offset(text: str) -> tzinfo | None:
    found = _OFFSET.fullmatch(text)
    if found is None or int(found.group(2)) > _MOST_HOURS or int(found.group(3) or 0) > 59:
        return None
    size = timedelta(hours=int(found.group(2)), minutes=int(found.group(3) or 0))
    return timezone(size if found.group(1) == "+" else -size)
