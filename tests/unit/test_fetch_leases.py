"""Leases of hosts: who may ask, for how long, and what stays behind (nothing). The clock moves when the test says so."""

from __future__ import annotations

import threading

import pytest

from tidings import keys
from tidings.errors import NotYet, Resting
from tidings.fetch.leases import LEFT_ALONE, MAX_SKEW_S, NOBODY, RETRY_S, Claim, HostLeases, Lease, decide
from tidings.fetch.pace import Pace
from tidings.ports.fakes import MemoryStore
from tidings.ports.store import Put

LONGEST_S = 60.0


@pytest.mark.parametrize(
    ("found", "claim"),
    [
        (None, Claim(True)),
        (Lease("other", 130), Claim(False, 30)),
        (Lease("other", 100), Claim(True)),  # it ran out this moment
        (Lease("other", 50), Claim(True)),  # its holder died
        (Lease(NOBODY, 102), Claim(True, 2)),  # given back; the host rests for two seconds
        (Lease(NOBODY, 99), Claim(True)),
        (Lease("other", 100 + LONGEST_S + MAX_SKEW_S), Claim(False, LONGEST_S + MAX_SKEW_S)),
        (Lease("other", 5000), Claim(True)),  # no lease lasts so long: a clock went wrong
        (Lease(LEFT_ALONE, 5000), Claim(False, 4900, rests=True)),  # it asked for it
        (Lease(LEFT_ALONE, 200_000), Claim(True)),  # for more than a day: a clock went wrong
    ],
)
def test_a_host_may_be_asked_unless_another_one_is_at_it(found: Lease | None, claim: Claim) -> None:
    assert decide(found, 100, LONGEST_S) == claim


class World:
    """Processes over one store, with one clock."""

    def __init__(self) -> None:
        self.store, self.now = MemoryStore(), 1000.0

    def process(self, name: str) -> HostLeases:
        return HostLeases(self.store, request_s=20, clock=lambda: self.now, holder=name)

    def pace(self, leases: HostLeases, spacing_s: float = 1.0) -> Pace:
        return Pace(spacing_s, leases=leases, exempt=lambda host: False, clock=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def left(self) -> list[str]:
        return [item.key.sk for item in self.store.dump()]


def test_a_host_is_kept_until_the_visit_ends() -> None:
    world = World()
    one, two = world.process("one"), world.process("two")
    with one.visit():
        with one.turn("a.example", 1):
            pass
        world.now += 5
        with pytest.raises(NotYet) as refused, two.turn("a.example", 1):
            pass
        with two.turn("b.example", 1):
            pass
    assert 1 <= refused.value.after_s <= 1.5 * RETRY_S
    with two.turn("a.example", 1) as turn:
        assert turn.wait_s == 0


def test_outside_a_visit_a_host_is_kept_for_one_request() -> None:
    world = World()
    with world.process("one").turn("a.example", 1), pytest.raises(NotYet), world.process("two").turn("a.example", 1):
        pass
    with world.process("two").turn("a.example", 1):
        pass


def test_the_next_process_waits_as_long_as_the_last_one_would_have() -> None:
    world = World()
    one, two = world.pace(world.process("one")), world.pace(world.process("two"))
    with one.turn("a.example"):
        world.now += 3
    ended = world.now
    with two.turn("a.example"):
        assert world.now == ended + 1
    with two.turn("a.example", gap_s=10):
        pass
    ended = world.now
    with one.turn("a.example"):
        assert world.now == ended + 10  # the pause that robots.txt asked the other one for


def test_a_host_whose_process_died_is_free_when_the_lease_runs_out() -> None:
    world = World()
    dead, next_one = world.process("dead"), world.process("next")
    dies = dead.turn("a.example", 1)
    dies.__enter__()
    world.now += dead.longest_s - 1
    with pytest.raises(NotYet), next_one.turn("a.example", 1):
        pass
    world.now += 1
    with next_one.turn("a.example", 1):
        pass


def test_a_long_visit_renews_its_lease_before_a_request_could_outlast_it() -> None:
    world = World()
    one, two = world.process("one"), world.process("two")
    pace = world.pace(one, spacing_s=25)
    with one.visit():
        for _ in range(12):
            with pace.turn("a.example"):
                until = world.now + 20
                item = world.store.get(keys.host_lease("a.example"))
                assert item is not None and item.body["until"] >= until
                with pytest.raises(NotYet), two.turn("a.example", 1):
                    pass


def test_a_lease_that_was_lost_in_a_long_pause_stops_the_request_and_stays_the_other_ones() -> None:
    world = World()
    one, two = world.process("one"), world.process("two")
    with one.visit():
        with one.turn("a.example", 1) as turn:
            world.now += 500  # the machine was frozen
            with pytest.raises(NotYet):
                turn.renew()
        held = two.turn("a.example", 1)
        held.__enter__()
    item = world.store.get(keys.host_lease("a.example"))
    assert item is not None and item.body["holder"] == "two"


def test_threads_of_a_process_share_its_lease_and_the_last_one_gives_it_back() -> None:
    world = World()
    one, two = world.process("one"), world.process("two")
    inside, leave = threading.Event(), threading.Event()

    def other_thread() -> None:
        with one.visit():
            with one.turn("a.example", 0):
                pass
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other_thread)
    thread.start()
    inside.wait(10)
    with one.visit(), one.turn("a.example", 0):
        pass
    with pytest.raises(NotYet), two.turn("a.example", 0):
        pass
    leave.set()
    thread.join()
    with two.turn("a.example", 0):
        pass


