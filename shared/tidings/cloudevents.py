"""What the bus carries: CloudEvents 1.0 in structured form (https://github.com/cloudevents/spec, v1.0.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tidings import ids
from tidings.ids import CorrelationId, EventId, content_digest
from tidings.messages import Change, TellWatches
from tidings.ports.bus import Notice

SOURCE = "/tidings/publish"
TYPES = {
    "EventPublished": "org.tidings.event.published.v1",
    "EventUpdated": "org.tidings.event.updated.v1",
}
MAX_BYTES = 200_000
"""Most bytes of an envelope: EventBridge takes 256 KB an entry, its own fields included."""


def envelope(notice: Notice) -> dict[str, Any]:
    """Return a notice as a CloudEvent.

    Its id is drawn from the event as it is, so that one change that is told twice has one id. `time` is when the newest
    article that tells of the event was published. Of an event that is too large the last mentions, then values and history,
    are left out; `mention_count` tells how many mentions there are, and the API has the whole.
    """
    event = notice.detail
    identity = EventId(event["event_id"])
    kind = TYPES[notice.detail_type]
    # Length and digest of one text: the order of a mapping's names must not matter.
    digest = content_digest(json.dumps(event, ensure_ascii=False, sort_keys=True).encode())
    body: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{identity}-{digest[:16]}",
        "source": SOURCE,
        "type": kind,
        "subject": identity,
        "datacontenttype": "application/json",
        "data": _bounded(event),
    }
    return body | ({"time": event["last_seen"]} if event.get("last_seen") else {})


def to_watches(cloud_events: Sequence[Mapping[str, Any]]) -> TellWatches:
    """Return the message that the watch stage gets of CloudEvents: one for all, as it costs the same as one for each."""
    changes = tuple(Change(event_id=one["subject"], notice_id=one["id"], kind=one["type"]) for one in cloud_events)
    return TellWatches(correlation_id=CorrelationId(ids.digest(*(one.notice_id for one in changes))), changes=changes)


def _bounded(event: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(event)
    for name in ("mentions", "why", "history", "values"):
        while size(kept) > MAX_BYTES and kept.get(name):
            # Half of them at a time: few steps, and the first ones stay.
            kept[name] = list(kept[name])[: len(kept[name]) // 2]
    return kept


def size(body: Mapping[str, Any]) -> int:
    """Return how many bytes a body takes as JSON."""
    return len(json.dumps(body, ensure_ascii=False).encode())
