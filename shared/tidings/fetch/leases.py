"""One process at a time at a host: a lease in the store, for all processes that share it.

Within a process the threads take turns (see `pace`); up to ten Lambda functions poll feeds, and none of them knows what the
others ask. So whoever asks a host takes its lease first, keeps it for all that a message asks of the host, and gives it back
with the time from which the next one may ask. Who finds it taken does not wait: the message goes back to its queue for a
while. A lease that was not given back, as its process died, runs out.

Leases are of no use once they have run out, and none stays: whoever let a host rest deletes its lease with the next visit,
and every run of the schedule deletes what was left behind. On one machine they are in a store of their own, beside that of
the facts.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from tidings import keys
from tidings.errors import Conflict, NotYet, Resting, Transient
from tidings.ids import digest
from tidings.ports.store import MAX_WRITES, Delete, Item, Put, Store, read_all, read_many

RETRY_S = 20.0
"""Seconds after which a message whose host is taken comes again, up to half of it more: about as long as a poll takes."""
SWEEP_AFTER_S = 60.0
"""Seconds after which a lease that has run out is deleted by others."""
LONGEST_REST_S = 86_400.0
"""Most seconds that a host is left alone because it asked for it."""
MAX_SKEW_S = 10.0
"""Seconds by which the clocks of two machines may differ."""
TIDY_EVERY_S = 1.0
_TRIES = 3
_STRIPES = 256

Clock = Callable[[], float]
"""Unix time in seconds: the real one, whatever moment the pipeline takes for now, for servers live in real time."""


class Lease(NamedTuple):
    """Who asks a host, and until when (Unix seconds).

    After a request a host has nobody, and may be asked from then on; so has one that asked to be left alone.
    """

    holder: str
    until: float


class Claim(NamedTuple):
    """Whether a host may be asked, and after how many seconds; if not, when it is worth trying again.

    `rests`: not because somebody asks it, but because it asked to be left alone.
    """

    granted: bool
    after_s: float = 0.0
    rests: bool = False


class Turn(NamedTuple):
    """A turn at a host: seconds to wait before the request, and what to call when they are over, as waiting uses a lease up.

    `renew` raises NotYet if the lease was lost meanwhile.
    """

    wait_s: float
    renew: Callable[[], None]


NOBODY = ""
LEFT_ALONE = "left alone"
"""Stands in the place of a holder while a host is left alone because it asked for it."""


def decide(found: Lease | None, now: float, longest_s: float) -> Claim:
    """Say whether a host may be asked by one who does not hold its lease.

    `longest_s` is how long a lease lasts; one that is said to last longer was written by a wrong clock and is void.
    """
    rests = found is not None and found.holder == LEFT_ALONE
    longest_s = LONGEST_REST_S if rests else longest_s
    if found is None or found.until <= now or found.until > now + longest_s + MAX_SKEW_S:
        return Claim(granted=True)
    return Claim(granted=found.holder == NOBODY, after_s=found.until - now, rests=rests)


@dataclass
class _Held:
    version: int
    until: float
    visits: int = 0
    rests_until: float = 0.0
    left_alone: bool = False


@dataclass
class _Visit(threading.local):
    hosts: set[str] | None = field(default=None)


class HostLeases:
    """The leases of this process. Several threads may use it, each for its own visits; a lease is kept for all of them."""

    def __init__(
        self,
        store: Store,
        *,
        request_s: float,
        clock: Clock = time.time,
        holder: str | None = None,
    ) -> None:
        """`request_s` is the longest that one request may take."""
        self._store = store
        self._clock = clock
        self._holder = holder or secrets.token_hex(8)
        self._enough_s = 1.5 * request_s
        # A pause before a request, which robots.txt may ask for, must not let the lease run out.
        self.longest_s = max(60.0, 3 * request_s)
        self._held: dict[str, _Held] = {}
        self._resting: dict[str, Lease] = {}
        self._tidied_at = 0.0
        # One lock for each host would have to be thrown away some day, at the very moment that another thread waits for it.
        self._locks = [threading.Lock() for _ in range(_STRIPES)]
        self._visit = _Visit()

    @contextmanager
    def visit(self) -> Iterator[None]:
        """Keep every host that this thread asks in the block until its end; outside of one, for a single request."""
        if self._visit.hosts is not None:
            yield
            return
        self._visit.hosts = set()
        try:
            yield
        finally:
            hosts, self._visit.hosts = self._visit.hosts, None
            for host in sorted(hosts):
                self._leave(host)
            if self._clock() >= self._tidied_at + TIDY_EVERY_S:
                self._tidy()

    @contextmanager
    def turn(self, host: str, rest_s: float) -> Iterator[Turn]:
        """Hold a host for one request; `rest_s` is how long it is to be left alone afterwards, by whoever asks next.

        Raises:
            NotYet: another process asks the host now.
            Resting: the host has asked to be left alone.
        """
        with self.visit():
            try:
                yield Turn(self._take(host), partial(self._keep, host))
            finally:
                held = self._held.get(host)
                if held is not None:
                    held.rests_until = max(held.rests_until, self._clock() + rest_s)

    def rest(self, host: str, seconds: float) -> None:
        """Have a host that this process holds be left alone by all, from the end of the visit on."""
        held = self._held.get(host)
        if held is not None:
            held.rests_until, held.left_alone = self._clock() + seconds, True

    def sweep(self) -> int:
        """Delete the leases that ran out a while ago, whoever held them; return how many."""
        swept = 0
        for item in read_all(self._store, keys.HOSTS):
            lease = _lease_of(item)
            if lease is not None and lease.until + SWEEP_AFTER_S <= self._clock():
                with suppress(Conflict):
                    self._store.transact([Delete(item.key, expect=item.version)])
                    swept += 1
        return swept

    def _take(self, host: str) -> float:
        hosts = self._visit.hosts
        with self._locks[hash(host) % _STRIPES]:
            held, wait_s = self._held.get(host), 0.0
            if held is None or held.until <= self._clock():
                before = held.visits if held is not None else 0
                held, wait_s = self._claimed(host)
                held.visits = before
                self._held[host] = held
            if hosts is not None and host not in hosts:
                hosts.add(host)
                held.visits += 1
        return wait_s

    def _claimed(self, host: str) -> tuple[_Held, float]:
        for _ in range(_TRIES):
            item = self._store.get(keys.host_lease(host))
            now = self._clock()
            claim = decide(_lease_of(item), now, self.longest_s)
            if claim.rests:
                raise Resting(host, after_s=claim.after_s)
            if not claim.granted:
                raise self._not_yet(host, claim.after_s)
            version = item.version if item is not None else 0
            until = now + self.longest_s
            with suppress(Conflict):
                self._store.transact([_put(host, Lease(self._holder, until), version)])
                return _Held(version + 1, until), claim.after_s
        raise self._not_yet(host, self.longest_s)

    def _keep(self, host: str) -> None:
        """Make the lease last as long as a request may take."""
        with self._locks[hash(host) % _STRIPES]:
            held, now = self._held.get(host), self._clock()
            if held is not None and held.until - now >= self._enough_s:
                return
            if held is None or held.until <= now:
                raise self._not_yet(host, 0.0)
            try:
                self._store.transact([_put(host, Lease(self._holder, now + self.longest_s), held.version)])
            except Conflict:
                raise self._not_yet(host, self.longest_s) from None
            held.version, held.until = held.version + 1, now + self.longest_s

    def _leave(self, host: str) -> None:
        with self._locks[hash(host) % _STRIPES]:
            held, now = self._held[host], self._clock()
            held.visits -= 1
            if held.visits:
                return
            del self._held[host]
            if held.until <= now:
                return  # It may be another's by now.
            rest = Lease(LEFT_ALONE if held.left_alone else NOBODY, held.rests_until)
            with suppress(Transient):  # It runs out by itself.
                if rest.until <= now:
                    self._store.transact([Delete(keys.host_lease(host), expect=held.version)])
                else:
                    self._store.transact([_put(host, rest, held.version)])
                    self._resting[host] = rest

    def _tidy(self) -> None:
        """Delete the leases of hosts that have rested, many at once: a process may visit hundreds of hosts in a second."""
        self._tidied_at = now = self._clock()
        due = {host: lease for host, lease in list(self._resting.items()) if lease.until <= now}
        for host in due:
            self._resting.pop(host, None)
        with suppress(Transient):  # What is left is swept away.
            # The version alone would not do: of an item that was deleted and written anew, it counts from 1 again.
            items = read_many(self._store, map(keys.host_lease, due))
            stale = [Delete(item.key, item.version) for item in items if _lease_of(item) == due[item.key.sk]]
            for start in range(0, len(stale), MAX_WRITES):
                self._store.transact(stale[start : start + MAX_WRITES])

    def _not_yet(self, host: str, after_s: float) -> NotYet:
        drawn = int(digest(self._holder, host, str(self._clock()), length=4), 16) / 0xFFFF
        wait = min(after_s, RETRY_S) * (1 + drawn / 2)
        return NotYet(f"{host} is being asked by another process just now", after_s=max(1.0, wait))


def _lease_of(item: Item | None) -> Lease | None:
    return Lease(str(item.body["holder"]), float(item.body["until"])) if item is not None else None


def _put(host: str, lease: Lease, expect: int) -> Put:
    return Put(keys.host_lease(host), lease._asdict(), expect=expect)
