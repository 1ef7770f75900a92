"""At-least-once delivery: real SQLite queues, and real worker processes where only processes show it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tidings import ids, keys
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.documents import as_blob
from tidings.errors import BadUsage, NotFound, Unavailable
from tidings.ids import CorrelationId
from tidings.local.delivery import Delivered, deliver, failed_items
from tidings.local.runner import LocalRunner, Progress
from tidings.local.wiring import FunctionSpec
from tidings.messages import CleanDocument
from tidings.records import RawDocument
from tidings.settings import Settings

VISIBILITY_S = 60


# ---------------------------------------------------------------- one delivery, with a clock that the test moves


@dataclass
class Clock:
    now: float = 1_750_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Post:
    """A queue with its dead-letter queue, and a function that fails for the bodies in `bad`."""

    folder: Path
    bad: set[str] = field(default_factory=set)
    max_receive_count: int = 3
    batch_size: int = 10
    clock: Clock = field(default_factory=Clock)
    seen: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        path = self.folder / "queues.sqlite"
        limit, dead = self.max_receive_count, "PostDeadLetterQueue"
        self.queue = SqliteQueue(path, "PostQueue", max_receive_count=limit, dead_letter=dead, clock=self.clock)
        self.dead = SqliteQueue(path, dead, clock=self.clock)

    def handle(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        records = event["Records"]
        self.seen += [(r["body"], int(r["attributes"]["ApproximateReceiveCount"])) for r in records]
        return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in records if r["body"] in self.bad]}

    def turn(self, handler: Callable[[dict[str, Any], Any], Any] | None = None) -> Delivered | None:
        spec = FunctionSpec("PostFunction", "post_handler.handler", 5, {}, "PostQueue", self.batch_size)
        return deliver(spec, self.queue, handler or self.handle, VISIBILITY_S)


def test_a_message_leaves_the_queue_when_its_function_has_succeeded(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.queue.send(["a", "b"])
    assert post.turn() == Delivered(done=2, failed=0)
    assert (post.turn(), post.queue.depth()) == (None, 0)


def test_a_message_that_nobody_settles_comes_again_after_its_visibility_timeout(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.queue.send(["a"])
    post.queue.receive(10, VISIBILITY_S)
    post.clock.now += VISIBILITY_S - 1
    assert post.turn() is None
    post.clock.now += 1
    post.turn()
    assert post.seen == [("a", 2)]


def test_a_partial_failure_brings_back_the_failed_message_only(tmp_path: Path) -> None:
    post = Post(tmp_path, bad={"b"})
    post.queue.send(["a", "b", "c"])
    assert post.turn() == Delivered(done=2, failed=1)
    post.clock.now += 1
    post.turn()
    assert post.seen == [("a", 1), ("b", 1), ("c", 1), ("b", 2)]


def test_a_message_that_fails_every_time_is_set_aside_after_its_last_try(tmp_path: Path) -> None:
    post = Post(tmp_path, bad={"b"}, max_receive_count=3)
    post.queue.send(["b"])
    for _ in range(6):
        post.turn()
        post.clock.now += 60
    assert post.seen == [("b", 1), ("b", 2), ("b", 3)]
    assert (post.queue.depth(), [letter.body for letter in post.dead.peek()]) == (0, ["b"])


def test_a_failing_message_waits_twice_as_long_each_time_and_lets_others_pass(tmp_path: Path) -> None:
    post = Post(tmp_path, bad={"b"}, batch_size=1)
    post.queue.send(["b", "x", "y"])
    for _ in range(3):
        post.turn()
    assert post.seen == [("b", 1), ("x", 1), ("y", 1)]
    post.clock.now += 1
    post.turn()
    post.clock.now += 1
    assert post.turn() is None
    post.clock.now += 1
    post.turn()
    assert post.seen[3:] == [("b", 2), ("b", 3)]


def raises(event: dict[str, Any], context: Any) -> Any:
    raise RuntimeError("no reason given")


def test_a_function_that_raises_has_worked_off_nothing(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.queue.send(["a", "b"])
    assert post.turn(raises) == Delivered(done=0, failed=2)
    assert post.queue.depth() == 2


def hangs_and_swallows(event: dict[str, Any], context: Any) -> Any:
    while True:
        try:
            while True:
                pass
        except Exception:
            return {"batchItemFailures": []}


def test_a_function_that_outlives_its_timeout_is_broken_off_whatever_it_catches(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.queue.send(["a"])
    spec = FunctionSpec("PostFunction", "post_handler.handler", 1, {}, "PostQueue", 10)
    assert deliver(spec, post.queue, hangs_and_swallows, VISIBILITY_S) == Delivered(done=0, failed=1)


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, {"1"}),
        ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, {"1", "2"}),
        ({"batchItemFailures": [{"wrong": "1"}]}, {"1", "2"}),
        ({"batchItemFailures": ["1"]}, {"1", "2"}),
        ("text", {"1", "2"}),
    ],
)
def test_an_answer_that_cannot_be_read_fails_the_whole_batch(answer: Any, failed: set[str]) -> None:
    assert failed_items(answer, {"1", "2"}) == failed


# ---------------------------------------------------------------- processes

HANDLER = """
import json, os, time
from pathlib import Path

