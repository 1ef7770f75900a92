"""Waiting for queues that nobody can count exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from tidings.ports.queue import Queue
from tidings.replaying.draining import LOOKS, wait_for_room, wait_until_empty


@dataclass
class Counting:
    """A queue whose counts are these, one look after the other."""

    counts: Iterator[int]

    def depth(self) -> int:
        return next(self.counts)


def queues(*counts: list[int]) -> list[Queue]:
    return [cast(Any, Counting(iter(each))) for each in counts]


def ignore(_: float) -> None: ...


def test_one_look_that_finds_nothing_is_not_believed() -> None:
    shown: list[int] = []
    wait_until_empty(queues([3, 0, 0, 2] + [0] * LOOKS), waiting=0, sleep=ignore, show=shown.append)
    assert shown == [3, 0, 0, 2] + [0] * LOOKS


def test_what_waits_in_any_of_the_queues_counts() -> None:
    shown: list[int] = []
    wait_until_empty(queues([1, 0] + [0] * LOOKS, [0, 1] + [0] * LOOKS), waiting=0, sleep=ignore, show=shown.append)
    assert shown == [1, 1] + [0] * LOOKS


def test_a_stack_that_gets_news_all_the_time_is_as_good_as_empty_with_a_few_messages() -> None:
    shown: list[int] = []
    wait_until_empty(queues([9, 3, 2, 3, 1, 3]), waiting=3, sleep=ignore, show=shown.append)
    assert shown == [9, 3, 2, 3, 1, 3]


def test_no_more_is_sent_than_news_can_wait_behind() -> None:
    slept: list[float] = []
    wait_for_room(queues([12, 10, 9]), 10, sleep=slept.append, show=ignore)
    assert len(slept) == 2
