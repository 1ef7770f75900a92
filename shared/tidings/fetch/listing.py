"""The entries of a feed that are still to be fetched: a list in the store, which a read of the feed adds to.

A read marks each new or changed entry as seen and puts it on the list, in one transaction; so no entry is lost, and the feed
need not be read again, however long it takes to fetch them all or however often a page is out of reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from tidings import keys
from tidings.fetch.entries import Entry
from tidings.ids import FeedId
from tidings.ports.store import Delete, Item, Key, Put, Store, Write, read_many
from tidings.records import EntryHint

BATCH = 25
"""Entries in one transaction, which has up to four writes for each."""
MAX_CHANGES = 20
"""Changes of an entry that are followed: one that changes with every read tells how often it was looked at, or the like."""
MAX_UPDATES = 200
"""The same of an entry that says that it was updated, as one that is written while things happen."""
MAX_LISTED_BYTES = 250_000
"""Longest text of an entry that is kept on the list (an item of DynamoDB has 400 kB): of a longer one, the page has it."""

MAX_WRITTEN_BYTES = 2_000_000
"""Texts from which a transaction is full (DynamoDB's limit is 4 MB with all else)."""
MAX_COUNTED = 500


def list_new(
    feed: FeedId,
    entries: Sequence[Entry],
    store: Store,
    now: datetime,
    *,
    behind: int = 0,
    since: datetime | None = None,
) -> int:
    """Put the entries that are new or changed on the feed's list, `behind` so many of the same time; return how many.

    `since` is the last read that came to its end (None: none did). Entries that were listed later, in a read that died
    before its end, count as new once more, so that the feed ends as if nothing had happened.

    An entry is known by its key; by another name of it, should the key have changed, as in feeds that number their entries
    anew on every read.
    """
    every = iter(entries)
    own = {entry.key for entry in entries}
    fresh = 0
    taken: set[str] = set()
    while batch := list(islice(every, BATCH)):
        writes: list[Write] = []
        size = 0
        for entry, key, mark in _known(feed, batch, own, taken, store):
            changed = _mark_of(entry, mark.body if mark else None, now)
            if changed is None:
                fresh += mark is not None and is_of_unfinished(mark.body, since)
                continue
            due = keys.feed_next(feed, now, behind + fresh, key)
            fresh += 1
            before = mark.body.get("next") if mark else None
            if before and before != due.sk:
                writes.append(Delete(Key(due.pk, before)))
            body = changed | {"next": due.sk}
            writes.append(Put(keys.feed_seen(feed, key), body, expect=mark.version if mark else 0))
            listed, length = _listed(entry, key)
            writes.append(Put(due, listed))
            if entry.also:
                writes.append(Put(keys.feed_alias(feed, entry.also), {"key": key}))
            size += length
            if size > MAX_WRITTEN_BYTES:
                store.transact(writes)
                writes, size = [], 0
        if writes:
            store.transact(writes)
    return fresh


def is_of_unfinished(mark: Mapping[str, Any], since: datetime | None) -> bool:
    """Say whether a mark was made by a read that died: later than `since`, the last one that came to its end."""
    return since is None or ("listed" in mark and datetime.fromisoformat(mark["listed"]) > since)


def due_items(feed: FeedId, store: Store, now: datetime, limit: int) -> Sequence[Item]:
    """Return the items of the list that are due, in their order."""
    return store.query(keys.feed(feed).pk, first=keys.NEXT[0], last=keys.next_until(now), limit=limit).items


def still_listed(feed: FeedId, store: Store) -> tuple[int, datetime | None]:
    """Return how many entries are on the list, counted up to `MAX_COUNTED`, and when the first of them is due."""
    items = store.query(keys.feed(feed).pk, first=keys.NEXT[0], last=keys.NEXT[1], limit=MAX_COUNTED).items
    return len(items), keys.next_due(items[0].key.sk) if items else None


def entry_of_item(item: Item) -> Entry:
    """Return the entry of an item of the list; its key is that of its mark."""
    return Entry(str(item.body["key"]), item.body.get("url"), EntryHint.model_validate(item.body["hint"]))


def _known(
    feed: FeedId, batch: Sequence[Entry], own: set[str], taken: set[str], store: Store
) -> Iterator[tuple[Entry, str, Item | None]]:
    """Iterate over the entries with the key that each is known by and its mark."""
    names = {name for entry in batch for name in (entry.key, entry.also) if name}
    wanted = [keys.feed_seen(feed, name) for name in sorted(names)]
    wanted += [keys.feed_alias(feed, entry.also) for entry in batch if entry.also]
    found = {item.key: item for item in read_many(store, dict.fromkeys(wanted))}
    other: dict[str, str] = {}
    for entry in batch:
        if entry.also and keys.feed_seen(feed, entry.key) not in found:
            alias = found.get(keys.feed_alias(feed, entry.also))
            former = str(alias.body["key"]) if alias else entry.also
            if former not in own:
                other[entry.key] = former
    found |= {item.key: item for item in read_many(store, {keys.feed_seen(feed, name): None for name in other.values()})}
    for entry in batch:
        former = other.get(entry.key, entry.key)
        mark = found.get(keys.feed_seen(feed, former))
        key = former if mark is not None and former not in taken else entry.key
        if key in taken:
            continue
        taken.add(key)
        yield entry, key, mark if key == former else None


def _mark_of(entry: Entry, before: Mapping[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    """Return the mark of an entry that is to be fetched; None if it is known as it stands."""
    made = entry.digest()
    updated = entry.hint.updated.isoformat() if entry.hint.updated else None
    mark = {"digest": made, "url": entry.url, "state": "listed", "updated": updated, "listed": now.isoformat()}
    if before is None:
        return mark
    if before["digest"] == made:
        return None
    changes = int(before.get("changes", 0)) + 1
    if changes > (MAX_CHANGES if updated == before.get("updated") else MAX_UPDATES):
        return None
    kept = {name: before[name] for name in ("document_id", "earlier") if name in before}
    return mark | kept | {"changes": changes}


def _listed(entry: Entry, key: str) -> tuple[dict[str, Any], int]:
    """Return the item of an entry on the list, and about how many bytes it has."""
    hint = entry.hint
    length = _bytes(hint)
    for field in ("content_html", "summary_html"):
        if length > MAX_LISTED_BYTES:
            hint = hint.model_copy(update={field: None})
            length = _bytes(hint)
    return {"key": key, "url": entry.url, "hint": hint.model_dump(mode="json", exclude_none=True)}, length


def _bytes(hint: EntryHint) -> int:
    return len((hint.content_html or "").encode()) + len((hint.summary_html or "").encode())
