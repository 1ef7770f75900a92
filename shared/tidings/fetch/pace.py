"""How fast a host is asked: one request at a time, and some time between the end of one and the beginning of the next.

Threads of one process wait for each other here; processes that share a store keep out of each other's way by leases.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from tidings.fetch.addresses import is_loopback
from tidings.fetch.leases import HostLeases, Turn

_MAX_HOSTS = 10_000
_ALONE = Turn(0.0, lambda: None)
"""The turn of one who shares no store with others."""


@dataclass
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


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
        """
        if self._exempt(host):
            yield
            return
        state = self._state(host)
        gap_s = max(self._spacing_s, gap_s)
        with state.turn, self._leased(host, gap_s) as lease:
            wait = max(state.free_at + gap_s - self._clock(), lease.wait_s)
            if wait > 0:
                self._sleep(wait)
            lease.renew()
            try:
                yield
            finally:
                state.free_at = self._clock()

    def _leased(self, host: str, rest_s: float) -> AbstractContextManager[Turn]:
        return self._leases.turn(host, rest_s) if self._leases is not None else nullcontext(_ALONE)

    def _state(self, host: str) -> _Host:
        with self._guard:
            if len(self._hosts) >= _MAX_HOSTS:
                now = self._clock()
                for name in [n for n, h in self._hosts.items() if not h.turn.locked() and h.free_at + 60 < now]:
                    del self._hosts[name]
            if host not in self._hosts:
                self._hosts[host].free_at = -1e9
            return self._hosts[host]
