"""What a stage's Lambda function has around its work: resources, a structured log, and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings.batch import Outcome, work_off
from tidings.bootstrap import Resources, Stage, resources
from tidings.messages import Message
from tidings.ports.queue import Sender

M = TypeVar("M", bound=Message)
Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], Event]


class Function:
    """One stage's function: `@Function("clean").queue(CleanDocument)` makes its handler of the work on one message."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._logger = Logger(service=stage)
        self.metrics = EphemeralMetrics(service=stage)

    def queue(self, model: type[M]) -> Callable[[Callable[[M, Resources], Outcome]], Handler]:
        """Make the handler of an SQS event of such messages from the work on one of them."""

        def made(work: Callable[[M, Resources], Outcome]) -> Handler:
            return self.handler(lambda event, context, tools: self.work_off(event, context, tools, model, work))

        return made

    def handler(self, answer: Callable[[Event, LambdaContext, Resources], Event]) -> Handler:
        """Make the handler of any event."""

        def handle(event: Event, context: LambdaContext) -> Event:
            try:
                return answer(event, context, resources(self._stage))
            finally:
                if self.metrics.metric_set:
                    self.metrics.flush_metrics()
                # Where metrics are turned off, Powertools keeps what was counted, and prints it at the hundredth value all
                # the same.
                self.metrics.clear_metrics()

        injected: Handler = self._logger.inject_lambda_context(handle)
        return injected

    def work_off(
        self,
        event: Event,
        context: LambdaContext,
        tools: Resources,
        model: type[M],
        work: Callable[[M, Resources], Outcome],
        *,
        again: Sender | None = None,
    ) -> Event:
        """Work off an SQS event; `again` is the queue that it comes from, where there may be reasons to put one off."""
        return work_off(
            event,
            context,
            model=model,
            work=lambda message: work(message, tools),
            dead_letters=tools.dead_letters,
            logger=self._logger,
            metrics=self.metrics,
            again=again,
        )
