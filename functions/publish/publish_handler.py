"""Publish: merges the extractions of the publish queue into canonical events."""

from __future__ import annotations

from tidings.batch import Outcome
from tidings.bootstrap import Resources
from tidings.functions import Function
from tidings.heard import HeardBus
from tidings.messages import PublishExtraction
from tidings.publish.stage import publish

function = Function("publish")


@function.queue(PublishExtraction)
def handler(message: PublishExtraction, tools: Resources) -> Outcome:
    """Publish one extraction."""
    heard = HeardBus(tools.bus)
    publish(
        message,
        blobs=tools.blobs,
        store=tools.store,
        bus=heard,
        background=tools.settings.background,
        replaying=tools.replaying,
    )
    return Outcome(heard.ids, {"Events": len(heard.ids)})
