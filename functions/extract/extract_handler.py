"""Extract: turns the articles of the extract queue into extractions."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import Outcome, work_off
from tidings.bootstrap import resources
from tidings.extract.pipeline import load_extractor
from tidings.extract.stage import extract
from tidings.heard import HeardSender
from tidings.messages import ExtractArticle
from tidings.settings import Settings

logger = Logger(service="extract")
metrics = Metrics(service="extract")
# In the init phase, which Lambda runs at full speed and takes its snapshot after: no article waits for the model.
load_extractor(Settings()).warm_up()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an SQS event of `ExtractArticle` messages."""
    tools = resources("extract")
    extractor = load_extractor(tools.settings)

    def work(message: ExtractArticle) -> Outcome:
        heard = HeardSender(tools.queues.publish, "extraction_key")
        extract(message, extractor=extractor, blobs=tools.blobs, publish_queue=heard)
        return Outcome(heard.ids)

    return work_off(
        event, context, model=ExtractArticle, work=work, dead_letters=tools.dead_letters, logger=logger, metrics=metrics
    )
