"""The fetch stage: read a feed, list what is new in it, fetch what is listed, tell clean.

Order of writes: an entry's mark and its place on the list; its document's body, record and message; its mark again; and the
feed's own state last of all. So whatever dies in between, the next delivery or poll finds the entry on the list and does it
again; ids are functions of content, so doing it again is harmless.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from urllib.parse import urlsplit

from tidings import keys
from tidings.errors import BadInput, Permanent, Resting, Unavailable
from tidings.fetch import decide, websub
from tidings.fetch.addresses import is_loopback
from tidings.fetch.discover import candidates, lists_stories
from tidings.fetch.entries import FeedKind, ParsedFeed
from tidings.fetch.feeds import MAX_FEED_BYTES, parse
from tidings.fetch.fetching import Fetching, earlier, fetch_listed, hand_on
from tidings.fetch.listing import due_items, is_of_unfinished, list_new, still_listed
from tidings.fetch.pages import page_of
from tidings.fetch.registry import save_feed
from tidings.fetch.robots import Robots
from tidings.fetch.sitemap_index import Outcome, list_children
from tidings.fetch.websub import Subscriber
from tidings.ids import CorrelationId, FeedId, content_digest, digest
from tidings.messages import PollFeed
from tidings.ports.blobs import Blobs
from tidings.ports.queue import MAX_DELAY_S, Sender
from tidings.ports.store import PAGE, Item, Put, Store, read_all
from tidings.ports.web import Response, Web
from tidings.records import EntryHint, Feed, FeedStatus

Clock = Callable[[], datetime]

Answer = tuple[decide.Verdict, Response, ParsedFeed | None]
"""What a feed's URL gave: what it means, the answer itself, and the feed as read, if there is something to read."""

PATIENCE_S = 45.0
"""Seconds from which a poll begins no further entry: a Lambda function ends after 120, and robots.txt, a crawl-delay and the
page may take 70."""
HOST_STEP_S = 20
"""Seconds between the polls of two feeds of one host, which different processes may work off."""


def poll_feed(
    message: PollFeed,
    *,
    web: Web,
    blobs: Blobs,
    store: Store,
    clean_queue: Sender,
    clock: Clock,
    robots: Robots | None = None,
    subscriber: Subscriber | None = None,
    patience_s: float = PATIENCE_S,
) -> Feed | None:
    """Poll one feed and return its state, None if it is not followed any more. It keeps its failures to itself.

    With a `subscriber` the feed's hub, if it has one, is asked to tell of news. A URL that is to be read `once` need not be
    followed: its failures are raised, and all its entries are fetched, as far as `patience_s` reaches.

    Another process may be asking the feed's host: then the message is to come again. Whoever calls keeps the hosts for the
    whole poll (`HostLeases.visit`).

    Raises:
        Permanent: a URL that is read once cannot be read.
        NotYet: another process asks the feed's host now, or one of the pages' of a URL that is read once.
        Transient: a service does not answer, or another poll of this feed was first.
    """
    tools = Fetching(web, robots or Robots(web), blobs, store, clean_queue, subscriber)
    item = store.get(keys.feed(message.feed_id))
    now = clock()
    until = time.monotonic() + patience_s
    if item is None and not message.once:
        return None
    if item is None:
        feed = Feed(feed_id=message.feed_id, url=message.url)
        answer = _ask(feed, tools, now)
        if message.discover and answer[2] is not None and lists_stories(answer[2], feed.url):
            feed, answer = _discovered(feed, answer, tools, now)
            if feed.url != message.url:
                store.transact([Put(keys.feed_named(feed.feed_id), {"url": feed.url})])
        if answer[0] is decide.Verdict.GONE:
            raise BadInput(f"{feed.url}: the server says that it is gone (410)")
        feed = _take_in(feed, *answer, message.correlation_id, replace(tools, subscriber=None), now, until)
        if feed.status is FeedStatus.FAILING:
            raise BadInput(feed.reason or feed.url)
        while time.monotonic() < until and due_items(feed.feed_id, store, now, 1):
            fetch_listed(feed, message.correlation_id, tools, now, until=until, attempts=1)
        return feed
    feed = Feed.model_validate(item.body)
    if not decide.is_due(feed, now):
        return feed
    if decide.is_to_be_read(feed, now):
        feed = _read_or_failed(feed, message.correlation_id, tools, now, until)
    turn = fetch_listed(feed, message.correlation_id, tools, now, until=until)
    feed = feed.model_copy(update={"reason": feed.reason or turn.reason})
    feed = decide.with_waiting(feed, *still_listed(feed.feed_id, store), turn.pause, now)
    save_feed(store, feed, before=item)
    return feed


def schedule_due(
    now: datetime, *, store: Store, feeds_queue: Sender, wanted: Callable[[FeedId], bool] = lambda _: True
) -> int:
    """Put every feed that is due, and `wanted`, on the feeds queue; return how many.

    Feeds of one host follow each other with a delay, so that it is not asked for all of them at once.
    """
    sent = 0
    turns: dict[str, int] = defaultdict(int)
    due = (message for message in due_messages(now, store) if wanted(message.feed_id))
    while batch := list(islice(due, PAGE)):
        for delay_s, messages in _by_delay(batch, turns).items():
            feeds_queue.send([message.model_dump_json() for message in messages], delay_s=delay_s)
        sent += len(batch)
    return sent


