"""What the headers of an answer say: the server's clock, how long it wishes to be left alone, what it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

_LINK = re.compile(r"<([^<>]{1,2000})>([^<>]{0,500})")
_PARAMETER = re.compile(r";\s{0,5}(rel|type)\s{0,5}=\s{0,5}(?:\"([^\"]{0,200})\"|([^\";,\s]{0,200}))", re.IGNORECASE)


class HeaderLink(NamedTuple):
    """A link in a header: its target as it stands there, what it is to the answer, and its media type."""

    target: str
    relations: frozenset[str]
    media: str


def header_links(headers: Mapping[str, str]) -> Iterator[HeaderLink]:
    """Iterate over the links of the Link header (RFC 8288), as far as its first 10,000 characters."""
    for target, parameters in _LINK.findall(headers.get("link", "")[:10_000]):
        told = {name.lower(): (quoted or bare).lower() for name, quoted, bare in _PARAMETER.findall(parameters)}
        media = told.get("type", "").partition(";")[0].strip()
        yield HeaderLink(target, frozenset(told.get("rel", "").split()), media)


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
