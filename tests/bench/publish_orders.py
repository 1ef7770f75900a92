"""Try orders, repetitions and crashes of deliveries: python -m tests.bench.publish_orders [TRIES] [SEED].

Each try draws a set of messages (articles with several versions, mentions that agree, contradict, copy each other, stand
alone), publishes it calmly, then shuffled, some messages twice, the process dying before or after any write, whose message
comes again later, as a queue would have it; first one after the other, then by two or three workers at once, whose calls of
the store mix in any order. The stores must be the same byte for byte. Every second try has tiny limits,
so that full blocks and sampled events are met too. Prints how many tries differed; exit status 1 if any did.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from tidings import ids, keys
from tidings.errors import Conflict, Unavailable
from tidings.ids import ArticleId, CorrelationId
from tidings.messages import PublishExtraction
from tidings.ports.fakes import MemoryBlobs, MemoryBus, MemoryStore
from tidings.ports.store import Delete, Put, Store, Write
from tidings.publish import canonical, clusters, merging, settling, telling, values
from tidings.publish.stage import publish
from tidings.records import (
    Article,
    EventMention,
    Evidence,
    Extraction,
    Factuality,
    Participant,
    Polarity,
    Quantity,
    Timex,
    TimexType,
    Trigger,
)

TRIES = 2_000
START = datetime(2025, 6, 10, tzinfo=UTC)
ACTORS = {"Norway": "NOR", "Chad": "TCD", "Peru": "PER", "Acme": None}
VERBS = {"sent": ("AID", "send"), "attacked": ("ASSAULT", "attack"), "hit": ("ASSAULT", "hit"), "met": ("CONSULT", "meet")}
OUTLETS = ("Wire", "Herald", "Post", None)
Delivery = tuple[Article, Extraction]


@dataclass
class Breaking:
    """A store that breaks at one write, before it or after it; then it works again."""

    store: Store
    left: int = 0
    after: bool = False

    def transact(self, writes: Sequence[Write]) -> None:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Unavailable("broken before the write")
        self.store.transact(writes)
        if self.left == 0:
            raise Unavailable("broken after the write")

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        for write in writes:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Unavailable("broken before the write")
            self.store.write_each([write])
            if self.left == 0:
                raise Unavailable("broken after the write")

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


def draw(rng: random.Random) -> list[Delivery]:
    """Return some versions of some articles about few things, in any combination."""
    articles = range(rng.randint(2, 6))
    return [_article(f"a{n}", version, rng) for n in articles for version in range(rng.choice((1, 1, 1, 2, 3, 6)))]


def _article(name: str, version: int, rng: random.Random) -> Delivery:
    text, events, quantities, timexes = "", [], [], []
    for n in range(rng.choice((0, 1, 1, 1, 2, 3))):
        verb = rng.choice(list(VERBS))
        actor, to = rng.sample(list(ACTORS), 2)
        number, day = rng.choice(("40", "41", "44", "900")), f"2025-06-{rng.choice((8, 9, 9, 9, 10, 13)):02d}"
        start = len(text)
        text += f"{actor} {verb} {number} trucks to {to} on {day}. "

        def span(words: str, start: int = start, text: str = text) -> dict[str, object]:
            at = text.index(words, start)
            return {"start": at, "end": at + len(words), "text": words}

        quantities.append(Quantity(**span(number), id=f"q{n}", value=int(number), of="trucks"))
        timexes.append(Timex(**span(day), id=f"t{n}", type=TimexType.DATE, value=day, first=day, last=day))
        kind, lemma = VERBS[verb]
        events.append(
            EventMention(
                id=f"v{n}",
                type=kind,
                trigger=Trigger(**span(verb), lemma=lemma),
                actor=(Participant(**span(actor), country=ACTORS[actor]),),
                recipient=(Participant(**span(to), country=ACTORS[to]),) if rng.random() < 0.7 else (),
                objects=(f"q{n}",) if rng.random() < 0.7 else (),
                time=f"t{n}" if rng.random() < 0.6 else None,
                factuality=rng.choice(list(Factuality)),
                polarity=rng.choice(list(Polarity)),
                evidence=Evidence(start=start, end=len(text) - 1),
                confidence=0.8,
            )
        )
    article = Article(
        article_id=ArticleId(name),
        version=ids.digest(name, str(version), text),
        text=text,
        outlet=rng.choice(OUTLETS),
        published=START + timedelta(hours=rng.randint(0, 60)) if rng.random() < 0.9 else None,
        fetched_at=START + timedelta(hours=100 + version) if rng.random() < 0.9 else None,
    )
    return article, Extraction(
        article_id=name,
        published=article.published,
        model="test",
        quantities=tuple(quantities),
        timexes=tuple(timexes),
        events=tuple(events),
    )


class World:
    """Blobs, a bus and a store, and publish at work on them."""

    def __init__(self) -> None:
        self.store, self.blobs, self.bus = MemoryStore(), MemoryBlobs(), MemoryBus()

    def deliver(self, told: Delivery, store: Store | None = None) -> None:
        article, extraction = told
        message = PublishExtraction(
            article_id=article.article_id,
            article_key=keys.article_blob(article.article_id, article.version),
            extraction_key=keys.extraction_blob(article.article_id, article.version, extraction.model),
            correlation_id=CorrelationId("c"),
        )
        self.blobs.put_if_absent(message.article_key, article.model_dump_json().encode())
        self.blobs.put_if_absent(message.extraction_key, extraction.model_dump_json().encode())
        publish(message, blobs=self.blobs, store=store or self.store, bus=self.bus)

    def content(self) -> list[tuple[str, str, str]]:
        return [(i.key.pk, i.key.sk, json.dumps(i.body, sort_keys=True)) for i in self.store.dump()]


def calm(deliveries: Sequence[Delivery]) -> World:
    """Return the world after each delivery came once, in order."""
    world = World()
    for told in deliveries:
        world.deliver(told)
    return world


def stormy(deliveries: Sequence[Delivery], rng: random.Random) -> World:
    """Return the world after the same deliveries in any order, some twice, with a crash now and then."""
    world = World()
    queue = [*deliveries, *(d for d in deliveries if rng.random() < 0.3)]
    rng.shuffle(queue)
    crashes = rng.randint(0, 6)
    while queue:
        told = queue.pop()
        store = Breaking(world.store, rng.randint(1, 60) if crashes else 0, rng.random() < 0.5)
        try:
            world.deliver(told, store)  # type: ignore[arg-type]
        except Unavailable:
            crashes -= 1
            queue.insert(rng.randint(0, len(queue)), told)
    return world


class Turns:
    """Lets threads take turns, call by call, in an order that dice decide."""

    def __init__(self, rng: random.Random, workers: int) -> None:
        self._rng, self._changed = rng, threading.Condition()
        self._working, self._waiting, self._turn = workers, list[int](), -1

    def take(self, worker: int) -> None:
        """Wait for this worker's turn; what it does until it asks again is its turn."""
        with self._changed:
            self._waiting.append(worker)
            self._give()
            self._changed.wait_for(lambda: self._turn == worker)
            self._turn = -1

    def leave(self) -> None:
        """Take no more turns."""
        with self._changed:
            self._working -= 1
            self._give()

    def _give(self) -> None:
        if self._waiting and len(self._waiting) == self._working:
            self._waiting.sort()
            self._turn = self._waiting.pop(self._rng.randrange(len(self._waiting)))
            self._changed.notify_all()


