"""Busy partitions lie in several, and nobody but the table knows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings import keys
from tidings.adapters.sharded_store import ShardedStore
from tidings.ids import EventId, FeedId
from tidings.ports.fakes import MemoryStore
from tidings.ports.store import Key, Put, Store

SORT_KEYS = st.lists(st.text(alphabet="ab1#", min_size=1, max_size=4), unique=True, max_size=30)


def entries(count: int) -> list[Key]:
    return [Key(keys.EVENTS, keys.event_sort("2025-06-13", EventId(f"e{n}"))) for n in range(count)]


def all_of(store: Store, pk: str, limit: int, **how: object) -> list[str]:
    """Every sort key of a partition, a page at a time."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = store.query(pk, limit=limit, after=after, **how)  # type: ignore[arg-type]
        assert len(page.items) <= limit
        assert {item.key.pk for item in page.items} <= {pk}
        found += [item.key.sk for item in page.items]
        if (after := page.next_sk) is None:
            return found


@given(SORT_KEYS, st.integers(1, 7), st.integers(1, 9), st.booleans())
def test_pages_of_a_sharded_partition_follow_one_another_as_those_of_a_whole_one(
    names: list[str], shards: int, limit: int, newest_first: bool
) -> None:
    plain, store = MemoryStore(), ShardedStore(MemoryStore(), shards)
    for name in names:
        for one in (plain, store):
            one.transact([Put(Key(keys.EVENTS, name), {"sk": name})])
    assert all_of(store, keys.EVENTS, limit, newest_first=newest_first) == sorted(names, reverse=newest_first)
    assert list(store.dump()) == list(plain.dump())
    bounds = {"first": "a", "last": "b"}
    assert all_of(store, keys.EVENTS, limit, **bounds) == all_of(plain, keys.EVENTS, limit, **bounds)


def test_a_busy_partition_lies_evenly_in_its_shards_and_what_is_not_busy_lies_whole() -> None:
    below = MemoryStore()
    store = ShardedStore(below, 8)
    for key in entries(800):
        store.transact([Put(key, {})])
    store.transact([Put(keys.feed(FeedId("f1")), {})])
    lies = Counter(item.key.pk for item in below.dump())
    assert lies.pop("FEED#f1") == 1
    assert lies.keys() == set(keys.shards(keys.EVENTS, 8))
    assert max(lies.values()) < 1.4 * 100


def test_what_was_stored_with_one_shard_is_found_with_more() -> None:
    below = MemoryStore()
    for key in entries(20):
        below.transact([Put(key, {})])
    store = ShardedStore(below, 4)
    assert len(all_of(store, keys.EVENTS, 6)) == 20
    for key in entries(20):
        store.transact([Put(key, {"new": True})])
    assert len(all_of(store, keys.EVENTS, 6)) == 20
    assert all(item.body == {"new": True} for item in store.query(keys.EVENTS, limit=50).items)


@pytest.mark.parametrize("pk", ["OUTLET#3~Times", "WORD#12~", "EVENT#e1"])
def test_no_partition_of_the_project_looks_like_a_shard(pk: str) -> None:
    assert keys.whole(Key(pk, "s")) == Key(pk, "s")
    for number in range(20):
        key = Key(pk, f"s{number}")
        assert keys.whole(keys.in_shard(key, 5)) == key
