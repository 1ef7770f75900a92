"""`tidings invoke` with the example events: genuine shapes that name what a run on the bundled feeds leaves."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.batch import REASON, parsed
from tidings.bootstrap import resources
from tidings.cli.pipeline import BUNDLED_CLOCK
from tidings.errors import NotFound, Unavailable
from tidings.fetch.registry import add_feed
from tidings.fetch.stage import poll_feed
from tidings.local.bundled import PORT
from tidings.local.invoke import invoke
from tidings.messages import CleanDocument, ExtractArticle, Message, PollFeed, PublishExtraction
from tidings.ports.web import Response

EVENTS = Path(__file__).parents[2] / "events"
QUEUED: dict[str, tuple[str, type[Message]]] = {
    "fetch": ("FeedsQueue", PollFeed),
    "clean": ("CleanQueue", CleanDocument),
    "extract": ("ExtractQueue", ExtractArticle),
    "publish": ("PublishQueue", PublishExtraction),
}
BASE = f"http://127.0.0.1:{PORT}"


def event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


class BundledSite:
    """The bundled feeds at the address that a run serves them from, without a socket: the port may be taken."""

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        max_bytes: int | None = None,
        gap_s: float = 0,
        check: Callable[[str], object] | None = None,
    ) -> Response:
        folder = files("tidings").joinpath("data", "bundled")
        known = json.loads(folder.joinpath("bundled.json").read_text(encoding="utf-8"))["files"]
        name = url.removeprefix(f"{BASE}/")
        if name not in known:
            return Response(url, 404)
        body = folder.joinpath(*name.split("/")).read_bytes().replace(b"{{base}}", BASE.encode())
        return Response(url, 200, {"content-type": known[name]["content_type"], "date": known[name]["date"]}, body)

    def post(self, url: str, form: Mapping[str, str]) -> Response:
        return Response(url, 404)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    monkeypatch.setenv("TIDINGS_CLOCK", BUNDLED_CLOCK.isoformat())
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    resources.cache_clear()
    yield tmp_path
    resources.cache_clear()


def queue(home: Path, name: str) -> SqliteQueue:
    return SqliteQueue(home / "queues.sqlite", name)


def messages(home: Path, stage: str) -> list[Message]:
    name, model = QUEUED[stage]
    return [parsed(model, letter.body) for letter in queue(home, name).peek()]


# ---------------------------------------------------------------- shapes


def test_every_event_is_described_and_every_description_has_its_event() -> None:
    table = [line for line in (EVENTS / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert {line.split("`")[1] for line in table} == {path.name for path in EVENTS.glob("*.json")}


@pytest.mark.parametrize("stage", QUEUED)
def test_a_queue_event_holds_one_message_of_its_queue(stage: str) -> None:
    name, model = QUEUED[stage]
    (record,) = event(stage)["Records"]
    assert parsed(model, record["body"]).correlation_id
    assert record["eventSourceARN"].endswith(f":{name}")
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()
    assert {"messageId", "receiptHandle", "attributes", "messageAttributes", "eventSource", "awsRegion"} <= record.keys()


@pytest.mark.parametrize("name", ["query-events", "query-article", "query-add-feed", "query-page"])
def test_an_api_event_is_a_rest_proxy_event(name: str) -> None:
    sent = event(name)
    context = sent["requestContext"]
    assert context["path"] == f"/{context['stage']}{sent['path']}"
    assert (context["httpMethod"], context["resourcePath"]) == (sent["httpMethod"], sent["resource"])
    assert ("x-api-key" in sent["headers"]) == sent["path"].startswith("/v1/")
    assert {header: values[-1] for header, values in sent["multiValueHeaders"].items()} == sent["headers"]


# ---------------------------------------------------------------- invocations


def test_each_event_leads_to_the_next_as_on_the_bundled_feeds(home: Path) -> None:
    tools = resources("fetch")
    add_feed(tools.store, f"{BASE}/full.xml", now=BUNDLED_CLOCK, allow_loopback=True)
    assert invoke("fetch", event("schedule")) == {"sent": 1}
    sent = parsed(PollFeed, event("fetch")["Records"][0]["body"])
    assert said(sent) in [said(message) for message in messages(home, "fetch")]
    # The one step that is not invoked: the function itself would open a socket to a server that need not be there.
    poll_feed(
        sent,
        web=BundledSite(),
        blobs=tools.blobs,
        store=tools.store,
        clean_queue=tools.queues.clean,
        clock=tools.clock,
    )
    for stage in ("clean", "extract", "publish"):
        _, model = QUEUED[stage]
        wanted = parsed(model, event(stage)["Records"][0]["body"])
        assert said(wanted) in [said(message) for message in messages(home, stage)]
        assert invoke(stage, event(stage)) == {"batchItemFailures": []}
        assert queue(home, f"{stage.title()}DeadLetterQueue").depth() == 0
    assert invoke("query", event("query-article"))["statusCode"] == 200
    found = json.loads(invoke("query", event("query-events"))["body"])
    assert found.keys() == {"events", "cursor"}


def said(message: Message) -> dict[str, Any]:
    return message.model_dump(exclude={"correlation_id"})


def test_hopeless_messages_are_set_aside_and_do_not_fail_their_batch(home: Path) -> None:
    assert invoke("CleanFunction", event("poison")) == {"batchItemFailures": []}
    reasons = [letter.attributes[REASON] for letter in queue(home, "CleanDeadLetterQueue").peek()]
    assert [reason.split(":")[0] for reason in reasons] == ["NotFound", "BadInput"]


def test_the_page_and_a_new_feed_are_answered_on_an_empty_store(home: Path) -> None:
    assert "<!doctype html>" in invoke("query", event("query-page"))["body"]
    added = invoke("query", event("query-add-feed"))
    assert (added["statusCode"], json.loads(added["body"])["url"]) == (201, "https://example.org/feed.xml")


def test_an_unknown_function_is_not_found(home: Path) -> None:
    with pytest.raises(NotFound, match="no function 'sort'; there are FetchFunction"):
        invoke("sort", {})


def test_a_function_that_takes_longer_than_its_timeout_is_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sleepy_handler.py").write_text("import time\ndef handler(event, context): time.sleep(30)\n")
    template = tmp_path / "template.yaml"
    template.write_text(
        "Resources: {SleepyFunction: {Type: 'AWS::Serverless::Function', "
        "Properties: {Handler: sleepy_handler.handler, Timeout: 1}}}"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(Unavailable, match="timed out after 1 s"):
        invoke("sleepy", {}, template)


# ---------------------------------------------------------------- the command


def tidings(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tidings", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_the_functions_answer_as_json(tmp_path: Path) -> None:
    done = tidings(tmp_path, "invoke", "fetch", "-e", str(EVENTS / "schedule.json"))
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, {"sent": 0}, "")


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["sort", "-e", str(EVENTS / "clean.json")], 1, "tidings: no function 'sort'"),
        (["clean", "-e", str(EVENTS / "README.md")], 1, "README.md: not JSON"),
        (["clean", "-e", "none.json"], 2, "does not exist"),
        (["clean"], 2, "Missing option"),
    ],
)
def test_a_wrong_call_is_one_line_and_a_status(tmp_path: Path, arguments: list[str], status: int, complaint: str) -> None:
    done = tidings(tmp_path, "invoke", *arguments)
    assert done.returncode == status
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
