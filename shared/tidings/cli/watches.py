"""Watches: saved queries that are read as feeds, or told to a webhook."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidings.cli.filters import filter_options, query_of
from tidings.ids import WatchId
from tidings.settings import Settings


@click.group()
def watches() -> None:
    """Save queries, and have webhooks told of new and changed events that pass them."""


@watches.command()
@click.argument("name")
@click.option("--webhook", help="Address that gets a signed POST for each new or changed event.")
@filter_options
@click.pass_obj
def add(settings: Settings, /, name: str, webhook: str | None, **filters: Any) -> None:
    """Save a query under a NAME; print its id, where its feed is, and the secret that signs what the webhook is told.

    \b
      tidings watches add "Aid to Chad" --recipient TCD --type AID --webhook https://hooks.example.org/tidings
    """  # noqa: D301 - click reads \b as a sign
    from tidings.bootstrap import resources
    from tidings.fetch.addresses import target_of
    from tidings.watch.registry import add_watch, new_secret

    parts = resources("query")
    query = query_of(filters)
    if webhook is not None:
        target_of(webhook, allow_loopback=settings.allow_loopback)
    made = add_watch(parts.store, name, query, webhook=webhook, secret=new_secret(), now=parts.clock())
    click.echo(made.watch_id)
    click.echo(f"feed: watch-feeds/{made.watch_id}/{made.feed_token}.atom behind the API's address; it needs no key")
    if made.secret:
        click.echo(f"secret: {made.secret}  (it is not shown again)")


@watches.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show all watches."""
    from tidings.bootstrap import resources
    from tidings.watch.registry import all_watches

    console = Console()
    table = Table(header_style="bold", pad_edge=False)
    for column in ("id", "name", "query", "webhook"):
        table.add_column(column, overflow="fold")
    for watch in all_watches(resources("query").store):
        asked = " ".join(f"{name}={value}" for name, value in watch.query.asked().items())
        table.add_row(*map(Text, (watch.watch_id, watch.name, asked or "everything", watch.webhook or "-")))
    (console if console.is_terminal else Console(width=160)).print(table)


@watches.command()
@click.argument("watch_id")
@click.pass_obj
def remove(settings: Settings, watch_id: str) -> None:
    """Forget the watch WATCH_ID."""
    from tidings.bootstrap import resources
    from tidings.watch.registry import remove_watch

    removed = remove_watch(resources("query").store, WatchId(watch_id))
    click.echo(f"removed {removed.name}")
