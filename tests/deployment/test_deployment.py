"""The very template.yaml, built and deployed by the SAM command line to an AWS emulator, and the main job done there.

The emulator is no AWS: it checks no rights (test_template.py and test_aws_handlers.py do) and runs functions with its own
interpreter. The tests share one stack and go in the order of the file: each leaves what the next one finds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any

import boto3
import pytest

from tests.deployment.emulator import EMULATOR, REGION, ROOT, SAM, Emulator, built, running, sam, until
from tidings.batch import REASON
from tidings.cli.replay import Bars
from tidings.deployed import deployed
from tidings.local.bundled import BundledServer, serve_bundled
from tidings.local.lambda_events import api_event
from tidings.local.server import LocalServer
from tidings.replaying.on_aws import StackReplay

pytestmark = [pytest.mark.deployment, pytest.mark.timeout(600)]
STACK = "tidings-test"
PARAMETERS = {"PollRate": "rate(1 minute)", "Size": "small", "MaxCostPerDay": "0", "AlarmEmail": "operator@example.org"}
"""Metric math, which the alarm of the cost needs, is refused by the emulator."""
FEEDS, ARTICLES = ("full.xml", "atom.xml"), 3
"""Two outlets, which tell of one protest. The aggregator's page in the first of the bundled feeds would give ten times as
many mentions: publishing them asks the table 35,000 things, of which the emulator, one thread, answers some 200 a second."""
QUEUES = tuple(f"{stage}Queue" for stage in ("Feeds", "Clean", "Extract", "Publish", "Watch"))


@dataclass
class Stack:
    """The deployed stack."""

    emulator: Emulator
    template: str
    names: dict[str, str] = field(default_factory=dict)
    key: str = ""

    def deploy(self, **changed: str) -> None:
        chosen = " ".join(f'{name}="{value}"' for name, value in (PARAMETERS | changed).items())
        words = ("--template-file", self.template, "--stack-name", STACK, "--parameter-overrides", chosen)
        quiet = (
            "--config-file",
            str(ROOT / "samconfig.toml"),
            "--no-confirm-changeset",
            "--no-progressbar",
            "--no-fail-on-empty-changeset",
        )
        sam("deploy", *words, *quiet, environment=self.emulator.environment)
        self.look()

    def look(self) -> None:
        """See what the stack consists of now."""
        listed = self.emulator.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        self.names = {r["LogicalResourceId"]: r["PhysicalResourceId"] for p in listed for r in p["StackResourceSummaries"]}

    def outputs(self) -> dict[str, str]:
        (stack,) = self.emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def ask(self, path: str, *, key: str | None = None, body: object = None) -> tuple[int, Any]:
        """Ask the API as a reader would; the emulator has it under a path instead of a host name of its own."""
        base = f"http://127.0.0.1:{self.emulator.port}/restapis/{self.names['TidingsApi']}/live/_user_request_"
        request = urllib.request.Request(base + path, data=json.dumps(body).encode() if body is not None else None)
        request.add_header("Content-Type", "application/json")
        if key is not None:
            request.add_header("x-api-key", key)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def as_administrator(self, path: str, body: Any) -> tuple[int, Any]:
        """Post as API Gateway hands it on for the administrator's key: the emulator does not say whose key it was."""
        headers = {"Content-Type": "application/json"}
        event = api_event("POST", path, headers, json.dumps(body).encode(), "127.0.0.1")
        event["requestContext"]["identity"]["apiKeyId"] = self.names["AdminKey"]
        client = self.emulator.client("lambda")
        answer = client.invoke(FunctionName=self.names["QueryFunction"], Payload=json.dumps(event).encode())
        told = json.loads(answer["Payload"].read())
        return told["statusCode"], json.loads(told["body"])

    def get(self, path: str) -> Any:
        status, answer = self.ask(path, key=self.key)
        assert status == 200, answer
        return answer

    def events(self, question: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/v1/events?limit=100{question}")["events"]
        return found

    def depth(self, queue: str) -> int:
        wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        sqs = self.emulator.client("sqs")
        found = sqs.get_queue_attributes(QueueUrl=self.names[queue], AttributeNames=wanted)["Attributes"]
        return sum(int(found[name]) for name in wanted)

    def published(self) -> set[str]:
        """The articles that publish is done with."""
        return {line["article_id"] for line in self.lines("publish") if line.get("message") == "done"}

    def lines(self, function: str) -> list[dict[str, Any]]:
        """The structured lines that a function has logged."""
        group = f"/aws/lambda/{STACK}-{function}"
        events = self.emulator.client("logs").filter_log_events(logGroupName=group)["events"]
        found = []
        for event in events:
            found += [json.loads(line) for line in event["message"].splitlines() if line.startswith("{")]
        return found

    def tidings(self, *words: str) -> str:
        """Run the command line against the stack, as its operator."""
        environment = {**self.emulator.environment, "COLUMNS": "200", "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-m", "tidings", *words, "--stack", STACK]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if not (SAM / "sam").exists() or not (EMULATOR / "ministack").exists():
        pytest.skip("`make deployment` sets up SAM and the emulator")
    template = str(built())
    with running(tmp_path_factory.mktemp("emulator")) as emulator:
        deployed = Stack(emulator, template)
        deployed.deploy()
        yield deployed


@pytest.fixture(scope="module")
def site() -> Iterator[BundledServer]:
    with serve_bundled(0) as server:
        yield server


class Webhook(LocalServer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        super().__init__(_Told)


class _Told(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        assert self.headers["webhook-signature"]
        self.server.told.append(json.loads(body))

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    with Webhook().start() as server:
        yield server


def test_the_outputs_say_where_everything_is(stack: Stack) -> None:
    told = stack.outputs()
    assert told["ApiUrl"] == f"https://{stack.names['TidingsApi']}.execute-api.{REGION}.amazonaws.com/live/"
    assert {
        "FactsTableName",
        "RawBucketName",
        "FactsBusName",
        "FeedsQueueUrl",
        "DashboardUrl",
        "AlarmTopicArn",
    } <= told.keys()


def test_the_alarms_stand_and_tell_the_operator(stack: Stack) -> None:
    alarms = stack.emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]
    named = {alarm["AlarmName"] for alarm in alarms}
    assert {f"{STACK}-clean-age", f"{STACK}-publish-dead-letters", f"{STACK}-extract-duration"} <= named
    assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {stack.outputs()["AlarmTopicArn"]}
    topic = stack.outputs()["AlarmTopicArn"]
    subscribed = stack.emulator.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [entry["Endpoint"] for entry in subscribed] == ["operator@example.org"]


def test_the_api_is_closed_without_a_key_and_open_with_one(stack: Stack) -> None:
    keys = stack.emulator.client("apigateway").get_api_keys(includeValues=True)["items"]
    stack.key = keys[0]["value"]
    assert stack.ask("/v1/events")[0] == 403
    assert stack.ask("/v1/events", key="k" * 32)[0] == 403
    assert stack.get("/v1/events") == {"events": [], "cursor": None}


def test_only_the_administrator_adds_feeds_and_watches(stack: Stack, site: BundledServer, webhook: Webhook) -> None:
    followed = [f"{site.base_url}/{name}" for name in FEEDS]
    status, problem = stack.ask("/v1/feeds", key=stack.key, body={"url": followed[0]})
    assert (status, problem["title"]) == (403, "Forbidden")
    for url in followed:
        status, feed = stack.as_administrator("/v1/feeds", {"url": url})
        assert (status, feed["url"]) == (201, url)
    assert {feed["url"] for feed in stack.get("/v1/feeds")["feeds"]} == set(followed)
    asked = {"name": "Arrests", "query": {"type": ["COERCE"]}, "webhook": f"http://127.0.0.1:{webhook.port}/hook"}
    assert stack.as_administrator("/v1/watches", asked)[0] == 201


def test_a_poison_message_ends_in_the_dead_letter_queue_with_its_reason_and_can_be_redriven(stack: Stack) -> None:
    sqs = stack.emulator.client("sqs")
    sqs.send_message(QueueUrl=stack.names["CleanQueue"], MessageBody='{"nonsense": true}')
    until("the message is set aside", lambda: stack.depth("CleanDeadLetterQueue") == 1, timeout_s=90)
    listed = [json.loads(line) for line in stack.tidings("dlq", "list").splitlines()]
    reason = "BadInput: not a CleanDocument message: correlation_id: Field required"
    assert listed == [{"queue": "CleanQueue", "reason": reason, "body": '{"nonsense": true}'}]
    seen = len([line for line in stack.lines("clean") if line.get("reason") == reason])
    assert stack.tidings("dlq", "redrive", "CleanQueue") == "redrove 1 message to CleanQueue\n"
    again = until(
        "clean sees it again",
        lambda: len([line for line in stack.lines("clean") if line.get("reason") == reason]) > seen,
        timeout_s=60,
    )
    assert again
    until("it is set aside again", lambda: stack.depth("CleanDeadLetterQueue") == 1, timeout_s=30)
    (letter,) = sqs.receive_message(QueueUrl=stack.names["CleanDeadLetterQueue"], MessageAttributeNames=["All"])["Messages"]
    assert letter["MessageAttributes"][REASON]["StringValue"] == reason
    sqs.delete_message(QueueUrl=stack.names["CleanDeadLetterQueue"], ReceiptHandle=letter["ReceiptHandle"])


def test_the_schedule_fires_and_feeds_of_two_outlets_become_events(stack: Stack) -> None:
    until("the schedule has fired", lambda: any("FeedsDue" in line for line in stack.lines("fetch")), timeout_s=120)
    until("every article is published", lambda: len(stack.published()) == ARTICLES, timeout_s=200, every_s=2)
    until("all queues are empty", lambda: not any(map(stack.depth, QUEUES)), timeout_s=60)
    events = stack.events()
    together = [event for event in events if len(event["outlets"]) > 1]
    assert {tuple(event["outlets"]) for event in together} == {("Capital Wire", "The Lake Observer")}
    assert "ASSAULT" in {event["type"] for event in together}
    assert {event["type"] for event in events} >= {"PROTEST", "COERCE"}
    assert [name for name in stack.names if name.endswith("DeadLetterQueue") and stack.depth(name)] == []


def test_a_webhook_is_told_of_the_events_that_its_watch_asks_for(stack: Stack, webhook: Webhook) -> None:
    told = {notice["data"]["event_id"] for notice in webhook.told}
    # Some may have been merged into another since: a former id leads to the event of today.
    today = {stack.get(f"/v1/events/{event_id}")["event_id"] for event_id in told}
    assert today == {event["event_id"] for event in stack.events("&type=COERCE")}
    assert {notice["watch"]["name"] for notice in webhook.told} == {"Arrests"}


def test_one_document_can_be_followed_through_all_stages(stack: Stack) -> None:
    (told, *_) = [line for line in stack.lines("publish") if line.get("message") == "done"]
    (article,) = {told["article_id"]}
    stages = {
        stage: [line for line in stack.lines(stage) if line.get("correlation_id") == told["correlation_id"]]
        for stage in ("clean", "extract", "publish")
    }
    assert all(stages.values())
    (cleaned, *_) = [line for line in stages["clean"] if line["message"] == "done"]
    assert article in cleaned["led_to"]
    polls = [line for line in stack.lines("fetch") if cleaned["document_id"] in line.get("led_to", [])]
    assert [line["message"] for line in polls] == ["done"]


def test_a_new_deployment_changes_what_was_asked_for_and_keeps_the_data(stack: Stack) -> None:
    before = stack.events()
    article = f"/v1/articles/{before[0]['mentions'][0]['article_id']}"
    assert "text" in stack.get(article)
    stack.deploy(ServeArticleText="false")
    assert "text" not in stack.get(article)
    assert stack.events() == before


def test_a_replay_ends_in_another_table_that_answers_the_same(
    stack: Stack, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def known() -> list[Any]:
        kept = ("event_id", "type", "day", "outlets", "mentions")
        return [stack.get("/v1/feeds"), [{name: event[name] for name in kept} for event in stack.events()]]

    for name, value in stack.emulator.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    before, told = known(), len(webhook.told)
    # The emulator counts its messages at once and exactly: nothing is gained by waiting as long as on AWS.
    replay = StackReplay(
        partial(deployed, STACK), Bars(), clock=lambda: datetime.now(UTC), sleep=lambda wait_s: time.sleep(wait_s / 15)
    )
    assert replay.run() == len(list(deployed(STACK).blobs.keys("documents/")))
    stack.look()
    assert "FactsTable" not in stack.names
    assert stack.outputs()["FactsTableName"] == stack.names["SecondFactsTable"]
    tables = stack.emulator.client("dynamodb").list_tables()["TableNames"]
    assert sorted(tables) == sorted([stack.names["SecondFactsTable"], stack.names["RegistryTable"]])
    assert known() == before
    assert len(webhook.told) == told
