"""Are two places one? Towns far apart are two places; a town and its country or province may be one."""

from __future__ import annotations

import math
from functools import cache

from tidings.nations import nations
from tidings.records import Place
from tidings.tables import parts, rows

FAR_KM = 40.0
"""Between towns: a city and the suburb where it happened are closer."""
_EARTH_KM = 6371.0
_SAME = 0.5
_WITHIN = 0.1


def are_apart(a: Place, b: Place) -> bool:
    """Tell whether what happened in one place cannot have happened in the other."""
    if a.country and b.country and a.country != b.country:
        return True
    if _is_area(a) or _is_area(b):
        return False
    gap = _km(a, b)
    return gap is not None and gap > FAR_KM


def likeness(a: Place | None, b: Place | None) -> float:
    """Return what two places say for or against one event, from -0.3 to 0.5; 0 where one is not known."""
    if a is None or b is None:
        return 0.0
    if (a.geonameid is not None and a.geonameid == b.geonameid) or _name(a) == _name(b):
        return _SAME
    if a.country and a.country == b.country:
        return _WITHIN
    return -0.3


def is_country(place: Place) -> bool:
    """Tell whether a place is a whole country."""
    return _name(place) in _countries()


def _km(a: Place, b: Place) -> float | None:
    """Return the great-circle distance, None if a point is not known (haversine formula)."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    south, north = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def _is_area(place: Place) -> bool:
    """Tell whether a place is a country, a province or a region: of these only countries and US states have an identity."""
    return place.geonameid is None or _name(place) in _countries() or (place.country == "USA" and _name(place) in _states())


def _name(place: Place) -> str:
    return (place.name or place.text).casefold()


@cache
def _countries() -> frozenset[str]:
    return frozenset(name.casefold() for nation in nations().values() for name in nation.names)


@cache
def _states() -> frozenset[str]:
    named = (row[1] for row in rows("gazetteer_divisions.tsv") if row[0] == "USA")
    return frozenset(name.casefold() for field in named for name in parts(field))
