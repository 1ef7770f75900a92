"""How hot the table's partitions get on a busy day: python -m tests.bench.partitions [--articles N] [--svg FILE].

A synthetic day of 10 million articles: actors, places and outlets by Zipf's law, types by their shares among real
events, articles by the hour as newsrooms write them. A sample of its mentions goes through the project's own merge and index
code; its writes and reads are counted by the partition key that they name, and scaled to the busiest second. DynamoDB gives
a partition 1,000 write units and 3,000 read units a second; a write in a transaction costs two.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.meters import READ_UNIT, charges, size, units
from tidings.costs import table
from tidings.ids import ArticleId, mention_id
from tidings.ports.fakes import MemoryStore
from tidings.ports.store import Item, Key, Page
from tidings.publish.mentions import MentionSummary
from tidings.publish.stage import replace_mentions
from tidings.records import Evidence, Factuality, Mention, Place, Polarity, ResolvedActor, TextQuote

ARTICLES = 10_000_000
PEAK = 2.0
"""The busiest hour over the mean one, and"""
BURST = 1.5
"""the busiest second over the mean one of that hour."""
WRITES, READS = 1_000, 3_000
DAY = datetime(2025, 6, 13, tzinfo=UTC)
TYPES = {
    "STATEMENT": 0.45, "OTHER": 0.2, "CONSULT": 0.06, "ASSAULT": 0.05, "ACCUSE": 0.04, "SUPPORT": 0.03, "AGREE": 0.03,
    "REQUEST": 0.03, "COERCE": 0.03, "RETREAT": 0.02, "PROTEST": 0.02, "AID": 0.01, "COOPERATE": 0.01, "REJECT": 0.01,
    "THREATEN": 0.01,
}  # fmt: skip
COUNTRIES = [a + b + c for a in "ABCDEFGHIJ" for b in "KLMNO" for c in "PQRST"][:200]
OUTLETS = [f"Outlet {n}" for n in range(20_000)]
NAMES = [f"Person{n:05d}" for n in range(50_000)]
VERBS = [f"verb{n:03d}" for n in range(300)]


@dataclass(frozen=True)
class Zipf:
    """Draws by Zipf's law with exponent 1."""

    values: list[str]

    def draw(self, chance: random.Random) -> str:
        # The inverse of the law's cumulative sum, ln(n)/ln(N), needs no table.
        return self.values[min(int(len(self.values) ** chance.random()) - 1, len(self.values) - 1)]


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

    def get_many(self, keys: Any) -> list[Item]:
        for key in keys:
            self.read[key.pk] += 1
        return self.store.get_many(keys)

    def query(self, pk: str, **bounds: Any) -> Page:
        page = self.store.query(pk, **bounds)
        self.read[pk] += units(sum(size(i.key, i.body) for i in page.items), READ_UNIT)
        return page

    def transact(self, writes: Any) -> None:
        for write, charged in charges(writes, self.store):
            self.written[write.key.pk] += charged
        self.store.transact(writes)

    def dump(self) -> Iterator[Item]:
        return self.store.dump()


def summaries(chance: random.Random) -> Iterator[MentionSummary]:
    """Yield mentions of a day, unrelated stories: what many outlets tell alike only merges."""
    actors, outlets, names, verbs = Zipf(COUNTRIES), Zipf(OUTLETS), Zipf(NAMES), Zipf(VERBS)
    number = 0
    while True:
        number += 1
        kind = chance.choices(list(TYPES), list(TYPES.values()))[0]
        article = ArticleId(f"a{number}")
        quote = " ".join(names.draw(chance) for _ in range(30))
        where = actors.draw(chance)
        yield MentionSummary(
            mention=Mention(
                mention_id=mention_id(article, 0, 5, kind),
                article_id=article,
                start=0,
                end=5,
                title=quote[:60],
                outlet=outlets.draw(chance),
                url=f"https://news.example.org/{number}",
                published=DAY,
                selector=TextQuote(exact=quote, prefix="x" * 32, suffix="y" * 32),
                evidence=Evidence(start=0, end=len(quote)),
                factuality=Factuality.REPORTED,
                polarity=Polarity.POSITIVE,
                confidence=0.8,
            ),
            type=kind,
            lemma=verbs.draw(chance),
            actor=(ResolvedActor(name=names.draw(chance), country=actors.draw(chance), sector="GOV"),),
            recipient=(ResolvedActor(name=names.draw(chance), country=actors.draw(chance)),)
            if chance.random() < 0.4
            else (),
            place=Place(start=0, end=5, text=where, name=where, country=where) if chance.random() < 0.5 else None,
            words=tuple(sorted(quote.split())),
            names=(),
            day=DAY.date().isoformat(),
        )


