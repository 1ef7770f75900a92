"""How hot the table's partitions get on a busy day: python -m tests.bench.partitions [--shards N] [--svg FILE].

A synthetic day of 10 million articles: countries, names, towns, words and outlets by Zipf's law, types by their shares among
the events of the bundled feeds, articles by the hour as newsrooms write them. A sample of its articles is published by the
project's own code; its writes and reads are counted by the partition in which they lie, and scaled to the busiest second.
The stories are unrelated: what many outlets tell alike writes less, as an event is listed once. DynamoDB gives a partition
1,000 write units and 3,000 read units a second.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.meters import READ_UNIT, STALE, charges, size, units
from tidings import keys
from tidings.adapters.sharded_store import ShardedStore
from tidings.costs import table
from tidings.ids import ArticleId, CorrelationId
from tidings.messages import PublishExtraction
from tidings.ports.fakes import MemoryBlobs, MemoryBus, MemoryStore
from tidings.ports.store import Delete, Item, Key, Page, Put, Write
from tidings.publish.stage import publish
from tidings.records import (
    Article,
    Entity,
    EntityLabel,
    EventMention,
    Evidence,
    Extraction,
    Participant,
    Place,
    Quantity,
    Timex,
    TimexType,
    Trigger,
)

ARTICLES = 10_000_000
PEAK = 2.0
"""The busiest hour over the mean one, and"""
BURST = 1.5
"""the busiest second over the mean one of that hour."""
ARTICLES_A_FEED = 67
"""Articles of a feed in a day: 500 feeds with a million a month."""
POLLS = 24
WATCHES, WATCH_BYTES = 20, 400
WRITES, READS = 1_000, 3_000
DAY = datetime(2025, 6, 13, 12, tzinfo=UTC)
TYPES = {
    "OTHER": 0.28, "RETREAT": 0.11, "REJECT": 0.11, "CONSULT": 0.09, "REQUEST": 0.08, "COERCE": 0.06, "ACCUSE": 0.05,
    "ASSAULT": 0.05, "AGREE": 0.04, "CONCEDE": 0.03, "THREATEN": 0.03, "AID": 0.02, "SUPPORT": 0.02, "SANCTION": 0.01,
    "PROTEST": 0.01, "COOPERATE": 0.01,
}  # fmt: skip
MODES = {"RETREAT": "release", "COERCE": "arrest", "ACCUSE": "allege", "ASSAULT": "firearms"}
SECTORS = {"GOV": 0.68, "MIL": 0.07, "CVL": 0.06, "COP": 0.03, None: 0.16}
ACTOR, RECIPIENT, KNOWN, PLACED, DATED, NUMBERED = 0.85, 0.47, 0.8, 0.39, 0.31, 0.26
"""Shares of events with an actor, a recipient, of participants whose country is known, of events with place, day, number."""
COUNTRIES = [a + b + c for a in "ABCDEFGHIJ" for b in "KLMNO" for c in "PQRST"][:200]
OUTLETS = [f"Outlet {n}" for n in range(20_000)]
NAMES = [f"Person{n:05d}" for n in range(50_000)]
TOWNS = [f"Town{n:04d}" for n in range(5_000)]
VERBS = [f"verb{n:03d}" for n in range(300)]
WORDS = [f"word{n:05d}" for n in range(30_000)]
FILLING = 12
"""Content words of a sentence beside its names."""
NOTHING = (0.0,)


@dataclass(frozen=True)
class Zipf:
    """Draws by the law of Zipf and Mandelbrot: the n-th value as often as 1 / (n + shift)."""

    values: list[str]
    shift: float = 0.0

    def draw(self, chance: random.Random) -> str:
        # The inverse of the law's cumulative sum, a logarithm, needs no table.
        begin = self.shift + 1
        drawn = begin * ((len(self.values) + begin) / begin) ** chance.random() - begin
        return self.values[min(int(drawn), len(self.values) - 1)]


COUNTRY, OUTLET, NAME, TOWN, WORD = map(Zipf, (COUNTRIES, OUTLETS, NAMES, TOWNS, WORDS))
VERB = Zipf(VERBS, shift=4)
"""Of the triggers of facts in news the most frequent is 2 to 6 in a hundred."""


class Counted:
    """A store that counts units by partition key."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.written: Counter[str] = Counter()
        self.read: Counter[str] = Counter()

    def get(self, key: Key) -> Item | None:
        item = self.store.get(key)
        self.read[key.pk] += units(size(key, item.body) if item else 0, READ_UNIT)
        return item

    def get_many(self, wanted: Sequence[Key]) -> list[Item]:
        found = self.store.get_many(wanted)
        for key in wanted:
            self.read[key.pk] += 1
        for item in found:
            self.read[item.key.pk] += units(size(item.key, item.body), READ_UNIT) - 1
        return found

    def query(self, pk: str, **bounds: Any) -> Page:
        page = self.store.query(pk, **bounds)
        times = STALE if bounds.get("stale") else 1
        self.read[pk] += times * units(sum(size(i.key, i.body) for i in page.items), READ_UNIT)  # type: ignore[assignment]
        return page

    def transact(self, writes: Sequence[Write]) -> None:
        for write, charged in charges(writes, self.store):
            self.written[write.key.pk] += charged
        self.store.transact(writes)

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        for one in writes:
            for write, charged in charges([one], self.store):
                self.written[write.key.pk] += charged
        self.store.write_each(writes)

    def dump(self) -> Iterator[Item]:
        return self.store.dump()


