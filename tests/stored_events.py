"""Events as publish stores them, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tidings import keys
from tidings.ports.store import Key, Put
from tidings.publish.index import card, entries
from tidings.records import CanonicalEvent


def items_of(event: CanonicalEvent) -> dict[Key, Mapping[str, Any]]:
    """Return an event's own item and its entries in the index, by their keys."""
    return {keys.event(event.event_id): {"card": card(event), "others": [], "former": []}, **entries(event)}


def puts_of(event: CanonicalEvent) -> list[Put]:
    """Return the writes that store them."""
    return [Put(key, body) for key, body in items_of(event).items()]
