"""The effects of merging on mentions: read a bounded neighbourhood, decide, write; then look again.

What a mention costs does not depend on the size of the store: a mention has at most `blocking.MOST_KEYS` blocks, and of
each its `clusters.MOST_LEADERS` first leaders are read. Only a new leader makes other mentions be looked at again; since the
order of rank is random, such mentions become rarer as an event grows.

No transaction and no lock holds this together, since on DynamoDB either costs more than all the rest. Instead every writer

1. writes the mention's own item, if it is as it was read (the truth: which event it belongs to),
2. writes the entries that follow from it, in its blocks and under its event,
3. reads the item and the blocks again: it puts right what has changed meanwhile, and if the mention began or ceased to lead,
   it looks at those of later rank in its blocks, which may now belong elsewhere.

Two writers who know nothing of each other both look only after both of their writes. So whichever writes second finds what
the first has written; if its own mention is concerned, it settles that anew, and if the other's is, it settles the other's.

Whoever dies is followed by the next delivery of its message, which finds what was under way: an article's own new mentions
under the article (`editions.Publication.coming`), any other mention that was moved or taken away in a piece of work that was
written down before.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from tidings import keys
from tidings.errors import Conflict
from tidings.ids import EventId, MentionId
from tidings.ports.store import Delete, Item, Key, Put, Store, read_many
from tidings.publish import merging
from tidings.publish.blocking import blocks_of
from tidings.publish.clusters import best_leader
from tidings.publish.matching import compare
from tidings.publish.mentions import MentionSummary
from tidings.publish.profiles import Profile, profile, rank_of

T = TypeVar("T")

TRIES = 8
FIRST_WAIT_S = 0.02
"""Longest wait before the second try; it doubles with every try, and is drawn at random so that writers part."""
BLOCK = 32
"""Entries of a block that are read at once: one read unit, and more than `clusters.MOST_LEADERS`."""
PAGE = 100
"""Mentions that are looked at again at a time."""


def persist(do: Callable[[], T]) -> T:
    """Do a piece of work that reads and writes; if another writer was first, do it again from the reading on.

    Raises:
        Conflict: `TRIES` times another writer was first.
    """
    for turn in range(TRIES):
        try:
            return do()
        except Conflict:
            if turn == TRIES - 1:
                raise
            time.sleep(random.uniform(0, FIRST_WAIT_S * 2**turn))  # noqa: S311 - spreads writers, keeps no secret
    raise AssertionError("unreachable")


def place(mention: MentionSummary, store: Store, work: str) -> EventId:
    """Store a mention of the article that is being published, and return the event that it was put under.

    Raises:
        Conflict: it is stored already, or another writer was first.
        Unavailable: the store does not answer.
    """
    one = profile(mention)
    # What this misses of the last second is found when the blocks are read again.
    event = _event_for(one, _near(one, store, stale=True), store)
    key, body = keys.mention(mention.mention_id), merging.told(mention, event)
    store.write_each([Put(key, body, expect=0)])
    entries = merging.standing(mention, event)
    store.write_each([Put(entry, entries[entry]) for entry in sorted(entries)])
    leading = event == merging.own_event(mention.mention_id)
    blocks = _around(one, store) if leading else _near(one, store)
    stored = store.get(key)
    if stored is None or stored.body != body:
        # Another writer has moved it, or a later version of the article has taken it away, before its entries were there.
        _note(mention, [event], store, work, gone=stored is None)
    elif _event_for(one, blocks, store) != event:
        _resettle(mention.mention_id, store, work)
    elif leading:
        _gather(mention, one, blocks, store, work)
    return event


def withdraw(mention: MentionId, store: Store, work: str) -> None:
    """Take a stored mention away; what follows from that is left as work.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """

    def once() -> None:
        item = store.get(keys.mention(mention))
        if item is not None:
            _note(merging.summary_of(item), [merging.event_of(item)], store, work, gone=True)
            store.write_each([Delete(item.key, expect=item.version)])

    persist(once)


def retell(mention: MentionSummary, store: Store) -> EventId | None:
    """Store anew by what a superseded mention is superseded, which moves it nowhere; return its event.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """

    def once() -> EventId | None:
        item = store.get(keys.mention(mention.mention_id))
        if item is None:
            return None
        event = merging.event_of(item)
        store.write_each([Put(item.key, merging.told(mention, event), expect=item.version)])
        return event

    return persist(once)


def recover(mentions: Iterable[MentionSummary], store: Store, work: str, *, gone: bool = False) -> None:
    """Leave as work whatever may be unfinished of mentions that a publication was storing when it broke off.

    `gone`: they are not stored, and what was written of them goes.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """
    for mention in mentions:
        own = merging.own_event(mention.mention_id)
        persist(lambda mention=mention, own=own: _note(mention, [own], store, work, gone=gone))  # type: ignore[misc]


def work_off(work: str, store: Store) -> None:
    """Do what follows from mentions that have moved or gone, those of least rank first, until nothing is left of it.

    What is left afterwards are the events that have to be told anew (`telling`).

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """
    first, last = keys.MOVES

    def one_more() -> bool:
        waiting = store.query(work, limit=1, first=first, last=last).items
        if waiting:
            _follow_up(waiting[0], store, work)
        return bool(waiting)

    while persist(one_more):
        pass


def _resettle(mention: MentionId, store: Store, work: str) -> None:
    """Put a stored mention where it belongs now; what follows from that is left as work."""

    def once() -> None:
        item = store.get(keys.mention(mention))
        if item is None:
            return
        summary, before = merging.summary_of(item), merging.event_of(item)
        one = profile(summary)
        event = _event_for(one, _near(one, store), store)
        if event != before:
            _note(summary, [before, event], store, work)
            store.write_each([Put(item.key, {**item.body, "event_id": event}, expect=item.version)])

    persist(once)


def _event_for(one: Profile, blocks: Mapping[str, merging.Block], store: Store) -> EventId:
    near = (blocks[name] for key in blocks_of(one) for name in key.near)
    items = _ranked((rank for block in near for rank in block.window if rank < one.rank), store)
    found = best_leader(one, (profile(merging.summary_of(item)) for item in items if merging.leads(item)))
    return merging.own_event(found[0].mention_id if found else one.mention_id)


def _near(one: Profile, store: Store, *, stale: bool = False) -> dict[str, merging.Block]:
    """Read the blocks in which those stand that a mention may follow."""
    return {name: _block(name, store, stale=stale) for key in blocks_of(one) for name in key.near}


def _around(one: Profile, store: Store) -> dict[str, merging.Block]:
    """Read the blocks in which those stand that may follow a mention, too."""
    return {name: _block(name, store) for key in blocks_of(one) for name in key.around}


def _block(name: str, store: Store, *, stale: bool = False) -> merging.Block:
    page = store.query(keys.block(name), limit=BLOCK, stale=stale)
    ranks: dict[bool, list[str]] = {True: [], False: []}
    for item in page.items:
        ranks[keys.leads(item.key.sk)].append(keys.rank_in(item.key.sk))
    return merging.Block(name, ranks[True], ranks[False], whole=page.next_sk is None)


def _gather(mention: MentionSummary, one: Profile, blocks: Mapping[str, merging.Block], store: Store, work: str) -> None:
    """Have those of later rank looked at again that a new leader may concern; where they are many, as work."""
    heeding = [key for key in blocks_of(one) if blocks[key.own].heeds(one.rank)]
    if not all(blocks[name].whole for key in heeding for name in key.around):
        _note(mention, [merging.own_event(mention.mention_id)], store, work)
        return
    later: dict[str, bool] = {}
    for key in heeding:
        for name in key.around:
            for rank in (*blocks[name].leaders, *blocks[name].others):
                if rank > one.rank:
                    later[rank] = later.get(rank, False) or blocks[key.own].full
    for item in _ranked(later, store):
        other = merging.summary_of(item)
        if later.get(rank_of(other), True) or compare(profile(other), one).same:
            _resettle(other.mention_id, store, work)


def _note(
    mention: MentionSummary,
    events: Iterable[EventId],
    store: Store,
    work: str,
    *,
    gone: bool = False,
) -> None:
    """Write down, before it is done, that a mention leaves or enters events, or that it goes.

    What has been written down already is kept, but that its later mentions were looked at. The note says all that is needed
    if the mention's item has gone by the time that somebody comes back to it: what the mention said, where others may follow
    it, else under which sort keys it stands in the partitions of its events.
    """
    key = keys.work_move(work, rank_of(mention))
    item = store.get(key)
    known: Mapping[str, Any] = item.body if item is not None else {}
    body: dict[str, Any] = {
        "events": sorted({*events, *known.get("events", ())}),
        "under": sorted({*merging.under(mention), *known.get("under", ())}),
    }
    leading = gone or merging.own_event(mention.mention_id) in body["events"]
    summaries = [*known.get("was", ()), *([mention.model_dump(mode="json", exclude_none=True)] if leading else [])]
    if summaries:
        body["was"] = [one for at, one in enumerate(summaries) if one not in summaries[:at]]
    if body != known:
        store.write_each([Put(key, body, expect=item.version if item is not None else 0)])


def _follow_up(note: Item, store: Store, work: str) -> None:
    """Do what follows from one mention's move; it can be broken off and begun again at any point."""
    mention = _of_rank(keys.rank_in(note.key.sk))
    item = store.get(keys.mention(mention))
    now = merging.summary_of(item) if item is not None else None
    gone = [was for was in map(MentionSummary.model_validate, note.body.get("was", ())) if was != now]
    events = {*map(EventId, note.body["events"]), *([merging.event_of(item)] if item is not None else [])}
    told = [*gone, *([now] if now is not None else [])]
    under = [Key(keys.event(event).pk, sk) for event in events for sk in note.body["under"]]
    _tidy(mention, merging.could_stand(told, events).union(under), item, store)
    if item is not None and now is not None:
        one = profile(now)
        if _event_for(one, _near(one, store), store) != merging.event_of(item):
            _resettle(mention, store, work)
            return
    own = merging.own_event(mention)
    if own in events and not _look_again(note, told, len(gone), item, store, work):
        return
    for event in sorted(events):
        # Nothing but the mention tells where the event is listed that it leads alone, now or when it said something else.
        alone = [] if event != own else gone if store.get(keys.event(own)) is not None else told
        ask(event, work, store, listed=[key for one in alone for key in merging.listed(None, one)])
    store.write_each([Delete(note.key, expect=note.version)])


