"""Clean: turns the raw documents of the clean queue into articles."""

from __future__ import annotations

from tidings.batch import Outcome
from tidings.bootstrap import Resources
from tidings.clean.stage import clean
from tidings.functions import Function
from tidings.heard import HeardSender
from tidings.messages import CleanDocument

function = Function("clean")


@function.queue(CleanDocument)
def handler(message: CleanDocument, tools: Resources) -> Outcome:
    """Clean one document."""
    heard = HeardSender(tools.queues.extract, "article_id")
    clean(message, blobs=tools.blobs, store=tools.store, extract_queue=heard, replaying=tools.replaying)
    return Outcome(heard.ids, {"Articles": len(heard.ids)})
