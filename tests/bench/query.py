"""How long queries take over a large store: builds one of synthetic events in SQLite, asks it, prints p50 and p95.

    python -m tests.bench.query --events 1000000 --home /tmp/large      (makes the store, or asks the one that is there)

The events are laid down through the index that publish writes, in bulk and oldest first; so that this takes minutes and not
hours, some thousands are made and then come again under other ids and days. Countries, types, outlets and
words are as unevenly spread as in news (Zipf); parameters of the queries are drawn from the same distributions, so that
common and rare values are asked for alike. Every query goes through the API's own handler, JSON answer included.

Times are of the clock and, in brackets, of the processor: on a machine that does other work the first say little.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tidings import keys
from tidings.adapters.sqlite_store import _SCHEMA
from tidings.ids import ArticleId, EventId, MentionId, digest
from tidings.ontology import quads
from tidings.publish.index import card, entries
from tidings.records import (
    CanonicalEvent,
    Evidence,
    Factuality,
    Mention,
    Place,
    Polarity,
    ResolvedActor,
    ResolvedQuantity,
    ResolvedTime,
    SupportedValue,
    TextQuote,
)
from tidings.tables import rows

START = date(2022, 1, 1)
DAYS = 1095
SAMPLES = 200
BATCH = 50_000
DISTINCT = 10_000
"""Events that differ in more than id and day."""


class Zipf:
    """Draws values, the n-th as often as 1/n."""

    def __init__(self, values: list[Any], power: float = 1.0) -> None:
        self._values = values
        self._weights = list(accumulate(1 / n**power for n in range(1, len(values) + 1)))

    def draw(self, dice: random.Random, number: int = 1) -> list[Any]:
        return dice.choices(self._values, cum_weights=self._weights, k=number)


COUNTRIES = Zipf([row[0] for row in rows("gazetteer_nations.tsv", 5)])
TYPES = Zipf(["CONSULT", "STATEMENT", "ACCUSE", "OTHER", *(t for t in quads() if t not in ("CONSULT", "ACCUSE"))], 0.7)
MODES = Zipf([None, None, "visit", "phone", "release", "airstrike", "multilateral", "demo", "fight", "arrest"], 0.5)
SECTORS = Zipf(["GOV", "MIL", None, "CIV", "COP", "REB", "JUD", "PTY", "OPP", "LEG"], 0.8)
CONTEXTS = Zipf(["military", "diplomatic", "economic", "legal", "crime", "health", "migration", "cyber"], 0.8)
OUTLETS = Zipf([f"Outlet {n}" for n in range(300)])
WORDS = Zipf([f"{a}{b}{c}" for a in ("bar", "con", "dri", "fel", "gan", "hol", "mer", "nor", "pal", "sut")
              for b in ("a", "e", "i", "o", "u", "an", "en", "in", "on", "un")
              for c in ("bit", "cad", "don", "fer", "gil", "han", "jor", "kel", "lim", "mon",
                        "nap", "pol", "ran", "sel", "tor", "ven", "wal", "xen", "yar", "zub")], 0.9)  # fmt: skip
FACTS = Zipf(["reported", "confirmed", "alleged", "planned", "possible", "denied"])
PLACES = Zipf([(digest(str(n), length=6), COUNTRIES._values[n % 180], n) for n in range(2000)])


def event(number: int, dice: random.Random) -> CanonicalEvent:
    """Return an event; its number stands for its id."""
    day = START.isoformat()
    actor, recipient, *more = COUNTRIES.draw(dice, 4)
    name, country, geonameid = PLACES.draw(dice)[0]
    told = " ".join(WORDS.draw(dice, 18))
    outlets = tuple(sorted(set(OUTLETS.draw(dice, 1 + int(dice.paretovariate(2) - 0.5)))))[:40]
    factuality = Factuality(FACTS.draw(dice)[0])
    count = round(10 ** (dice.random() * 5))
    mention = Mention(
        mention_id=MentionId("m" + digest(str(number))),
        article_id=ArticleId("a" + digest(str(number // 5))),
        start=10,
        end=14,
        title=" ".join(WORDS.draw(dice, 7)),
        outlet=outlets[0],
        url=f"https://news.example/{number}",
        published=datetime.fromisoformat(f"{day}T12:00:00+00:00"),
        selector=TextQuote(exact=told, prefix="x" * 32, suffix="y" * 32),
        evidence=Evidence(start=0, end=len(told)),
        factuality=factuality,
        polarity=Polarity.POSITIVE,
        confidence=0.8,
    )
    return CanonicalEvent(
        event_id=EventId("e" + digest(str(number))),
        type=TYPES.draw(dice)[0],
        mode=MODES.draw(dice)[0],
        contexts=tuple(sorted(set(CONTEXTS.draw(dice, dice.randint(0, 2))))),
        trigger=WORDS.draw(dice)[0],
        actor=tuple(ResolvedActor(name=f"Name {c}", country=c, sector=SECTORS.draw(dice)[0]) for c in (actor, *more[:1])),
        recipient=(ResolvedActor(name=f"Name {recipient}", country=recipient, sector=SECTORS.draw(dice)[0]),),
        quantities=(ResolvedQuantity(text=str(count), value=count, of=WORDS.draw(dice)[0]),) if dice.random() < 0.4 else (),
        time=ResolvedTime(text="then", first=day, last=day),
        place=Place(
            start=0,
            end=4,
            text=name,
            name=name,
            country=country,
            lat=geonameid * 37 % 120 - 60,
            lon=geonameid * 91 % 360 - 180,
            geonameid=geonameid,
        )
        if dice.random() < 0.6
        else None,
        factuality=factuality,
        polarity=Polarity.POSITIVE,
        mentions=(mention,),
        mention_count=1,
        outlets=outlets,
        values=(SupportedValue(field="time", value=day, outlets=outlets[:3], mentions=(mention.mention_id,)),),
        first_seen=mention.published,
        last_seen=mention.published,
        day=day,
        confidence=0.8,
    )


def build(path: Path, total: int) -> None:
    """Lay down the store."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1500000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_SCHEMA)
    dice, number, listed = random.Random(7), 0, 0  # noqa: S311 - a fixed draw is wanted
    start = time.monotonic()
    patterns = [_rows(event(n, dice)) for n in range(min(total, DISTINCT))]
    while number < total:
        batch = sorted(
            row for n in range(number, min(number + BATCH, total)) for row in _placed(dice.choice(patterns), n, total)
        )
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO items (pk, sk, version, body) VALUES (?, ?, 1, ?)", batch)
        connection.execute("COMMIT")
        number, listed = min(number + BATCH, total), listed + len(batch)
        print(f"{number:,} events, {listed:,} items, {time.monotonic() - start:.0f} s", flush=True)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    print(f"{listed / total:.1f} items an event, {path.stat().st_size / 1e9:.1f} GB")


