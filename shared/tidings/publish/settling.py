"""The effects of merging: read a bounded neighbourhood, decide, write; then what follows from it, until nothing is left.

What a mention costs does not depend on the size of the store: a mention has at most `blocking.MOST_KEYS` blocks, of each its
`clusters.MOST_LEADERS` first leaders are read, and of an event `canonical.EXACT` mentions. Only a new leader makes other
mentions be looked at again; since the order of rank is random, such mentions become rarer as an event grows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from tidings import keys
from tidings.errors import Conflict
from tidings.ids import ArticleId, EventId, MentionId
from tidings.ports.store import Delete, Item, Key, Put, Store, read_many
from tidings.publish import merging
from tidings.publish.blocking import blocking_keys
from tidings.publish.canonical import EXACT, Whole
from tidings.publish.clusters import MOST_LEADERS, best_leader
from tidings.publish.matching import compare
from tidings.publish.mentions import MentionSummary
from tidings.publish.profiles import Profile, profile

T = TypeVar("T")

TRIES = 8
FIRST_WAIT_S = 0.02
"""Longest wait before the second try; it doubles with every try, and is drawn at random so that writers part."""
PAGE = 100
MOST_FORMER = 20
"""Superseded mentions that are read for an event's history."""


def persist(work: Callable[[], T]) -> T:
    """Do a piece of work that reads and writes; if another writer was first, do it again from the reading on.

    Raises:
        Conflict: `TRIES` times another writer was first.
    """
    for turn in range(TRIES):
        try:
            return work()
        except Conflict:
            if turn == TRIES - 1:
                raise
            time.sleep(random.uniform(0, FIRST_WAIT_S * 2**turn))  # noqa: S311 - spreads writers, keeps no secret
    raise AssertionError("unreachable")


def settle(mention: MentionSummary, store: Store, cause: ArticleId) -> None:
    """Put a mention (new, or stored as it is) where it belongs now.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """
    persist(lambda: _settle(mention, store, cause))


def withdraw(mention: MentionSummary, store: Store, cause: ArticleId) -> None:
    """Take a stored mention away.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """

    def once() -> None:
        item = store.get(keys.mention(mention.mention_id))
        if item is None:
            return
        blocks = [replace(block, last=_is_last(block, store)) for block in _blocks(profile(mention), store)]
        counts = {key: found for key in [_count(item)] if (found := store.get(key))}
        store.transact(merging.taken_away(mention, merging.Place(blocks, item, counts), cause))

    persist(once)


def retell(mention: MentionSummary, store: Store, cause: ArticleId) -> None:
    """Store anew by what a superseded mention is superseded.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """

    def once() -> None:
        item = store.get(keys.mention(mention.mention_id))
        if item is not None:
            store.transact(merging.retold(mention, item, cause))

    persist(once)


def work_off(article_id: ArticleId, store: Store) -> None:
    """Do what is still to be done for an article: sweeps first, those of least rank before others, then its events.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: the store does not answer.
    """
    partition = keys.work_refresh(article_id, EventId("x")).pk
    for first, last in (keys.SWEEPS, keys.REFRESHES):
        while waiting := store.query(partition, limit=1, first=first, last=last).items:
            if first == keys.SWEEPS[0]:
                _sweep(waiting[0], store, article_id)
            else:
                _refresh(waiting[0], store, article_id)


def _settle(mention: MentionSummary, store: Store, cause: ArticleId) -> None:
    one = profile(mention)
    item = store.get(keys.mention(mention.mention_id))
    blocks = _blocks(one, store)
    ranks = sorted({rank for block in blocks for rank in block.leaders if rank < one.rank})
    leaders = read_many(store, [keys.mention(_of_rank(rank)) for rank in ranks])
    found = best_leader(one, (profile(merging.summary_of(leader)) for leader in leaders))
    event = merging.own_event(found[0].mention_id if found else mention.mention_id)
    shards = {keys.event_count(event, mention.mention_id)} | ({_count(item)} if item else set())
    counts = {shard.key: shard for shard in store.get_many(sorted(shards))}
    writes = merging.placed(mention, event, merging.Place(blocks, item, counts), cause)
    if writes:
        store.transact(writes)


def _blocks(one: Profile, store: Store) -> list[merging.Block]:
    return [_block(name, store) for name in blocking_keys(one)]


