"""How fast a host is asked: one request at a time, and some time between the end of one and the beginning of the next.

A host that asks to be left alone is asked by nobody until its time is over, whichever of its feeds or pages it said it of.
Threads of one process wait for each other here; processes that share a store keep out of each other's way by leases.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from tidings.errors import Resting
from tidings.fetch.addresses import is_loopback
from tidings.fetch.leases import LONGEST_REST_S, HostLeases, Turn

_MAX_HOSTS = 10_000
_ALONE = Turn(0.0, lambda: None)
"""The turn of one who shares no store with others."""


@dataclass
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    rests_until: float = 0.0


class Pace:
    """Turns at hosts, for all threads of a process, and with `leases` among all processes.

    This machine itself is exempt by default: nobody else is bothered.
    """

    def __init__(
        self,
        spacing_s: float,
        *,
        leases: HostLeases | None = None,
        exempt: Callable[[str], bool] = is_loopback,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._spacing_s = spacing_s
        self._leases = leases
        self._exempt = exempt
        self._clock = clock
        self._sleep = sleep
        self._guard = threading.Lock()
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    @contextmanager
    def turn(self, host: str, gap_s: float = 0) -> Iterator[None]:
        """Wait for the turn at a host and hold it; `gap_s` is the least time since the turn before, if over the usual.

        Raises:
            NotYet: another process asks the host now.
            Resting: the host has asked to be left alone.
        """
        if self._exempt(host):
            yield
            return
        state = self._state(host)
        gap_s = max(self._spacing_s, gap_s)
        with state.turn, self._leased(host, gap_s, state) as lease:
            wait = max(state.free_at + gap_s - self._clock(), lease.wait_s)
            if wait > 0:
                self._sleep(wait)
            lease.renew()
            try:
                yield
            finally:
                state.free_at = self._clock()

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for as long as it asks for, a day at the most; for whoever has the turn at it."""
        if self._exempt(host):
            return
        seconds = min(seconds, LONGEST_REST_S)
        self._state(host).rests_until = self._clock() + seconds
        if self._leases is not None:
            self._leases.rest(host, seconds)

    def _leased(self, host: str, rest_s: float, state: _Host) -> AbstractContextManager[Turn]:
        if (left_s := state.rests_until - self._clock()) > 0:
            raise Resting(host, after_s=left_s)
        return self._leases.turn(host, rest_s) if self._leases is not None else nullcontext(_ALONE)

    def _state(self, host: str) -> _Host:
        with self._guard:
            if len(self._hosts) >= _MAX_HOSTS:
                now = self._clock()
                for name in [
                    n for n, h in self._hosts.items() if not h.turn.locked() and max(h.free_at + 60, h.rests_until) < now
                ]:
                    del self._hosts[name]
            if host not in self._hosts:
                self._hosts[host].free_at = -1e9
            return self._hosts[host]
