"""`tidings cost`: what a number of articles costs on AWS."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from tidings.settings import Settings

COLUMNS = ("lambda", "queues", "table", "blobs", "logs", "other")


@click.command()
@click.option("--articles", type=click.IntRange(1), default=1_000_000, show_default=True, help="Articles of 700 words.")
@click.option("--feeds", type=click.IntRange(0), default=500, show_default=True, help="Feeds that they come from.")
@click.option("--days", type=click.FloatRange(0.01), default=30.0, show_default=True, help="Days that they come in.")
@click.option("--polls", type=click.FloatRange(0), default=24.0, show_default=True, help="Polls of each feed a day.")
@click.option("--architecture", type=click.Choice(["arm64", "x86_64"]), default="arm64", show_default=True)
@click.option("--provisioned", is_flag=True, help="The facts' table provisioned (WriteCapacity), not paid by use.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def cost(
    settings: Settings,
    articles: int,
    feeds: int,
    days: float,
    polls: float,
    architecture: str,
    provisioned: bool,
    form: str,
) -> None:
    """Estimate what articles cost on AWS, by stage, from measured durations and requests and from list prices."""
    from tidings.costs import estimate, table

    found = estimate(
        articles,
        feeds,
        days=days,
        polls_per_day=polls,
        architecture=architecture,
        measured=table("measured"),
        priced=table("prices"),
        provisioned=provisioned,
    )
    if form == "json":
        click.echo(json.dumps(found.as_dict(), indent=2))
        return
    shown = Table("stage", *COLUMNS, "US dollars", "ms", header_style="bold", pad_edge=False)
    for column in shown.columns[1:]:
        column.justify = "right"
    for line in found.stages:
        cells = [f"{line.parts[name]:,.2f}" for name in COLUMNS]
        shown.add_row(line.stage, *cells, f"{line.total:,.2f}", f"{found.duration_ms[line.stage]:,.0f}")
    sums = [f"{sum(line.parts[name] for line in found.stages):,.2f}" for name in COLUMNS]
    shown.add_row("all", *sums, f"{found.total:,.2f}", "", style="bold")
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    console.print(shown)
    for what, value in found.monthly.items():
        click.echo(f"each month: {what}: {value:,.2f}")
    click.echo(
        f"{articles:,} articles of 700 words from {feeds} feeds in {days:g} days. List prices of {found.prices_as_of}, "
        f"us-east-1, no free tier: check them (cost_prices.json). Measured {found.measured} (tests/bench/cost.py)."
    )
