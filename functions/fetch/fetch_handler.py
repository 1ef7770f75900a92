"""Fetch: on a schedule, puts the feeds that are due on the feeds queue; from that queue, polls them."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import Outcome, work_off
from tidings.bootstrap import resources
from tidings.fetch.robots import Robots
from tidings.fetch.stage import poll_feed, schedule_due
from tidings.heard import HeardBlobs, HeardSender
from tidings.messages import PollFeed, SchedulePoll

logger = Logger(service="fetch")
metrics = Metrics(service="fetch")
_robots: dict[int, Robots] = {}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an SQS event of `PollFeed` messages, or the schedule's `SchedulePoll`."""
    tools = resources("fetch")
    if "Records" not in event:
        tools.leases.sweep()
        now = SchedulePoll.model_validate(event).now or tools.clock()
        sent = schedule_due(now, store=tools.store, feeds_queue=tools.queues.feeds)
        metrics.add_metric(name="FeedsDue", unit=MetricUnit.Count, value=sent)
        return {"sent": sent}

    def work(message: PollFeed) -> Outcome:
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
        counts = {"Documents": len(heard.ids), "Bytes": blobs.bytes, "FeedFailed": int(feed.failures > 0)}
        return Outcome(heard.ids, counts)

    queues = {"dead_letters": tools.dead_letters, "again": tools.queues.feeds}
    return work_off(event, context, model=PollFeed, work=work, logger=logger, metrics=metrics, **queues)