def test_nothing_is_left_of_leases_that_were_given_back() -> None:
    world = World()
    one = world.process("one")
    with one.visit():
        for host in ("a.example", "b.example"):
            with one.turn(host, 1):
                pass
        world.now += 2  # the rest of the work takes longer than the hosts' rest
    assert world.left() == []
    with one.turn("a.example", 1):
        pass
    assert world.left() == ["a.example"]
    world.now += 1
    with one.visit():
        pass
    assert world.left() == []


def test_a_lease_that_rests_is_deleted_by_the_next_visit_unless_another_process_has_it() -> None:
    world = World()
    one, two = world.process("one"), world.process("two")
    for host in ("a.example", "b.example"):
        with one.turn(host, 1):
            pass
    world.now += 2
    held = two.turn("a.example", 1)
    held.__enter__()
    with one.visit():
        pass
    assert world.left() == ["a.example"]
    assert one.sweep() == 0


def test_leases_of_processes_that_died_are_swept_away() -> None:
    world = World()
    dead = world.process("dead")
    dies = dead.turn("a.example", 1)
    dies.__enter__()
    world.store.transact([Put(keys.host_lease("b.example"), {"holder": NOBODY, "until": world.now - 1})])
    world.now += 50
    assert world.process("next").sweep() == 0
    world.now += dead.longest_s + 10
    assert world.process("next").sweep() == 2
    assert world.left() == []


def test_a_host_that_asked_one_process_to_be_left_alone_is_left_alone_by_all() -> None:
    world = World()
    one, two = world.process("one"), world.process("two")
    with one.visit():
        with (pace := world.pace(one)).turn("a.example"):
            pace.rest("a.example", 600)
        with pytest.raises(Resting), pace.turn("a.example"):  # for its other feeds, in the same visit
            pass
    with pytest.raises(Resting) as refused, two.turn("a.example", 1):
        pass
    assert refused.value.after_s == 600
    world.now += 600
    with two.turn("a.example", 1) as turn:
        assert turn.wait_s == 0
    world.now += 100
    two.sweep()
    assert world.left() == []


def test_this_machine_itself_has_no_lease() -> None:
    world = World()
    pace = Pace(1.0, leases=world.process("one"))
    with pace.turn("127.0.0.1"):
        assert world.left() == []
