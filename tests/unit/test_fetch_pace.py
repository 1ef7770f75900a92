"""The pace at a host, with a clock that only sleeping moves."""

import pytest

from tidings.errors import Resting
from tidings.fetch.addresses import is_loopback
from tidings.fetch.pace import Pace


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def turns(pace: Pace, time: Time, hosts: list[str], *, gap_s: float = 0, busy_s: float = 0) -> list[float]:
    found = []
    for host in hosts:
        with pace.turn(host, gap_s):
            found.append(time.now)
            time.now += busy_s
    return found


def paced(spacing_s: float) -> tuple[Pace, Time]:
    time = Time()
    return Pace(spacing_s, clock=time.clock, sleep=time.sleep), time


def test_the_first_turn_is_at_once_and_the_next_after_the_spacing() -> None:
    pace, time = paced(2)
    assert turns(pace, time, ["a", "a", "a"]) == [100, 102, 104]


def test_the_spacing_counts_from_the_end_of_the_turn_before() -> None:
    pace, time = paced(2)
    assert turns(pace, time, ["a", "a"], busy_s=5) == [100, 107]


def test_hosts_do_not_wait_for_each_other() -> None:
    pace, time = paced(2)
    assert turns(pace, time, ["a", "b", "a"]) == [100, 100, 102]


def test_a_longer_gap_that_a_host_asks_for_is_kept() -> None:
    pace, time = paced(2)
    assert turns(pace, time, ["a", "a"], gap_s=10) == [100, 110]


def test_this_machine_itself_needs_no_consideration() -> None:
    pace, time = paced(2)
    assert turns(pace, time, ["127.0.0.1", "127.0.0.1", "localhost", "localhost"]) == [100] * 4
    assert is_loopback("::1")
    assert not is_loopback("news.example")


def test_a_turn_that_fails_ends() -> None:
    pace, time = paced(2)
    for _ in range(2):
        try:
            with pace.turn("a"):
                raise OSError
        except OSError:
            pass
    assert time.now == 102


def test_hosts_that_were_asked_long_ago_are_forgotten_and_those_of_now_are_not() -> None:
    pace, time = paced(2)
    turns(pace, time, [f"h{n}" for n in range(9_999)])
    time.now += 100
    turns(pace, time, ["new", "newer"])
    assert turns(pace, time, ["newer"]) == [time.now]
    assert time.now == 202


def test_a_host_that_asks_to_be_left_alone_gets_no_request_until_then_and_others_do() -> None:
    pace, time = paced(2)
    with pace.turn("a"):
        pace.rest("a", 60)
    with pytest.raises(Resting) as refused, pace.turn("a"):
        pass
    assert refused.value.after_s == 60
    assert turns(pace, time, ["b"]) == [100]
    time.now += 60
    assert turns(pace, time, ["a"]) == [160]


def test_no_host_is_left_alone_for_more_than_a_day() -> None:
    pace, time = paced(2)
    with pace.turn("a"):
        pace.rest("a", 1e9)
    time.now += 86_401
    assert turns(pace, time, ["a"]) == [86_501]
