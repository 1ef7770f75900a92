"""Measure what an article costs in time and requests: python -m tests.bench.cost DATA [--articles N] [--write].

Real news texts of DATA (facts/*.jsonl, read and never kept) are cut to 700 words, put on pages, and taken through
fetch, clean, extract and publish in this process, over ports that count requests and DynamoDB units. CPU time is this
machine's, one core; that of a call of the AWS client is measured by itself. What the stages wait for is added by `tidings
cost`, from its table of latencies. With --write the result becomes shared/tidings/data/cost_measured.json, which `tidings
cost` reads.

Stories here share few events; where many outlets tell one story, merging reads more and writes the same.
"""

from __future__ import annotations

import argparse
import html
import json
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench import client
from tests.bench.meters import Meter, MeteredBlobs, MeteredBus, MeteredSender, MeteredStore, size
from tidings.clean.stage import clean
from tidings.errors import Permanent
from tidings.extract.pipeline import load_extractor
from tidings.extract.stage import extract
from tidings.fetch.leases import HostLeases
from tidings.fetch.registry import add_feed
from tidings.fetch.robots import Robots
from tidings.fetch.stage import poll_feed, poll_message
from tidings.messages import CleanDocument, ExtractArticle, PublishExtraction, TellWatches
from tidings.ports.fakes import MemoryBlobs, MemoryStore
from tidings.ports.web import Response
from tidings.publish.stage import publish
from tidings.records import Feed
from tidings.settings import Background, Settings
from tidings.watch.stage import tell

WORDS = 700
LEAST_WORDS = 650
MEASURED = Path(__file__).parents[2] / "shared" / "tidings" / "data" / "cost_measured.json"
SOURCES = ("facts/polnear.dev.jsonl", "facts/meantime.dev.jsonl")
SPACING_S = 1.0
START = datetime(2025, 6, 13, 6, tzinfo=UTC)
FEED = "https://news.example.org/feed.xml"
INDEXED = 100
"""Bytes that DynamoDB adds to the size of each stored item (developer guide, "Storage")."""
LOG_LINE = 650
"""Bytes of the structured line of one message, as Powertools writes it on AWS."""
LOG_FRAME = 420
"""Bytes of Lambda's own lines START, END and REPORT."""
LOG_METRICS = 330
"""Bytes of the line that carries an invocation's metrics (EMF)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--background", choices=["facts", "all"], default="facts", help="the stack's parameter")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    result = measure(list(texts(options.data))[: options.articles], options.background)
    told = json.dumps(result, indent=2) + "\n"
    print(told)
    print("write units of an article by what they are for:")
    for purpose, units in purposes(result).most_common():
        print(f"{units:>8.1f}  {purpose}")
    if options.write:
        MEASURED.write_text(told, encoding="utf-8")


PURPOSES = {
    "the facts: mentions, and events that say more": ("MENTION", "EVENT"),
    "found by words": ("WORD",),
    "found by type, country, place and the like": (
        "EVENTS", "TYPE", "MODE", "COUNTRY", "PAIR", "SECTOR", "PLACE", "CELL", "OUTLET", "WIDE",
    ),
    "blocks, in which mentions find their like": ("BLOCK",),
    "articles, documents, what is under way": ("ARTICLE", "DOCUMENT", "WORK"),
    "feeds, entries, hosts": ("FEED", "FEEDS", "DUE", "HOSTS"),
}  # fmt: skip


def purposes(measured: Mapping[str, Any]) -> Counter[str]:
    """Return the write units of an article by what they are for, feeds' polls that found nothing not among them."""
    purpose_of = {kind: purpose for purpose, kinds in PURPOSES.items() for kind in kinds}
    found: Counter[str] = Counter()
    for name, stage in measured["stages"].items():
        if name != "poll":
            for item, units in stage["write_units_by_item"].items():
                found[purpose_of[item.split()[1].partition("/")[0]]] += units
    return found


def texts(data: Path) -> Iterator[list[str]]:
    """Yield articles as lists of paragraphs: the first 700 words of every text that has nearly as many."""
    for name in SOURCES:
        for line in (data / name).read_text(encoding="utf-8").splitlines():
            text: str = json.loads(line)["text"]
            if len(text.split()) < LEAST_WORDS:
                continue
            kept: list[str] = []
            for paragraph in text.split("\n"):
                room = WORDS - sum(len(p.split()) for p in kept)
                if words := paragraph.split()[:room]:
                    kept.append(" ".join(words))
            yield kept


class Site:
    """One feed and its pages; who asks takes the host's lease, as `tidings.fetch.web` does."""

    def __init__(self, articles: list[list[str]]) -> None:
        self.leases: HostLeases | None = None
        self.pages = {f"https://news.example.org/{n}.html": page(n, body) for n, body in enumerate(articles)}
        items = "".join(
            f"<item><title>Story {n}</title><link>{url}</link><pubDate>Fri, 13 Jun 2025 05:00:00 GMT</pubDate></item>"
            for n, url in enumerate(self.pages)
        )
        self.feed = f"<rss version='2.0'><channel><title>Daily</title>{items}</channel></rss>".encode()
        self.unchanged = False

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        max_bytes: int | None = None,
        gap_s: float = 0,
        check: Callable[[str], object] | None = None,
    ) -> Response:
        if self.leases is not None:
            with self.leases.turn("news.example.org", SPACING_S):
                return self._answer(url)
        return self._answer(url)

    def _answer(self, url: str) -> Response:
        if url == FEED:
            if self.unchanged:
                return Response(url, 304)
            return Response(url, 200, {"content-type": "application/rss+xml", "etag": '"1"'}, self.feed)
        if url in self.pages:
            return Response(url, 200, {"content-type": "text/html; charset=utf-8"}, self.pages[url])
        return Response(url, 404)

    def post(self, url: str, form: Mapping[str, str]) -> Response:
        return Response(url, 404)

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        return Response(url, 404)


