"""Watch: tells webhooks of the events that their watches ask for."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import Outcome, work_off
from tidings.bootstrap import resources
from tidings.messages import TellWatches
from tidings.watch.stage import tell

logger = Logger(service="watch")
metrics = Metrics(service="watch")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an SQS event of `TellWatches` messages."""
    tools = resources("watch")

    def work(message: TellWatches) -> Outcome:
        tell(message, store=tools.store, queue=tools.queues.watch, web=tools.web, now=tools.clock())
        return Outcome()

    return work_off(
        event, context, model=TellWatches, work=work, dead_letters=tools.dead_letters, logger=logger, metrics=metrics
    )
