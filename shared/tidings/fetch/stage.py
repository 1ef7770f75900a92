"""The fetch stage: poll a feed, store what is new, tell clean.

Order of writes: body, record, message, seen mark; and the feed's own state last of all. So whatever dies in between, the
next delivery or poll finds the entry unseen and does it again; ids are functions of content, so doing it again is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tidings import keys
from tidings.errors import BadInput, Permanent, TidingsError, Transient, Unavailable
from tidings.fetch import decide
from tidings.fetch.entries import Entry, FeedKind, ParsedFeed
from tidings.fetch.feeds import parse
from tidings.fetch.registry import save_feed
from tidings.fetch.robots import Robots
from tidings.ids import CorrelationId, DocumentId, content_digest, digest, document_id
from tidings.messages import CleanDocument, PollFeed
from tidings.ports.blobs import Blobs
from tidings.ports.queue import Sender
from tidings.ports.store import Item, Put, Store
from tidings.ports.web import Response, Web
from tidings.records import EntryHint, Feed, RawDocument

Clock = Callable[[], datetime]

MAX_ENTRIES_PER_POLL = 50
"""New entries that one poll follows; the rest is left to the next one, a minute later."""
MAX_ATTEMPTS = 5
"""Polls in which an entry's page may be out of reach before the entry is set down as failed."""
LONG_TEXT = 1500
"""Characters of HTML from which a feed's own text can stand for the page."""


@dataclass(frozen=True)
class Fetching:
    """What the fetch stage works with."""

    web: Web
    robots: Robots
    blobs: Blobs
    store: Store
    clean_queue: Sender
    clock: Clock


@dataclass(frozen=True)
class _Page:
    """What stands for an entry: its page, or the feed's own text of it."""

    url: str
    body: bytes
    content_type: str
    served_at: datetime | None
    from_feed: bool = False


def poll_feed(
    message: PollFeed,
    *,
    web: Web,
    blobs: Blobs,
    store: Store,
    clean_queue: Sender,
    clock: Clock,
    robots: Robots | None = None,
) -> None:
    """Poll one feed. A followed feed keeps its failures to itself; for any other URL they are raised.

    Raises:
        Permanent: a URL that is not followed cannot be read.
        Transient: a service does not answer, or another poll of this feed was first.
    """
    tools = Fetching(web, robots or Robots(web), blobs, store, clean_queue, clock)
    item = store.get(keys.feed(message.feed_id))
    now = clock()
    if item is None:
        _poll(Feed(feed_id=message.feed_id, url=message.url), message.correlation_id, tools, now)
        return
    feed = Feed.model_validate(item.body)
    if decide.is_due(feed, now):
        save_feed(store, _next_state(feed, message.correlation_id, tools, now), before=item)


def schedule_due(now: datetime, *, store: Store, feeds_queue: Sender) -> int:
    """Put every feed that is due on the feeds queue; return how many."""
    sent = 0
    after: str | None = None
    while True:
        page = store.query(keys.DUE, limit=100, last=keys.due_until(now), after=after)
        messages = [_poll_message(item) for item in page.items]
        if messages:
            feeds_queue.send([message.model_dump_json() for message in messages])
        sent += len(messages)
        if page.next_sk is None:
            return sent
        after = page.next_sk


def poll_message(feed: Feed) -> PollFeed:
    """Return the message that polls a feed; its correlation id is that of this one poll."""
    when = feed.next_poll.isoformat() if feed.next_poll else ""
    return PollFeed(correlation_id=CorrelationId(digest(feed.feed_id, when)), feed_id=feed.feed_id, url=feed.url)


def _poll_message(item: Item) -> PollFeed:
    identity = str(item.body["feed_id"])
    return PollFeed.model_validate(
        {"correlation_id": digest(identity, item.key.sk), "feed_id": identity, "url": item.body["url"]}
    )


def _next_state(feed: Feed, correlation: CorrelationId, tools: Fetching, now: datetime) -> Feed:
    try:
        return _poll(feed, correlation, tools, now)
    except _NoStore as error:
        raise error.cause from None
    except (Permanent, Unavailable) as error:
        return decide.failed(feed, error, now)


class _NoStore(Exception):
    """Carries an error of our own services past the handling of the feed's."""

    def __init__(self, cause: Transient) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _poll(feed: Feed, correlation: CorrelationId, tools: Fetching, now: datetime) -> Feed:
    response = tools.web.get(feed.url, decide.request_headers(feed, now))
    verdict = decide.judge(feed, response, now)
    if verdict is decide.Verdict.GONE:
        return decide.gone(feed, now)
    if verdict is decide.Verdict.UNMODIFIED:
        return decide.unmodified(feed, response, now)
    parsed = parse(response.body, response.headers.get("content-type", ""), response.url)
    try:
        return _take_in(feed, parsed, response, correlation, tools, now)
    except Transient as error:
        # Everything that the feed's own server can do wrong is caught further in: this is our store or queue.
        raise (_NoStore(error) if isinstance(error, Unavailable) else error) from error


def _take_in(
    feed: Feed, parsed: ParsedFeed, response: Response, correlation: CorrelationId, tools: Fetching, now: datetime
) -> Feed:
    feed = feed.model_copy(update={"title": feed.title or parsed.title})
    if parsed.is_document:
        _take_document(feed, response, correlation, tools, now)
        return decide.accepted(feed, parsed, response, now)
    fresh = 0
    reason: str | None = None
    for entry in _all_entries(parsed, tools):
        seen = tools.store.get(keys.feed_seen(feed.feed_id, entry.key))
        if seen is not None and seen.body["digest"] == entry.digest() and seen.body["state"] != "waiting":
            continue
        if fresh == MAX_ENTRIES_PER_POLL:
            return decide.unfinished(feed, None, now)
        fresh += 1
        reason = _take_entry(feed, entry, seen, correlation, tools, now) or reason
    return decide.unfinished(feed, reason, now) if reason else decide.accepted(feed, parsed, response, now)


