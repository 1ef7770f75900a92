"""`tidings trace`: one document's way through the stages, on this machine or on AWS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidings.batch import DONE
from tidings.cli import lines
from tidings.settings import Settings

if TYPE_CHECKING:
    from tidings.following import Followed, Step

SLACK = timedelta(hours=1)
"""How long before a document's fetching its log lines are looked for: clocks differ."""


@click.command()
@click.argument("document")
@click.option("--stack", help="A stack on AWS instead of this machine's store.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.pass_obj
def trace(settings: Settings, document: str, stack: str | None, form: str) -> None:
    """Print the way of DOCUMENT (its id, or that of one of its articles) through the stages.

    \b
      tidings trace d1c2ad92d4d1ab7ac3d9e
      tidings trace a51f32d952e29ea9803ca --stack tidings
    """  # noqa: D301 - click reads \b as a sign
    from tidings.following import steps

    followed, told = _on_aws(stack, document) if stack else _here(settings, document)
    way = steps(told, followed)
    if form == "jsonl":
        for step in way:
            lines.write({"when": step.when.isoformat(), **{k: v for k, v in vars(step).items() if k != "when"}})
        return
    _show(followed, way)


def _here(settings: Settings, name: str) -> tuple[Followed, Iterator[dict[str, Any]]]:
    from tidings.bootstrap import resources
    from tidings.following import find
    from tidings.local import log

    parts = resources("query")
    return find(name, parts.store, parts.blobs), log.lines(log.log_file(settings))


def _on_aws(stack: str, name: str) -> tuple[Followed, Iterator[dict[str, Any]]]:
    from tidings.deployed import deployed
    from tidings.following import find

    parts = deployed(stack)
    followed = find(name, parts.store, parts.blobs)
    since = followed.document.fetched_at - SLACK
    return followed, parts.logs.lines(followed.words, since, datetime.now(UTC))


def _show(followed: Followed, way: list[Step]) -> None:
    document = followed.document
    click.echo(f"{document.document_id}  {document.url}")
    source = f"feed {document.feed_id}" if document.feed_id else "no feed"
    click.echo(f"fetched {document.fetched_at:%Y-%m-%d %H:%M:%S} UTC, {source}, correlation id {document.correlation_id}")
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    if way:
        table = Table("when (UTC)", "stage", "what", "ms", "led to, or why not", header_style="bold", pad_edge=False)
        for step in way:
            when = step.when.astimezone(UTC).strftime("%m-%d %H:%M:%S.%f")[:-3]
            what = step.what if step.article_id is None else f"{step.what}: {step.article_id}"
            then = step.reason or _named(step.led_to)
            style = "" if step.what == DONE else "red"
            table.add_row(*(Text(cell, style) for cell in (when, step.stage, what, str(step.ms or ""), then)))
        console.print(table)
    else:
        click.echo("no log lines: they are older than the log is kept, or the document has not been worked on yet")
    if followed.cleaned is None:
        click.echo("not cleaned yet: it waits on the clean queue, or is set aside (tidings dlq list)")
    for article in followed.cleaned or ():
        told = f"{article.events} event{'s' if article.events != 1 else ''}"
        click.echo(f"article {article.article_id}  {article.kind}, {told}  {article.title}")


def _named(led_to: tuple[str, ...], most: int = 3) -> str:
    more = f" and {len(led_to) - most} more" if len(led_to) > most else ""
    return ", ".join(led_to[:most]) + more