def _block(name: str, store: Store) -> merging.Block:
    first, last = keys.LEADERS
    found = store.query(keys.block_head(name).pk, limit=MOST_LEADERS + 1, first=first, last=last).items
    version = found[0].version if found and found[0].key == keys.block_head(name) else 0
    return merging.Block(name, version, tuple(keys.rank_in(item.key.sk) for item in found[1 if version else 0 :]))


def _is_last(block: merging.Block, store: Store) -> bool:
    first, last = keys.MENTIONS
    return len(store.query(keys.block_head(block.name).pk, limit=2, first=first, last=last).items) < 2


def _sweep(work: Item, store: Store, cause: ArticleId) -> None:
    """Look at one page of the mentions that a new or gone leader may concern."""
    leader, blocks, full = MentionId(work.body["leader"]), list(work.body["blocks"]), work.body["full"]
    first = keys.block_mention(blocks[0], keys.rank_in(work.key.sk)).sk
    partition = keys.block_head(blocks[0]).pk
    page = store.query(partition, limit=PAGE, first=first, last=keys.MENTIONS[1], after=work.body["after"])
    item = store.get(keys.mention(leader))
    leads = item is not None and merging.event_of(item) == merging.own_event(leader)
    centre = profile(merging.summary_of(item)) if item is not None and leads else None
    for near in read_many(store, [keys.mention(_of_rank(keys.rank_in(entry.key.sk))) for entry in page.items]):
        mention = merging.summary_of(near)
        if blocks[0] in full or _concerned(profile(mention), merging.event_of(near), leader, centre):
            settle(mention, store, cause)
    if page.next_sk is not None:
        store.transact([Put(work.key, merging.sweep_body(leader, blocks, full, page.next_sk))])
    elif blocks[1:]:
        store.transact([Put(work.key, merging.sweep_body(leader, blocks[1:], full))])
    else:
        store.transact([Delete(work.key)])


def _concerned(one: Profile, event: EventId, leader: MentionId, centre: Profile | None) -> bool:
    follows = event == merging.own_event(leader)
    if centre is None:
        return follows
    return not follows and centre.rank < one.rank and compare(one, centre).same


def _refresh(work: Item, store: Store, cause: ArticleId) -> None:
    event_id = EventId(work.body["event_id"])

    def once() -> None:
        item = store.get(keys.event(event_id))
        notice = store.get(keys.outbox(cause, event_id))
        writes = merging.refreshed(event_id, _told(event_id, item, store), cause, notice=notice)
        store.transact([*writes, Delete(work.key)])

    persist(once)


def _told(event_id: EventId, item: Item | None, store: Store) -> merging.Told:
    partition = keys.event(event_id).pk
    first, last = keys.COUNTS
    total = sum(shard.body["n"] for shard in store.query(partition, limit=PAGE, first=first, last=last).items)
    if not total:
        return merging.Told(item, ())
    first, last = keys.MENTIONS
    listed = store.query(partition, limit=EXACT, first=first, last=last).items
    first, last = keys.FORMER
    former = store.query(partition, limit=MOST_FORMER, first=first, last=last).items
    leader = MentionId("m" + event_id[1:])
    wanted = {leader} | {keys.mention_in(entry.key.sk) for entry in (*listed, *former)}
    items = [one for one in read_many(store, map(keys.mention, sorted(wanted))) if merging.event_of(one) == event_id]
    found = [merging.summary_of(one) for one in items]
    told = [mention for mention in found if mention.superseded is None]
    whole = _whole(event_id, total, store)
    return merging.Told(item, told, [mention for mention in found if mention.superseded], whole)


def _whole(event_id: EventId, total: int, store: Store) -> Whole | None:
    if total <= EXACT:
        return None
    ends = []
    for newest_first in (False, True):
        first, last = keys.SEEN
        seen = store.query(keys.event(event_id).pk, limit=1, first=first, last=last, newest_first=newest_first).items
        ends.append(keys.time_in(seen[0].key.sk) if seen else None)
    return merging.counted(total, Whole(total, *ends))


def _count(item: Item) -> Key:
    return keys.event_count(merging.event_of(item), MentionId(item.key.pk.removeprefix("MENTION#")))


def _of_rank(rank: str) -> MentionId:
    return MentionId(rank.split("#", 1)[1])
