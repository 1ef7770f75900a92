"""Times in the headers of an answer: what the server's clock says, and how long it wishes to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the wait that Retry-After asks for in seconds, given as seconds or as a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text[:9])
    moment = http_date(text)
    return max(0.0, (moment - said_at(headers, now)).total_seconds()) if moment else None


def http_date(text: str | None) -> datetime | None:
    """Read an HTTP date; None if it is none."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        # The last hours of the year 9999 in one time zone are no time at all in another.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def said_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return the moment of an answer by the server's own clock, `now` if it does not say."""
    # A date in a header is one of the server's clock, which may be hours off; its own Date says so (RFC 9111, 4.2.1).
    return http_date(headers.get("date")) or now


def served_at(headers: Mapping[str, str], fetched_at: datetime) -> datetime | None:
    """Return the server's clock at the answer, unless it runs ahead of ours."""
    moment = http_date(headers.get("date"))
    return moment if moment is not None and moment <= fetched_at else None
