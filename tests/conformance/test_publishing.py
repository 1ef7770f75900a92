"""Publishing ends in the same facts on every store; a table beside the one in use can be filled and swapped by its name."""

from __future__ import annotations

import random

from bench.publish_orders import World, draw

from tidings.ports.fakes import MemoryStore
from tidings.ports.store import Store


def content(store: Store) -> list[tuple[str, str, str]]:
    return [(i.key.pk, i.key.sk, repr(i.body)) for i in store.dump()]


def test_publishing_gives_the_same_items_on_every_store(store: Store) -> None:
    deliveries = draw(random.Random(7))[:4]  # noqa: S311 - a test's dice
    here, there = World(), MemoryStore()
    for told in deliveries:
        here.deliver(told, store)
        here.deliver(told, there)
    assert content(store) == content(there)
