"""Measure what a mention costs to publish: python -m tests.bench.publish_cost [--events 1000,10000,100000] [--hot 100000].

For each size of the store: reads, written items and time per mention, over articles that come on top of it.
The store is SQLite in a temporary folder, filled with real publications and, beyond them, with copies of these under other
keys: news of other days, which is what a store that grows consists of. Beside it, in the same run, the bare cost of the same
items: each that the articles left behind, put alone under a condition into an empty store.

`--hot N` publishes ever more mentions of one single event, up to N, and prints what the last ones cost and the largest item.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tidings.adapters.sqlite_store import SqliteStore
from tidings.ids import ArticleId, digest, mention_id
from tidings.ports.fakes import MemoryBus
from tidings.ports.store import Delete, Item, Key, Page, Put, Store, Write
from tidings.publish.mentions import MentionSummary
from tidings.publish.stage import replace_mentions
from tidings.records import (
    Article,
    Evidence,
    Factuality,
    Mention,
    Place,
    Polarity,
    ResolvedActor,
    ResolvedQuantity,
    ResolvedTime,
    TextQuote,
)

MEASURED = 300
"""Mentions over which a size is measured."""
REAL = 1_000
"""Events that are really published to fill a store; the others are copies of their items."""
A_DAY = 400
"""Events of a day's news."""
START = datetime(2025, 1, 1, 12, tzinfo=UTC)
TYPES = (("ASSAULT", "attack"), ("ASSAULT", "kill"), ("AID", "send"), ("CONSULT", "meet"), ("COERCE", "arrest"))
TYPES += (("PROTEST", "protest"), ("OTHER", "win"), ("OTHER", "crash"), ("SANCTION", "impose"), ("AGREE", "sign"))
COUNTRIES = ("NOR", "TCD", "PER", "USA", "RUS", "UKR", "CHN", "IND", "BRA", "KEN", "FRA", "DEU", "ISR", "IRN", "JPN", "EGY")
SYLLABLES = ("ba", "co", "del", "far", "gon", "hal", "jun", "kor", "lam", "mir", "nos", "pel", "rud", "sil", "tor", "ven")


class Counting:
    """A store that counts what is asked of it."""

    def __init__(self, store: Store) -> None:
        self.store, self.seen = store, Counter[str]()
        self.largest, self.most_writes = 0, 0

    def get(self, key: Key) -> Item | None:
        self.seen["reads"] += 1
        return self.store.get(key)

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        self.seen["reads"] += 1
        return self.store.get_many(keys)

    def query(self, pk: str, **how: object) -> Page:
        self.seen["reads"] += 1
        return self.store.query(pk, **how)  # type: ignore[arg-type]

    def transact(self, writes: Sequence[Write]) -> None:
        self.store.transact(writes)
        self.seen["transactions"] += 1
        self._count(writes)

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        self.store.write_each(writes)
        self._count(writes)

    def _count(self, writes: Sequence[Write]) -> None:
        self.seen["writes"] += len(writes)
        self.most_writes = max(self.most_writes, len(writes))
        self.largest = max([self.largest, *(len(json.dumps(w.body)) for w in writes if isinstance(w, Put))])

    def dump(self) -> Iterator[Item]:
        return self.store.dump()


def name(rng: random.Random, syllables: int = 3) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(syllables)).capitalize()