def simulate(sample: int, articles: int, mentions: float) -> tuple[Counter[str], Counter[str], float]:
    """Return write and read units a second at the peak, by partition key, and the size of the largest block by midnight."""
    store, chance = Counted(), random.Random(1)  # noqa: S311 - a simulation
    source = summaries(chance)
    for _ in range(sample):
        mention = next(source)
        replace_mentions(mention.mention.article_id, [mention], store)
    rate = articles * mentions / 86_400 * PEAK * BURST / sample
    written = Counter({pk: n * rate for pk, n in store.written.items()})
    read = Counter({pk: n * rate for pk, n in store.read.items()})
    blocks = Counter(item.key.pk for item in store.dump() if item.key.pk.startswith("BLOCK#"))
    largest = max(blocks.values(), default=0) * articles * mentions / sample
    return written, read, largest  # type: ignore[return-value]


def families(rates: Counter[str]) -> dict[str, list[float]]:
    """Return the rates of the partitions of each kind, hottest first."""
    found: dict[str, list[float]] = {}
    for pk, value in rates.most_common():
        kind = "TYPE#ACTOR" if pk.startswith("TYPE#") and "#ACTOR#" in pk else pk.partition("#")[0]
        found.setdefault(kind, []).append(value)
    return found


def svg(written: dict[str, list[float]]) -> str:
    """Return bars of the hottest partition of each kind on a logarithmic scale, with the limit as a line."""
    import math

    rows = sorted(written.items(), key=lambda pair: -pair[1][0])
    left, right, step = 120, 660, 22
    height = step * len(rows) + 50

    def across(value: float) -> float:
        return left + (right - left) * max(0.0, math.log10(max(value, 1))) / 6

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="#fff"/>')
    for n, (kind, values) in enumerate(rows):
        y = 24 + n * step
        colour = "#b3261e" if values[0] > WRITES else "#2f6f4f"
        out.append(f'<text x="{left - 6}" y="{y + 12}" text-anchor="end">{kind}</text>')
        out.append(f'<rect x="{left}" y="{y}" width="{across(values[0]) - left:.1f}" height="15" fill="{colour}"/>')
        out.append(f'<text x="{across(values[0]) + 4:.1f}" y="{y + 12}">{values[0]:,.0f}</text>')
    x = across(WRITES)
    out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="16" y2="{height - 24}" stroke="#555" stroke-dasharray="4 3"/>')
    note = "Write units a second of the hottest partition of each kind, busiest second; dashed: the limit, 1,000"
    out.append(f'<text x="{left}" y="{height - 8}">{note}</text></svg>')
    return "\n".join(out) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=ARTICLES, help="a day")
    parser.add_argument("--sample", type=int, default=3000, help="mentions that are simulated")
    parser.add_argument("--mentions", type=float, default=table("measured")["mentions"], help="of an article [as measured]")
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    written, read, block = simulate(options.sample, options.articles, options.mentions)
    kinds = families(written)
    reads = families(read)
    print(f"{options.articles:,} articles a day, {options.mentions:g} mentions each, at the busiest second; units a second")
    print(f"{'partitions of':<14}{'hottest write':>15}{'over':>7}{'hottest read':>15}{'over':>7}")
    for kind in sorted(kinds.keys() | reads.keys(), key=lambda k: -max(kinds.get(k, [0])[0], reads.get(k, [0])[0])):
        w, r = kinds.get(kind, [0.0]), reads.get(kind, [0.0])
        over_w, over_r = sum(v > WRITES for v in w), sum(v > READS for v in r)
        print(f"{kind:<14}{w[0]:>15,.0f}{over_w:>7}{r[0]:>15,.0f}{over_r:>7}")
    print(f"all partitions: {sum(written.values()):,.0f} write units, {sum(read.values()):,.0f} read units a second")
    over = (sum(v > WRITES for v in written.values()), sum(v > READS for v in read.values()))
    print(f"partitions over {WRITES:,} writes: {over[0]}, over {READS:,} reads: {over[1]}")
    print(f"mentions in the largest block by midnight, if nothing bounds it: {block:,.0f}")
    hottest = written.most_common(1)[0]
    print(f"articles a day that the hottest partition ({hottest[0]}) bears: {options.articles * WRITES / hottest[1]:,.0f}")
    if options.svg:
        options.svg.write_text(svg(kinds), encoding="utf-8")


if __name__ == "__main__":
    main()