class Sharing:
    """A store that waits for its worker's turn before each call, and writes what is no transaction one by one."""

    def __init__(self, store: Store, turns: Turns, worker: int) -> None:
        self._store, self._turns, self._worker = store, turns, worker

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        for write in writes:
            self._turns.take(self._worker)
            self._store.write_each([write])

    def __getattr__(self, name: str) -> object:
        self._turns.take(self._worker)
        return getattr(self._store, name)


def at_once(deliveries: Sequence[Delivery], rng: random.Random) -> World:
    """Return the world after two or three workers took the deliveries at once, some twice, with a crash now and then.

    The messages of one article go to one worker.
    """
    world = World()
    queue = [*deliveries, *(d for d in deliveries if rng.random() < 0.3)]
    rng.shuffle(queue)
    workers = rng.randint(2, 3)
    taken = {told[0].article_id: rng.randrange(workers) for told in queue}
    turns = Turns(rng, workers)
    crashes = [rng.randint(0, 2) for _ in range(workers)]
    dice = [random.Random(rng.random()) for _ in range(workers)]  # noqa: S311 - a test's dice

    def work(worker: int) -> None:
        mine, own = [told for told in queue if taken[told[0].article_id] == worker], dice[worker]
        shared = Sharing(world.store, turns, worker)
        while mine:
            told = mine.pop()
            try:
                world.deliver(told, Breaking(shared, own.randint(1, 60) if crashes[worker] else 0, own.random() < 0.5))  # type: ignore[arg-type]
            except (Unavailable, Conflict) as error:
                crashes[worker] -= isinstance(error, Unavailable)
                mine.insert(own.randint(0, len(mine)), told)
        turns.leave()

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(work, worker) for worker in range(workers)]:
            future.result()
    return world


@contextmanager
def limits(leaders: int, few: int) -> Iterator[None]:
    """Compare with fewer leaders, read and count fewer mentions of an event, for a while."""
    tight = {
        (clusters, "MOST_LEADERS"): leaders,
        (merging, "MOST_LEADERS"): leaders,
        (values, "EXACT"): few,
        (canonical, "EXACT"): few,
        (telling, "SAMPLE"): few,
        (telling, "COUNTED"): few + 1,
        (telling, "PAGE"): 2 * few,
    }
    with ExitStack() as stack:
        for (module, name), value in tight.items():
            stack.enter_context(patch.object(module, name, value))
        yield


def differs(seed: int, how: Callable[[Sequence[Delivery], random.Random], World] = stormy) -> bool:
    """Tell whether a try, one after the other (`stormy`) or `at_once`, ended in another store than its calm run."""
    rng = random.Random(seed)  # noqa: S311 - a test's dice
    deliveries = draw(rng)
    if seed % 2:
        with limits(rng.randint(1, 3), rng.randint(1, 4)):
            return how(deliveries, rng).content() != calm(deliveries).content()
    return how(deliveries, rng).content() != calm(deliveries).content()


def main(tries: int, first: int) -> int:
    """Run the tries; return the exit status."""
    settling.FIRST_WAIT_S = 0
    failed = False
    for how in (stormy, at_once):
        began = time.perf_counter()
        different = [seed for seed in range(first, first + tries) if differs(seed, how)]
        took = time.perf_counter() - began
        print(f"{len(different)} of {tries} tries differ ({how.__name__}, {took:.0f} s)", *different[:10], flush=True)
        failed = failed or bool(different)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in (sys.argv[1:] + [str(TRIES), "0"][len(sys.argv) - 1 :]))))
