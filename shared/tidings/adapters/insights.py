"""Structured log lines from CloudWatch Logs Insights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import unavailable
from tidings.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

MOST_LINES = 10_000
"""Most lines of one query (the service's limit)."""
_WAIT_S = 0.5
_TRIES = 240
_UNDER_WAY = ("Scheduled", "Running", "Unknown")


class InsightsLogs:
    """Log groups of one stack."""

    def __init__(
        self, client: CloudWatchLogsClient, groups: Sequence[str], *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._groups = list(groups)
        self._sleep = sleep

    def lines(self, words: Sequence[str], first: datetime, last: datetime) -> Iterator[dict[str, Any]]:
        """Iterate over the structured lines between two times that hold one of these words, oldest first.

        Raises:
            Unavailable: CloudWatch does not answer, or gives the query up.
        """
        either = " or ".join(f'@message like "{word}"' for word in words)
        query = f"fields @timestamp, @message | filter {either} | sort @timestamp asc | limit {MOST_LINES}"
        try:
            started = self._client.start_query(
                logGroupNames=self._groups,
                startTime=int(first.timestamp()),
                endTime=int(last.timestamp()) + 1,
                queryString=query,
            )["queryId"]
            for _ in range(_TRIES):
                answer = self._client.get_query_results(queryId=started)
                if answer["status"] not in _UNDER_WAY:
                    break
                self._sleep(_WAIT_S)
        except (ClientError, BotoCoreError) as error:
            raise unavailable("CloudWatch Logs", error) from error
        if answer["status"] != "Complete":
            raise Unavailable(f"CloudWatch Logs: the query ended as {answer['status']}; try again")
        for row in answer["results"]:
            text = next((field["value"] for field in row if field.get("field") == "@message"), "")
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line