def page(number: int, paragraphs: list[str]) -> bytes:
    body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    links = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(60))
    head = (
        f"<title>Story {number}</title><meta property='og:site_name' content='Daily'>" + "<style>a{color:red}</style>" * 40
    )
    shown = f"<nav><ul>{links}</ul></nav><article><h1>Story {number}: what happened</h1>{body}</article>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{shown}</body></html>".encode()


def measure(articles: list[list[str]], background: Background = "facts") -> dict[str, Any]:
    meters = {stage: Meter() for stage in ("fetch", "poll", "clean", "extract", "publish", "watch")}
    store, blobs = MemoryStore(), MemoryBlobs()
    ports = {stage: (MeteredStore(m, store), MeteredBlobs(m, blobs)) for stage, m in meters.items()}
    queues = {stage: MeteredSender(meters[stage]) for stage in meters}
    bus = MeteredBus(meters["publish"])
    cpu: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    slowest: Counter[str] = Counter()
    failures: Counter[str] = Counter()

    def polled(stage: str, feed: Feed, at: datetime) -> None:
        kept, found = ports[stage]
        site.leases = leases = HostLeases(kept, request_s=20, clock=lambda: at.timestamp())
        with leases.visit():
            poll_feed(
                poll_message(feed), web=site, blobs=found, store=kept, clean_queue=queues[stage], clock=lambda: at,
                robots=robots,
            )  # fmt: skip
        # The next visit, a little later, deletes the lease that rests now.
        leases._clock = lambda: at.timestamp() + 2 * SPACING_S
        leases._tidy()

    def timed(stage: str, work: Any) -> None:
        started = time.process_time()
        try:
            work()
        except Permanent as error:
            failures[f"{stage}: {error}"] += 1
        spent = time.process_time() - started
        cpu[stage] += spent  # type: ignore[assignment]
        calls[stage] += 1
        slowest[stage] = max(slowest[stage], spent)  # type: ignore[call-overload]

    site = Site(articles)
    robots = Robots(site)
    add_feed(store, FEED, now=START)
    now = START
    while len(queues["fetch"].bodies) < len(articles):
        feed = Feed.model_validate(next(i.body for i in store.dump() if i.key.sk == "FEED"))
        timed("fetch", lambda feed=feed, now=now: polled("fetch", feed, now))
        now += timedelta(hours=7)
    site.unchanged = True
    for turn in range(5):
        feed = Feed.model_validate(next(i.body for i in store.dump() if i.key.sk == "FEED"))
        later = now + timedelta(days=turn + 1)
        timed("poll", lambda feed=feed, later=later: polled("poll", feed, later))
    extractor = load_extractor(Settings())
    extractor.extract("warm-up", "Peru released nine fishermen on Monday.", START)
    for body in queues["fetch"].bodies:
        told = CleanDocument.model_validate_json(body)
        timed(
            "clean",
            lambda told=told: clean(told, blobs=ports["clean"][1], store=ports["clean"][0], extract_queue=queues["clean"]),
        )
    for body in queues["clean"].bodies:
        news = ExtractArticle.model_validate_json(body)
        timed(
            "extract",
            lambda news=news: extract(news, extractor=extractor, blobs=ports["extract"][1], publish_queue=queues["extract"]),
        )
    for body in queues["extract"].bodies:
        facts = PublishExtraction.model_validate_json(body)
        timed(
            "publish",
            lambda facts=facts: publish(
                facts, blobs=ports["publish"][1], store=ports["publish"][0], bus=bus, background=background
            ),
        )
    for body in bus.watches.bodies:
        changes = TellWatches.model_validate_json(body)
        timed(
            "watch",
            lambda changes=changes: tell(changes, store=ports["watch"][0], queue=queues["watch"], web=site, now=now),
        )
    taken = len(queues["clean"].bodies)
    stored = list(store.dump())
    stages: dict[str, Any] = {}
    for stage, meter in meters.items():
        per = calls[stage] if stage in ("poll", "watch") else taken
        counts = {name: round(value / per, 3) for name, value in sorted(meter.counts.items())}
        families = {n.removeprefix("units "): v for n, v in counts.items() if n.startswith("units ")}
        stages[stage] = {
            "cpu_ms": round(1000 * cpu[stage] / per, 2),
            "slowest_cpu_ms": round(1000 * slowest[stage], 1),
            "log_bytes": LOG_LINE + LOG_FRAME + LOG_METRICS,
            **({"messages": round(calls[stage] / taken, 3)} if stage == "watch" else {}),
            **{n: v for n, v in counts.items() if not n.startswith("units ")},
            "write_units_by_item": dict(sorted(families.items(), key=lambda pair: -pair[1])),
        }
    return {
        "what": "per article of 700 words; `poll` per poll of a feed that has not changed, `watch` per message while no"
        " watch is set. python -m tests.bench.cost",
        "measured": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, one core, Python {platform.python_version()}",
        "articles": taken,
        "words": round(sum(i.body["words"] for i in stored if i.key.sk == "ARTICLE") / taken),
        "mentions": round(sum(1 for i in stored if i.key.pk.startswith("MENTION#")) / taken, 1),
        "events": round(sum(1 for i in stored if i.key.sk == "EVENT") / taken, 1),
        "stored_bytes": round(sum(size(i.key, i.body) + INDEXED for i in stored) / taken),
        "call_cpu_ms": round(client.cpu_ms(), 2),
        "model": extractor.model,
        "set_aside": dict(failures),
        "stages": stages,
    }


if __name__ == "__main__":
    main()
