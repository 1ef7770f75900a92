"""Poll 1,000 feeds of a server on this machine: python -m tests.bench.polling [--feeds N] [--latency S] [--workers N].

Every feed has a host of its own (Linux answers for all of 127.0.0.0/8), and the usual pace is kept with each: one request
at a time, a second between two, under a lease that keeps other processes away. The server is a process that waits before
every answer. Three rounds, over the embedded store in a folder that is removed afterwards: all feeds are new, with 20
entries each; all have changed, with one more entry each, whose page is fetched; none has changed. The first round has no
spacing, for it would measure nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.adapters.sqlite_store import SqliteStore
from tidings.fetch.crowd import poll_all
from tidings.fetch.leases import HostLeases
from tidings.fetch.pace import Pace
from tidings.fetch.registry import add_feed, all_feeds
from tidings.fetch.robots import Robots
from tidings.fetch.stage import due_messages, poll_feed
from tidings.fetch.web import GuardedWeb
from tidings.messages import PollFeed
from tidings.settings import Settings

ENTRIES = 20
START = datetime(2025, 6, 13, 6, tzinfo=UTC)
SUMMARY = "The parliament of the country voted on Friday for a law on which both of its chambers had failed to agree. " * 3
PAGE = b"<!doctype html><title>Story</title><article><h1>Story</h1>" + b"<p>A paragraph of news.</p>" * 40 + b"</article>"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before every answer")
    parser.add_argument("--workers", type=int, default=256)
    options = parser.parse_args()
    hosts = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(options.feeds)]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    version = multiprocessing.Value("i", ENTRIES)
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=_serve, args=(hosts, port, options.latency, version, ready), daemon=True)
    server.start()
    ready.wait(30)
    with tempfile.TemporaryDirectory() as folder:
        world = _World(Path(folder))
        for host in hosts:
            add_feed(world.store, f"http://{host}:{port}/feed.xml", now=START, allow_loopback=True)
        world.round("all new", START, 0.0, options.workers)
        version.value += 1
        world.round("all changed", START + timedelta(days=1), 1.0, options.workers)
        world.round("none changed", START + timedelta(days=2), 1.0, options.workers)
    server.terminate()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


class _World:
    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / "store.sqlite")
        self.hosts = SqliteStore(folder / "hosts.sqlite", durable=False)
        self.blobs = FolderBlobs(folder / "blobs")
        self.queue = SqliteQueue(folder / "queues.sqlite", "CleanQueue")

    def round(self, name: str, now: datetime, spacing_s: float, workers: int) -> None:
        settings = Settings(allow_loopback=True)
        leases = HostLeases(self.hosts, request_s=settings.fetch_timeout_s)
        web = GuardedWeb(settings, pace=Pace(spacing_s, leases=leases, exempt=lambda host: False))
        robots = Robots(web)

        def work(message: PollFeed) -> None:
            with leases.visit():
                poll_feed(
                    message,
                    web=web,
                    blobs=self.blobs,
                    store=self.store,
                    clean_queue=self.queue,
                    clock=lambda: now,
                    robots=robots,
                    patience_s=600,
                )

        before = self.queue.depth()
        messages = list(due_messages(now, self.store))
        start, busy = time.perf_counter(), time.process_time()
        failures = Counter(failure for _, failure in poll_all(messages, work, workers=workers) if failure)
        took, busy = time.perf_counter() - start, time.process_time() - busy
        states = Counter(feed.status.value for feed in all_feeds(self.store))
        print(
            f"{name}: {len(messages)} feeds in {took:.1f} s ({busy:.1f} s of it computing), "
            f"{self.queue.depth() - before} documents, {dict(states)} {dict(failures) or ''}"
        )


def _feed(base: str, count: int) -> bytes:
    return "".join(_parts(base, count)).encode()


def _parts(base: str, count: int) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>'
    for n in range(count, max(0, count - ENTRIES), -1):
        when = (START + timedelta(minutes=n)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        yield (
            f"<item><title>Story {n} of the day</title><link>{base}/story/{n}</link><guid>{base}/story/{n}</guid>"
            f"<pubDate>{when}</pubDate><description>{SUMMARY}</description></item>"
        )
    yield "</channel></rss>"


def _serve(hosts: list[str], port: int, latency_s: float, version: object, ready: object) -> None:
    asyncio.run(_answer_all(hosts, port, latency_s, version, ready))


async def _answer_all(hosts: list[str], port: int, latency_s: float, version: object, ready: object) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            await asyncio.sleep(latency_s)
            path = head.split(" ", 2)[1]
            count = version.value  # type: ignore[attr-defined]
            etag = f'"{count}"'
            status, kind, body = "200 OK", "text/html", PAGE
            if path == "/robots.txt":
                kind, body = "text/plain", b"User-agent: *\nDisallow: /private/\n"
            elif path == "/feed.xml" and f"if-none-match: {etag}" in head.lower():
                status, body = "304 Not Modified", b""
            elif path == "/feed.xml":
                host, _ = writer.get_extra_info("sockname")
                kind, body = "application/rss+xml", _feed(f"http://{host}:{port}", count)
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nETag: {etag}\r\nContent-Length: {len(body)}\r\n"
                "Connection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, host=hosts, port=port, backlog=256)
    ready.set()  # type: ignore[attr-defined]
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    main()
