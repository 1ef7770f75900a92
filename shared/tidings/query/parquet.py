"""Events as Parquet, and the export of whole days to the blob store. Needs pyarrow, an extra that no Lambda carries."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tidings import keys
from tidings.errors import BadUsage
from tidings.ontology import quad_of
from tidings.ports.blobs import Blobs
from tidings.ports.store import Store
from tidings.query.events import MAX_LIMIT, find_events
from tidings.query.filters import EventQuery
from tidings.records import CanonicalEvent, Place

if TYPE_CHECKING:
    import pyarrow

CONTENT_TYPE = "application/vnd.apache.parquet"


def parquet(events: Sequence[CanonicalEvent]) -> bytes:
    """Return events as one Parquet file (docs/export.md describes its columns).

    Raises:
        BadUsage: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadUsage("Parquet needs pyarrow: pip install 'tidings[parquet]'") from None
    out = io.BytesIO()
    table = pyarrow.Table.from_pylist([_row(event) for event in events], schema=_schema(pyarrow))
    pyarrow.parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def export_days(
    store: Store, blobs: Blobs, *, since: str | None = None, until: str | None = None
) -> Iterator[tuple[str, int]]:
    """Write a Parquet file for each day that has events, oldest first; tell each day and how many events it has.

    A day that was exported before is replaced; one that has no events any more is told last, with none, and its file is
    removed. One day's events are held in memory at a time.

    Raises:
        BadUsage: pyarrow is not installed.
        Unavailable: store or blobs do not answer.
    """
    before = {keys.exported_day(key): key for key in blobs.keys(keys.EXPORTS)}
    day, events = "", list[CanonicalEvent]()
    for event in _all(store, EventQuery(since=since, until=until)):
        if event.day != day and events:
            yield _write(blobs, day, events)
            before.pop(day, None)
            events = []
        day = event.day
        events.append(event)
    if events:
        yield _write(blobs, day, events)
        before.pop(day, None)
    for day, key in before.items():
        if (since or "") <= day <= (until or day):
            blobs.delete(key)
            yield day, 0


def _all(store: Store, query: EventQuery) -> Iterator[CanonicalEvent]:
    cursor: str | None = None
    while True:
        page = find_events(store, query, limit=MAX_LIMIT, cursor=cursor, sort="oldest")
        yield from page.events
        cursor = page.cursor
        if cursor is None:
            return


def _write(blobs: Blobs, day: str, events: Sequence[CanonicalEvent]) -> tuple[str, int]:
    blobs.replace(keys.export_blob(day), parquet(events), CONTENT_TYPE)
    return day, len(events)


def _row(event: CanonicalEvent) -> dict[str, Any]:
    first = event.mentions[0] if event.mentions else None
    return {
        "event_id": event.event_id,
        "type": event.type,
        "mode": event.mode,
        "quad": quad_of(event.type),
        "contexts": list(event.contexts),
        "trigger": event.trigger,
        "actor": [actor.model_dump() for actor in event.actor],
        "recipient": [actor.model_dump() for actor in event.recipient],
        "quantities": [_quantity(q.model_dump(mode="json")) for q in event.quantities],
        "first_day": event.time.first if event.time else None,
        "last_day": event.time.last if event.time else None,
        "place": _place(event.place) if event.place else None,
        "factuality": event.factuality.value,
        "polarity": event.polarity.value,
        "sources": list(dict.fromkeys(a.source for a in event.attributions if a.source)),
        "outlets": list(event.outlets),
        "mention_count": event.mention_count,
        "first_seen": event.first_seen,
        "last_seen": event.last_seen,
        "title": first.title if first else None,
        "evidence": first.selector.exact if first else None,
        "url": first.url if first else None,
        "confidence": event.confidence,
        "version": event.version,
    }


def _quantity(quantity: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: None if quantity[name] is None else float(quantity[name]) for name in ("value", "low", "high")}
    return quantity | numbers


def _place(place: Place) -> dict[str, Any]:
    return place.model_dump(include={"name", "country", "lat", "lon", "geonameid"}) | {"name": place.name or place.text}


def _schema(pa: Any) -> pyarrow.Schema:
    text, number, moment = pa.string(), pa.float64(), pa.timestamp("ms", tz="UTC")
    actor = pa.struct([("name", text), ("country", text), ("sector", text)])
    quantity = pa.struct(
        [
            ("text", text),
            ("value", number),
            ("low", number),
            ("high", number),
            ("qualifier", text),
            ("unit", text),
            ("of", text),
        ]
    )
    place = pa.struct([("name", text), ("country", text), ("lat", number), ("lon", number), ("geonameid", pa.int64())])
    columns = {
        "event_id": text,
        "type": text,
        "mode": text,
        "quad": text,
        "contexts": pa.list_(text),
        "trigger": text,
        "actor": pa.list_(actor),
        "recipient": pa.list_(actor),
        "quantities": pa.list_(quantity),
        "first_day": text,
        "last_day": text,
        "place": place,
        "factuality": text,
        "polarity": text,
        "sources": pa.list_(text),
        "outlets": pa.list_(text),
        "mention_count": pa.int32(),
        "first_seen": moment,
        "last_seen": moment,
        "title": text,
        "evidence": text,
        "url": text,
        "confidence": number,
        "version": pa.int32(),
    }
    return pa.schema(list(columns.items()))