def handler(event, context):
    failed = []
    for record in event["Records"]:
        body, count = json.loads(record["body"]), int(record["attributes"]["ApproximateReceiveCount"])
        with Path(os.environ["PARCEL_LOG"]).open("a") as log:
            log.write(f"{body['name']} {count} {os.getpid()}\\n")
        do = body["do"] if count in body.get("on", range(99)) else "pass"
        if do == "die":
            os._exit(9)
        if do == "raise":
            raise RuntimeError("poison")
        if do == "sleep":
            time.sleep(body["seconds"])
        if do == "fail":
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
"""

TEMPLATE = """
Resources:
  ParcelQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt ParcelDeadLetterQueue.Arn, maxReceiveCount: 2}}
  ParcelDeadLetterQueue: {{Type: "AWS::SQS::Queue"}}
  ParcelFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: {handler}
      Timeout: 10
      Events:
        Queue: {{Type: SQS, Properties: {{Queue: !GetAtt ParcelQueue.Arn, BatchSize: {batch_size}}}}}
"""


@dataclass
class Depot:
    """A home folder, a template of one function, and what the function has logged."""

    folder: Path
    batch_size: int = 1
    handler: str = "parcel_handler.handler"
    workers: int = 1

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.folder / "home")
        self.template = self.folder / "template.yaml"
        self.template.write_text(TEMPLATE.format(handler=self.handler, batch_size=self.batch_size), encoding="utf-8")
        path = self.folder / "home" / "queues.sqlite"
        self.queue, self.dead = SqliteQueue(path, "ParcelQueue"), SqliteQueue(path, "ParcelDeadLetterQueue")

    def send(self, *parcels: Mapping[str, Any]) -> None:
        self.queue.send([json.dumps({"do": "pass", **parcel}) for parcel in parcels])

    def runner(self) -> LocalRunner:
        return LocalRunner(self.settings, self.template, workers=self.workers)

    def run(self) -> None:
        with self.runner() as runner:
            runner.run_until_idle()

    def log(self) -> list[tuple[str, int]]:
        return [(name, int(count)) for name, count, _ in self._lines()]

    def pids(self) -> set[str]:
        return {pid for _, _, pid in self._lines()}

    def dead_names(self) -> list[str]:
        return [json.loads(letter.body)["name"] for letter in self.dead.peek()]

    def _lines(self) -> list[list[str]]:
        path = self.folder / "parcels.log"
        return [line.split() for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in whose children the worker processes find `parcel_handler`."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "parcel_handler.py").write_text(HANDLER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "code"))
    monkeypatch.setenv("PARCEL_LOG", str(tmp_path / "parcels.log"))
    return tmp_path


def test_a_runner_works_off_its_queues_and_stops(place: Path) -> None:
    depot = Depot(place)
    depot.send({"name": "a"}, {"name": "b"})
    depot.run()
    assert (depot.log(), depot.queue.depth(), depot.dead.depth()) == ([("a", 1), ("b", 1)], 0, 0)


def test_a_failed_message_is_tried_again_alone(place: Path) -> None:
    depot = Depot(place, batch_size=3)
    depot.send({"name": "a"}, {"name": "b", "do": "fail", "on": [1]}, {"name": "c"})
    depot.run()
    assert depot.log() == [("a", 1), ("b", 1), ("c", 1), ("b", 2)]
    assert depot.dead.depth() == 0


@pytest.mark.parametrize("do", ["fail", "raise", "die"])
def test_a_poisoned_message_ends_in_the_dead_letter_queue_and_takes_no_other_along(place: Path, do: str) -> None:
    depot = Depot(place)
    depot.send({"name": "poison", "do": do}, {"name": "a"}, {"name": "b"})
    depot.run()
    assert depot.dead_names() == ["poison"]
    assert sorted(depot.log()) == [("a", 1), ("b", 1), ("poison", 1), ("poison", 2)]


def test_a_worker_that_died_is_replaced_and_its_message_comes_again(place: Path) -> None:
    depot = Depot(place)
    depot.send({"name": "a", "do": "die", "on": [1]})
    depot.run()
    assert (depot.log(), len(depot.pids())) == ([("a", 1), ("a", 2)], 2)


def test_what_a_stopped_runner_held_comes_again_at_the_next_start(place: Path) -> None:
    depot = Depot(place)
    depot.send({"name": "a", "do": "sleep", "seconds": 9, "on": [1]})
    with depot.runner():
        while not depot.log():
            time.sleep(0.02)
    assert depot.queue.depth() == 1
    depot.run()
    assert depot.log() == [("a", 1), ("a", 2)]


def test_several_workers_share_a_queue_and_nothing_is_done_twice(place: Path) -> None:
    depot = Depot(place, workers=3)
    depot.send(*({"name": f"p{k}", "do": "sleep", "seconds": 0.1} for k in range(15)))
    depot.run()
    assert sorted(depot.log()) == sorted((f"p{k}", 1) for k in range(15))
    assert len(depot.pids()) > 1


def test_a_slow_message_does_not_hold_up_those_of_other_workers(place: Path) -> None:
    depot = Depot(place, workers=2)
    depot.send({"name": "slow", "do": "sleep", "seconds": 2}, {"name": "a"}, {"name": "b"})
    with depot.runner() as runner:
        seen: list[int] = []
        runner.run_until_idle(lambda now: seen.append(now["ParcelFunction"].waiting))
    assert 1 in seen[:-1]


def test_progress_tells_what_waits_and_what_is_set_aside(place: Path) -> None:
    depot = Depot(place)
    depot.send({"name": "poison", "do": "fail"})
    runner = depot.runner()
    assert runner.progress() == {"ParcelFunction": Progress(waiting=1)}
    with runner:
        runner.run_until_idle()
    assert runner.progress()["ParcelFunction"].dead == 1


def test_a_folder_has_one_runner_at_a_time(place: Path) -> None:
    depot = Depot(place)
    with depot.runner(), pytest.raises(Unavailable, match="another tidings is running"), depot.runner():
        pass


def test_a_handler_that_cannot_be_imported_ends_the_run_with_its_name(place: Path) -> None:
    depot = Depot(place, handler="missing_handler.handler")
    depot.send({"name": "a"})
    with pytest.raises(NotFound, match=r"ParcelFunction.*missing_handler\.handler"):
        depot.run()
    assert depot.queue.depth() == 1


def test_a_runner_without_a_home_is_bad_usage() -> None:
    with pytest.raises(BadUsage, match="TIDINGS_HOME"):
        LocalRunner(Settings(home=None))


# ---------------------------------------------------------------- dead letters, with the clean function itself

CLEAN_TEMPLATE = """
Resources:
  CleanQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 360
      RedrivePolicy: {deadLetterTargetArn: !GetAtt CleanDeadLetterQueue.Arn, maxReceiveCount: 5}
  CleanDeadLetterQueue: {Type: "AWS::SQS::Queue"}
  CleanFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: clean_handler.handler
      Timeout: 60
      Environment: {Variables: {POWERTOOLS_METRICS_DISABLED: "true", POWERTOOLS_LOG_LEVEL: CRITICAL}}
      Events:
        Queue: {Type: SQS, Properties: {Queue: !GetAtt CleanQueue.Arn, BatchSize: 1}}
