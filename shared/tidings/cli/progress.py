"""Progress of the pipeline on stderr: one line for each stage, redrawn in place on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from tidings.local.runner import Progress


class StageProgress:
    """Shows the runner's counts. On a pipe or in a file, each stage gets one line, when all is done."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._live: Live | None = None
        self._last: Mapping[str, Progress] = {}

    def __enter__(self) -> StageProgress:
        """Start drawing."""
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=8, transient=False)
            self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last state on the screen."""
        if self._live is not None:
            self._live.update(_table(self._last))
            self._live.__exit__(None, None, None)
        else:
            for name, progress in self._last.items():
                self._console.print(_line(name, progress), highlight=False, soft_wrap=True)

    def show(self, progress: Mapping[str, Progress]) -> None:
        """Draw these counts."""
        self._last = progress
        if self._live is not None:
            self._live.update(_table(progress))


def stage_of(function: str) -> str:
    """Return the stage of a function's logical id: FetchFunction → fetch."""
    return function.removesuffix("Function").lower()


def _line(name: str, progress: Progress) -> str:
    return f"{stage_of(name):<8} {_counts(progress)}"


def _counts(progress: Progress) -> str:
    parts = [f"{progress.done} done"]
    for count, word in ((progress.waiting, "waiting"), (progress.failed, "tried again"), (progress.dead, "set aside")):
        if count:
            parts.append(f"{count} {word}")
    return ", ".join(parts)


def _table(progress: Mapping[str, Progress]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, counts in progress.items():
        total = counts.done + counts.waiting
        filled = 20 * counts.done // total if total else 0
        bar = Text("━" * filled, style="green") + Text("━" * (20 - filled), style="dim")
        table.add_row(Text(stage_of(name)), bar, Text(_counts(counts)))
    return table