class Telling:
    """An article as it grows: its text, and the spans that are read in it."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.name = f"a{number:09d}"
        self.chance = chance
        self.text = ""
        self.entities: list[Entity] = []
        self.timexes: list[Timex] = []
        self.quantities: list[Quantity] = []
        self.events: list[EventMention] = []
        self.countries = [COUNTRY.draw(chance) for _ in range(3)]
        self.people = [NAME.draw(chance) for _ in range(4)]
        self.towns = [TOWN.draw(chance) for _ in range(2)]

    def add(self, word: str) -> dict[str, Any]:
        start = len(self.text)
        self.text += f"{word} "
        return {"start": start, "end": start + len(word), "text": word}

    def party(self) -> tuple[Participant, ...]:
        chance = self.chance
        country = chance.choice(self.countries) if chance.random() < KNOWN else None
        name = country if country and chance.random() < 0.5 else chance.choice(self.people)
        span = self.add(name)
        entity = Entity(id=f"e{len(self.entities)}", label=EntityLabel.GPE, name=name, country=country, **span)
        self.entities.append(entity)
        sector = chance.choices(list(SECTORS), list(SECTORS.values()))[0]
        return (Participant(entity=entity.id, country=country, sector=sector, **span),)

    def sentence(self) -> None:
        chance, begin = self.chance, len(self.text)
        kind = chance.choices(list(TYPES), list(TYPES.values()))[0]
        actor = self.party() if chance.random() < ACTOR else ()
        verb = VERB.draw(chance)
        trigger = Trigger(**self.add(verb), lemma=verb)
        recipient = self.party() if chance.random() < RECIPIENT else ()
        place, time, number = None, None, None
        if chance.random() < PLACED:
            town = chance.choice(self.towns)
            at = TOWNS.index(town)
            place = Place(
                **self.add(town),
                name=town,
                country=COUNTRIES[at % len(COUNTRIES)],
                lat=at % 120 - 60,
                lon=at % 357 - 178,
                geonameid=at + 1,
            )
        if chance.random() < DATED:
            day = DAY.date().isoformat()
            time = f"t{len(self.timexes)}"
            self.timexes.append(Timex(**self.add("Friday"), id=time, type=TimexType.DATE, value=day, first=day, last=day))
        if chance.random() < NUMBERED:
            value = chance.randint(2, 5_000)
            number = f"q{len(self.quantities)}"
            self.quantities.append(Quantity(**self.add(str(value)), id=number, value=value, of="people"))
        for _ in range(FILLING):
            self.add(WORD.draw(chance))
        self.events.append(
            EventMention(
                id=f"v{len(self.events)}",
                type=kind,
                mode=MODES.get(kind),
                trigger=trigger,
                actor=actor,
                recipient=recipient,
                place=place,
                time=time,
                objects=(number,) if number else (),
                evidence=Evidence(start=begin, end=len(self.text)),
                confidence=0.8,
            )
        )

    def article(self) -> Article:
        return Article(
            article_id=ArticleId(self.name),
            version="1",
            title=" ".join(self.text.split()[:8]),
            text=self.text,
            outlet=OUTLET.draw(self.chance),
            url=f"https://news.example.org/{self.name}",
            published=DAY,
            fetched_at=DAY,
        )

    def extraction(self) -> Extraction:
        return Extraction(
            article_id=self.name,
            published=DAY,
            model="bench",
            entities=tuple(self.entities),
            timexes=tuple(self.timexes),
            quantities=tuple(self.quantities),
            events=tuple(self.events),
        )


def tellings(count: int, mentions: float, chance: random.Random) -> Iterator[Telling]:
    """Yield articles with so many mentions each, in the mean."""
    for number in range(count):
        told = Telling(number, chance)
        for _ in range(int(mentions) + (chance.random() < mentions % 1)):
            told.sentence()
        yield told


def simulate(sample: int, articles: int, mentions: float, shards: int) -> tuple[Counter[str], Counter[str]]:
    """Return write and read units a second at the peak, by partition."""
    counted = Counted()
    store = ShardedStore(counted, shards)
    chance = random.Random(1)  # noqa: S311 - a simulation
    for told in tellings(sample, mentions, chance):
        blobs = MemoryBlobs()
        article, extraction = told.article(), told.extraction()
        places = keys.article_blob(article.article_id, "1"), keys.extraction_blob(article.article_id, "1", "bench")
        blobs.put_if_absent(places[0], article.model_dump_json().encode())
        blobs.put_if_absent(places[1], extraction.model_dump_json().encode())
        message = PublishExtraction(
            article_id=article.article_id,
            article_key=places[0],
            extraction_key=places[1],
            correlation_id=CorrelationId("c"),
        )
        publish(message, blobs=blobs, store=store, bus=MemoryBus(), background="all")
    rate = articles / 86_400 * PEAK * BURST / sample
    written = Counter({pk: n * rate for pk, n in counted.written.items()})
    read = Counter({pk: n * rate for pk, n in counted.read.items()})
    read[keys.WATCHES] += watched(articles)  # type: ignore[assignment]
    return written + polled(articles), read  # type: ignore[return-value]


def watched(articles: int) -> float:
    """Return the read units a second of the watches, all of which are read for each message to the watch stage."""
    messages = articles / 86_400 * PEAK * BURST * float(table("measured")["stages"]["watch"]["messages"])
    return messages * units(WATCHES * WATCH_BYTES, READ_UNIT)


def polled(articles: int) -> Counter[str]:
    """Return the write units a second that the polls of all feeds, evenly over the day, cost the partitions of all feeds."""
    polls = articles / ARTICLES_A_FEED * POLLS / 86_400 * BURST
    by_item = table("measured")["stages"]["poll"]["write_units_by_item"]
    found: Counter[str] = Counter()
    for name, units_ in by_item.items():
        pk = name.split()[1].partition("/")[0]
        if pk in (keys.FEEDS, keys.DUE, keys.HOSTS):
            found[pk] += units_ * polls
    return found


def unsharded(rates: Counter[str]) -> Counter[str]:
    """Return what the partitions would take if none lay in shards."""
    found: Counter[str] = Counter()
    for pk, value in rates.items():
        found[keys.whole(Key(pk, "x")).pk] += value
    return found


def kind_of(pk: str) -> str:
    """Return of what kind a partition is, whichever shard it is."""
    return keys.whole(Key(pk, "x")).pk.partition("#")[0]


def families(rates: Counter[str]) -> dict[str, list[float]]:
    """Return the rates of the partitions of each kind, hottest first."""
    found: dict[str, list[float]] = {}
    for pk, value in rates.most_common():
        found.setdefault(kind_of(pk), []).append(value)
    return found


def svg(written: dict[str, list[float]], whole: dict[str, list[float]]) -> str:
    """Return bars of the hottest partition of each kind on a logarithmic scale: with shards, and behind it without."""
    rows = sorted(whole, key=lambda kind: -whole[kind][0])
    left, right, step = 120, 660, 22
    height = step * len(rows) + 50

    def across(value: float) -> float:
        return left + (right - left) * max(0.0, math.log10(max(value, 1))) / 5

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="#fff"/>')
    for n, kind in enumerate(rows):
        before, now = whole[kind][0], written.get(kind, [0.0])[0]
        y = 24 + n * step
        colour = "#b3261e" if now > WRITES else "#2f6f4f"
        out.append(f'<text x="{left - 6}" y="{y + 12}" text-anchor="end">{kind}</text>')
        if before > now * 1.2:
            out.append(f'<rect x="{left}" y="{y}" width="{across(before) - left:.1f}" height="15" fill="#ddd"/>')
        out.append(f'<rect x="{left}" y="{y}" width="{across(now) - left:.1f}" height="15" fill="{colour}"/>')
        told = f"{now:,.0f}" + (f" ({before:,.0f})" if before > now * 1.2 else "")
        out.append(f'<text x="{across(max(now, before)) + 4:.1f}" y="{y + 12}">{told}</text>')
    x = across(WRITES)
    out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="16" y2="{height - 24}" stroke="#555" stroke-dasharray="4 3"/>')
    note = "Write units a second of the hottest partition of each kind; grey: unsharded; dashed: the limit, 1,000"
    out.append(f'<text x="{left}" y="{height - 8}">{note}</text></svg>')
    return "\n".join(out) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=ARTICLES, help="a day")
    parser.add_argument("--sample", type=int, help="articles that are published [those of the busiest second, 300 at least]")
    parser.add_argument("--mentions", type=float, default=table("measured")["mentions"], help="of an article [as measured]")
    parser.add_argument("--shards", type=int, default=1, help="IndexShards of the stack")
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    sample = options.sample or max(300, round(options.articles / 86_400 * PEAK * BURST))
    written, read = simulate(sample, options.articles, options.mentions, options.shards)
    kinds, reads = families(written), families(read)
    print(
        f"{options.articles:,} articles a day, {options.mentions:g} mentions each, IndexShards {options.shards},"
        " at the busiest second; units a second"
    )
    before = families(unsharded(written))
    print(f"{'partitions of':<14}{'unsharded':>12}{'hottest write':>15}{'over':>7}{'hottest read':>15}{'over':>7}")
    for kind in sorted(kinds.keys() | reads.keys(), key=lambda k: -max(kinds.get(k, NOTHING)[0], reads.get(k, NOTHING)[0])):
        w, r = kinds.get(kind, NOTHING), reads.get(kind, NOTHING)
        over_w, over_r = sum(v > WRITES for v in w), sum(v > READS for v in r)
        first = before.get(kind, NOTHING)[0]
        print(f"{kind:<14}{first:>12,.0f}{w[0]:>15,.0f}{over_w:>7}{r[0]:>15,.0f}{over_r:>7}")
    print(f"all partitions: {sum(written.values()):,.0f} write units, {sum(read.values()):,.0f} read units a second")
    over = (sum(v > WRITES for v in written.values()), sum(v > READS for v in read.values()))
    print(f"partitions over {WRITES:,} writes: {over[0]}, over {READS:,} reads: {over[1]}")
    hottest = written.most_common(1)[0]
    print(f"articles a day that the hottest partition ({hottest[0]}) bears: {options.articles * WRITES / hottest[1]:,.0f}")
    if options.svg:
        options.svg.write_text(svg(kinds, families(unsharded(written))), encoding="utf-8")


if __name__ == "__main__":
    main()