"""

PAGE = (
    b"<html><head><title>Ecuador arrests six</title></head><body><article><h1>Ecuador arrests six in raid</h1>"
    b"<p>"
    + b"Police in Ecuador arrested six people on Thursday in a raid on a smuggling ring, the interior ministry said. " * 8
    + b"</p></article></body></html>"
)


def tidings(home: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "tidings", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def store_document(home: Path) -> CleanDocument:
    """Store a page and its record; return the message that has it cleaned."""
    blobs = FolderBlobs(home / "blobs")
    url = "https://news.example.org/arrests"
    record = RawDocument(
        document_id=ids.document_id(url, PAGE),
        url=url,
        content_type="text/html; charset=utf-8",
        fetched_at=datetime(2025, 6, 13, 20, 0, tzinfo=UTC),
        correlation_id=CorrelationId("c"),
    )
    blobs.put_if_absent(keys.document_blob(record.document_id), as_blob(record, PAGE))
    key = keys.document_blob(record.document_id)
    return CleanDocument(correlation_id=CorrelationId("c"), document_id=record.document_id, blob_key=key)


def test_a_hopeless_message_is_set_aside_at_once_with_its_reason_and_redrive_brings_it_back(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    template = tmp_path / "template.yaml"
    template.write_text(CLEAN_TEMPLATE, encoding="utf-8")
    queue = SqliteQueue(home / "queues.sqlite", "CleanQueue")
    message = store_document(elsewhere)
    queue.send([message.model_dump_json(), '{"nonsense": 1}'])

    with LocalRunner(Settings(home=home), template) as runner:
        runner.run_until_idle()
    letters = [json.loads(line) for line in tidings(home, "dlq", "list").splitlines()]
    assert [(letter["queue"], letter["reason"]) for letter in letters] == [
        ("CleanQueue", f"NotFound: no blob {message.blob_key}"),
        ("CleanQueue", "BadInput: not a CleanDocument message: correlation_id: Field required"),
    ]

    assert store_document(home).blob_key == message.blob_key
    assert tidings(home, "dlq", "redrive", "CleanQueue") == "redrove 2 messages to CleanQueue\n"
    with LocalRunner(Settings(home=home), template) as runner:
        runner.run_until_idle()
    assert SqliteQueue(home / "queues.sqlite", "ExtractQueue").depth() == 1
    assert [json.loads(line)["body"] for line in tidings(home, "dlq", "list").splitlines()] == ['{"nonsense": 1}']