def _tidy(mention: MentionId, possible: set[Key], item: Item | None, store: Store) -> None:
    """Bring the entries of a mention to what its item says, and see whether it still says so.

    Raises:
        Conflict: it does not.
    """
    wanted = merging.standing(merging.summary_of(item), merging.event_of(item)) if item is not None else {}
    present = {found.key: dict(found.body) for found in read_many(store, sorted(possible | wanted.keys()))}
    changes: list[Put | Delete] = [Put(key, wanted[key]) for key in sorted(wanted) if present.get(key) != wanted[key]]
    store.write_each([*changes, *(Delete(key) for key in sorted(present.keys() - wanted.keys()))])
    again = store.get(keys.mention(mention))
    if (again and again[1:]) != (item and item[1:]):
        raise Conflict(f"mention {mention} has been moved")


def _look_again(note: Item, told: Sequence[MentionSummary], gone: int, item: Item | None, store: Store, work: str) -> bool:
    """Look at a page of the mentions that a new or former leader may concern; return whether these were the last.

    `told` is what the leader said, the first `gone` of it before it was taken away.
    """
    sweeps = [
        (at < gone, one, key.own, name)
        for at, one in enumerate(told)
        for key in blocks_of(profile(one))
        for name in key.around
    ]
    at, after = note.body.get("at", 0), note.body.get("after")
    for number in range(at, len(sweeps)):
        is_gone, one, own_name, name = sweeps[number]
        rank, block = rank_of(one), _block(own_name, store)
        if not block.heeds(rank):
            continue
        page = store.query(
            keys.block(name), limit=PAGE, first=keys.block_leader(name, rank).sk, after=after if number == at else None
        )
        centre = profile(one) if not is_gone and item is not None and merging.leads(item) else None
        own = merging.own_event(one.mention_id)
        later = (found for entry in page.items if (found := keys.rank_in(entry.key.sk)) > rank)
        for near in _ranked(later, store):
            follows = merging.event_of(near) == own
            joins = centre is not None and not follows and compare(profile(merging.summary_of(near)), centre).same
            if block.full or joins or (follows and centre is None):
                _resettle(merging.summary_of(near).mention_id, store, work)
        if page.next_sk is not None:
            store.write_each([Put(note.key, {**note.body, "at": number, "after": page.next_sk}, expect=note.version)])
            return False
    return True


