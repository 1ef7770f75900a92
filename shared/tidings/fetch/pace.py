"""How fast a host is asked: one request at a time, and some time between the end of one and the beginning of the next.

The pace is that of one process; messages that poll feeds of one host are spread in time for the others (see `stage`).
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tidings.fetch.addresses import is_loopback

_MAX_HOSTS = 10_000


@dataclass
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


class Pace:
    """Turns at hosts, for all threads of a process. This machine itself is exempt by default: nobody else is bothered."""

    def __init__(
        self,
        spacing_s: float,
        *,
        exempt: Callable[[str], bool] = is_loopback,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._spacing_s = spacing_s
        self._exempt = exempt
        self._clock = clock
        self._sleep = sleep
        self._guard = threading.Lock()
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    @contextmanager
    def turn(self, host: str, gap_s: float = 0) -> Iterator[None]:
        """Wait for the turn at a host and hold it; `gap_s` is the least time since the turn before, if over the usual."""
        if self._exempt(host):
            yield
            return
        state = self._state(host)
        with state.turn:
            wait = state.free_at + max(self._spacing_s, gap_s) - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                state.free_at = self._clock()

    def _state(self, host: str) -> _Host:
        with self._guard:
            if len(self._hosts) >= _MAX_HOSTS:
                now = self._clock()
                for name in [n for n, h in self._hosts.items() if not h.turn.locked() and h.free_at + 60 < now]:
                    del self._hosts[name]
            if host not in self._hosts:
                self._hosts[host].free_at = -1e9
            return self._hosts[host]
