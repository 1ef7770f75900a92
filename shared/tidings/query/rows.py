"""Events as flat rows, for spreadsheets and maps: CSV (RFC 4180) and GeoJSON (RFC 7946)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from tidings.ontology import quad_of
from tidings.records import CanonicalEvent

_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How cells begin that a spreadsheet would run (OWASP, CSV injection)."""


COLUMNS = (
    "event_id",
    "day",
    "type",
    "mode",
    "quad",
    "contexts",
    "actor",
    "actor_country",
    "actor_sector",
    "recipient",
    "recipient_country",
    "recipient_sector",
    "quantity",
    "quantity_qualifier",
    "quantity_unit",
    "quantity_of",
    "first_day",
    "last_day",
    "place",
    "country",
    "lat",
    "lon",
    "geonameid",
    "factuality",
    "polarity",
    "sources",
    "outlets",
    "mentions",
    "evidence",
    "url",
    "confidence",
)
"""The columns of a row, in their order."""


def flat(event: CanonicalEvent) -> dict[str, Any]:
    """Return the event as one flat row; lists are joined by "; "."""
    first = event.mentions[0] if event.mentions else None
    main = event.quantities[0] if event.quantities else None
    place = event.place
    return {
        "event_id": event.event_id,
        "day": event.day,
        "type": event.type,
        "mode": event.mode,
        "quad": quad_of(event.type),
        "contexts": "; ".join(event.contexts),
        "actor": "; ".join(a.name for a in event.actor),
        "actor_country": "; ".join(a.country or "" for a in event.actor),
        "actor_sector": "; ".join(a.sector or "" for a in event.actor),
        "recipient": "; ".join(a.name for a in event.recipient),
        "recipient_country": "; ".join(a.country or "" for a in event.recipient),
        "recipient_sector": "; ".join(a.sector or "" for a in event.recipient),
        "quantity": float(main.value) if main and main.value is not None else None,
        "quantity_qualifier": main.qualifier.value if main else None,
        "quantity_unit": main.unit if main else None,
        "quantity_of": main.of if main else None,
        "first_day": event.time.first if event.time else None,
        "last_day": event.time.last if event.time else None,
        "place": place.name if place else None,
        "country": place.country if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "geonameid": place.geonameid if place else None,
        "factuality": event.factuality.value,
        "polarity": event.polarity.value,
        "sources": "; ".join(dict.fromkeys(a.source for a in event.attributions if a.source)),
        "outlets": "; ".join(event.outlets),
        "mentions": event.mention_count,
        "evidence": first.selector.exact if first else None,
        "url": first.url if first else None,
        "confidence": event.confidence,
    }


def as_csv(events: Sequence[CanonicalEvent]) -> str:
    """Return RFC 4180 CSV with a header; cells that a spreadsheet would run are made inert."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for event in events:
        writer.writerow({name: _inert(value) for name, value in flat(event).items()})
    return out.getvalue()


def as_geojson(events: Sequence[CanonicalEvent]) -> dict[str, Any]:
    """Return the events that have coordinates as a GeoJSON FeatureCollection (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "id": event.event_id,
            "geometry": {"type": "Point", "coordinates": [event.place.lon, event.place.lat]},
            "properties": flat(event),
        }
        for event in events
        if event.place and event.place.lat is not None and event.place.lon is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def _inert(value: Any) -> Any:
    # A blank before the sign does not keep a spreadsheet from running the cell.
    runs = isinstance(value, str) and (value.startswith(_RUN) or value.lstrip().startswith(_RUN))
    return f"'{value}" if runs else value
