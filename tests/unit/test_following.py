"""One document's way through the stages, from log lines and the store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tidings import keys
from tidings.adapters.insights import InsightsLogs
from tidings.documents import as_blob
from tidings.errors import BadUsage, NotFound, Unavailable
from tidings.following import find, steps
from tidings.ids import ArticleId, CorrelationId, DocumentId, mention_id
from tidings.local.log import MOST_BYTES, Log, begin, lines
from tidings.ports.fakes import MemoryBlobs, MemoryStore
from tidings.ports.store import Put
from tidings.publish.editions import Publication
from tidings.records import RawDocument

FETCHED = datetime(2025, 6, 13, 20, 0, tzinfo=UTC)


def line(stage: str, second: int, message: str = "done", **more: Any) -> dict[str, Any]:
    when = f"2025-06-13 20:00:{second:02d},500+0000"
    return {"level": "INFO", "service": stage, "message": message, "timestamp": when, **more}


def stored() -> tuple[MemoryStore, MemoryBlobs]:
    """A document that gave one article of two events."""
    store, blobs = MemoryStore(), MemoryBlobs()
    record = RawDocument(
        document_id=DocumentId("d001"),
        url="https://news.example.org/1",
        content_type="text/html",
        fetched_at=FETCHED,
        correlation_id=CorrelationId("c001"),
    )
    blobs.put_if_absent(keys.document_blob(record.document_id), as_blob(record, b"<p>Peru"))
    article = ArticleId("a001")
    names = tuple(mention_id(article, start, start + 4, "AID") for start in (0, 9))
    store.transact(
        [
            Put(keys.document(record.document_id), {"articles": [article]}),
            Put(keys.article(article), {"article_id": article, "document_id": "d001", "title": "Peru", "kind": "news"}),
            Put(keys.article_published(article), Publication(mentions=names).body),
            *(Put(keys.mention(name), {"event_id": f"e{name[1:]}"}) for name in names),
        ]
    )
    return store, blobs


@pytest.mark.parametrize("name", ["d001", "a001"])
def test_a_document_is_found_by_its_own_id_and_by_that_of_an_article(name: str) -> None:
    found = find(name, *stored())
    assert found.document.document_id == "d001"
    assert found.cleaned is not None
    assert [(a.article_id, a.title, a.events) for a in found.cleaned] == [("a001", "Peru", 2)]


@pytest.mark.parametrize(("name", "error"), [("d999", NotFound), ('d" or 1', BadUsage), ("", BadUsage)])
def test_what_is_not_there_or_no_id_is_one_clear_error(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        find(name, *stored())


def test_its_way_goes_from_the_poll_that_found_it_to_its_events() -> None:
    told = [
        line("publish", 9, article_id="a001", correlation_id="c001", led_to=["e1", "e2"], ms=40),
        line("fetch", 1, feed_id="f1", correlation_id="cpoll", led_to=["d000", "d001"], ms=900),
        line("clean", 3, "will be tried again", document_id="d001", correlation_id="c001", reason="Unavailable: S3"),
        line("clean", 5, document_id="d001", correlation_id="c001", led_to=["a001"], ms=30),
        line("clean", 5, document_id="d000", correlation_id="c000", led_to=["a000"], ms=30),
        line("extract", 7, article_id="a001", correlation_id="c001", led_to=["extractions/a001/x.json"], ms=300),
        line("extract", 8, "something else", correlation_id="c001"),
    ]
    way = steps(told, find("d001", *stored()))
    assert [(step.stage, step.what, step.reason) for step in way] == [
        ("fetch", "done", None),
        ("clean", "will be tried again", "Unavailable: S3"),
        ("clean", "done", None),
        ("extract", "done", None),
        ("publish", "done", None),
    ]
    assert way[0].when == datetime(2025, 6, 13, 20, 0, 1, 500_000, tzinfo=UTC)
    assert way[-1].led_to == ("e1", "e2")


# ---------------------------------------------------------------- where the lines come from


def test_the_local_log_holds_whole_lines_and_forgets_what_is_too_old(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    log = Log(path, echo=False)
    log.write('{"message": "do')
    log.write('ne"}\nno json\n{"message": "set aside"}\n{"half')
    assert [row["message"] for row in lines(path)] == ["done", "set aside"]
    with path.open("ab") as file:
        file.truncate(MOST_BYTES + 1)
    begin(path)
    assert not path.exists()
    assert [row["message"] for row in lines(path)] == ["done", "set aside"]


class Insights:
    """CloudWatch Logs as the adapter uses it."""

    def __init__(self, *statuses: str, results: list[list[dict[str, str]]] | None = None) -> None:
        self.asked: dict[str, Any] = {}
        self._statuses, self._results = list(statuses), results or []

    def start_query(self, **asked: Any) -> dict[str, str]:
        self.asked = asked
        return {"queryId": "q1"}

    def get_query_results(self, queryId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        status = self._statuses.pop(0)
        return {"status": status, "results": self._results if status == "Complete" else []}


def test_a_query_is_bounded_in_time_and_asks_for_either_word() -> None:
    row = [{"field": "@timestamp", "value": "x"}, {"field": "@message", "value": json.dumps(line("clean", 5))}]
    service = Insights("Scheduled", "Running", "Complete", results=[row, [{"field": "@message", "value": "START Request"}]])
    waited: list[float] = []
    logs = InsightsLogs(service, ["/aws/lambda/t-clean"], sleep=waited.append)  # type: ignore[arg-type]
    found = list(logs.lines(("d001", "c001"), FETCHED, FETCHED))
    assert [row["service"] for row in found] == ["clean"]
    assert len(waited) == 2
    assert (service.asked["startTime"], service.asked["endTime"]) == (1749844800, 1749844801)
    assert 'filter @message like "d001" or @message like "c001"' in service.asked["queryString"]


def test_a_query_that_fails_is_told_as_such() -> None:
    logs = InsightsLogs(Insights("Failed"), ["g"], sleep=lambda _: None)  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="ended as Failed"):
        list(logs.lines(("d001",), FETCHED, FETCHED))
