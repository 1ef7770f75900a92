"""Clean: turns the raw documents of the clean queue into articles."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import Outcome, work_off
from tidings.bootstrap import resources
from tidings.clean.stage import clean
from tidings.heard import HeardSender
from tidings.messages import CleanDocument

logger = Logger(service="clean")
metrics = Metrics(service="clean")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an SQS event of `CleanDocument` messages."""
    tools = resources("clean")

    def work(message: CleanDocument) -> Outcome:
        heard = HeardSender(tools.queues.extract, "article_id")
        clean(message, blobs=tools.blobs, store=tools.store, extract_queue=heard)
        return Outcome(heard.ids, {"Articles": len(heard.ids)})

    return work_off(
        event, context, model=CleanDocument, work=work, dead_letters=tools.dead_letters, logger=logger, metrics=metrics
    )
