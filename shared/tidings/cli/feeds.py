"""`tidings feeds`: what is polled."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidings.settings import Settings


@click.group()
def feeds() -> None:
    """Add, list and remove feeds; import and export them as OPML."""


@feeds.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--interval", type=click.IntRange(60, 86_400), default=900, show_default=True, help="Seconds between polls.")
@click.pass_obj
def add(settings: Settings, urls: tuple[str, ...], interval: int) -> None:
    """Add feeds by URL (RSS, Atom, JSON Feed, a news sitemap, or a plain page)."""
    from tidings.bootstrap import resources
    from tidings.fetch.registry import add_feed

    parts = resources("fetch")
    for url in urls:
        feed = add_feed(parts.store, url, now=parts.clock(), interval_s=interval, allow_loopback=settings.allow_loopback)
        click.echo(f"{feed.feed_id}  {feed.url}")


@feeds.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show the feeds with their health."""
    from tidings.bootstrap import resources
    from tidings.fetch.registry import all_feeds

    table = Table("id", "feed", "status", "last poll", "entries", "reason", header_style="bold", pad_edge=False)
    count = 0
    for feed in all_feeds(resources("fetch").store):
        count += 1
        polled = feed.last_polled.strftime("%Y-%m-%d %H:%M") if feed.last_polled else "never"
        cells = (feed.feed_id, feed.url, feed.status.value, polled, str(feed.entries), feed.reason or "")
        table.add_row(*(Text(cell) for cell in cells))
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    if count:
        console.print(table)
    else:
        console.print("No feeds. Add one: tidings feeds add https://example.org/feed.xml")


@feeds.command()
@click.argument("feed")
@click.pass_obj
def remove(settings: Settings, feed: str) -> None:
    """Stop polling FEED (its id or URL); what it brought stays."""
    from tidings.bootstrap import resources
    from tidings.fetch.registry import find_feed, remove_feed

    store = resources("fetch").store
    found = find_feed(store, feed)
    remove_feed(store, found.feed_id)
    click.echo(f"removed {found.url}")


@feeds.command("import")
@click.argument("opml", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_(settings: Settings, opml: Path) -> None:
    """Add every feed of an OPML file."""
    from tidings.bootstrap import resources
    from tidings.fetch.opml import urls_of
    from tidings.fetch.registry import add_feed

    parts = resources("fetch")
    urls = urls_of(opml.read_bytes(), str(opml))
    for url in urls:
        add_feed(parts.store, url, now=parts.clock(), allow_loopback=settings.allow_loopback)
    click.echo(f"added {len(urls)} feed{'s' if len(urls) != 1 else ''}")


@feeds.command("export")
@click.pass_obj
def export_(settings: Settings) -> None:
    """Print the feeds as OPML."""
    from tidings.bootstrap import resources
    from tidings.fetch.opml import opml_of
    from tidings.fetch.registry import all_feeds

    click.echo(opml_of(list(all_feeds(resources("fetch").store))), nl=False)
