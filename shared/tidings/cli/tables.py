"""Events in a terminal: a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidings.query.telling import COLUMNS, summary
from tidings.records import CanonicalEvent, Factuality

_COLOURS = {
    Factuality.CONFIRMED: "green",
    Factuality.DENIED: "red",
    Factuality.ALLEGED: "yellow",
    Factuality.PLANNED: "cyan",
    Factuality.POSSIBLE: "cyan",
}
_RATIOS = {"type": 3, "who": 6, "how many": 6, "when": 3, "where": 2, "factuality": 2, "who says so": 6}


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
    for event in events:
        row = summary(event)
        colour = _COLOURS.get(event.factuality, "")
        # `Text`, not markup: what stands in a feed must not be read as styling.
        table.add_row(*(Text(row[c], style=colour if c == "factuality" else "") for c in COLUMNS))
    console.print(table)
    console.print(f"{len(events)} event{'s' if len(events) != 1 else ''}")
