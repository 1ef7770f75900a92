"""The list of entries that are still to be fetched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tidings import keys
from tidings.fetch.entries import Entry, entry_of
from tidings.fetch.listing import due_items, entry_of_item, list_new, still_listed
from tidings.ids import feed_id
from tidings.ports.fakes import MemoryStore
from tidings.ports.store import Delete, Item, Put, Write
from tidings.records import EntryHint

NOW = datetime(2025, 6, 13, 20, tzinfo=UTC)
FEED = feed_id("https://news.example/feed")


def entry(n: int, *, guid: str | None = None, title: str = "T", updated: datetime | None = None, html: str = "") -> Entry:
    hint = EntryHint(guid=guid or f"g{n}", title=title, updated=updated, content_html=html or None)
    return entry_of(f"https://news.example/{n}", hint)


def listed(store: MemoryStore) -> list[Entry]:
    return [entry_of_item(item) for item in due_items(FEED, store, NOW, 1000)]


def settle(store: MemoryStore) -> None:
    """As if everything on the list had been fetched."""
    for item in due_items(FEED, store, NOW + timedelta(days=400), 1000):
        seen = store.get(keys.feed_seen(FEED, item.body["key"]))
        assert seen is not None
        body = {name: value for name, value in seen.body.items() if name != "next"} | {"state": "sent"}
        store.transact([Put(seen.key, body), Delete(item.key)])


def test_new_entries_are_listed_in_the_order_of_the_feed_and_known_ones_are_not() -> None:
    store = MemoryStore()
    assert list_new(FEED, [entry(n) for n in range(60)], store, NOW) == 60
    assert [found.url for found in listed(store)] == [f"https://news.example/{n}" for n in range(60)]
    assert list_new(FEED, [entry(n) for n in range(61)], store, NOW, since=NOW) == 1
    assert still_listed(FEED, store) == (61, NOW)


def test_an_entry_that_changes_while_it_waits_is_listed_once_as_it_is_now() -> None:
    store = MemoryStore()
    list_new(FEED, [entry(1)], store, NOW)
    assert list_new(FEED, [entry(1, title="Corrected")], store, NOW + timedelta(minutes=1)) == 1
    assert still_listed(FEED, store)[0] == 1
    (found,) = [entry_of_item(item) for item in due_items(FEED, store, NOW + timedelta(hours=1), 10)]
    assert found.hint.title == "Corrected"


def test_a_guid_that_moves_to_another_entry_takes_no_other_entry_with_it() -> None:
    store = MemoryStore()
    list_new(FEED, [entry(1, guid="a"), entry(2, guid="b")], store, NOW)
    settle(store)
    # The guids have changed places: each is still an entry, and both have changed.
    assert list_new(FEED, [entry(1, guid="b"), entry(2, guid="a")], store, NOW) == 2
    assert {found.key for found in listed(store)} == {"a", "b"}


def test_changes_are_followed_for_a_while_and_updates_for_longer() -> None:
    store = MemoryStore()
    changes = updates = 0
    for n in range(300):
        moment = NOW + timedelta(minutes=n)
        changes += list_new(FEED, [entry(1, title=f"seen {n} times")], store, moment, since=moment)
        updates += list_new(FEED, [entry(2, title=f"update {n}", updated=moment)], store, moment, since=moment)
        settle(store)
    assert (changes, updates) == (21, 201)


class Counting(MemoryStore):
    """Notes how many bytes of text each transaction has."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def transact(self, writes: list[Write]) -> None:  # type: ignore[override]
        self.sizes.append(sum(len(str(write.body)) for write in writes if isinstance(write, Put)))
        super().transact(writes)


def test_long_entries_are_written_in_transactions_that_the_table_takes() -> None:
    store = Counting()
    list_new(FEED, [entry(n, html="x" * 240_000) for n in range(40)], store, NOW)
    assert max(store.sizes) < 3_000_000
    assert len(listed(store)) == 40


def test_a_text_that_is_too_long_for_an_item_is_left_to_the_page() -> None:
    store = MemoryStore()
    list_new(FEED, [entry(1, html="\u4e2d" * 100_000), entry(2, html="short")], store, NOW)
    assert [found.hint.content_html for found in listed(store)] == [None, "short"]
    assert isinstance(store.get(keys.feed_seen(FEED, "g1")), Item)
