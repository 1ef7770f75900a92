"""How far a replay of a stack has come: an item of the registry, so that it can be gone on with from any machine."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict

from tidings import keys
from tidings.ports.store import Delete, Put, Store


class Place(BaseModel):
    """When it began, the dead letters of then by queue, and the last document and article that were sent, by their keys."""

    model_config = ConfigDict(frozen=True)

    began: AwareDatetime
    dead_letters: Mapping[str, int]
    document: str = ""
    article: str = ""
    sent: int = 0
    all_sent: bool = False
    given_up: bool = False


def place_of(store: Store) -> Place | None:
    """Return how far the replay has come, None if there is none."""
    item = store.get(keys.replay())
    return Place.model_validate(item.body) if item is not None else None


def keep(place: Place, store: Store) -> None:
    """Write it down."""
    store.transact([Put(keys.replay(), place.model_dump(mode="json"))])


def forget(store: Store) -> None:
    """The replay has ended."""
    store.transact([Delete(keys.replay())])
