"""Several processes poll feeds of one host: the host gets one request at a time all the same, with some time between."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tidings import keys
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.adapters.sqlite_store import SqliteStore
from tidings.fetch import leases
from tidings.fetch.pace import Pace
from tidings.fetch.registry import add_feed
from tidings.fetch.stage import poll_feed, schedule_due
from tidings.fetch.web import GuardedWeb
from tidings.local.server import LocalServer
from tidings.messages import PollFeed
from tidings.settings import Settings

NOW = datetime(2025, 6, 13, 12, tzinfo=UTC)
SPACING_S = 0.05
FEEDS, STORIES, PROCESSES = 8, 2, 3


class Asked(NamedTuple):
    path: str
    began: float
    ended: float


class Site(NamedTuple):
    base: str
    asked: list[Asked]


@pytest.fixture
def site() -> Iterator[Site]:
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            began = time.monotonic()
            time.sleep(0.02)
            items = "".join(f"<item><title>{n}</title><link>{self.path}/{n}</link></item>" for n in range(STORIES))
            feed = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
            body = (feed if self.path.count("/") == 1 else f"<html><body><p>Story {self.path}</p></body></html>").encode()
            found = self.path != "/robots.txt"
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body) if found else 0))
            self.end_headers()
            asked.append(Asked(self.path, began, time.monotonic()))
            self.wfile.write(body if found else b"")

        def log_message(self, *_: Any) -> None: ...

    with LocalServer(Handler).start() as server:
        yield Site(server.base_url, asked)


def feeds_queue(home: Path) -> SqliteQueue:
    return SqliteQueue(home / "queues.sqlite", "FeedsQueue", max_receive_count=2, dead_letter="FeedsDeadLetterQueue")


def work(home: Path) -> None:
    """What a Lambda function does, until the queue is empty: a process of its own runs this."""
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.metrics import EphemeralMetrics

    from tidings.batch import Outcome, work_off
    from tidings.local.lambda_events import LocalContext, sqs_event

    leases.RETRY_S = 0.2  # nobody wants to wait for twenty seconds here
    store = SqliteStore(home / "store.sqlite")
    own = leases.HostLeases(store, request_s=20)
    pace = Pace(SPACING_S, leases=own, exempt=lambda host: False)
    web = GuardedWeb(Settings(allow_loopback=True), pace=pace)
    queue = feeds_queue(home)

    def poll(message: PollFeed) -> Outcome:
        with own.visit():
            clean = SqliteQueue(home / "queues.sqlite", "CleanQueue")
            poll_feed(message, web=web, blobs=FolderBlobs(home / "blobs"), store=store, clean_queue=clean, clock=lambda: NOW)
        return Outcome()

    while queue.depth():
        for message in queue.receive(1, 60):
            answer = work_off(
                sqs_event("FeedsQueue", [message]),
                LocalContext("fetch", 60),  # type: ignore[arg-type]
                model=PollFeed,
                work=poll,
                dead_letters=SqliteQueue(home / "queues.sqlite", "FeedsDeadLetterQueue"),
                logger=Logger(service="fetch", level="ERROR"),
                metrics=EphemeralMetrics(namespace="Tidings", service="fetch"),
                again=queue,
            )
            if not answer["batchItemFailures"]:
                queue.delete(message.receipt)
        time.sleep(0.02)


def run(home: Path, site: Site, processes: int) -> list[str]:
    """Poll the site's feeds by so many processes; return the store as text."""
    store = SqliteStore(home / "store.sqlite")
    for n in range(FEEDS):
        add_feed(store, f"{site.base}/feed{n}", now=NOW, allow_loopback=True)
    schedule_due(NOW, store=store, feeds_queue=feeds_queue(home))
    environment = {**os.environ, "POWERTOOLS_METRICS_DISABLED": "true"}
    started = [
        subprocess.Popen([sys.executable, __file__, str(home)], env=environment, stdout=subprocess.DEVNULL)
        for _ in range(processes)
    ]
    assert [process.wait(120) for process in started] == [0] * processes
    leases.HostLeases(store, request_s=20, clock=lambda: time.time() + 200).sweep()
    return [repr((item.key, item.version, item.body)) for item in store.dump()]


def test_a_host_has_one_request_at_a_time_and_its_spacing_however_many_processes_ask_it(site: Site, tmp_path: Path) -> None:
    store = run(tmp_path / "many", site, PROCESSES)
    asked = sorted(site.asked, key=lambda one: one.began)
    assert {one.path for one in asked} == {"/robots.txt"} | {
        f"/feed{n}{story}" for n in range(FEEDS) for story in ("", *(f"/{k}" for k in range(STORIES)))
    }
    assert min(later.began - former.ended for former, later in pairwise(asked)) >= SPACING_S * 0.9
    queues = tmp_path / "many" / "queues.sqlite"
    assert SqliteQueue(queues, "CleanQueue").depth() == FEEDS * STORIES
    assert SqliteQueue(queues, "FeedsDeadLetterQueue").depth() == 0
    assert not [item for item in store if keys.HOSTS in item]
    assert store == run(tmp_path / "calm", site, 1)


if __name__ == "__main__":
    work(Path(sys.argv[1]))
