"""Query: answers the API and serves the web page."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.bootstrap import resources
from tidings.query.api import build
from tidings.settings import Settings

logger = Logger(service="query")
app = build(lambda: resources("query"), origins=Settings().origins())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a REST API proxy event."""
    return app.resolve(event, context)