def due_messages(now: datetime, store: Store) -> Iterator[PollFeed]:
    """Iterate over the messages that poll the feeds that are due."""
    return map(_poll_message, read_all(store, keys.DUE, last=keys.due_until(now)))


def poll_message(feed: Feed) -> PollFeed:
    """Return the message that polls a feed; its correlation id is that of this one poll."""
    when = feed.next_poll.isoformat() if feed.next_poll else ""
    return PollFeed(correlation_id=CorrelationId(digest(feed.feed_id, when)), feed_id=feed.feed_id, url=feed.url)


def _poll_message(item: Item) -> PollFeed:
    identity = str(item.body["feed_id"])
    return PollFeed.model_validate(
        {"correlation_id": digest(identity, item.key.sk), "feed_id": identity, "url": item.body["url"]}
    )


def _by_delay(messages: Iterable[PollFeed], turns: dict[str, int]) -> dict[int, list[PollFeed]]:
    found: dict[int, list[PollFeed]] = defaultdict(list)
    for message in messages:
        host = urlsplit(message.url).hostname or ""
        found[min(turns[host] * HOST_STEP_S, MAX_DELAY_S)].append(message)
        turns[host] += not is_loopback(host)
    return found


# ---------------------------------------------------------------- the feed


def _read_or_failed(feed: Feed, correlation: CorrelationId, tools: Fetching, now: datetime, until: float) -> Feed:
    try:
        answer = _ask(feed, tools, now)
        if feed.discover:
            feed, answer = _discovered(feed, answer, tools, now)
    except Resting as error:
        return decide.put_off(feed, error.after_s, now)
    except (Permanent, Unavailable) as error:
        return decide.failed(feed, error, now)
    return _take_in(feed, *answer, correlation, tools, now, until)


def _discovered(feed: Feed, answer: Answer, tools: Fetching, now: datetime) -> tuple[Feed, Answer]:
    """Return the feed that a page names, with its answer, in place of the page: the first of them that can be read."""
    _, response, parsed = answer
    if parsed is None or not parsed.is_page:
        return feed, answer
    for link in candidates(response, tools.robots, now):
        named = feed.model_copy(update={"url": link})
        try:
            found = _ask(named, tools, now)
        except (Permanent, Unavailable):
            continue
        if found[2] is not None and found[2].is_feed:
            return named, found
    return feed, answer


def _ask(feed: Feed, tools: Fetching, now: datetime) -> Answer:
    response = tools.web.get(feed.url, decide.request_headers(feed, now), max_bytes=MAX_FEED_BYTES)
    verdict = decide.judge(feed, response, now)
    if verdict is not decide.Verdict.READ:
        return verdict, response, None
    return verdict, response, parse(response.body, response.headers.get("content-type", ""), response.url)


def _take_in(
    feed: Feed,
    verdict: decide.Verdict,
    response: Response,
    parsed: ParsedFeed | None,
    correlation: CorrelationId,
    tools: Fetching,
    now: datetime,
    until: float,
) -> Feed:
    if verdict is decide.Verdict.GONE:
        return decide.gone(feed, now)
    subscribe = partial(websub.subscribe, feed.feed_id, web=tools.web, store=tools.store, now=now)
    if parsed is None:
        if tools.subscriber is not None and (known := websub.known_hub(feed.feed_id, tools.store)) is not None:
            subscribe(known, tools.subscriber)  # a lease ends while nothing changes, too
        return decide.unmodified(feed, response, now)
    below = Outcome()
    if parsed.is_document:
        fresh = _take_document(feed, response, correlation, tools, now)
    elif parsed.kind is FeedKind.SITEMAP_INDEX:
        below = list_children(feed, parsed.children, tools, now, until=until)
        if below.failure is not None:
            return decide.failed(feed, below.failure, now)
        fresh = below.fresh
    else:
        fresh = list_new(feed.feed_id, parsed.entries, tools.store, now, since=feed.last_read)
    hub = websub.hub_of(parsed, response)
    if hub is not None and tools.subscriber is not None:
        subscribe(hub, tools.subscriber)
    read = decide.accepted(feed, parsed, response, now, fresh=fresh, settled=below.settled)
    return read.model_copy(update={"reason": below.reason})


def _take_document(feed: Feed, response: Response, correlation: CorrelationId, tools: Fetching, now: datetime) -> int:
    made = digest(response.url, content_digest(response.body))
    seen = tools.store.get(keys.feed_seen(feed.feed_id, response.url))
    if seen is not None and seen.body["digest"] == made:
        return int(is_of_unfinished(seen.body, feed.last_read))
    document = hand_on(feed, page_of(response, now), EntryHint(outlet=feed.outlet), correlation, tools, now)
    body = {"digest": made, "state": "sent", "document_id": document, "listed": now.isoformat()} | earlier(seen)
    put = Put(keys.feed_seen(feed.feed_id, response.url), body, expect=seen.version if seen is not None else 0)
    tools.store.transact([put])
    return 1
