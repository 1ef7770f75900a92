"""Names of time zones, and the zones of countries."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tidings.tables import rows
from tidings.zones import country_of_domain, zone_named, zone_of_country

SUMMER = datetime(2025, 6, 13, 12)


def hours(name: str, country: str | None = None, outlet: str = "") -> float | None:
    place = zone_named(name, country, outlet)
    offset = SUMMER.replace(tzinfo=place).utcoffset() if place else None
    return offset / timedelta(hours=1) if offset is not None else None


@pytest.mark.parametrize(
    ("name", "country", "outlet", "offset"),
    [
        ("IST", None, "", 5.5),
        ("IST", "IE", "", 1),
        ("IST", None, "www.irishtimes.com", 1),
        ("IST", None, "The Jerusalem Post", 3),
        ("CST", None, "", -6),
        ("CST", "CN", "", 8),
        ("CST", None, "China Daily", 8),
        ("BRT", None, "", -3),
        ("NPT", None, "", 5.75),
        ("Moscow time", None, "", 3),
        ("Beijing time", None, "", 8),
        ("Eastern", None, "", -4),
        ("GMT+3", None, "", 3),
        ("+07", None, "", 7),
        ("+5:45", None, "", 5.75),
        ("+15:00", None, "", None),
        ("UTC+14:99", None, "", None),
        ("XYZT", None, "", None),
        ("by", None, "", None),
    ],
)
def test_a_name_means_the_zone_of_its_outlet(name: str, country: str | None, outlet: str, offset: float | None) -> None:
    assert hours(name, country, outlet) == offset


def test_every_zone_of_the_tables_exists() -> None:
    assert all(zone_named(name, country) is not None for name, _, country, _ in rows("zones.tsv", 4))
    assert all(zone_of_country(code) is not None for code, _, _ in rows("zone_countries.tsv", 3))


@pytest.mark.parametrize(("domain", "country"), [("au", "AU"), ("uk", "GB"), ("tv", None), ("com", None), ("us", None)])
def test_a_domain_names_a_country_unless_it_is_sold_to_anybody(domain: str, country: str | None) -> None:
    assert country_of_domain(domain) == country
