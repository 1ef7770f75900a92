"""Questions to the store: `events`, and `export` of everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tidings import keys
from tidings.cli import lines
from tidings.cli.filters import filter_options, query_of
from tidings.errors import BadUsage
from tidings.query.events import MAX_LIMIT, Sort, find_events
from tidings.query.filters import EventQuery
from tidings.records import CanonicalEvent
from tidings.settings import Settings

if TYPE_CHECKING:
    from tidings.bootstrap import Resources
    from tidings.deployed import Deployed

FORMATS = ("table", "jsonl", "csv", "geojson", "atom", "parquet")


@click.command()
@filter_options
@click.option("--sort", type=click.Choice(["newest", "oldest"]), default="newest", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write (needed for parquet).")
@click.pass_obj
def events(settings: Settings, /, sort: Sort, limit: int, form: str, output: Path | None, **filters: Any) -> None:
    """Show stored events, newest first. Filters that are given several times mean: any of these.

    \b
      tidings events --actor RUS --type RETREAT --since 2025-06-01
      tidings events --country RUS --country UKR --quantity-min 1000 --text prisoners
      tidings events --format csv > events.csv
    """  # noqa: D301 - click reads \b as a sign
    show(collect(query_of(filters), limit, sort), form, output)


def collect(query: EventQuery, limit: int, sort: Sort = "newest") -> list[CanonicalEvent]:
    """Read pages until `limit` events are there or the store has no more."""
    from tidings.bootstrap import resources

    store = resources("query").store
    found: list[CanonicalEvent] = []
    cursor: str | None = None
    while len(found) < limit:
        page = find_events(store, query, limit=min(MAX_LIMIT, limit - len(found)), cursor=cursor, sort=sort)
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
        from tidings.query.parquet import parquet

        output.write_bytes(parquet(found))
    elif form == "table":
        if output is not None:
            raise BadUsage("--format table goes to the terminal; choose another format for -o")
        from tidings.cli.tables import print_table

        print_table(found)
    elif output is None:
        click.echo(_text(found, form), nl=False)
    else:
        # CSV has its own line ends, which must stay as they are.
        output.write_text(_text(found, form), encoding="utf-8", newline="")


def _text(found: list[CanonicalEvent], form: str) -> str:
    from tidings.query.rows import as_csv, as_geojson
    from tidings.query.syndication import Channel, as_atom

    if form == "csv":
        return as_csv(found)
    if form == "geojson":
        return json.dumps(as_geojson(found), ensure_ascii=False) + "\n"
    if form == "atom":
        return as_atom(found, Channel("Tidings", "urn:tidings:events", None, "urn:tidings"))
    return "".join(event.model_dump_json() + "\n" for event in found)


@click.command()
@click.option("--facts", is_flag=True, help="Leave out what depends on when feeds were polled (for comparing runs).")
@click.option("--parquet", "as_parquet", is_flag=True, help="Write each day's events as Parquet into the blob store.")
@click.option("--since", help="With --parquet: the first day, as 2025-06-01.")
@click.option("--until", help="With --parquet: the last day.")
@click.option("--stack", help="With --parquet: the events of a stack on AWS, into its own bucket.")
@click.pass_obj
def export(
    settings: Settings,
    facts: bool,
    as_parquet: bool,
    since: str | None,
    until: str | None,
    stack: str | None,
) -> None:
    """Dump the store as JSON lines {"pk", "sk", "body"} in key order, or write its events as Parquet, a file a day.

    \b
      tidings export > store.jsonl
      tidings export --parquet --since 2025-06-01
      tidings export --parquet --stack NAME        of a stack on AWS, with your own credentials
    """  # noqa: D301 - click reads \b as a sign
    from tidings.bootstrap import resources
    from tidings.deployed import deployed

    if not as_parquet:
        if since or until or stack:
            raise BadUsage("--since, --until and --stack go with --parquet")
        for item in resources("query").store.dump():
            if facts and not keys.is_fact(item.key.pk):
                continue
            lines.write({"pk": item.key.pk, "sk": item.key.sk, "body": dict(item.body)})
        return
    from tidings.query.parquet import export_days

    parts: Deployed | Resources = deployed(stack) if stack else resources("query")
    days = query_of({"since": since, "until": until})
    total = 0
    for day, number in export_days(parts.store, parts.blobs, since=days.since, until=days.until):
        total += number
        click.echo(f"{day}  {number} event{'s' if number != 1 else ''}")
    where = f"the bucket of {stack}" if stack else f"{settings.home}/blobs"
    click.echo(f"{total} events in {where}, under exports/events/")
