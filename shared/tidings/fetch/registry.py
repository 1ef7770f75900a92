"""The feeds that are followed: adding, listing, removing.

A feed is three items (itself, its line in the list, its line in the list by next poll), always written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tidings import keys
from tidings.errors import NotFound
from tidings.fetch.addresses import target_of
from tidings.ids import FeedId, feed_id
from tidings.ports.store import Delete, Item, Put, Store, Write, read_all
from tidings.records import Feed


def add_feed(
    store: Store,
    url: str,
    *,
    now: datetime,
    title: str | None = None,
    outlet: str | None = None,
    interval_s: int = 900,
    discover: bool = False,
    allow_loopback: bool = False,
) -> Feed:
    """Follow a feed; a feed that is followed already is returned as it stands.

    With `discover` a page at the URL is taken for the site's, and the feed that it names is followed, if it names one.

    Without `allow_loopback` a feed on this machine is refused here already, and not only when it is polled.

    Raises:
        BadInput: not a URL.
        BlockedAddress: a URL that may not be fetched.
    """
    target_of(url, allow_loopback=allow_loopback)
    identity = feed_id(url)
    known = store.get(keys.feed(identity))
    if known is not None:
        return Feed.model_validate(known.body)
    feed = Feed(
        feed_id=identity, url=url, title=title, outlet=outlet, interval_s=interval_s, discover=discover, next_poll=now
    )
    save_feed(store, feed, before=None)
    return feed


def is_followed(store: Store, url: str) -> bool:
    """Say whether a feed is followed under this URL."""
    return store.get(keys.feed(feed_id(url))) is not None


def get_feed(store: Store, identity: FeedId) -> Feed:
    """Return a feed.

    Raises:
        NotFound: no such feed.
    """
    return Feed.model_validate(feed_item(store, identity).body)


def feed_item(store: Store, identity: FeedId) -> Item:
    """Return a feed's item, with its version.

    Raises:
        NotFound: no such feed.
    """
    item = store.get(keys.feed(identity))
    if item is None:
        raise NotFound(f"no feed {identity}: `tidings feeds list` shows those that there are")
    return item


def all_feeds(store: Store) -> Iterator[Feed]:
    """Iterate over all feeds."""
    for item in read_all(store, keys.FEEDS):
        yield Feed.model_validate(item.body)


def find_feed(store: Store, name: str) -> Feed:
    """Return the feed of an id or a URL.

    Raises:
        NotFound: no such feed.
    """
    by_id = store.get(keys.feed(FeedId(name)))
    return Feed.model_validate(by_id.body) if by_id is not None else get_feed(store, feed_id(name))


def remove_feed(store: Store, identity: FeedId) -> Feed:
    """Stop following a feed; what it gave stays.

    Raises:
        NotFound: no such feed.
        Conflict: it is being polled just now.
    """
    item = feed_item(store, identity)
    feed = Feed.model_validate(item.body)
    writes: list[Write] = [
        Delete(keys.feed(identity), expect=item.version),
        Delete(keys.feed_listed(identity)),
        Delete(keys.feed_websub(identity)),
    ]
    if feed.next_poll is not None:
        writes.append(Delete(keys.feed_due(feed.next_poll, identity)))
    store.transact(writes)
    return feed


def save_feed(store: Store, feed: Feed, *, before: Item | None) -> None:
    """Write a feed in place of `before` (None: a feed that is new).

    Raises:
        Conflict: another writer was first.
    """
    body = feed.model_dump(mode="json")
    if before is not None and before.body == body:
        return
    writes: list[Write] = [
        Put(keys.feed(feed.feed_id), body, expect=before.version if before else 0),
        Put(keys.feed_listed(feed.feed_id), body),
    ]
    due = keys.feed_due(feed.next_poll, feed.feed_id) if feed.next_poll else None
    if due is not None:
        writes.append(Put(due, {"feed_id": feed.feed_id, "url": feed.url}))
    old = Feed.model_validate(before.body).next_poll if before else None
    if old is not None and keys.feed_due(old, feed.feed_id) != due:
        writes.append(Delete(keys.feed_due(old, feed.feed_id)))
    store.transact(writes)
