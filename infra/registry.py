"""Move feeds and watches out of the table of facts, where earlier versions stored them: part of `make deploy`.

`python -m infra.registry STACK` does it alone, after a deployment without make. What is in the registry already stays. The
next try goes on with one that was broken off.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice

from tidings import keys
from tidings.deployed import Deployed, deployed
from tidings.errors import TidingsError
from tidings.ids import FeedId
from tidings.ports.store import MAX_GETS, Delete, Item, Put, Store, read_all
from tidings.replaying.tables import tables_of


def move_registry(stack: Deployed) -> int:
    """Move what the table of facts that answers holds of the registry; return how many items that were.

    Raises:
        NotFound: the stack has no registry: it is of a version before.
        Unavailable: AWS does not answer.
    """
    source = stack.undivided(tables_of(stack.parameters).answering)
    moved = 0
    items = _items(source)
    while batch := list(islice(items, MAX_GETS)):
        known = {item.key for item in stack.store.get_many([item.key for item in batch])}
        stack.store.write_each([Put(item.key, item.body) for item in batch if item.key not in known])
        source.write_each([Delete(item.key) for item in batch])
        moved += len(batch)
    return moved


def _items(source: Store) -> Iterator[Item]:
    """Iterate over all that is moved, in an order that leaves nothing behind if it is broken off: lists come last.

    A feed is polled once its line in `DUE` is there, so that this comes behind what polling looks up.
    """
    for feed in read_all(source, keys.FEEDS):
        yield from read_all(source, keys.feed(FeedId(feed.key.sk)).pk)
    for partition in (keys.WATCHES, keys.DUE, keys.FEEDS):
        yield from read_all(source, partition)


def main() -> int:
    """Run the command; return its exit status."""
    (name,) = sys.argv[1:]
    try:
        print(f"moved {move_registry(deployed(name))} items of feeds and watches to the registry")
    except TidingsError as error:
        print(f"infra.registry: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
