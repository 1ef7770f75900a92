"""What becomes of a message, by the error that its work ended with."""

from __future__ import annotations

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics

from tidings.batch import REASON, Outcome, work_off
from tidings.errors import BadInput, NotYet, Unavailable
from tidings.local.lambda_events import LocalContext, sqs_event
from tidings.messages import PollFeed
from tidings.ports.fakes import MemorySender
from tidings.ports.queue import MAX_DELAY_S, Received

BODY = '{"correlation_id": "c", "feed_id": "f", "url": "https://news.example/feed"}'


def outcome(error: Exception | None, again: MemorySender | None = None) -> tuple[int, MemorySender]:
    """Return how many messages failed, and the dead letters."""
    dead = MemorySender()

    def work(message: PollFeed) -> Outcome:
        if error is not None:
            raise error
        return Outcome()

    answer = work_off(
        sqs_event("FeedsQueue", [Received("m", "r", BODY, 4, 0)]),
        LocalContext("fetch", 60),  # type: ignore[arg-type]
        model=PollFeed,
        work=work,
        dead_letters=dead,
        logger=Logger(service="fetch", level="CRITICAL"),
        metrics=EphemeralMetrics(namespace="Tidings", service="fetch"),
        again=again,
    )
    return len(answer["batchItemFailures"]), dead


def test_a_message_that_was_worked_off_leaves_its_queue() -> None:
    failed, dead = outcome(None)
    assert (failed, dead.bodies) == (0, [])


def test_a_message_that_can_never_succeed_is_set_aside_with_its_reason() -> None:
    failed, dead = outcome(BadInput("no feed"))
    assert (failed, dead.bodies, dead.attributes) == (0, [BODY], [{REASON: "BadInput: no feed"}])


def test_a_message_that_may_succeed_later_stays_on_its_queue() -> None:
    failed, dead = outcome(Unavailable("no answer"))
    assert (failed, dead.bodies) == (1, [])


def test_a_message_that_came_too_early_is_sent_anew_for_later_and_has_not_failed() -> None:
    queue = MemorySender()
    failed, dead = outcome(NotYet("it is another's turn", after_s=20.2), queue)
    assert (failed, dead.bodies) == (0, [])
    assert (queue.bodies, queue.delays) == ([BODY], [21])
    outcome(NotYet("it is another's turn", after_s=5000), queue)
    assert queue.delays == [21, MAX_DELAY_S]


def test_a_message_that_came_too_early_and_has_no_queue_to_go_to_stays_on_its_own() -> None:
    failed, dead = outcome(NotYet("it is another's turn", after_s=20))
    assert (failed, dead.bodies) == (1, [])


def test_a_message_that_cannot_be_sent_anew_stays_on_its_queue() -> None:
    class Broken(MemorySender):
        def send(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise Unavailable("SQS does not answer")

    failed, dead = outcome(NotYet("it is another's turn", after_s=20), Broken())
    assert (failed, dead.bodies) == (1, [])
