"""What to do with a feed after an answer: pure functions of (feed, answer, now).

The conduct is what feed readers learnt the hard way: validators byte-exact and replaced on every 200, dropped after eight
days; a 200 with the old body is unmodified; a feed that fails is asked less and less, but never given up for good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from tidings.errors import BadInput, Permanent, Unavailable
from tidings.fetch.entries import ParsedFeed, Quiet
from tidings.fetch.headers import http_date, retry_after_s, said_at
from tidings.fetch.rhythm import after_quiet, rhythm_s, wish_s
from tidings.ids import content_digest, digest
from tidings.ports.web import Response
from tidings.records import Feed, FeedStatus

VALIDATORS_LAST = timedelta(days=8)
"""How long ETag and Last-Modified are believed: servers that confuse them would otherwise hide news for ever."""
LONGEST_WAIT = timedelta(days=1)
GONE_WAIT = timedelta(days=7)
LIST_WAIT = timedelta(seconds=60)
"""Least time between two turns at a feed whose entries are still being fetched."""

_MAX_AGE = re.compile(r"(?:^|,)\s{0,5}max-age\s{0,5}=\s{0,5}\"?(\d{1,9})", re.IGNORECASE)


class Verdict(StrEnum):
    """What an answer means for the feed."""

    UNMODIFIED = "unmodified"
    GONE = "gone"
    READ = "read"


def is_due(feed: Feed, now: datetime) -> bool:
    """Say whether the feed's time has come; a message that comes twice finds that it has not."""
    return feed.next_poll is None or feed.next_poll <= now


def is_to_be_read(feed: Feed, now: datetime) -> bool:
    """Say whether the feed itself is due, and not only entries of it."""
    return feed.next_read is None or feed.next_read <= now


def request_headers(feed: Feed, now: datetime) -> dict[str, str]:
    """Return the headers of a conditional GET."""
    if feed.last_read is None or now - feed.last_read > VALIDATORS_LAST:
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


def accepted(
    feed: Feed, parsed: ParsedFeed, response: Response, now: datetime, *, fresh: int = 0, settled: bool = True
) -> Feed:
    """Return the feed after a body was read and its `fresh` new or changed entries were listed.

    Unless it is `settled`, there may be something to read even if the next body is the same: it is asked for anew then.
    """
    moved = response.permanent_url if response.permanent_url and parsed.is_feed else None
    forgotten = not settled or response.headers.get("expires", "").strip() == "0"
    known = feed.model_copy(
        update={
            "url": moved or feed.url,
            "title": feed.title or parsed.title,
            "etag": None if forgotten else response.headers.get("etag"),
            "last_modified": None if forgotten else response.headers.get("last-modified"),
            "body_digest": content_digest(response.body) if settled else None,
            "last_read": now,
            "entries": 1 if parsed.is_document else len(parsed.entries),
            "unchanged": 0 if fresh else feed.unchanged + 1,
            "rhythm_s": rhythm_s(parsed.entries, now),
            "ttl_s": parsed.ttl_s,
            "skip_hours": tuple(sorted(parsed.quiet.hours)),
            "skip_days": tuple(sorted(parsed.quiet.days)),
        }
    )
    return _healthy(known, response, now)


def unmodified(feed: Feed, response: Response, now: datetime) -> Feed:
    """Return the feed after it had nothing new."""
    update: dict[str, object] = {"unchanged": feed.unchanged + 1}
    if response.status == 304:
        for field, header in (("etag", "etag"), ("last_modified", "last-modified")):
            if response.headers.get(header):
                update[field] = response.headers[header]
    else:
        update["last_read"] = now
    return _healthy(feed.model_copy(update=update), response, now)


def _healthy(feed: Feed, response: Response, now: datetime) -> Feed:
    when = _next_read(feed, response.headers, now)
    return feed.model_copy(
        update={
            "status": FeedStatus.HEALTHY,
            "failures": 0,
            "reason": None,
            "discover": False,
            "last_polled": now,
            "next_read": when,
            "next_poll": when,
        }
    )


