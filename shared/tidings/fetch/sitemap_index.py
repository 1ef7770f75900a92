"""The sitemaps of a sitemap index: which of them one poll reads, and what comes of them.

An index tells of its sitemaps by `lastmod` at best. So each has a mark: when it was tried last, whether that failed, and its
own validators. One that the index gives no time for is asked for in every turn, with these.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tidings import keys
from tidings.errors import BadInput, Permanent, Unavailable
from tidings.fetch import decide
from tidings.fetch.entries import Child, Entry
from tidings.fetch.feeds import MAX_FEED_BYTES, parse
from tidings.fetch.fetching import Fetching
from tidings.fetch.headers import retry_after_s
from tidings.fetch.listing import is_of_unfinished, list_new
from tidings.ports.store import Item, Put, read_many
from tidings.ports.web import Response
from tidings.records import Feed

MAX_CHILDREN = 20
"""Most sitemaps of an index that one poll reads."""


@dataclass(frozen=True)
class Outcome:
    """What came of a turn at the sitemaps of an index.

    `settled`: as long as the index itself stays the same, there is nothing to read. `failure` is set if there was something
    to read and nothing could be; `reason` says what could not.
    """

    fresh: int = 0
    settled: bool = True
    reason: str | None = None
    failure: Permanent | Unavailable | None = None


class _Due(NamedTuple):
    child: Child
    mark: Item | None
    unfinished: bool

    @property
    def told(self) -> Mapping[str, Any]:
        return self.mark.body if self.mark is not None else {}


def list_children(feed: Feed, children: Sequence[Child], tools: Fetching, now: datetime, *, until: float) -> Outcome:
    """List what is new in the sitemaps of an index, those that were left unread for longest first.

    None is begun after `until` (monotonic seconds), and none of a host that is out of reach or busy.

    Raises:
        NotYet: another process asks a sitemap's host now.
        Transient: the store does not answer.
    """
    due = _due(feed, children, tools)
    fresh = read = 0
    failures: list[Permanent | Unavailable] = []
    resting: set[str | None] = set()
    for one in due[:MAX_CHILDREN]:
        host = urlsplit(one.child.url).hostname
        if host in resting or time.monotonic() >= until:
            continue
        try:
            response, entries = _read(one, tools, now)
        except (Permanent, Unavailable) as error:
            failures.append(error)
            if isinstance(error, Unavailable):
                resting.add(host)
            _save(feed, one, tools, dict(one.told) | {"tried": now.isoformat(), "failed": True})
            continue
        read += 1
        fresh += list_new(feed.feed_id, entries, tools.store, now, behind=fresh, since=feed.last_read)
        _save(feed, one, tools, _read_mark(one, response, now))
    undated = any(child.changed is None for child in children)
    return Outcome(
        fresh,
        settled=not undated and read == len(due),
        reason=f"{len(failures)} of {len(children)} sitemaps cannot be read: {failures[0]}"[:500] if failures else None,
        failure=failures[0] if failures and not read and len(due) == len(children) else None,
    )


def _due(feed: Feed, children: Sequence[Child], tools: Fetching) -> list[_Due]:
    wanted = {keys.feed_child(feed.feed_id, child.url): child for child in children}
    marks = {item.key: item for item in read_many(tools.store, wanted)}
    found = [_Due(child, marks.get(key), _is_unfinished(marks.get(key), feed)) for key, child in wanted.items()]
    due = [one for one in found if _is_due(one)]
    # What a read that died has listed comes first: it is then the same sitemaps that this one reads.
    return sorted(due, key=lambda one: (not one.unfinished, one.told.get("tried") or one.told.get("listed") or ""))


def _is_due(one: _Due) -> bool:
    return (
        one.unfinished
        or one.child.changed is None
        or one.told.get("changed") != one.child.changed
        or bool(one.told.get("failed"))
    )


def _is_unfinished(mark: Item | None, feed: Feed) -> bool:
    return mark is not None and "listed" in mark.body and is_of_unfinished(mark.body, feed.last_read)


def _read(one: _Due, tools: Fetching, now: datetime) -> tuple[Response, Sequence[Entry]]:
    url = one.child.url
    response = tools.web.get(
        url,
        dict(_validators(one, now)),
        max_bytes=MAX_FEED_BYTES,
        gap_s=tools.robots.permitted(url, now).delay_s,
        check=lambda there: tools.robots.permitted(there, now),
    )
    if response.status == 429 or response.status >= 500:
        wait = retry_after_s(response.headers, now)
        raise Unavailable(f"{url}: the server answers {response.status}", retry_after_s=wait)
    if response.status == 304:
        return response, ()
    if response.status != 200:
        raise BadInput(f"{url}: the server answers {response.status}")
    below = parse(response.body, response.headers.get("content-type", ""), response.url)
    if below.children or not below.is_feed:
        raise BadInput(f"{url}: not a sitemap but {below.kind.value}")
    return response, below.entries


def _validators(one: _Due, now: datetime) -> Iterator[tuple[str, str]]:
    listed = one.told.get("listed")
    if listed is None or one.unfinished or now - datetime.fromisoformat(listed) > decide.VALIDATORS_LAST:
        return
    for header, field in (("if-none-match", "etag"), ("if-modified-since", "modified")):
        if one.told.get(field):
            yield header, one.told[field]


def _read_mark(one: _Due, response: Response, now: datetime) -> dict[str, Any]:
    mark = {"changed": one.child.changed, "tried": now.isoformat()}
    if response.status == 304:
        return {name: one.told[name] for name in ("listed", "etag", "modified") if name in one.told} | mark
    kept = {"etag": response.headers.get("etag"), "modified": response.headers.get("last-modified")}
    return mark | {"listed": now.isoformat()} | {name: value for name, value in kept.items() if value}


def _save(feed: Feed, one: _Due, tools: Fetching, mark: dict[str, Any]) -> None:
    tools.store.transact([Put(keys.feed_child(feed.feed_id, one.child.url), mark)])
