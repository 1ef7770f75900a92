"""`tidings feeds`: what is polled."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidings.messages import PollFeed
from tidings.settings import Settings


@click.group()
def feeds() -> None:
    """Add, list and remove feeds; import and export them as OPML."""


@feeds.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--interval", type=click.IntRange(60, 86_400), default=900, show_default=True, help="Least seconds between.")
@click.option("--page", is_flag=True, help="Follow a page itself, not the feed that it names.")
@click.option("--unchecked", is_flag=True, help="Add without asking the server; it is asked at the first poll.")
@click.pass_obj
def add(settings: Settings, urls: tuple[str, ...], interval: int, page: bool, unchecked: bool) -> None:
    """Add feeds by URL: RSS, Atom, JSON Feed, a news sitemap, a site (for the feed that it names), or with --page a page."""
    from tidings.bootstrap import resources
    from tidings.errors import NotYet, Unavailable
    from tidings.fetch.addresses import target_of
    from tidings.fetch.discover import find_feed
    from tidings.fetch.registry import add_feed, is_followed
    from tidings.fetch.robots import Robots

    parts = resources("fetch")
    robots = Robots(parts.web)
    for url in urls:
        target_of(url, allow_loopback=settings.allow_loopback)
        title = None
        if not unchecked and not page:
            try:
                found = find_feed(parts.web, url, robots=robots, now=parts.clock())
            except (NotYet, Unavailable) as error:
                raise Unavailable(f"{error}; --unchecked adds it anyway") from None
            if found.url != url:
                click.echo(f"{url} names {', '.join((found.url, *found.others))}", err=True)
            url, title = found.url, found.feed.title
        if is_followed(parts.store, url):
            click.echo(f"{url} is followed already", err=True)
        feed = add_feed(
            parts.store,
            url,
            now=parts.clock(),
            title=title,
            interval_s=interval,
            discover=unchecked and not page,
            allow_loopback=settings.allow_loopback,
        )
        click.echo(f"{feed.feed_id}  {feed.url}")


@feeds.command()
@click.option("--workers", type=click.IntRange(1, 256), default=64, show_default=True, help="Hosts asked at once.")
@click.pass_obj
def poll(settings: Settings, workers: int) -> None:
    """Poll every feed that is due, from this process; what is new goes to the clean queue, for `tidings run` to work off."""
    from tidings.bootstrap import resources
    from tidings.fetch.crowd import poll_all
    from tidings.fetch.robots import Robots
    from tidings.fetch.stage import due_messages, poll_feed

    parts = resources("fetch")
    robots = Robots(parts.web)

    def work(message: PollFeed) -> None:
        with parts.leases.visit():
            poll_feed(
                message,
                web=parts.web,
                blobs=parts.blobs,
                store=parts.store,
                clean_queue=parts.queues.clean,
                clock=parts.clock,
                robots=robots,
                subscriber=parts.subscriber,
            )

    parts.leases.sweep()
    done = 0
    for message, failure in poll_all(list(due_messages(parts.clock(), parts.store)), work, workers=workers):
        done += 1
        if failure is not None:
            click.echo(f"{message.url}: {failure}", err=True)
    click.echo(f"polled {done} feed{'s' if done != 1 else ''}")


@feeds.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show the feeds with their health."""
    from tidings.bootstrap import resources
    from tidings.fetch.registry import all_feeds

    columns = ("id", "feed", "status", "last poll", "next poll", "entries", "failures", "reason")
    table = Table(*columns, header_style="bold", pad_edge=False)
    count = 0
    for feed in all_feeds(resources("fetch").store):
        count += 1
        polled = feed.last_polled.strftime("%Y-%m-%d %H:%M") if feed.last_polled else "never"
        due = feed.next_poll.strftime("%Y-%m-%d %H:%M") if feed.next_poll else ""
        entries = f"{feed.entries} ({feed.waiting} to fetch)" if feed.waiting else str(feed.entries)
        failures = str(feed.failures) if feed.failures else ""
        cells = (feed.feed_id, feed.url, feed.status.value, polled, due, entries, failures, feed.reason or "")
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
    """Add every feed of an OPML file; those that cannot be added are named."""
    from tidings.bootstrap import resources
    from tidings.errors import BadInput, Permanent
    from tidings.fetch.opml import outlines_of
    from tidings.fetch.registry import add_feed, is_followed

    parts = resources("fetch")
    refused = known = 0
    outlines = outlines_of(opml.read_bytes(), str(opml))
    for url, title in outlines:
        followed = is_followed(parts.store, url)
        try:
            add_feed(parts.store, url, now=parts.clock(), title=title, allow_loopback=settings.allow_loopback)
            known += followed
        except Permanent as error:
            refused += 1
            click.echo(f"not added: {error}", err=True)
    if refused == len(outlines):
        raise BadInput(f"{opml}: none of its feeds can be added")
    added = len(outlines) - refused - known
    click.echo(f"added {added} feed{'s' if added != 1 else ''}" + (f"; followed already: {known}" if known else ""))


@feeds.command("export")
@click.pass_obj
def export_(settings: Settings) -> None:
    """Print the feeds as OPML."""
    from tidings.bootstrap import resources
    from tidings.fetch.opml import opml_of
    from tidings.fetch.registry import all_feeds

    click.echo(opml_of(list(all_feeds(resources("fetch").store))), nl=False)
