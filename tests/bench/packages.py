"""Measures the packages of this machine and this Python: sizes, cold starts, and what a warm call adds.

    python -m tests.bench.packages

Cold starts are from the start of the process to the first answer, on one core, each beside its yardstick in turn, and the
smaller half of the runs is averaged: whatever else the machine does makes a run longer, never shorter.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from statistics import mean, median
from typing import Any

from infra.packages import BUILD, STAGES, build_all, here, limits, report
from tidings import keys
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.ids import ArticleId, CorrelationId
from tidings.local.packaged import Built, read_built
from tidings.local.sandbox import Sandbox
from tidings.local.server import LocalServer
from tidings.local.wiring import read_wiring
from tidings.messages import ExtractArticle
from tidings.records import Article

RUNS = 9
WARM_CALLS = 40
EVENTS = Path(__file__).parents[2] / "events"
TEXT = "Russia handed over to Kiev the bodies of 1,200 soldiers on Friday, officials said. " * 4
TIMED = """
import time

import extract_handler

domain, ms = extract_handler.extract, []


def timed(*given, **named):
    started = time.perf_counter()
    domain(*given, **named)
    ms.append((time.perf_counter() - started) * 1000)


extract_handler.extract = timed


def handler(event, context):
    return {**extract_handler.handler(event, context), "domain_ms": ms[-1]}
"""
"""The function's own handler, which also tells how long its domain function took in this very call.

Of two calls the one with the handler and the one without differ by more than what is looked for: they take 50 ms, and the
machine does other things meanwhile.
"""
FAKE_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "TIDINGS_TABLE_NAME": "FactsTable",
    "TIDINGS_REGISTRY_TABLE_NAME": "RegistryTable",
    "TIDINGS_BUCKET_NAME": "rawbucket",
}


def main() -> None:
    """Print the figures."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    target = here()
    print(report(target, build_all(STAGES, target, BUILD / "packages"), limits()))
    packages = read_built(BUILD / "packages" / target.name)
    with tempfile.TemporaryDirectory() as folder:
        record = _article_record(Path(folder))
        embedded = {"TIDINGS_HOME": folder, "POWERTOOLS_METRICS_DISABLED": "true"}
        start = partial(_cold, packages, "extract", {"Records": [record]}, embedded)
        times = _in_turn(start, partial(_script, "import spacy"))
        _compare("cold start of extract, init and first article", times[0], "import spacy", times[1])
        _warm(packages, record, embedded)
    with _dynamodb() as endpoint:
        event = json.loads((EVENTS / "query-events.json").read_text(encoding="utf-8"))
        start = partial(_cold, packages, "query", event, {**FAKE_AWS, "AWS_ENDPOINT_URL": endpoint})
        times = _in_turn(start, partial(_script, "import boto3; boto3.client('dynamodb')"))
        _compare("cold start of query, init and first answer", times[0], "import boto3 + one client", times[1])


def _compare(what: str, cold: float, beside: str, yardstick: float) -> None:
    print(f"{what}: {cold * 1000:.0f} ms; {beside}: {yardstick * 1000:.0f} ms; ratio {cold / yardstick:.2f}")


def _in_turn(one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """Return the seconds of two measurements, taken in turn so that both see the same machine."""
    pairs = [(one(), other()) for _ in range(RUNS)]
    first, second = (_calm(side) for side in zip(*pairs, strict=True))
    return first, second


def _calm(times: Sequence[float]) -> float:
    return mean(sorted(times)[: len(times) // 2 + 1])


def _cold(packages: Built, stage: str, event: Any, environment: dict[str, str]) -> float:
    spec = read_wiring().function(stage)
    started = time.perf_counter()
    with Sandbox(spec, packages.place(spec), environment, log=subprocess.DEVNULL) as sandbox:
        done = sandbox.invoke(event)
        took = time.perf_counter() - started
    if done.answer.get("batchItemFailures") or done.answer.get("statusCode", 200) != 200:
        raise SystemExit(f"{stage} answered {done.answer}")
    return took


def _script(code: str) -> float:
    """Time a line of Python in the environment of development: packages as pip installs them, compiled."""
    environment = {"AWS_DEFAULT_REGION": "eu-west-1", **FAKE_AWS}
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - started


def _article_record(home: Path) -> dict[str, Any]:
    """Store an article and return the queue's record that tells of it."""
    article = Article(article_id=ArticleId("a1"), version="v1", text=TEXT, published=datetime(2025, 6, 13, 18, tzinfo=UTC))
    key = keys.article_blob(article.article_id, article.version)
    FolderBlobs(home / "blobs").put_if_absent(key, article.model_dump_json().encode())
    message = ExtractArticle(correlation_id=CorrelationId("c"), article_id=article.article_id, blob_key=key)
    example = json.loads((EVENTS / "extract.json").read_text(encoding="utf-8"))["Records"][0]
    return {**example, "body": message.model_dump_json()}


def _warm(packages: Built, record: dict[str, Any], environment: dict[str, str]) -> None:
    """Print what a warm call takes over its domain function, from the event's sending to the answer's coming."""
    spec = read_wiring().function("extract")
    place = packages.place(spec)
    domain, over = [], []
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "timed.py").write_text(TIMED, encoding="utf-8")
        beside = {**environment, "PYTHONPATH": f"{place.client}:{folder}"}
        with Sandbox(replace(spec, handler="timed.handler"), place, beside, log=subprocess.DEVNULL) as sandbox:
            for _ in range(WARM_CALLS):
                done = sandbox.invoke({"Records": [record]})
                domain.append(done.answer["domain_ms"])
                over.append(done.duration_ms - domain[-1])
    print(
        f"warm call of extract, {WARM_CALLS} times: its domain function {_calm(domain):.2f} ms; over it {_calm(over):.2f} ms"
        f" (median {median(over):.2f})"
    )


@contextmanager
def _dynamodb() -> Iterator[str]:
    """Serve a DynamoDB that holds nothing, and yield its URL."""

    class Empty(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b'{"Items": [], "Count": 0, "ScannedCount": 0}'
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with LocalServer(Empty).start() as server:
        yield server.base_url


if __name__ == "__main__":
    main()
