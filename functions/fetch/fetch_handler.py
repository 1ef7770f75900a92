"""Fetch: on a schedule, puts the feeds that are due on the feeds queue; from that queue, polls them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import work_off
from tidings.bootstrap import resources
from tidings.fetch.robots import Robots
from tidings.fetch.stage import poll_feed, schedule_due
from tidings.messages import PollFeed, SchedulePoll

logger = Logger(service="fetch")
metrics = Metrics(namespace="Tidings", service="fetch")
_robots: dict[int, Robots] = {}


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an SQS event of `PollFeed` messages, or the schedule's `SchedulePoll`."""
    tools = resources("fetch")
    if "Records" not in event:
        now: datetime = SchedulePoll.model_validate(event).now or tools.clock()
        tools.leases.sweep()
        sent = schedule_due(now, store=tools.store, feeds_queue=tools.queues.feeds)
        metrics.add_metric(name="FeedsDue", unit=MetricUnit.Count, value=sent)
        return {"sent": sent}
    robots = _robots.setdefault(id(tools.web), Robots(tools.web))

    def work(message: PollFeed) -> None:
        with tools.leases.visit():
            poll_feed(
                message,
                web=tools.web,
                blobs=tools.blobs,
                store=tools.store,
                clean_queue=tools.queues.clean,
                clock=tools.clock,
                robots=robots,
                subscriber=tools.subscriber,
            )

    return work_off(
        event,
        context,
        model=PollFeed,
        work=work,
        dead_letters=tools.dead_letters,
        logger=logger,
        metrics=metrics,
        again=tools.queues.feeds,
    )
