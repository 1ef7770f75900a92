"""Waiting until queues are empty, as far as SQS knows: its counts are approximate and late."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tidings.ports.queue import Queue

LOOK_S = 15.0
"""Seconds between two looks."""
ROOM_LOOK_S = 5.0
"""The same while there is more to send: the largest size works off some hundred documents in that time."""
LOOKS = 5
"""Looks that must find the queues empty, one after the other: SQS's counts are right a minute after the last sending of a
message (API reference, GetQueueAttributes)."""


def wait_until_empty(
    queues: Sequence[Queue], *, waiting: int, sleep: Callable[[float], None], show: Callable[[int], None]
) -> None:
    """Return when no more than `waiting` messages have been found in these queues time after time.

    `show` is told how many there are. Messages that are being worked on count, and so do delayed ones.

    Raises:
        Unavailable: a queue does not answer.
    """
    calm = 0
    while True:
        left = sum(queue.depth() for queue in queues)
        show(left)
        calm = calm + 1 if left <= waiting else 0
        if calm == LOOKS:
            return
        sleep(LOOK_S)


def wait_for_room(
    queues: Sequence[Queue], most: int, *, sleep: Callable[[float], None], show: Callable[[int], None]
) -> None:
    """Return as soon as fewer than `most` messages are found in these queues.

    Raises:
        Unavailable: a queue does not answer.
    """
    while (left := sum(queue.depth() for queue in queues)) >= most:
        show(left)
        sleep(ROOM_LOOK_S)
