"""What to do with a feed after an answer: pure functions of (feed, answer, now).

The conduct is what feed readers learnt the hard way: validators byte-exact and replaced on every 200, dropped after eight
days; a 200 with the old body is unmodified; a feed that fails is asked less and less, but never given up for good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from tidings.errors import BadInput, Permanent, Unavailable
from tidings.fetch.entries import ParsedFeed
from tidings.ids import content_digest, digest
from tidings.ports.web import Response
from tidings.records import Feed, FeedStatus

VALIDATORS_LAST = timedelta(days=8)
"""How long ETag and Last-Modified are believed: servers that confuse them would otherwise hide news for ever."""
LONGEST_WAIT = timedelta(days=1)
GONE_WAIT = timedelta(days=7)
INCOMPLETE_WAIT = timedelta(seconds=60)

_MAX_AGE = re.compile(r"(?:^|,)\s{0,5}max-age\s{0,5}=\s{0,5}\"?(\d{1,9})", re.IGNORECASE)


class Verdict(StrEnum):
    """What an answer means for the feed."""

    UNMODIFIED = "unmodified"
    GONE = "gone"
    READ = "read"


def is_due(feed: Feed, now: datetime) -> bool:
    """Say whether the feed's time has come; a message that comes twice finds that it has not."""
    return feed.next_poll is None or feed.next_poll <= now


def request_headers(feed: Feed, now: datetime) -> dict[str, str]:
    """Return the headers of a conditional GET."""
    if feed.last_polled is None or now - feed.last_polled > VALIDATORS_LAST:
        return {}
    headers = {}
    if feed.etag:
        headers["if-none-match"] = feed.etag
    if feed.last_modified:
        headers["if-modified-since"] = feed.last_modified
    return headers


def judge(feed: Feed, response: Response, now: datetime) -> Verdict:
    """Say what the answer to a poll means.

    Raises:
        Unavailable: 429 and 5xx; `retry_after_s` if the server said when.
        BadInput: any other status that is no success.
    """
    status = response.status
    if status == 304:
        return Verdict.UNMODIFIED
    if status == 410:
        return Verdict.GONE
    if status == 429 or status >= 500:
        wait = retry_after_s(response.headers, now)
        raise Unavailable(f"{feed.url}: the server answers {status}", retry_after_s=wait)
    if not 200 <= status < 300:
        raise BadInput(f"{feed.url}: the server answers {status}")
    return Verdict.UNMODIFIED if feed.body_digest == content_digest(response.body) else Verdict.READ


def accepted(feed: Feed, parsed: ParsedFeed, response: Response, now: datetime) -> Feed:
    """Return the feed after a body was read and every entry handed on."""
    moved = response.permanent_url if response.permanent_url and not parsed.is_document else None
    expires_none = response.headers.get("expires", "").strip() == "0"
    return feed.model_copy(
        update={
            "url": moved or feed.url,
            "title": feed.title or parsed.title,
            "status": FeedStatus.HEALTHY,
            "failures": 0,
            "reason": None,
            "etag": None if expires_none else response.headers.get("etag"),
            "last_modified": None if expires_none else response.headers.get("last-modified"),
            "body_digest": content_digest(response.body),
            "last_polled": now,
            "next_poll": now + _wait(feed, response.headers, parsed.ttl_s, now),
            "entries": 1 if parsed.is_document else len(parsed.entries),
        }
    )


def unfinished(feed: Feed, reason: str | None, now: datetime) -> Feed:
    """Return the feed after some entries could not be had: without validators, so that the next poll sees them again."""
    return feed.model_copy(
        update={
            "status": FeedStatus.HEALTHY,
            "failures": 0,
            "reason": reason,
            "etag": None,
            "last_modified": None,
            "body_digest": None,
            "last_polled": now,
            "next_poll": now + max(INCOMPLETE_WAIT, timedelta(seconds=feed.interval_s) if reason else INCOMPLETE_WAIT),
        }
    )


def unmodified(feed: Feed, response: Response, now: datetime) -> Feed:
    """Return the feed after it had nothing new."""
    update: dict[str, object] = {
        "status": FeedStatus.HEALTHY,
        "failures": 0,
        "reason": None,
        "last_polled": now,
        "next_poll": now + _wait(feed, response.headers, 0, now),
    }
    if response.status == 304:
        for field, header in (("etag", "etag"), ("last_modified", "last-modified")):
            if response.headers.get(header):
                update[field] = response.headers[header]
    return feed.model_copy(update=update)


def gone(feed: Feed, now: datetime) -> Feed:
    """Return the feed after 410: asked once a week, since even that has been seen to be a mistake."""
    return feed.model_copy(
        update={
            "status": FeedStatus.GONE,
            "failures": feed.failures + 1,
            "reason": "the server says that the feed is gone (410)",
            "last_polled": now,
            "next_poll": now + GONE_WAIT,
        }
    )


def failed(feed: Feed, error: Permanent | Unavailable, now: datetime) -> Feed:
    """Return the feed after a poll that gave nothing, with the reason and a longer wait each time."""
    failures = feed.failures + 1
    wait = min(timedelta(seconds=feed.interval_s) * 2 ** min(failures, 10), LONGEST_WAIT)
    asked = getattr(error, "retry_after_s", None)
    if asked is not None:
        wait = min(max(wait, timedelta(seconds=asked)), GONE_WAIT)
    return feed.model_copy(
        update={
            "status": FeedStatus.FAILING,
            "failures": failures,
            "reason": str(error)[:500],
            "last_polled": now,
            "next_poll": now + wait + _jitter(feed, now, wait),
        }
    )


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the wait that Retry-After asks for in seconds, given as seconds or as a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text[:9])
    moment = http_date(text)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def http_date(text: str | None) -> datetime | None:
    """Read an HTTP date; None if it is none."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def served_at(headers: Mapping[str, str], fetched_at: datetime) -> datetime | None:
    """Return the server's clock at the answer, unless it runs ahead of ours."""
    moment = http_date(headers.get("date"))
    return moment if moment is not None and moment <= fetched_at else None


def _wait(feed: Feed, headers: Mapping[str, str], ttl_s: int, now: datetime) -> timedelta:
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    expires = http_date(headers.get("expires"))
    wishes = [
        timedelta(seconds=feed.interval_s),
        timedelta(seconds=ttl_s),
        timedelta(seconds=int(found.group(1))) if found else timedelta(),
        expires - now if expires else timedelta(),
    ]
    wait = min(max(wishes), LONGEST_WAIT)
    return wait + _jitter(feed, now, wait)


def _jitter(feed: Feed, now: datetime, wait: timedelta) -> timedelta:
    # Up to a tenth, drawn from the feed and the time: feeds added together drift apart, and a rerun draws the same.
    share = int(digest(feed.feed_id, now.isoformat(), length=4), 16) / 0xFFFF
    return timedelta(seconds=int(wait.total_seconds() * 0.1 * share))
