"""Where an outlet is at home, so that its clock times are read in its zone.

Told by the offsets of other times on the page, else by country: of the site's domain, of the publisher's address, of the
page's locale. Where nothing tells the zone, a clock time says no more than its day: a wrong hour is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from urllib.parse import urlsplit

from tidings.clean.metadata import PageMeta
from tidings.clean.when import When, believable, whole_day
from tidings.records import Precision
from tidings.zones import country_of_domain, zone_named, zone_of_country

_DEFAULT_LOCALES = frozenset({"US", "GB"})
"""Countries of the locales that software for sites comes with, and that sites all over the world never change."""


@dataclass(frozen=True)
class Home:
    """An outlet's country and zone, as far as they are known, and its name and address."""

    country: str | None = None
    zone: tzinfo | None = None
    outlet: str = ""


NOWHERE = Home()


def home_of(url: str, meta: PageMeta, outlet: str | None = None) -> Home:
    """Return where the outlet of a page is at home."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        host = ""
    locale = (meta.locale or "").replace("_", "-").rpartition("-")[2].upper()
    told = (
        country_of_domain(host.rpartition(".")[2]),
        meta.article.country,
        locale if locale not in _DEFAULT_LOCALES else None,
    )
    country = next((code for code in told if code), None)
    offset = next((when.offset for when in meta.times() if when.offset), None)
    zone = timezone(offset) if offset else zone_of_country(country) if country else None
    return Home(country, zone, f"{host} {outlet or ''} {meta.article.publisher or ''} {meta.site_name or ''}")


def localised(when: When | None, home: Home, now: datetime) -> When | None:
    """Return a time in the zone of its outlet: the day alone if that is not known, or makes it a time of the future."""
    if when is None or when.precision in (Precision.DAY, Precision.NONE):
        return when
    if when.zoned and when.told is None:
        # Told in UTC, as feeds do: the outlet's own clock is known all the same.
        return when if when.offset or home.zone is None else replace(when, offset=_offset(when.latest, home.zone))
    place: tzinfo | None
    if when.told is None:
        written, place = when.earliest, home.zone
    else:
        assumed = zone_named(when.told)
        written, place = when.earliest.astimezone(assumed or UTC), zone_named(when.told, home.country, home.outlet)
    if place is not None:
        moment = written.replace(tzinfo=place).astimezone(UTC)
        found = replace(when, earliest=moment, latest=moment, zoned=True, told=None, offset=_offset(moment, place))
        if believable(found, now) is not None:
            return found
    return whole_day(written.date())


def _offset(moment: datetime, zone: tzinfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
