"""Questions to the store: `events`, and `export` of everything."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from tidings.cli import lines, tables
from tidings.errors import BadUsage
from tidings.query.events import find_events
from tidings.query.filters import EventQuery
from tidings.records import CanonicalEvent
from tidings.settings import Settings

FORMATS = ("table", "jsonl", "csv", "geojson", "parquet")


@click.command()
@click.option("--actor", help="Country (ISO alpha-3) or PLOVER code of an actor, e.g. RUS.")
@click.option("--recipient", help="The same of a recipient.")
@click.option("--type", "event_type", help="PLOVER type, e.g. RETREAT.")
@click.option("--place", help="Country code or GeoNames id of the place.")
@click.option("--outlet", help="Only events that this outlet tells of.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
@click.option("--text", help="Words in the evidence, a name or a title.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write (needed for parquet).")
@click.pass_obj
def events(
    settings: Settings,
    actor: str | None,
    recipient: str | None,
    event_type: str | None,
    place: str | None,
    outlet: str | None,
    since: datetime | None,
    until: datetime | None,
    text: str | None,
    limit: int,
    form: str,
    output: Path | None,
) -> None:
    """Show stored events, newest first.

    \b
      tidings events --actor RUS --type RETREAT --since 2025-06-01
      tidings events --format csv > events.csv
    """  # noqa: D301 - click reads \b as a sign
    query = EventQuery(
        actor=actor,
        recipient=recipient,
        type=event_type.upper() if event_type else None,
        place=place,
        outlet=outlet,
        since=since.date().isoformat() if since else None,
        until=until.date().isoformat() if until else None,
        text=text,
    )
    show(collect(query, limit), form, output)


def collect(query: EventQuery, limit: int) -> list[CanonicalEvent]:
    """Read pages until `limit` events are there or the store has no more."""
    from tidings.bootstrap import resources

    store = resources("query").store
    found: list[CanonicalEvent] = []
    cursor: str | None = None
    while len(found) < limit:
        page = find_events(store, query, limit=min(100, limit - len(found)), cursor=cursor)
        found.extend(page.events)
        cursor = page.cursor
        if cursor is None:
            break
    return found


def show(found: list[CanonicalEvent], form: str, output: Path | None = None) -> None:
    """Print or write events in one of `FORMATS`."""
    if form == "parquet":
        if output is None:
            raise BadUsage("--format parquet is binary: name a file with -o")
        tables.write_parquet(found, output)
        return
    if form == "table" and output is None:
        tables.print_table(found)
        return
    if form == "jsonl":
        text = "".join(event.model_dump_json() + "\n" for event in found)
    elif form == "csv":
        text = tables.as_csv(found)
    elif form == "geojson":
        text = json.dumps(tables.as_geojson(found), ensure_ascii=False) + "\n"
    else:
        raise BadUsage("--format table goes to the terminal; choose another format for -o")
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@click.command()
@click.option("--facts", is_flag=True, help="Leave out what depends on when feeds were polled (for comparing runs).")
@click.pass_obj
def export(settings: Settings, facts: bool) -> None:
    """Dump the store as JSON lines {"pk", "sk", "body"} in key order."""
    from tidings.bootstrap import resources

    for item in resources("query").store.dump():
        if facts and item.key.pk.startswith(("FEED", "DUE")):
            continue
        lines.write({"pk": item.key.pk, "sk": item.key.sk, "body": dict(item.body)})
