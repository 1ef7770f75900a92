"""What every queue handler does around its one line of work: parse, do, and sort the errors.

A permanent error goes to the function's dead-letter queue at once, with the reason; a message whose turn has not come goes
back to its queue as a new one with a delay, for it has not failed and its receive count is none of its faults; anything else
makes this one record fail, so that SQS delivers it again (partial batch response) and, after maxReceiveCount, sets it aside.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from tidings.errors import BadInput, NotYet, Permanent
from tidings.heard import MOST_NAMED
from tidings.messages import IDENTITY, Message
from tidings.ports.queue import MAX_DELAY_S, Sender

M = TypeVar("M", bound=Message)

REASON = "tidings-reason"
"""Message attribute of a dead letter: one line that says why."""
DONE = "done"
SET_ASIDE = "set aside"
RETRIED = "will be tried again"
"""What a log line says of a message; `tidings trace` reads them."""
DROPPED = "dropped"


@dataclass(frozen=True)
class Outcome:
    """What came of a message: the ids of what it led to, and counts (CloudWatch metrics; a 0 counts into an average).

    `moot` says why there was nothing to do with it any more.
    """

    led_to: list[str] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)
    moot: str | None = None


def work_off(
    event: dict[str, Any],
    context: LambdaContext,
    *,
    model: type[M],
    work: Callable[[M], Outcome],
    dead_letters: Sender,
    logger: Logger,
    metrics: EphemeralMetrics,
    again: Sender | None = None,
) -> dict[str, Any]:
    """Do `work` on every message of an SQS event; return the partial batch response.

    Each message leaves one structured log line with its ids, so that one document can be followed through all stages.
    `again` is the queue that the messages come from, where there may be reasons to put one off. Should the process die after
    sending it again, there are two of it, as there may be of any message.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def one(record: SQSRecord) -> None:
        started = time.monotonic()
        try:
            message = parsed(model, record.body)
            logger.append_keys(**message.identity())
            outcome = work(message)
            told = {"led_to": outcome.led_to[:MOST_NAMED], "count": len(outcome.led_to), **outcome.counts}
            if outcome.moot is not None:
                told = {"reason": outcome.moot}
            logger.info(DROPPED if outcome.moot else DONE, extra=told | {"ms": round(1000 * (time.monotonic() - started))})
            metrics.add_metric(name="Processed", unit=MetricUnit.Count, value=1)
            for name, value in outcome.counts.items():
                metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
        except Permanent as error:
            reason = f"{type(error).__name__}: {error}"
            dead_letters.send([record.body], attributes={REASON: reason[:1000]})
            logger.error(SET_ASIDE, extra={"reason": reason, "message_id": record.message_id})
            metrics.add_metric(name="SetAside", unit=MetricUnit.Count, value=1)
        except Exception as error:
            if isinstance(error, NotYet) and again is not None:
                again.send([record.body], delay_s=min(math.ceil(error.after_s), MAX_DELAY_S))
                logger.info("put off", extra={"reason": str(error), "message_id": record.message_id})
                metrics.add_metric(name="PutOff", unit=MetricUnit.Count, value=1)
                return
            logger.warning(RETRIED, extra={"reason": f"{type(error).__name__}: {error}"}, exc_info=True)
            metrics.add_metric(name="Retried", unit=MetricUnit.Count, value=1)
            raise
        finally:
            logger.remove_keys(list(IDENTITY))

    return dict(process_partial_response(event=event, record_handler=_named(one), processor=processor, context=context))


def parsed(model: type[M], body: str) -> M:
    """Read a message.

    Raises:
        BadInput: the body is not such a message; the text says which field is wrong.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadInput(f"not a {model.__name__} message: {where}: {first['msg']}") from None


def _named(work: Callable[[SQSRecord], None]) -> Callable[..., None]:
    # Powertools passes the Lambda context only to a handler that asks for it, and finds the record by the name `record`.
    def handle(record: SQSRecord) -> None:
        work(record)

    return handle
