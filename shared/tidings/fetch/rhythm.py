"""When to read a feed again: its own rhythm, and the hours and days on which it asks to be left alone. Pure functions.

The hours and days are those of RSS (`skipHours`, `skipDays`; rssboard.org/rss-specification), in GMT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from tidings.fetch.entries import NEVER_QUIET, Entry, Quiet

RECENT = 12
"""Entries whose times tell the rhythm: enough for an average, few enough to follow a change."""
LEAST_DATED = 3
GROWTH = 1.5
"""How much longer the wait gets with every poll that finds nothing new, in a feed whose entries have no times."""
LONGEST_RHYTHM_S = 6 * 3600
"""However slow a feed is, it is looked at so often, unless it asks for less."""
MARGIN = 20_000
"""Bytes at the beginning and the end of a feed in which it tells of itself."""

_DAYS = {name: at for at, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_SKIP = re.compile(rb"<skip(hours|days)>(.{0,2000}?)</skip(?:hours|days)>", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(rb"<(?:hour|day)>\s{0,20}([A-Za-z0-9]{1,10})\s{0,20}</", re.IGNORECASE)


def rhythm_s(entries: Iterable[Entry], now: datetime) -> int | None:
    """Return half the average distance of the newest entries in seconds; None if few have times.

    Now counts as an entry, so that a feed that falls silent is read less and less.
    """
    moments = (entry.hint.published or entry.hint.updated for entry in entries)
    dated = sorted((moment for moment in moments if moment is not None and moment <= now), reverse=True)
    recent = list(islice(dated, RECENT))
    if len(recent) < LEAST_DATED:
        return None
    return int((now - recent[-1]).total_seconds() / len(recent) / 2)


def wish_s(interval_s: int, rhythm: int | None, unchanged: int) -> int:
    """Return the seconds to the next poll by the feed's rhythm: never under `interval_s`, its user's wish.

    `unchanged` counts the polls in a row that found nothing new; it matters only where no rhythm is known.
    """
    longest = max(interval_s, LONGEST_RHYTHM_S)
    if rhythm is None:
        return int(min(longest, interval_s * GROWTH ** min(unchanged, 20)))
    return min(longest, max(interval_s, rhythm))


def quiet_of(body: bytes) -> Quiet:
    """Read the hours and days that an RSS feed asks to be left alone; one that leaves no time at all is not heeded."""
    hours: set[int] = set()
    days: set[int] = set()
    for kind, inner in _SKIP.findall(body[:MARGIN] + body[-MARGIN:]):
        values = [value.decode("ascii").lower() for value in _VALUE.findall(inner)]
        if kind.lower() == b"hours":
            # 24 is midnight: RSS 0.91 counted from 1 to 24.
            hours.update(int(value) % 24 for value in values if value.isdecimal() and int(value) <= 24)
        else:
            days.update(_DAYS[value[:3]] for value in values if value[:3] in _DAYS)
    return NEVER_QUIET if len(hours) == 24 or len(days) == 7 else Quiet(frozenset(hours), frozenset(days))


def after_quiet(moment: datetime, quiet: Quiet) -> datetime:
    """Return the first moment from `moment` on at which the feed may be read."""
    hour = moment
    for _ in range(24 * 8):
        if hour.hour not in quiet.hours and hour.weekday() not in quiet.days:
            return hour
        hour = (hour + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return moment
