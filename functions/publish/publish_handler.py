"""Publish: merges the extractions of the publish queue into canonical events."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import Outcome, work_off
from tidings.bootstrap import resources
from tidings.heard import HeardBus
from tidings.messages import PublishExtraction
from tidings.publish.stage import publish

logger = Logger(service="publish")
metrics = Metrics(service="publish")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an SQS event of `PublishExtraction` messages."""
    tools = resources("publish")

    def work(message: PublishExtraction) -> Outcome:
        heard = HeardBus(tools.bus)
        publish(message, blobs=tools.blobs, store=tools.store, bus=heard, background=tools.settings.background)
        return Outcome(heard.ids, {"Events": len(heard.ids)})

    return work_off(
        event, context, model=PublishExtraction, work=work, dead_letters=tools.dead_letters, logger=logger, metrics=metrics
    )
