"""The times of feeds, as exactly as they are told: a day is no midnight, and a clock time of no known zone is a day.

feedparser gives a time in UTC, and takes for UTC what it does not know: "18:00:00 CEST", and every time without a zone.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from email.utils import parsedate
from time import struct_time
from typing import NamedTuple
from urllib.parse import urlsplit

from tidings.records import Precision
from tidings.zones import country_of_domain, zone_named, zone_of_country

_SURE = re.compile(r"(?:[+-]\d{1,2}:?\d{2}|\d ?Z|\b(?:GMT|UTC?))\)?$", re.IGNORECASE)
_NAMED = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)? \(?([A-Z]{2,5})\)?$", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_NO_DAY = re.compile(r"\d{4}(?:-\d{2})?")
_LONGEST = 100


class FeedTime(NamedTuple):
    """A time of a feed, and its precision if that is less than the time itself says."""

    moment: datetime | None = None
    precision: Precision | None = None


def feed_time(text: str, parsed: struct_time | None, url: str) -> FeedTime:
    """Return the time that a feed at `url` writes as `text` and feedparser reads as `parsed`."""
    text = text.strip()[:_LONGEST]
    if _NO_DAY.fullmatch(text):
        return FeedTime()
    if not text or _SURE.search(text):
        return FeedTime(_utc(parsed))
    if not _CLOCK.search(text):
        return _day(_utc(parsed))
    named = _NAMED.search(text)
    read = (parsedate(text) if named or parsed is None else parsed) or parsed
    written = _utc(read)
    country = country_of_domain((urlsplit(url).hostname or "").rpartition(".")[2])
    at_home = zone_of_country(country) if country else None
    place = zone_named(named.group(1), country, url) if named else at_home
    if written is None or place is None:
        return _day(written)
    try:
        return FeedTime(written.replace(tzinfo=place).astimezone(UTC))
    except OverflowError:
        return FeedTime()


def day_or_moment(text: str | None) -> FeedTime:
    """Return the time of a sitemap (W3C's profile of ISO 8601)."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return FeedTime()
    if len(text or "") <= len("2025-06-13") or moment.tzinfo is None:
        return _day(moment.replace(tzinfo=UTC))
    return FeedTime(moment)


def _day(moment: datetime | None) -> FeedTime:
    if moment is None:
        return FeedTime()
    return FeedTime(datetime(moment.year, moment.month, moment.day, tzinfo=UTC), Precision.DAY)


def _utc(parsed: struct_time | tuple[int, ...] | None) -> datetime | None:
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(tuple(parsed)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
