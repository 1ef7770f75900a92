"""Queues in SQS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import code_of, unavailable
from tidings.errors import Unavailable
from tidings.ports.queue import Received

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH = 10
_LOOK_S = 30
"""Seconds for which a look at a queue hides its messages."""
_PURGED = ("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress")
"""It has been purged within the last 60 seconds."""
_STALE = (
    "ReceiptHandleIsInvalid",
    "InvalidParameterValue",
    "MessageNotInflight",
    "AWS.SimpleQueueService.MessageNotInflight",
)


class SqsQueue:
    """One SQS queue."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, bodies: Sequence[str], *, attributes: Mapping[str, str] | None = None, delay_s: int = 0) -> None:
        """Put messages on the queue, ten a call (messages are small: identifiers, never bodies)."""
        extra: Any = {k: {"DataType": "String", "StringValue": v} for k, v in (attributes or {}).items()}
        for start in range(0, len(bodies), _BATCH):
            entries: Any = [
                {"Id": str(k), "MessageBody": body, "DelaySeconds": delay_s, "MessageAttributes": extra}
                for k, body in enumerate(bodies[start : start + _BATCH])
            ]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise unavailable("SQS", error) from error
            if failed := answer.get("Failed"):
                raise Unavailable(f"SQS: {len(failed)} messages not sent: {failed[0].get('Message', '')}")

    def receive(self, limit: int, visibility_s: int) -> list[Received]:
        """Return up to `limit` visible messages and hide them."""
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(limit, _BATCH),
                VisibilityTimeout=visibility_s,
                MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
                MessageAttributeNames=["All"],
            )
        except (ClientError, BotoCoreError) as error:
            raise unavailable("SQS", error) from error
        return [_received(message) for message in answer.get("Messages", [])]

    def delete(self, receipt: str) -> None:
        """Remove a received message."""
        self._ignoring_stale(lambda: self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt))

    def change_visibility(self, receipt: str, visibility_s: int) -> None:
        """Hide a received message for `visibility_s` seconds from now."""
        self._ignoring_stale(
            lambda: self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=visibility_s
            )
        )

    def depth(self) -> int:
        """Return about how many messages the queue holds: visible, received, and delayed ones."""
        kinds = ("", "NotVisible", "Delayed")
        names: Any = [f"ApproximateNumberOfMessages{kind}" for kind in kinds]
        try:
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        except (ClientError, BotoCoreError) as error:
            raise unavailable("SQS", error) from error
        found: Mapping[str, str] = answer.get("Attributes", {})  # type: ignore[assignment]
        return sum(int(found.get(name, 0)) for name in names)

    def purge(self) -> None:
        """Throw all messages away. It takes SQS up to 60 seconds, in which those that come may be thrown away too."""
        try:
            self._client.purge_queue(QueueUrl=self._url)
        except ClientError as error:
            if code_of(error) not in _PURGED:
                raise unavailable("SQS", error) from error
        except BotoCoreError as error:
            raise unavailable("SQS", error) from error

    def peek(self) -> list[Received]:
        """Return the visible messages, and show them again at once. They count as received once more."""
        found = list(self._drawn())
        for message in found:
            self.change_visibility(message.receipt, 0)
        return found

    def redrive_to(self, queue: SqsQueue) -> int:
        """Move all visible messages to another queue, as if sent anew without attributes; return how many.

        Not a message move task: that knows no source for messages that a function itself has set aside. Only as many as
        there were at first: what is hopeless comes back while we are at it.
        """
        count = 0
        for message in islice(self._drawn(), self.depth()):
            queue.send([message.body])
            self.delete(message.receipt)
            count += 1
        return count

    def _drawn(self) -> Iterator[Received]:
        while batch := self.receive(_BATCH, _LOOK_S):
            yield from batch

    def _ignoring_stale(self, call: Any) -> None:
        try:
            call()
        except ClientError as error:
            if code_of(error) not in _STALE:
                raise unavailable("SQS", error) from error
        except BotoCoreError as error:
            raise unavailable("SQS", error) from error


def _received(message: Any) -> Received:
    system = message.get("Attributes", {})
    attributes = {k: v["StringValue"] for k, v in message.get("MessageAttributes", {}).items() if "StringValue" in v}
    return Received(
        message["MessageId"],
        message["ReceiptHandle"],
        message["Body"],
        int(system.get("ApproximateReceiveCount", 1)),
        int(system.get("SentTimestamp", 0)),
        attributes,
    )
