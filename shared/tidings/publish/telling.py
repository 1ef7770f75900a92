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

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from tidings import keys
from tidings.errors import Conflict
from tidings.ids import ArticleId, EventId, MentionId
from tidings.ports.bus import Bus, Notice
from tidings.ports.store import Delete, Item, Key, Put, Store, read_all, read_many
from tidings.publish import merging
from tidings.publish.canonical import Whole
from tidings.publish.lines import Line, line_in, line_of
from tidings.publish.merging import Event
from tidings.publish.settling import TRIES, keys_in, keys_told, persist
from tidings.publish.tallies import Tally
from tidings.records import CanonicalEvent

PAGE = 100
"""Items of an event that are read at once: all of most events."""
COUNTED = 1000
"""Mentions of an event that are counted one by one, those of least id, which are a random sample."""
SAMPLE = 64
"""Mentions of an event that are read whole, but the one that leads it: all of most events."""
MOST_FORMER = 20
"""Superseded mentions that are read for an event's history."""
NOTICES = 10
"""Notices that are sent at a time."""


class Stored(NamedTuple):
    """What is stored of an event: its item, the mention of its name, its other mentions' lines (`more`: and further ones).

    `former` are those of superseded versions, with the digests of their articles.
    """

    item: Item | None
    leader: Item | None
    members: tuple[Line, ...]
    more: bool
    former: tuple[tuple[MentionId, str], ...]


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
            [found for found in page.items if first <= found.key.sk <= last] for first, last in (keys.MENTIONS, keys.FORMER)
        )
        return Stored(item, leader, _lines(members, store), False, _articles(former))
    first, last = keys.MENTIONS
    listed = store.query(partition, limit=COUNTED, first=first, last=last)
    first, last = keys.FORMER
    replaced = store.query(partition, limit=MOST_FORMER, first=first, last=last)
    return Stored(
        store.get(keys.event(event_id)),
        leader,
        _lines(listed.items, store),
        listed.next_sk is not None,
        _articles(replaced.items),
    )


def _lines(entries: Sequence[Item], store: Store) -> tuple[Line, ...]:
    """Return the lines that entries hold; those of an earlier version hold none, which their mentions tell."""
    found = {name: line_in(name, entry.body) for entry in entries for name in [keys.mention_in(entry.key.sk)]}
    untold = [keys.mention(name) for name, line in found.items() if line is None]
    told = {keys.mention_of(item.key): line_of(merging.summary_of(item)) for item in read_many(store, untold)}
    return tuple(line for name in found if (line := found[name] or told.get(name)) is not None)


def _articles(entries: Sequence[Item]) -> tuple[tuple[MentionId, str], ...]:
    return tuple((keys.mention_in(entry.key.sk), entry.body.get("a", "")) for entry in entries[:MOST_FORMER])


def _wanted(event_id: EventId, stored: Stored, store: Store) -> Event:
    if stored.leader is None or merging.event_of(stored.leader) != event_id:
        return Event()
    leader = merging.summary_of(stored.leader)
    # Of an event of few mentions all are read, and no line is needed.
    partial = stored.more or len(stored.members) > SAMPLE
    tally = Tally([line_of(leader), *stored.members]) if partial else None
    sample = _sample(leader.mention_id, tally, stored) if tally else {line.mention_id for line in stored.members}
    names = sorted({*sample, *(name for name, _ in stored.former)})
    items = [item for item in read_many(store, map(keys.mention, names)) if merging.event_of(item) == event_id]
    found = [merging.summary_of(item) for item in items]
    others = [mention for mention in found if mention.superseded is None]
    former = [mention for mention in found if mention.superseded]
    return merging.event_from(leader, others, former, _whole(event_id, stored, tally, store) if tally else None)


def _sample(leader: MentionId, tally: Tally, stored: Stored) -> set[MentionId]:
    """Return the mentions to be read: those worth showing, and what articles say now that said something else before."""
    worth = [name for name in tally.shown_first if name != leader][:SAMPLE]
    changed = {article for _, article in stored.former}
    return {*worth, *(line.mention_id for line in tally.lines if line.article in changed)} - {leader}


def _whole(event_id: EventId, stored: Stored, tally: Tally, store: Store) -> Whole:
    total = merging.how_many([line.mention_id for line in stored.members], more=stored.more)
    ends = [line.published for line in tally.lines if line.published is not None]
    if stored.more:
        first, last = keys.SEEN
        for newest_first in (False, True):
            seen = store.query(keys.event(event_id).pk, limit=1, first=first, last=last, newest_first=newest_first).items
            ends += [keys.time_in(item.key.sk) for item in seen]
    return Whole(total, min(ends, default=None), max(ends, default=None), tally, stored.more)
