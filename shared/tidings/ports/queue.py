"""The queue port: at-least-once delivery with a visibility timeout and a receive count, as SQS defines them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MAX_DELAY_S = 900
"""Longest delay of a message (SQS's limit)."""


@dataclass(frozen=True)
class Received:
    """One delivery. `receive_count` starts at 1; `sent_at_ms` is Unix time in milliseconds."""

    message_id: str
    receipt: str
    body: str
    receive_count: int
    sent_at_ms: int
    attributes: Mapping[str, str] = field(default_factory=dict)


class Sender(Protocol):
    """What a handler may do with a queue: send."""

    def send(self, bodies: Sequence[str], *, attributes: Mapping[str, str] | None = None, delay_s: int = 0) -> None:
        """Put messages on the queue, in as many calls as the service needs; string attributes go on every one.

        Raises:
            Unavailable: the queue does not answer; some of the messages may have been sent.
        """


class Queue(Sender, Protocol):
    """What the runner and the operator may do with a queue besides sending."""

    def receive(self, limit: int, visibility_s: int) -> list[Received]:
        """Return up to `limit` (≤ 10) visible messages and hide each for `visibility_s` seconds. Never blocks for long."""

    def delete(self, receipt: str) -> None:
        """Remove a received message; a receipt that is no longer valid is ignored."""

    def change_visibility(self, receipt: str, visibility_s: int) -> None:
        """Hide a received message for `visibility_s` seconds from now (0 shows it at once)."""

    def depth(self) -> int:
        """Return about how many messages the queue holds, hidden ones included."""
