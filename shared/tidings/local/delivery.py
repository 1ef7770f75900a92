"""One turn of an SQS event source mapping: receive a batch, hand it to the function, settle every message."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import FrameType
from typing import Any

from tidings.errors import NotFound, Unavailable
from tidings.local.lambda_events import LocalContext, sqs_event
from tidings.local.wiring import FunctionSpec
from tidings.ports.queue import Queue, Received

Handler = Callable[[dict[str, Any], Any], Any]
LONGEST_RETRY_S = 60


@dataclass(frozen=True)
class Delivered:
    """What became of one batch."""

    done: int
    failed: int


def load_handler(spec: FunctionSpec) -> Handler:
    """Import a function's handler as Lambda does.

    Raises:
        NotFound: the module or the function is not there.
    """
    module, _, name = spec.handler.rpartition(".")
    try:
        handler: Handler = getattr(import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise NotFound(f"{spec.name}: cannot import {spec.handler}: {error}") from error
    return handler


def deliver(spec: FunctionSpec, queue: Queue, handler: Handler, visibility_s: int) -> Delivered | None:
    """Deliver one batch; None if the queue has nothing to give.

    Successes are deleted. Failures become visible again after a pause that doubles with each receive, at most a minute
    (on AWS they wait for the whole visibility timeout; nobody wants to watch that).
    """
    messages = queue.receive(spec.batch_size, visibility_s)
    if not messages:
        return None
    failed = _failures(spec, queue_name=spec.queue or "", messages=messages, handler=handler)
    for message in messages:
        if message.message_id in failed:
            queue.change_visibility(message.receipt, min(2 ** (message.receive_count - 1), LONGEST_RETRY_S))
        else:
            queue.delete(message.receipt)
    return Delivered(len(messages) - len(failed), len(failed))


def _failures(spec: FunctionSpec, *, queue_name: str, messages: list[Received], handler: Handler) -> set[str]:
    every = {message.message_id for message in messages}
    try:
        with time_limit(spec.timeout_s):
            answer = handler(sqs_event(queue_name, messages), LocalContext(spec.name, spec.timeout_s))
    except Exception:
        # As on AWS: a function that raises or times out has worked off nothing. The handler has logged why.
        return every
    return failed_items(answer, every)


def failed_items(answer: Any, every: set[str]) -> set[str]:
    """Read a partial batch response; one that cannot be read means that all failed (AWS docs: partial batch responses)."""
    if answer is None:
        return set()
    if not isinstance(answer, Mapping):
        return every
    items = answer.get("batchItemFailures") or []
    try:
        failed = {str(item["itemIdentifier"]) for item in items}
    except (KeyError, TypeError):
        return every
    return failed if failed <= every else every


class _Expired(BaseException):
    """Not an Exception, so that no handler takes it for the failure of one record and goes on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Break the block off after `seconds`; only in a process's main thread, elsewhere no limit.

    Raises:
        Unavailable: the time is up.
    """

    def expire(number: int, frame: FrameType | None) -> None:
        raise _Expired

    try:
        before = signal.signal(signal.SIGALRM, expire)
    except ValueError:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _Expired:
        raise Unavailable(f"timed out after {seconds:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
