"""`tidings replay`: on this machine, or of a stack on AWS with a bar that tells how far it is."""

from __future__ import annotations

import time
from functools import partial

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tidings.errors import BadUsage
from tidings.settings import Settings


@click.command()
@click.option("--stack", help="A stack on AWS instead of this machine's store.")
@click.option("--abandon", is_flag=True, help="Give up a stack's replay: all is as it was, the table beside goes.")
@click.option("--swap-anyway", is_flag=True, help="Swap although messages were set aside (tidings dlq list).")
@click.option(
    "--waiting",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="So many waiting messages count as none: for a stack that gets news all the time.",
)
@click.pass_obj
def replay(settings: Settings, stack: str | None, abandon: bool, swap_anyway: bool, waiting: int) -> None:
    """Rebuild the facts from the stored raw documents, with the model of today, beside those in use, and swap.

    Those in use go on answering and are replaced all at once in the end. Feeds and watches stay as they are.

    With --stack a second table appears, the stack's functions fill it, and it takes the place of the first. What takes days
    may be broken off: the same command goes on from where it stands. News is shown and told of meanwhile, what is read again
    is not. docs/operations.md, "Replay", says what it costs and which rights it needs.
    """
    if stack:
        _on_aws(stack, abandon=abandon, swap_anyway=swap_anyway, waiting=waiting)
        return
    if abandon or swap_anyway or waiting:
        raise BadUsage("--abandon, --swap-anyway and --waiting go with --stack")
    from tidings.cli.pipeline import drain
    from tidings.local.replay import replay as rebuild

    click.echo(f"rebuilt the facts from {_documents(rebuild(settings, drain))}", err=True)


def _on_aws(stack: str, *, abandon: bool, swap_anyway: bool, waiting: int) -> None:
    from tidings.bootstrap import clock_of
    from tidings.deployed import deployed
    from tidings.replaying.on_aws import StackReplay

    with Bars() as bars:
        one = StackReplay(partial(deployed, stack), bars, clock=clock_of(Settings()), sleep=time.sleep)
        try:
            count = one.abandon() if abandon else one.run(swap_anyway=swap_anyway, waiting=waiting)
        except KeyboardInterrupt:
            bars.say("broken off: the same command goes on from here, and --abandon gives up")
            raise
    if abandon:
        click.echo(f"gave the replay of {stack} up: all is as it was; {_documents(count)} of meanwhile sent again", err=True)
    else:
        click.echo(f"rebuilt the facts of {stack} from {_documents(count)}; the new table answers", err=True)


def _documents(count: int) -> str:
    return f"{count} document{'s' if count != 1 else ''}"


class Bars:
    """Two bars on a terminal, a line for each step elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._most = 1
        self._sent: TaskID | None = None
        self._waiting: TaskID | None = None

    def __enter__(self) -> Bars:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last state on the screen."""
        self._progress.stop()

    def say(self, text: str) -> None:
        """Tell of a step."""
        self._console.print(text, highlight=False, soft_wrap=True)

    def sent(self, number: int, of: int) -> None:
        """Show how many of the stored documents have been sent."""
        if self._sent is None:
            self._sent = self._progress.add_task("sent", total=of)
        self._progress.update(self._sent, completed=number, total=max(number, of))

    def waiting(self, number: int) -> None:
        """Show how many messages are still to be worked off: the bar grows as they get fewer."""
        self._most = max(self._most, number)
        if self._waiting is None:
            self._waiting = self._progress.add_task("worked off", total=self._most)
        self._progress.update(self._waiting, completed=self._most - number, total=self._most)
