"""What every function has around its work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fetch_handler import handler as fetch
from tidings.batch import DROPPED, Outcome
from tidings.bootstrap import Resources, resources
from tidings.functions import Function, Handler
from tidings.local.lambda_events import LocalContext, sqs_event
from tidings.messages import CleanDocument, Message, PollFeed
from tidings.ports.queue import Received

CONTEXT = LocalContext("function", 60)
DOCUMENT = CleanDocument(correlation_id="c", document_id="d", blob_key="k")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    resources.cache_clear()
    yield tmp_path
    resources.cache_clear()


def call(handler: Handler, message: Message) -> object:
    event = sqs_event("Queue", [Received("m", "r", message.model_dump_json(), 1, 0)])
    return handler(event, CONTEXT)  # type: ignore[arg-type]


def cleaner(counts: int = 1) -> Handler:
    @Function("clean").queue(CleanDocument)
    def handler(message: CleanDocument, tools: Resources) -> Outcome:
        return Outcome(counts={"Articles": counts})

    return handler


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_a_message_counts_is_sent_with_its_call(capsys: pytest.CaptureFixture[str]) -> None:
    handler = cleaner(counts=3)
    for _ in range(2):
        call(handler, DOCUMENT)
    sent = [line for line in lines(capsys) if "_aws" in line]
    assert [(line["service"], line["Processed"], line["Articles"]) for line in sent] == [("clean", [1.0], [3.0])] * 2


def test_metrics_that_are_turned_off_are_forgotten_however_many_calls_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    handler = cleaner()
    for _ in range(101):
        call(handler, DOCUMENT)
    assert not [line for line in lines(capsys) if "_aws" in line]


def test_a_function_that_breaks_before_it_has_counted_anything_says_why_and_nothing_of_metrics() -> None:
    broken = Function("clean").handler(lambda event, context, tools: {}[str(event)])
    with pytest.raises(KeyError):
        broken({}, CONTEXT)  # type: ignore[arg-type]


def test_the_message_of_a_feed_that_was_let_go_is_dropped_and_the_log_says_why(caplog: pytest.LogCaptureFixture) -> None:
    message = PollFeed(correlation_id="c", feed_id="f1", url="https://gone.example/feed")
    assert call(fetch, message) == {"batchItemFailures": []}
    (told,) = [record for record in caplog.records if record.message == DROPPED]
    assert vars(told)["reason"] == "the feed is not followed any more"
