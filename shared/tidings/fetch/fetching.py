"""Fetching the entries on a feed's list, each for itself: what fails stays with its entry."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from tidings import keys
from tidings.errors import NotYet, Permanent, Resting, Unavailable
from tidings.fetch.documents import send_document, store_document
from tidings.fetch.entries import Entry
from tidings.fetch.listing import due_items, entry_of_item
from tidings.fetch.pages import Page, fetch_page, page_from_feed
from tidings.fetch.robots import Robots
from tidings.fetch.websub import Subscriber
from tidings.ids import CorrelationId, DocumentId, digest, document_id
from tidings.ports.blobs import Blobs
from tidings.ports.queue import Sender
from tidings.ports.store import Delete, Item, Put, Store
from tidings.ports.web import Web
from tidings.records import EntryHint, Feed, RawDocument

MAX_ENTRIES_PER_POLL = 50
"""Entries that one poll fetches; the rest of the list is left to the next one, a minute later."""
MAX_ATTEMPTS = 5
"""Polls in which an entry's page may be out of reach before the entry is set down as failed."""
MAX_EARLIER = 20
"""Former versions of an entry whose documents its mark names."""


@dataclass(frozen=True)
class Fetching:
    """What the fetch stage works with."""

    web: Web
    robots: Robots
    blobs: Blobs
    store: Store
    clean_queue: Sender
    subscriber: Subscriber | None = None


@dataclass(frozen=True)
class Turn:
    """What came of a turn at the list: until when the feed's own server wants to be left alone, and what went wrong last."""

    pause: datetime | None = None
    reason: str | None = None


def fetch_listed(
    feed: Feed,
    correlation: CorrelationId,
    tools: Fetching,
    now: datetime,
    *,
    until: float,
    attempts: int = MAX_ATTEMPTS,
) -> Turn:
    """Fetch the listed entries that are due, up to `MAX_ENTRIES_PER_POLL`, beginning none after `until` (monotonic seconds).

    A page that is out of reach is tried again in a later turn, `attempts` times in all. A server that wants to be left alone
    gets no further request in this turn. One that has wanted it since before, or that another process asks now, gets none
    either, which counts as no attempt.

    Raises:
        NotYet: another process asks the server now, and with a single attempt there is no later turn.
    """
    reason: str | None = None
    pause: datetime | None = None
    resting: dict[str | None, datetime] = {}
    home = urlsplit(feed.url).hostname
    for item in due_items(feed.feed_id, tools.store, now, MAX_ENTRIES_PER_POLL):
        if time.monotonic() >= until:
            break
        host = urlsplit(str(item.body.get("url") or "")).hostname
        if host in resting:
            _put_back(feed, item, tools.store, resting[host])
            continue
        try:
            _take(feed, item, correlation, tools, now, attempts)
        except (NotYet, Resting) as error:
            if attempts == 1:
                raise
            resting[host] = now + timedelta(seconds=error.after_s)
            if isinstance(error, Resting) and host == home:
                pause = resting[host]
            _put_back(feed, item, tools.store, resting[host])
        except _OutOfReach as error:
            reason = f"an entry is out of reach: {error}"[:300]
            if error.pause is not None and host == home:
                return Turn(error.pause, reason)
            if error.pause is not None:
                resting[host] = error.pause
    return Turn(pause, reason)


class _OutOfReach(Exception):
    """An entry was put back on the list; `pause` if its server wants to be left alone until then."""

    def __init__(self, reason: str, pause: datetime | None) -> None:
        super().__init__(reason)
        self.pause = pause


def _take(feed: Feed, item: Item, correlation: CorrelationId, tools: Fetching, now: datetime, max_attempts: int) -> None:
    entry = entry_of_item(item)
    seen = tools.store.get(keys.feed_seen(feed.feed_id, entry.key))
    mark = {k: v for k, v in seen.body.items() if k not in ("next", "reason", "attempts")} if seen is not None else {}
    failure = "it has neither a link nor a text"
    try:
        page = fetch_page(entry.url, tools.web, tools.robots, now) if entry.url else page_from_feed(entry, feed)
    except (Permanent, Unavailable) as error:
        if isinstance(error, Resting) and max_attempts > 1:
            raise
        page, failure = page_from_feed(entry, feed), str(error)
        tried = 1 + int(seen.body.get("attempts", 0)) if seen is not None else 1
        if isinstance(error, Unavailable) and tried < max_attempts:
            asked = error.retry_after_s
            wait_s = max(asked or 0.0, feed.interval_s * 2.0 ** (tried - 1))
            more = {"state": "waiting", "attempts": tried, "reason": failure[:300]}
            _put_back(feed, item, tools.store, now + timedelta(seconds=wait_s), more)
            raise _OutOfReach(failure, now + timedelta(seconds=asked) if asked is not None else None) from None
    if page is None:
        body: dict[str, Any] = mark | {"state": "failed", "reason": failure[:300]}
    else:
        document = hand_on(feed, page, _with_outlet(entry, feed, page), correlation, tools, now)
        body = mark | {"state": "sent", "document_id": document} | earlier(seen, document)
    put = Put(keys.feed_seen(feed.feed_id, entry.key), body, expect=seen.version if seen is not None else 0)
    # Not together, which would cost twice as much: what is marked and still on the list is fetched once more, to the same.
    tools.store.transact([put])
    tools.store.transact([Delete(item.key, expect=item.version)])


def _put_back(feed: Feed, item: Item, store: Store, due: datetime, more: dict[str, Any] | None = None) -> None:
    key = str(item.body["key"])
    seen = store.get(keys.feed_seen(feed.feed_id, key))
    again = keys.feed_next(feed.feed_id, due, 0, key)
    body = (dict(seen.body) if seen is not None else {}) | (more or {}) | {"next": again.sk}
    put = Put(keys.feed_seen(feed.feed_id, key), body, expect=seen.version if seen is not None else 0)
    store.transact([put, Put(again, item.body), Delete(item.key, expect=item.version)])


def _with_outlet(entry: Entry, feed: Feed, page: Page) -> EntryHint:
    # A page names its outlet better than the title of the feed does.
    outlet = entry.hint.outlet or feed.outlet or (feed.title if page.from_feed else None)
    return entry.hint.model_copy(update={"outlet": outlet})


def earlier(seen: Item | None, document: DocumentId | None = None) -> dict[str, list[str]]:
    """Return the documents of an entry's former versions, which stay in the blob store, oldest first."""
    if seen is None or "document_id" not in seen.body or seen.body["document_id"] == document:
        return {}
    return {"earlier": [*seen.body.get("earlier", []), str(seen.body["document_id"])][-MAX_EARLIER:]}


def hand_on(
    feed: Feed, page: Page, hint: EntryHint, correlation: CorrelationId, tools: Fetching, now: datetime
) -> DocumentId:
    """Store a document and tell clean of it; return its id."""
    identity = document_id(page.url, page.body, hint.model_dump_json(exclude_none=True))
    record = RawDocument(
        document_id=identity,
        url=page.url,
        content_type=page.content_type,
        fetched_at=now,
        served_at=page.served_at,
        feed_id=feed.feed_id,
        entry=hint,
        correlation_id=CorrelationId(digest(correlation, identity)),
    )
    store_document(record, page.body, tools.blobs)
    send_document(record, tools.clean_queue)
    return identity