def ask(event: EventId, work: str, store: Store, *, listed: Iterable[Key] = ()) -> None:
    """Leave as work that an event is told anew; `listed` are entries that it may have besides those of what is stored.

    Raises:
        Conflict: another writer was first.
        Unavailable: the store does not answer.
    """
    key = keys.work_tell(work, event)
    item = store.get(key)
    body = {"listed": keys_told(sorted({*listed, *keys_in(item)}))}
    if item is None or item.body != body:
        store.write_each([Put(key, body, expect=item.version if item is not None else 0)])


def keys_told(found: Iterable[Key]) -> dict[str, list[str]]:
    """Return keys as a body holds them: most have one sort key in common."""
    told: dict[str, list[str]] = {}
    for key in found:
        told.setdefault(key.sk, []).append(key.pk)
    return told


def keys_in(item: Item | None) -> Iterator[Key]:
    """Iterate over the keys that a piece of work holds."""
    for sk, partitions in (item.body["listed"] if item is not None else {}).items():
        yield from (Key(pk, sk) for pk in partitions)


def _ranked(ranks: Iterable[str], store: Store) -> Iterator[Item]:
    """Read mentions by their ranks; one that has just changed its rank may stand under two of them."""
    return read_many(store, [keys.mention(mention) for mention in dict.fromkeys(map(_of_rank, sorted(ranks)))])


def _of_rank(rank: str) -> MentionId:
    return MentionId(rank.split("#", 1)[1])
