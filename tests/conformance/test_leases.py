"""Leases of hosts over every store."""

from __future__ import annotations

import pytest

from tidings import keys
from tidings.errors import NotYet
from tidings.fetch.leases import HostLeases
from tidings.ports.store import Store


class Clock:
    def __init__(self) -> None:
        self.now = 1_750_000_000.25

    def __call__(self) -> float:
        return self.now


def test_one_process_at_a_time_has_a_host_and_nothing_is_left_when_all_are_done(store: Store) -> None:
    clock = Clock()
    one, two = (HostLeases(store, request_s=20, clock=clock, holder=name) for name in ("one", "two"))
    with one.visit():
        for _ in range(5):
            with one.turn("news.example", 1) as turn:
                clock.now += 14
                turn.renew()
            with pytest.raises(NotYet), two.turn("news.example", 1):
                pass
    with two.visit():
        with two.turn("news.example", 1) as turn:
            assert turn.wait_s == pytest.approx(1)
        clock.now += 1
    with one.visit():
        pass  # what it let rest is deleted with its next visit
    assert list(store.dump()) == []


def test_what_a_process_that_died_left_behind_is_taken_over_or_swept_away(store: Store) -> None:
    clock = Clock()
    hosts = ("a.example", "b.example")
    died = [HostLeases(store, request_s=20, clock=clock, holder=host).turn(host, 1) for host in hosts]
    for turn_of_dead in died:
        turn_of_dead.__enter__()
    clock.now += 61
    next_one = HostLeases(store, request_s=20, clock=clock, holder="next")
    with next_one.turn("a.example", 1) as turn:
        assert turn.wait_s == 0
    clock.now += 60
    assert next_one.sweep() == 1
    item = store.get(keys.host_lease("a.example"))
    assert item is not None and item.body["holder"] == ""
