"""Fetch: on a schedule, puts the feeds that are due on the feeds queue; from that queue, polls them."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import Outcome
from tidings.bootstrap import Resources
from tidings.fetch.robots import Robots
from tidings.fetch.stage import poll_feed, schedule_due
from tidings.functions import Function
from tidings.heard import HeardBlobs, HeardSender
from tidings.messages import PollFeed, SchedulePoll

function = Function("fetch")
_robots: dict[int, Robots] = {}


@function.handler
def handler(event: dict[str, Any], context: LambdaContext, tools: Resources) -> dict[str, Any]:
    """Answer an SQS event of `PollFeed` messages, or the schedule's `SchedulePoll`."""
    if "Records" in event:
        return function.work_off(event, context, tools, PollFeed, _poll, again=tools.queues.feeds)
    tools.leases.sweep()
    now = SchedulePoll.model_validate(event).now or tools.clock()
    sent = schedule_due(now, store=tools.store, feeds_queue=tools.queues.feeds)
    function.metrics.add_metric(name="FeedsDue", unit=MetricUnit.Count, value=sent)
    return {"sent": sent}


def _poll(message: PollFeed, tools: Resources) -> Outcome:
    heard, blobs = HeardSender(tools.queues.clean, "document_id"), HeardBlobs(tools.blobs)
    with tools.leases.visit():
        feed = poll_feed(
            message,
            web=tools.web,
            blobs=blobs,
            store=tools.store,
            clean_queue=heard,
            clock=tools.clock,
            robots=_robots.setdefault(id(tools.web), Robots(tools.web)),
            subscriber=tools.subscriber,
        )
    if feed is None:
        return Outcome(moot="the feed is not followed any more")
    return Outcome(heard.ids, {"Documents": len(heard.ids), "Bytes": blobs.bytes, "FeedFailed": int(feed.failures > 0)})
