"""The effects of merging on events: an event is told anew from its mentions, listed in the index, and told on the bus.

An event's own item (or the mention that leads it and is alone in it) is the truth, its entries in the index follow from it.
They are written afterwards and one by one, which costs half of a transaction. So that an entry which a slow or dying writer
wrote late is never left behind, a writer

1. writes down all keys that it is going to touch (with those that were written down before),
2. writes the event's item, if it is as it was read,
3. writes the entries that the event is to have and deletes the others among those keys,
4. reads again: if the event has changed, it begins anew, with the same keys; if not, whoever changes it from now on writes
   its entries after these,
5. tells of it on the bus, and takes its note away.

A new event that is nothing but one of the article's own mentions needs no note: its keys follow from the mention, and that
it is under way stands in the article's item.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from tidings import keys
from tidings.errors import Conflict
from tidings.ids import ArticleId, EventId, MentionId
from tidings.ports.bus import Bus, Notice
from tidings.ports.store import Delete, Item, Key, Put, Store, read_all, read_many
from tidings.publish import merging
from tidings.publish.canonical import EXACT, Whole
from tidings.publish.merging import Event
from tidings.publish.settling import TRIES, keys_in, keys_told, persist
from tidings.records import CanonicalEvent

PAGE = 100
"""Items of an event that are read at once: all of most events."""
COUNTED = 1000
"""Mentions of an event that are counted one by one."""
MOST_FORMER = 20
"""Superseded mentions that are read for an event's history."""
NOTICES = 10
"""Notices that are sent at a time."""


class Stored(NamedTuple):
    """What is stored of an event: its item, the mention of its name, its other mentions (`more`: and further ones)."""

    item: Item | None
    leader: Item | None
    members: tuple[MentionId, ...]
    more: bool
    former: tuple[MentionId, ...]


def tell(
    events: Mapping[EventId, bool],
    article: ArticleId,
    work: str,
    store: Store,
    bus: Bus,
    *,
    known: Collection[MentionId] = (),
) -> None:
    """Tell events anew, and all that are left as work; send notices of those that have changed.

    A value tells whether the event is led by a mention that was stored just now. `known` are mentions that the article had
    before: an event of other mentions of the article alone is new.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: store or bus do not answer.
    """
    first, last = keys.TELLS
    waiting = {keys.event_in(item.key.sk) for item in read_all(store, work, first=first, last=last)}
    notices: list[Notice] = []
    notes: list[Item] = []
    for event in sorted({*events, *waiting}):
        changed, note = persist(lambda event=event: _tell(event, work, store, fresh=events.get(event, False)))  # type: ignore[misc]
        if changed is not None:
            notices.append(_notice(changed, article, known))
        if note is not None:
            notes.append(note)
        if max(len(notices), len(notes)) >= NOTICES:
            _send(notices, notes, store, bus)
            notices, notes = [], []
    _send(notices, notes, store, bus)


def _send(notices: list[Notice], notes: list[Item], store: Store, bus: Bus) -> None:
    if notices:
        bus.emit(notices)
    if notes:
        store.write_each([Delete(note.key, expect=note.version) for note in notes])


def _notice(event: CanonicalEvent, article: ArticleId, known: Collection[MentionId]) -> Notice:
    new = all(mention.article_id == article and mention.mention_id not in known for mention in event.mentions)
    return Notice("EventPublished" if new else "EventUpdated", event.model_dump(mode="json", exclude_none=True))