def _all_entries(parsed: ParsedFeed, tools: Fetching) -> Iterator[Entry]:
    yield from parsed.entries
    for child in parsed.children:
        try:
            response = tools.web.get(child)
            if response.status != 200:
                continue
            below = parse(response.body, response.headers.get("content-type", ""), response.url)
        except TidingsError:
            continue
        if below.kind is FeedKind.SITEMAP:
            yield from below.entries


def _take_document(feed: Feed, response: Response, correlation: CorrelationId, tools: Fetching, now: datetime) -> None:
    hint = EntryHint(outlet=feed.outlet)
    page = _Page(
        response.url, response.body, response.headers.get("content-type", ""), decide.served_at(response.headers, now)
    )
    made = digest(response.url, content_digest(response.body))
    seen = tools.store.get(keys.feed_seen(feed.feed_id, response.url))
    if seen is not None and seen.body["digest"] == made:
        return
    document = _hand_on(feed, page, hint, correlation, tools, now)
    _mark(feed, response.url, seen, {"digest": made, "state": "sent", "document_id": document}, tools)


def _take_entry(
    feed: Feed, entry: Entry, seen: Item | None, correlation: CorrelationId, tools: Fetching, now: datetime
) -> str | None:
    """Fetch and hand on one entry; return why it must be tried again, if it must."""
    mark: dict[str, object] = {"digest": entry.digest(), "url": entry.url}
    try:
        page = _page_of(entry, feed, tools, now)
    except Unavailable as error:
        tried = int(seen.body.get("attempts", 0)) if seen is not None and seen.body["digest"] == entry.digest() else 0
        if tried + 1 < MAX_ATTEMPTS:
            waiting = mark | {"state": "waiting", "attempts": tried + 1, "reason": str(error)[:300]}
            _mark(feed, entry.key, seen, waiting, tools)
            return f"an entry is out of reach: {error}"[:300]
        page, failure = _from_feed(entry, feed), str(error)
    except Permanent as error:
        page, failure = _from_feed(entry, feed), str(error)
    else:
        failure = ""
    if page is None:
        _mark(feed, entry.key, seen, mark | {"state": "failed", "reason": failure[:300]}, tools)
        return None
    # A page names its outlet better than the title of the feed does.
    outlet = entry.hint.outlet or feed.outlet or (feed.title if page.from_feed else None)
    hint = entry.hint.model_copy(update={"outlet": outlet})
    document = _hand_on(feed, page, hint, correlation, tools, now)
    _mark(feed, entry.key, seen, mark | {"state": "sent", "document_id": document}, tools)
    return None


def _page_of(entry: Entry, feed: Feed, tools: Fetching, now: datetime) -> _Page | None:
    if entry.url is None:
        return _from_feed(entry, feed)
    if not tools.robots.allows(entry.url, now):
        raise BadInput(f"{entry.url}: robots.txt does not allow it")
    response = tools.web.get(entry.url)
    if response.status == 429 or response.status >= 500:
        raise Unavailable(f"{entry.url}: the server answers {response.status}")
    if response.status != 200 or not response.body.strip():
        raise BadInput(f"{entry.url}: the server answers {response.status} with {len(response.body)} bytes")
    kind = response.headers.get("content-type", "")
    media = kind.partition(";")[0].strip().lower()
    if media and not (media.startswith("text/") or "html" in media or "xml" in media):
        raise BadInput(f"{entry.url}: not a page but {media}")
    return _Page(response.url, response.body, kind, decide.served_at(response.headers, now))


def _from_feed(entry: Entry, feed: Feed) -> _Page | None:
    content = entry.hint.content_html or ""
    summary = entry.hint.summary_html or ""
    text = content if len(content) >= len(summary) else summary
    if len(text) < LONG_TEXT and not entry.hint.content_html:
        return None
    return _Page(entry.url or f"{feed.url}#{digest(entry.key)}", text.encode(), "text/html; charset=utf-8", None, True)


def _hand_on(
    feed: Feed, page: _Page, hint: EntryHint, correlation: CorrelationId, tools: Fetching, now: datetime
) -> DocumentId:
    identity = document_id(page.url, page.body, hint.model_dump_json(exclude_none=True))
    record = RawDocument(
        document_id=identity,
        url=page.url,
        body_key=keys.body_blob(content_digest(page.body)),
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


def store_document(record: RawDocument, body: bytes, blobs: Blobs) -> None:
    """Write a document's body and then its record, each unless it is there."""
    blobs.put_if_absent(record.body_key, body, record.content_type or "application/octet-stream")
    blobs.put_if_absent(keys.document_blob(record.document_id), record.model_dump_json().encode())


def send_document(record: RawDocument, clean_queue: Sender) -> None:
    """Tell clean of a stored document."""
    message = CleanDocument(
        correlation_id=record.correlation_id,
        document_id=record.document_id,
        blob_key=keys.document_blob(record.document_id),
    )
    clean_queue.send([message.model_dump_json()])


def _mark(feed: Feed, entry_key: str, seen: Item | None, body: dict[str, object], tools: Fetching) -> None:
    if seen is None or dict(seen.body) != body:
        expect = seen.version if seen is not None else 0
        tools.store.transact([Put(keys.feed_seen(feed.feed_id, entry_key), body, expect=expect)])