def _rows(told: CanonicalEvent) -> tuple[str, list[tuple[bytes, str]], str]:
    """Return an event's id, its index entries, and its item."""
    listed = entries(told)
    written: dict[int, str] = {}
    for body in listed.values():
        written.setdefault(id(body), json.dumps(body, ensure_ascii=False, sort_keys=True))
    rows = [(key.pk.encode(), written[id(body)]) for key, body in listed.items()]
    return (
        told.event_id,
        rows,
        json.dumps({"card": card(told), "others": [], "former": []}, ensure_ascii=False, sort_keys=True),
    )


def _placed(
    pattern: tuple[str, list[tuple[bytes, str]], str], number: int, total: int
) -> Iterator[tuple[bytes, bytes, str]]:
    """Return the items of such an event under the id and the day of the n-th of so many."""
    former, rows, card = pattern
    identity, day = EventId("e" + digest(str(number))), (START + timedelta(days=number * DAYS // total)).isoformat()
    sort = keys.event_sort(day, identity).encode()
    yield from ((pk, sort, body) for pk, body in rows)
    told = card.replace(former, identity).replace(START.isoformat(), day)
    key = keys.event(identity)
    yield key.pk.encode(), key.sk.encode(), told


def questions(total: int) -> dict[str, Callable[[random.Random], str]]:
    """Return the kinds of query: each draws a path with its parameters."""

    def events(**drawn: Callable[[random.Random], Any]) -> Callable[[random.Random], str]:
        return lambda dice: "/v1/events?" + urlencode({name: draw(dice) for name, draw in drawn.items()}, doseq=True)

    def day(dice: random.Random) -> str:
        return (START + timedelta(days=dice.randrange(DAYS))).isoformat()

    def one(values: Zipf, number: int = 1) -> Callable[[random.Random], Any]:
        return lambda dice: [value or "x" for value in values.draw(dice, number)]

    def box(dice: random.Random) -> str:
        west, south, side = dice.uniform(-170, 160), dice.uniform(-60, 50), dice.choice([1, 3, 8])
        return f"{west:.2f},{south:.2f},{west + side:.2f},{south + side:.2f}"

    cursor = {"cursor": lambda dice: f"{day(dice)}.e"}
    country = one(COUNTRIES)
    identity = lambda dice: f"/v1/events/e{digest(str(dice.randrange(total)))}"  # noqa: E731
    return {
        "newest": events(),
        "a later page": events(**cursor),
        "oldest first": events(sort=lambda dice: "oldest", since=day),
        "actor": events(actor=country),
        "recipient, since": events(recipient=country, since=day),
        "actor and recipient": events(actor=country, recipient=country),
        "actor and type": events(actor=country, type=one(TYPES)),
        "country and type": events(country=country, type=one(TYPES)),
        "two actors": events(actor=one(COUNTRIES, 2)),
        "type": events(type=one(TYPES)),
        "type and quad": events(quad=lambda dice: "verbal conflict", type=one(TYPES)),
        "quad": events(quad=lambda dice: dice.choice(sorted(set(quads().values())))),
        "mode": events(mode=one(MODES)),
        "context": events(context=one(CONTEXTS)),
        "sector": events(sector=one(SECTORS)),
        "factuality": events(factuality=one(FACTS)),
        "outlet": events(outlet=one(OUTLETS)),
        "outlets at least": events(min_outlets=lambda dice: dice.choice([2, 3, 5, 8])),
        "place": events(place=lambda dice: PLACES.draw(dice)[0][2]),
        "place by name": events(place=lambda dice: PLACES.draw(dice)[0][0]),
        "box": events(bbox=box),
        "quantity": events(quantity_min=lambda dice: dice.choice([10, 1000, 50_000])),
        "quantity and country": events(country=country, quantity_min=lambda dice: dice.choice([10, 1000, 50_000])),
        "text, a word": events(text=one(WORDS)),
        "text, two words": events(text=lambda dice: " ".join(WORDS.draw(dice, 2))),
        "text and country": events(text=one(WORDS), country=country),
        "a month": events(since=lambda dice: "2023-05-01", until=lambda dice: "2023-05-31"),
        "one event": identity,
        "stats": lambda dice: "/v1/stats",
        "stats of a country": lambda dice: "/v1/stats?" + urlencode({"country": COUNTRIES.draw(dice)[0]}),
        "actors": lambda dice: "/v1/actors",
        "an actor": lambda dice: f"/v1/actors/{COUNTRIES.draw(dice)[0]}",
    }


COUNTS = ("stats", "stats of a country", "actors", "an actor")


def _quantiles(taken: list[tuple[float, float]]) -> str:
    told = ""
    for share in (0.5, 0.95):
        wall, cpu = (sorted(times)[int(len(times) * share)] for times in zip(*taken, strict=True))
        told += f"{wall:8.1f} ({cpu:5.1f})"
    return told


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    given = parser.parse_args()
    path = given.home / "store.sqlite"
    if not path.exists():
        build(path, given.events)
    os.environ |= {"TIDINGS_HOME": str(given.home), "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
    from query_handler import handler
    from tidings.local.lambda_events import LocalContext, api_event

    context: Any = LocalContext("QueryFunction", 29)
    dice = random.Random(11)  # noqa: S311
    every: list[tuple[float, float]] = []
    print(f"{'query':<24}{'p50 ms':>16}{'p95 ms':>16}{'events found':>14}")
    for kind, draw in questions(given.events).items():
        taken, found = [], []
        for _ in range(given.samples):
            asked = api_event("GET", draw(dice), {}, b"", "127.0.0.1")
            start, busy = time.perf_counter(), time.process_time()
            answer = handler(asked, context)
            taken.append(((time.perf_counter() - start) * 1000, (time.process_time() - busy) * 1000))
            if answer["statusCode"] != 200:
                raise SystemExit(f"{asked['path']} {asked['queryStringParameters']}: {answer['body']}")
            read = json.loads(answer["body"])
            found.append(len(read["events"]) if isinstance(read.get("events"), list) else 1)
        if kind not in COUNTS:
            every += taken
        print(f"{kind:<24}{_quantiles(taken)}{statistics.median(found):14.0f}")
    print(f"{'all but counts':<24}{_quantiles(every)}")
    print(datetime.now(UTC).date().isoformat())


if __name__ == "__main__":
    main()
