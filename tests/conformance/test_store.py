"""What every facts table does."""

import pytest

from tidings.errors import Conflict
from tidings.ports.store import Check, Delete, Key, Put, Store


def filled(store: Store, *sort_keys: str) -> Store:
    for sk in sort_keys:
        store.transact([Put(Key("P", sk), {"sk": sk})])
    return store


def test_an_item_comes_back_with_its_numbers_and_unicode(store: Store) -> None:
    body = {"whole": 12345678901234567890, "part": 0.1, "none": None, "list": [1, {"x": "Ж😀"}], "flag": True}
    store.transact([Put(Key("P#Ж", "S#😀"), body)])
    item = store.get(Key("P#Ж", "S#😀"))
    assert item is not None
    assert item.body == body


def test_an_absent_item_is_none(store: Store) -> None:
    assert store.get(Key("P", "S")) is None


def test_versions_count_the_writes_from_one(store: Store) -> None:
    for expected in (1, 2, 3):
        store.transact([Put(Key("P", "S"), {})])
        item = store.get(Key("P", "S"))
        assert item is not None
        assert item.version == expected


def test_a_put_that_expects_nothing_there_fails_on_an_item(store: Store) -> None:
    filled(store, "a")
    with pytest.raises(Conflict):
        store.transact([Put(Key("P", "a"), {"new": 1}, expect=0)])


def test_a_put_that_expects_another_version_fails(store: Store) -> None:
    filled(store, "a")
    with pytest.raises(Conflict):
        store.transact([Put(Key("P", "a"), {}, expect=2)])


def test_a_put_that_expects_the_right_version_replaces(store: Store) -> None:
    filled(store, "a")
    store.transact([Put(Key("P", "a"), {"new": 1}, expect=1)])
    item = store.get(Key("P", "a"))
    assert item is not None
    assert (item.body, item.version) == ({"new": 1}, 2)


@pytest.mark.parametrize(
    "failing", [Check(Key("P", "z"), 1), Delete(Key("P", "z"), expect=4), Put(Key("P", "a"), {}, expect=0)]
)
def test_a_transaction_is_all_or_nothing(store: Store, failing: Check | Delete | Put) -> None:
    filled(store, "a")
    with pytest.raises(Conflict):
        store.transact([Put(Key("P", "b"), {}), failing])
    assert store.get(Key("P", "b")) is None


def test_writes_that_are_no_transaction_are_done_each_by_itself(store: Store) -> None:
    filled(store, "a", "b")
    store.write_each([])
    store.write_each([Put(Key("P", f"n{n}"), {"n": n}) for n in range(60)])
    store.write_each([Delete(Key("P", "a")), Put(Key("P", "b"), {"new": 1}), Delete(Key("P", "nothing"))])
    found = {item.key.sk: item for item in store.query("P", limit=100).items}
    assert len(found) == 61
    assert (found["b"].body, found["b"].version, found["n7"].body) == ({"new": 1}, 1, {"n": 7})


def test_a_write_that_is_no_transaction_keeps_its_expectation(store: Store) -> None:
    store.write_each([Put(Key("P", "a"), {"n": 1}, expect=0)])
    store.write_each([Put(Key("P", "a"), {"n": 2}, expect=1)])
    for late in (Put(Key("P", "a"), {"n": 3}, expect=1), Put(Key("P", "a"), {}, expect=0), Delete(Key("P", "a"), expect=1)):
        with pytest.raises(Conflict):
            store.write_each([late])
    item = store.get(Key("P", "a"))
    assert item is not None
    assert (item.body, item.version) == ({"n": 2}, 2)
    store.write_each([Delete(Key("P", "a"), expect=2)])
    assert store.get(Key("P", "a")) is None


def test_deleting_what_is_not_there_is_fine(store: Store) -> None:
    store.transact([Delete(Key("P", "nothing"))])


def test_a_deleted_item_is_gone_and_starts_anew(store: Store) -> None:
    filled(store, "a")
    store.transact([Delete(Key("P", "a"), expect=1)])
    assert store.get(Key("P", "a")) is None
    store.transact([Put(Key("P", "a"), {}, expect=0)])


def test_many_items_come_in_the_order_asked(store: Store) -> None:
    filled(store, "a", "b", "c")
    found = store.get_many([Key("P", "c"), Key("P", "missing"), Key("P", "a")])
    assert [item.key.sk for item in found] == ["c", "a"]


def test_a_query_reads_one_partition_in_byte_order(store: Store) -> None:
    filled(store, "b", "a", "é", "B")
    store.transact([Put(Key("Q", "aa"), {})])
    assert [item.key.sk for item in store.query("P", limit=10).items] == ["B", "a", "b", "é"]


def test_pages_follow_one_another_to_the_end(store: Store) -> None:
    filled(store, "a", "b", "c", "d", "e")
    seen: list[str] = []
    after = None
    for _ in range(10):
        page = store.query("P", limit=2, after=after)
        seen += [item.key.sk for item in page.items]
        after = page.next_sk
        if after is None:
            break
    assert seen == ["a", "b", "c", "d", "e"]


def test_newest_first_reads_backwards(store: Store) -> None:
    filled(store, "a", "b", "c", "d")
    page = store.query("P", limit=2, newest_first=True)
    assert [item.key.sk for item in page.items] == ["d", "c"]
    rest = store.query("P", limit=5, newest_first=True, after=page.next_sk)
    assert [item.key.sk for item in rest.items] == ["b", "a"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_bounds_include_both_ends(store: Store, newest_first: bool) -> None:
    filled(store, "a", "b", "c", "d")
    page = store.query("P", limit=10, first="b", last="c", newest_first=newest_first)
    assert sorted(item.key.sk for item in page.items) == ["b", "c"]


def test_bounds_that_cross_find_nothing(store: Store) -> None:
    filled(store, "a", "b")
    assert store.query("P", limit=10, first="b", last="a").items == ()


def test_a_dump_is_in_key_order(store: Store) -> None:
    store.transact([Put(Key("B", "1"), {}), Put(Key("A", "2"), {}), Put(Key("A", "1"), {})])
    assert [item.key for item in store.dump()] == [Key("A", "1"), Key("A", "2"), Key("B", "1")]


def test_a_long_body_comes_back_as_it_was_and_can_be_replaced_by_a_short_one(store: Store) -> None:
    long = {"quote": "Norway sent 40 tons of food to Chad on Monday, Ж😀. " * 200, "n": 12345678901234567890, "part": 0.1}
    for body in (long, {"short": 1}, long):
        store.transact([Put(Key("P", "S"), body), Put(Key("P", "T"), body)])
        assert [item.body for item in store.get_many([Key("P", "S"), Key("P", "T")])] == [body, body]
    assert [item.body for item in store.query("P", limit=10).items] == [long, long]
    assert [item.body for item in store.dump()] == [long, long]


def test_a_delete_that_expects_another_version_fails(store: Store) -> None:
    filled(store, "a")
    with pytest.raises(Conflict):
        store.transact([Delete(Key("P", "a"), expect=2)])
    assert store.get(Key("P", "a")) is not None
