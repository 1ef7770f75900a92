"""Events for people and for other programs: a terminal table, CSV, GeoJSON, Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tidings.errors import BadUsage
from tidings.records import CanonicalEvent, Factuality, Polarity, Qualifier, ResolvedActor, ResolvedQuantity

COLUMNS = ("type", "who", "how many", "when", "where", "factuality", "who says so")
_COLOURS = {
    Factuality.CONFIRMED: "green",
    Factuality.DENIED: "red",
    Factuality.ALLEGED: "yellow",
    Factuality.PLANNED: "cyan",
    Factuality.POSSIBLE: "cyan",
}
_SIGNS = {
    Qualifier.APPROX: "about ",
    Qualifier.MORE_THAN: "more than ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.LESS_THAN: "less than ",
    Qualifier.AT_MOST: "at most ",
}


def summary(event: CanonicalEvent) -> dict[str, str]:
    """Return the event's table row: a short text under each of `COLUMNS`."""
    name = event.type + (f" {event.mode}" if event.mode else "")
    who = _actors(event.actor)
    if event.recipient:
        who = f"{who or '?'} → {_actors(event.recipient)}"
    sources = dict.fromkeys(a.source for a in event.attributions if a.source)
    factuality = event.factuality.value + (" (not)" if event.polarity is Polarity.NEGATIVE else "")
    return {
        "type": name,
        "who": who,
        "how many": "; ".join(_quantity(q) for q in event.quantities[:2]),
        "when": _when(event),
        "where": event.place.name or event.place.text if event.place else "",
        "factuality": factuality,
        "who says so": "; ".join(sources) or "; ".join(event.outlets[:2]),
    }


def print_table(events: Sequence[CanonicalEvent], console: Console | None = None) -> None:
    """Print events as a table that fits the terminal (or 160 columns when the output is no terminal)."""
    console = console or Console()
    if not console.is_terminal:
        console = Console(width=160, file=console.file)
    if not events:
        console.print("No events.")
        return
    table = Table(header_style="bold", show_lines=False, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, overflow="fold", ratio=_RATIOS.get(column))
    from rich.text import Text

    for event in events:
        row = summary(event)
        colour = _COLOURS.get(event.factuality, "")
        # `Text`, not markup: what stands in a feed must not be read as styling.
        table.add_row(*(Text(row[c], style=colour if c == "factuality" else "") for c in COLUMNS))
    console.print(table)
    console.print(f"{len(events)} event{'s' if len(events) != 1 else ''}")


_RATIOS = {"type": 3, "who": 6, "how many": 6, "when": 3, "where": 2, "factuality": 2, "who says so": 6}


def flat(event: CanonicalEvent) -> dict[str, Any]:
    """Return the event as one flat row for CSV and Parquet; lists are joined by "; "."""
    first = event.mentions[0] if event.mentions else None
    main = event.quantities[0] if event.quantities else None
    place = event.place
    return {
        "event_id": event.event_id,
        "day": event.day,
        "type": event.type,
        "mode": event.mode,
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
    columns = list(flat(events[0])) if events else ["event_id"]
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    for event in events:
        writer.writerow({k: _inert(v) for k, v in flat(event).items()})
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


def write_parquet(events: Sequence[CanonicalEvent], path: Path) -> None:
    """Write the flat rows as Parquet.

    Raises:
        BadUsage: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadUsage("Parquet needs pyarrow: pip install 'tidings[parquet]'") from None
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([flat(event) for event in events]), path)


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _actors(actors: Sequence[ResolvedActor]) -> str:
    return ", ".join(f"{a.name} ({code})" if (code := _code(a)) else a.name for a in actors)


def _code(actor: ResolvedActor) -> str:
    return " ".join(part for part in (actor.country, actor.sector) if part)


def _quantity(quantity: ResolvedQuantity) -> str:
    if quantity.value is None or quantity.qualifier in (Qualifier.RANGE, Qualifier.PLURAL):
        number = quantity.text
    else:
        number = f"{_SIGNS.get(quantity.qualifier, '')}{quantity.value:,}"
        number += f" {quantity.unit}" if quantity.unit else ""
    return f"{number} {quantity.of}" if quantity.of and quantity.of not in number else number


def _when(event: CanonicalEvent) -> str:
    if event.time is None or event.time.first is None:
        return ""
    if event.time.last in (None, event.time.first):
        return event.time.first
    return f"{event.time.first} – {event.time.last}"