def _tell(event_id: EventId, work: str, store: Store, *, fresh: bool) -> tuple[CanonicalEvent | None, Item | None]:
    """Bring an event's item and entries to what its mentions say; return it if it has changed, and the note of it."""
    note = store.get(keys.work_tell(work, event_id))
    touched = set(keys_in(note))
    # What a process that died was doing is done again, whatever it had come to.
    changed = again = bool(touched)
    stored = _stored(event_id, store)
    for _ in range(TRIES):
        wanted = _wanted(event_id, stored, store)
        same = (dict(stored.item.body) if stored.item is not None else None) == wanted.body
        old = merging.listed(stored.item, merging.summary_of(stored.leader) if stored.leader else None)
        touched |= old.keys()
        unsure = again or (fresh and stored.item is None)
        writes: list[Put | Delete] = [
            Put(key, body) for key, body in sorted(wanted.entries.items()) if unsure or old.get(key) != body
        ]
        writes += [Delete(key) for key in sorted(touched - wanted.entries.keys())]
        if same and not writes:
            break
        touched |= wanted.entries.keys()
        if not (fresh and same and note is None and wanted.body is None and not again):
            note = _noted(note, touched, work, event_id, store)
        if not same:
            key, version = keys.event(event_id), stored.item.version if stored.item is not None else 0
            change = Delete(key, expect=version) if wanted.body is None else Put(key, wanted.body, expect=version)
            store.write_each([change])
        store.write_each(writes)
        changed = again = True
        before, stored = stored, _stored(event_id, store)
        if _is(stored, before, wanted):
            break
    else:
        raise Conflict(f"event {event_id} changes all the time")
    return wanted.event if changed else None, note


def _noted(note: Item | None, touched: set[Key], work: str, event_id: EventId, store: Store) -> Item:
    key, version = keys.work_tell(work, event_id), note.version if note is not None else 0
    body = {"listed": keys_told(sorted(touched))}
    if note is not None and note.body == body:
        return note
    store.write_each([Put(key, body, expect=version)])
    return Item(key, body, version + 1)


def _is(stored: Stored, before: Stored, wanted: Event) -> bool:
    """Tell whether an event is stored as it was to be, and its mentions are those that it was told from."""
    body = dict(stored.item.body) if stored.item is not None else None
    return body == wanted.body and stored._replace(item=None) == before._replace(item=None)


def _stored(event_id: EventId, store: Store) -> Stored:
    partition = keys.event(event_id).pk
    leader = store.get(keys.mention(merging.leader_of(event_id)))
    page = store.query(partition, limit=PAGE)
    if page.next_sk is None:
        item = next((found for found in page.items if found.key == keys.event(event_id)), None)
        members, former = (
            [keys.mention_in(found.key.sk) for found in page.items if first <= found.key.sk <= last]
            for first, last in (keys.MENTIONS, keys.FORMER)
        )
        return Stored(item, leader, tuple(members), False, tuple(former[:MOST_FORMER]))
    first, last = keys.MENTIONS
    listed = store.query(partition, limit=COUNTED, first=first, last=last)
    first, last = keys.FORMER
    replaced = store.query(partition, limit=MOST_FORMER, first=first, last=last)
    members, former = ([keys.mention_in(found.key.sk) for found in one.items] for one in (listed, replaced))
    return Stored(store.get(keys.event(event_id)), leader, tuple(members), listed.next_sk is not None, tuple(former))


def _wanted(event_id: EventId, stored: Stored, store: Store) -> Event:
    if stored.leader is None or merging.event_of(stored.leader) != event_id:
        return Event()
    sample = sorted({*stored.members[:EXACT], *stored.former})
    items = [item for item in read_many(store, map(keys.mention, sample)) if merging.event_of(item) == event_id]
    found = [merging.summary_of(item) for item in items]
    others = [mention for mention in found if mention.superseded is None]
    former = [mention for mention in found if mention.superseded]
    total = merging.how_many(stored.members, more=stored.more)
    whole = _whole(event_id, total, stored.leader, store) if total > EXACT else None
    return merging.event_from(merging.summary_of(stored.leader), others, former, whole)


def _whole(event_id: EventId, total: int, leader: Item, store: Store) -> Whole:
    first, last = keys.SEEN
    partition = keys.event(event_id).pk
    published = merging.summary_of(leader).mention.published
    ends = [published] if published is not None else []
    for newest_first in (False, True):
        seen = store.query(partition, limit=1, first=first, last=last, newest_first=newest_first).items
        ends += [keys.time_in(item.key.sk) for item in seen]
    return merging.counted(total, Whole(total, min(ends, default=None), max(ends, default=None)))
