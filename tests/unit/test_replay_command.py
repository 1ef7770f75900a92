"""What an operator sees while a stack is replayed."""

from __future__ import annotations

import io

from rich.console import Console

from tidings.cli.replay import Bars


def seen(*, terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80)
    with Bars(console) as bars:
        bars.say("sending what is stored")
        bars.sent(500, 1200)
        bars.waiting(40)
        bars.waiting(10)
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


def test_on_a_terminal_bars_tell_what_is_sent_and_what_still_waits() -> None:
    shown = seen(terminal=True)
    assert "500/1200" in shown
    assert "30/40" in shown  # of forty that waited, ten wait still


def test_elsewhere_each_step_is_a_line() -> None:
    assert seen(terminal=False) == "sending what is stored\n"
