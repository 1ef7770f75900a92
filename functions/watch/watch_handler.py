"""Watch: tells webhooks of the events that their watches ask for."""

from __future__ import annotations

from tidings.batch import Outcome
from tidings.bootstrap import Resources
from tidings.functions import Function
from tidings.messages import TellWatches
from tidings.watch.stage import tell

function = Function("watch")


@function.queue(TellWatches)
def handler(message: TellWatches, tools: Resources) -> Outcome:
    """Tell of one event."""
    tell(message, store=tools.store, queue=tools.queues.watch, web=tools.web, now=tools.clock())
    return Outcome()
