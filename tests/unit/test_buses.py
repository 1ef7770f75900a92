"""What leaves for the bus, and for the watch stage with it."""

from __future__ import annotations

import json
from typing import Any

from tidings.adapters.buses import EventBridgeBus
from tidings.messages import TellWatches
from tidings.ports.bus import Notice
from tidings.ports.fakes import MemorySender


class Calls:
    """EventBridge's client, which keeps what it is asked."""

    def __init__(self) -> None:
        self.entries: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - botocore's name
        self.entries.append(Entries)
        return {"FailedEntryCount": 0}


def emitted(*names: str, on_bus: bool = True) -> tuple[Calls, MemorySender]:
    client, watches = Calls(), MemorySender()
    notices = [Notice("EventPublished", {"event_id": name, "mentions": []}) for name in names]
    EventBridgeBus(client, "facts", watches, notices=on_bus).emit(notices)  # type: ignore[arg-type]
    return client, watches


def test_each_change_is_a_notice_of_its_own_on_the_bus_and_all_are_one_message_to_the_watches() -> None:
    client, watches = emitted(*(f"e{n}" for n in range(12)))
    assert [len(entries) for entries in client.entries] == [10, 2]
    assert [json.loads(entry["Detail"])["subject"] for entry in client.entries[1]] == ["e10", "e11"]
    (message,) = [TellWatches.model_validate_json(body) for body in watches.bodies]
    assert [change.event_id for change in message.changes] == [f"e{n}" for n in range(12)]


def test_very_many_changes_fit_the_queue() -> None:
    _, watches = emitted(*(f"e{n:020d}" for n in range(1_100)))
    assert max(map(len, watches.bodies)) < 256 * 1024
    assert sum(len(TellWatches.model_validate_json(body).changes) for body in watches.bodies) == 1_100


def test_without_notices_the_watches_alone_are_told() -> None:
    client, watches = emitted("e1", on_bus=False)
    assert (client.entries, len(watches.bodies)) == ([], 1)


def test_nothing_to_tell_asks_nobody() -> None:
    client, watches = emitted()
    assert (client.entries, watches.bodies) == ([], [])