def with_waiting(feed: Feed, waiting: int, first_due: datetime | None, pause: datetime | None, now: datetime) -> Feed:
    """Return the feed with its next turn, given how many entries are still to be fetched and when the first of them is.

    `pause` is until when the feed's own server asked to be left alone: the feed is not read before either.
    """
    read = max(feed.next_read or now, pause or now)
    due = read if first_due is None else min(read, max(first_due, pause or now, now + LIST_WAIT))
    return feed.model_copy(update={"waiting": waiting, "next_read": read, "next_poll": due})


def gone(feed: Feed, now: datetime) -> Feed:
    """Return the feed after 410: retired. It is asked once a week, then a month, as even that has been a mistake before."""
    when = now + GONE_WAIT * min(feed.failures + 1, 4)
    return feed.model_copy(
        update={
            "status": FeedStatus.GONE,
            "failures": feed.failures + 1,
            "reason": "the server says that the feed is gone (410)",
            "last_polled": now,
            "next_read": when,
            "next_poll": when,
        }
    )


def put_off(feed: Feed, after_s: float, now: datetime) -> Feed:
    """Return the feed after a poll in which nobody was asked, as its host is left alone for `after_s`: no failure of it."""
    wait = min(timedelta(seconds=after_s), GONE_WAIT)
    when = _undisturbed(feed, now + wait + _jitter(feed, now, wait))
    return feed.model_copy(update={"next_read": when, "next_poll": when})


def failed(feed: Feed, error: Permanent | Unavailable, now: datetime) -> Feed:
    """Return the feed after a poll that gave nothing, with the reason and a longer wait each time.

    What the feed wished when it was read last (ttl, skipHours, skipDays) holds still.
    """
    failures = feed.failures + 1
    wait = min(max(timedelta(seconds=feed.interval_s) * 2 ** min(failures, 10), timedelta(seconds=feed.ttl_s)), LONGEST_WAIT)
    asked = getattr(error, "retry_after_s", None)
    if asked is not None:
        wait = min(max(wait, timedelta(seconds=asked)), GONE_WAIT)
    when = _undisturbed(feed, now + wait + _jitter(feed, now, wait))
    return feed.model_copy(
        update={
            "status": FeedStatus.FAILING,
            "failures": failures,
            "reason": str(error)[:500],
            "last_polled": now,
            "next_read": when,
            "next_poll": when,
        }
    )


def _next_read(feed: Feed, headers: Mapping[str, str], now: datetime) -> datetime:
    age = headers.get("age", "").strip()
    stored = timedelta(seconds=int(age[:9])) if age.isdecimal() else timedelta()
    dated = "date" in headers
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    # RFC 9111, 5.3: a max-age overrides Expires.
    expires = None if found else http_date(headers.get("expires"))
    wishes = [
        timedelta(seconds=wish_s(feed.interval_s, feed.rhythm_s, feed.unchanged)),
        timedelta(seconds=feed.ttl_s),
        timedelta(seconds=int(found.group(1))) - stored if found else timedelta(),
        expires - said_at(headers, now) - (stored if dated else timedelta()) if expires else timedelta(),
    ]
    wait = min(max(wishes), LONGEST_WAIT)
    return _undisturbed(feed, now + wait + _jitter(feed, now, wait))


def _undisturbed(feed: Feed, moment: datetime) -> datetime:
    return after_quiet(moment, Quiet(frozenset(feed.skip_hours), frozenset(feed.skip_days)))


def _jitter(feed: Feed, now: datetime, wait: timedelta) -> timedelta:
    # Up to a tenth, drawn from the feed and the time: feeds added together drift apart, and a rerun draws the same.
    share = int(digest(feed.feed_id, now.isoformat(), length=4), 16) / 0xFFFF
    return timedelta(seconds=int(wait.total_seconds() * 0.1 * share))