def happening(number: int) -> MentionSummary:
    """Return one happening of a stream, as its first mention would tell it; the same for the same number."""
    rng = random.Random(number)  # noqa: S311 - a bench's dice
    kind, lemma = rng.choice(TYPES)
    day = (START + timedelta(days=number // A_DAY)).date().isoformat()
    place = Place(start=0, end=4, text=name(rng), name=name(rng), country=rng.choice(COUNTRIES), lat=1.0, lon=1.0)
    actor, recipient = ((ResolvedActor(name=f"{name(rng)} {name(rng)}", country=rng.choice(COUNTRIES)),) for _ in "ab")
    value = rng.randint(2, 5_000)
    words = tuple(sorted({name(rng).casefold() for _ in range(12)}))
    return MentionSummary(
        mention=_mention(ArticleId("x"), START, rng),
        type=kind,
        lemma=lemma,
        actor=actor,
        recipient=recipient if rng.random() < 0.6 else (),
        quantities=(ResolvedQuantity(text=str(value), value=value, of="people"),) if rng.random() < 0.4 else (),
        time=ResolvedTime(text="then", first=day, last=day) if rng.random() < 0.6 else None,
        place=place if rng.random() < 0.6 else None,
        words=words,
        near=tuple(sorted({actor[0].name.casefold(), place.name.casefold()})) if place.name else (),
        names=tuple(actor[0].name.casefold().split()),
        gist=words,
        day=day,
        version="1",
    )


def _mention(article: ArticleId, published: datetime, rng: random.Random) -> Mention:
    return Mention(
        mention_id=mention_id(article, 10, 20, "X"),
        article_id=article,
        start=10,
        end=20,
        title="A title of the usual length, as outlets have them",
        outlet=f"Outlet {rng.randint(1, 40)}",
        url=f"https://news.example.org/{article}",
        published=published,
        selector=TextQuote(exact="A sentence of evidence. " * 6, prefix="before" * 5, suffix="after" * 6),
        evidence=Evidence(start=0, end=140),
        factuality=rng.choice([Factuality.REPORTED, Factuality.REPORTED, Factuality.CONFIRMED]),
        polarity=Polarity.POSITIVE,
        confidence=0.8,
    )


def telling(number: int, event: int) -> tuple[Article, MentionSummary]:
    """Return the article of this number, which tells of this happening."""
    rng = random.Random(-1 - number)  # noqa: S311 - a bench's dice
    told = happening(event)
    article = ArticleId("a" + digest(str(number)))
    published = datetime.fromisoformat(told.day).replace(hour=rng.randint(0, 23), minute=rng.randint(0, 59), tzinfo=UTC)
    # Not every outlet tells all of it.
    less = {field: () for field in ("recipient", "quantities") if rng.random() < 0.3}
    sketched = told.model_copy(update={"mention": _mention(article, published, rng), "sketch": "", **less})
    return Article(article_id=article, version="1", text="", published=published), sketched


def publish(number: int, event: int, store: Store) -> None:
    """Publish one article of one mention."""
    article, mention = telling(number, event)
    replace_mentions(article, [mention], store, MemoryBus())


def event_of(rng: random.Random, newest: int) -> int:
    """Return the happening that an article tells of: a new one, or one of the last day or two."""
    return newest if rng.random() < 0.4 else max(0, newest - int(rng.expovariate(1 / 200)))


def base(folder: Path) -> Path:
    """Return the file of a store of `REAL` events, really published."""
    path = folder / "base.sqlite"
    store = SqliteStore(path)
    for number in range(REAL):
        publish(number, number, store)
    with sqlite3.connect(path) as open_file:
        open_file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    open_file.close()
    return path


def grow(source: Path, path: Path, events: int) -> SqliteStore:
    """Return a store of so many events: those of another, and copies of its items under other partition keys."""
    store = SqliteStore(path)
    suffixes = sorted(f"~{copy}".encode() for copy in range(1, events // REAL))
    with sqlite3.connect(path) as ours, sqlite3.connect(source) as theirs:
        ours.execute("PRAGMA synchronous=OFF")
        ours.execute("BEGIN")
        # In the order of the keys, which a B-tree takes fastest. Nobody reads the copies: their bodies are cut.
        for pk, sk, version, body in theirs.execute("SELECT pk, sk, version, body FROM items ORDER BY pk, sk"):
            rows = [(pk, sk, version, body), *((pk + suffix, sk, version, body[:200]) for suffix in suffixes)]
            ours.executemany("INSERT INTO items (pk, sk, version, body) VALUES (?, ?, ?, ?)", rows)
    ours.close()
    theirs.close()
    return store


def measure(store: Store, first: int) -> tuple[Counting, float, list[float]]:
    """Publish some articles on top of a store; return the counts, the seconds, and the seconds of each."""
    rng = random.Random(first)  # noqa: S311 - a bench's dice
    counting, times, newest = Counting(store), [], REAL
    for number in range(MEASURED):
        newest += 1
        began = time.perf_counter()
        publish(first + number, event_of(rng, newest), counting)
        times.append(time.perf_counter() - began)
    return counting, sum(times), times


def bare(folder: Path, items: Sequence[Item]) -> float:
    """Return the seconds for these items put one by one into an empty store, each only if absent."""
    store = SqliteStore(folder / "bare.sqlite")
    began = time.perf_counter()
    for item in items:
        store.transact([Put(item.key, item.body, expect=0)])
    return time.perf_counter() - began


def grown(folder: Path, source: Path, events: int) -> None:
    """Print what a mention costs on top of so many events."""
    path = folder / f"{events}.sqlite"
    counting, seconds, times = measure(grow(source, path, events), 10_000_000)
    per = {what: count / MEASURED for what, count in counting.seen.items()}
    print(
        f"{events:>9,} events ({path.stat().st_size / 1e6:,.0f} MB): {per['reads']:.1f} reads,"
        f" {per['writes']:.1f} writes a mention;"
        f" {1000 * seconds / MEASURED:.1f} ms (median {1000 * statistics.median(times):.1f});"
        f" most writes at once {counting.most_writes}, largest item {counting.largest / 1000:.0f} KB",
        flush=True,
    )
    path.unlink()


def against_bare(folder: Path) -> None:
    """Print the speed of publishing into an empty store, and that of bare puts of the items it leaves."""
    store = SqliteStore(folder / "empty.sqlite")
    _, seconds, _ = measure(store, 20_000_000)
    items = list(store.dump())
    lone = bare(folder, items)
    print(
        f"publish {MEASURED / seconds:.0f} mentions/s, bare conditional puts of the same {len(items):,} items"
        f" {MEASURED / lone:.0f} mentions/s: {lone / seconds:.2f}",
        flush=True,
    )


def hot(folder: Path, mentions: int) -> None:
    """Print what a mention of one event costs when that has ever more of them."""
    counting = Counting(SqliteStore(folder / "hot.sqlite"))
    marks = [10**n for n in range(1, 7) if 10**n <= mentions]
    began, before = time.perf_counter(), Counter[str]()
    last = 0
    for number in range(mentions):
        publish(30_000_000 + number, 7, counting)
        if number + 1 in marks:
            took, made = time.perf_counter() - began, number + 1 - last
            per = {what: (count - before[what]) / made for what, count in counting.seen.items()}
            print(
                f"{number + 1:>9,} mentions of one event: {per['reads']:.1f} reads, {per['writes']:.1f} writes a mention"
                f" since {last:,}; {1000 * took / made:.1f} ms; most writes at once {counting.most_writes},"
                f" largest item {counting.largest / 1000:.0f} KB",
                flush=True,
            )
            last, before, began = number + 1, counting.seen.copy(), time.perf_counter()


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="What a mention costs to publish.")
    parser.add_argument("--events", default="1000,10000,100000", help="Sizes of the store; 1000000 takes a long time.")
    parser.add_argument("--hot", type=int, default=0, help="Mentions of one event.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.hot:
            hot(folder, given.hot)
            return
        against_bare(folder)
        source = base(folder)
        for events in map(int, given.events.split(",")):
            grown(folder, source, events)


if __name__ == "__main__":
    main()
