"""The handlers over AWS services (moto in this process), with tables, queues and variables made from template.yaml."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import boto3
import botocore.handlers
import pytest
from moto import mock_aws

from infra.template_checks import rights
from tests.aws_calls import needed
from tidings import keys
from tidings.adapters.dynamo_store import DynamoStore
from tidings.adapters.s3_blobs import S3Blobs
from tidings.adapters.sqs_queue import SqsQueue
from tidings.batch import REASON
from tidings.bootstrap import resources
from tidings.cloudevents import envelope, to_watches
from tidings.fetch.registry import add_feed
from tidings.fetch.websub import Subscription
from tidings.ids import ArticleId, BlobKey, CorrelationId, FeedId
from tidings.local.bundled import BundledServer, serve_bundled
from tidings.local.delivery import deliver, load_handler
from tidings.local.lambda_events import LocalContext, api_event
from tidings.local.server import LocalServer
from tidings.local.wiring import load_template, read_wiring, settled
from tidings.messages import ExtractArticle, PublishExtraction
from tidings.ports.bus import Notice
from tidings.ports.store import Put
from tidings.records import Article, Extraction

REGION = "eu-west-1"
NOW = datetime(2025, 6, 13, 20, 0, tzinfo=UTC)
TEMPLATE = Path(__file__).parents[2] / "template.yaml"
PARSED = settled(load_template(TEMPLATE))
RESOURCES = PARSED["Resources"]
WIRING = read_wiring(TEMPLATE)


@dataclass
class Stack:
    """The deployed stack: names are logical ids. `calls` are the actions that each function has done, and on what."""

    monkeypatch: pytest.MonkeyPatch
    calls: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    running: str | None = None

    def __post_init__(self) -> None:
        session = boto3.session.Session(region_name=REGION)
        sqs, s3, dynamodb = session.client("sqs"), session.client("s3"), session.client("dynamodb")
        self.urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in [*WIRING.queues, "Subscriber"]}
        arns = {name: f"arn:aws:sqs:{REGION}:123456789012:{name}" for name in self.urls}
        for spec in WIRING.queues.values():
            attributes = {"VisibilityTimeout": str(spec.visibility_s)}
            if spec.dead_letter:
                redrive = {"deadLetterTargetArn": arns[spec.dead_letter], "maxReceiveCount": spec.max_receive_count}
                attributes["RedrivePolicy"] = json.dumps(redrive)
            sqs.set_queue_attributes(QueueUrl=self.urls[spec.name], Attributes=attributes)  # type: ignore[arg-type]
        self.queues = {name: SqsQueue(sqs, url) for name, url in self.urls.items()}
        s3.create_bucket(Bucket="rawbucket", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.blobs = S3Blobs(s3, "rawbucket")
        for name in ("FactsTable", "RegistryTable"):
            wanted = {key: RESOURCES[name]["Properties"][key] for key in ("AttributeDefinitions", "KeySchema")}
            dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **wanted)
        self.store = DynamoStore(dynamodb, "FactsTable", "RegistryTable")
        events = session.client("events")
        events.create_event_bus(Name="FactsBus")
        events.put_rule(Name="all", EventBusName="FactsBus", EventPattern='{"source": ["tidings.publish"]}')
        events.put_targets(Rule="all", EventBusName="FactsBus", Targets=[{"Id": "1", "Arn": arns["Subscriber"]}])
        # Every session made from now on registers these handlers.
        recorded = [*botocore.handlers.BUILTIN_HANDLERS, ("provide-client-params.*.*", self._record)]
        self.monkeypatch.setattr(botocore.handlers, "BUILTIN_HANDLERS", recorded)

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self.running:
            used = needed(model.service_model.service_name, model.name, params)
            logical = {(action, resource.replace("rawbucket", "RawBucket")) for action, resource in used}
            self.calls.setdefault(self.running, set()).update(logical)

    def call(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke a function in the environment that the template gives it."""
        spec = WIRING.function(function)
        real = {**self.urls, "RawBucket": "rawbucket"}
        for name, value in spec.environment.items():
            self.monkeypatch.setenv(name, real.get(value, value))
        self.monkeypatch.setenv("TIDINGS_CLOCK", NOW.isoformat())
        self.monkeypatch.setenv("TIDINGS_ALLOW_LOOPBACK", "true")
        self.running = spec.name
        try:
            return load_handler(spec)(event, LocalContext(spec.name, spec.timeout_s))
        finally:
            self.running = None

    def drain(self, function: str) -> None:
        """Deliver everything that a function's queue holds."""
        spec = WIRING.function(function)
        queue = self.queues[spec.queue or ""]
        while deliver(spec, queue, lambda event, _: self.call(function, event), 30):
            pass

    def run(self) -> None:
        """Poll, and work off all queues."""
        self.call("fetch", {"action": "poll"})
        for function in ("fetch", "clean", "extract", "publish"):
            self.drain(function)

    def get(self, path: str) -> dict[str, Any]:
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        sent = json.dumps(body).encode() if body is not None else b""
        event = api_event(method, path, {"Content-Type": "application/json"}, sent, "203.0.113.7")
        event["requestContext"]["identity"]["apiKeyId"] = "AdminKey"
        answer = self.call("query", event)
        assert answer["statusCode"] in (200, 201), answer
        found: dict[str, Any] = json.loads(answer["body"])
        return found

    def dump(self) -> str:
        return json.dumps([[*item.key, item.version, item.body] for item in self.store.dump()], sort_keys=True)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    monkeypatch.delenv("TIDINGS_HOME", raising=False)
    resources.cache_clear()
    with mock_aws():
        yield Stack(monkeypatch)
    resources.cache_clear()


SHORT = b"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Lake Observer</title>
<item><title>March in Nairobi</title><guid isPermaLink="false">march</guid>
<pubDate>Thu, 12 Jun 2025 16:05:00 GMT</pubDate><content:encoded><![CDATA[<p>More than 5,000 people marched through central
Nairobi on Thursday to protest against a new tax on fuel. The streets of the centre were closed from the early morning until
the late afternoon, and most of the shops along the main avenue were shut for the whole of the day.</p>]]></content:encoded>
</item></channel></rss>"""
"""Few events, because moto copies the whole table before each transaction."""


@pytest.fixture(scope="module")
def short_feed() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(SHORT)))
            self.end_headers()
            self.wfile.write(SHORT)

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    with LocalServer(Handler).start() as running:
        yield f"{running.base_url}/feed.xml"


@pytest.fixture(scope="module")
def server() -> Iterator[BundledServer]:
    with serve_bundled(0) as running:
        yield running


def test_a_polled_feed_leaves_documents_in_s3_and_a_message_for_each_on_the_clean_queue(
    stack: Stack, server: BundledServer
) -> None:
    add_feed(stack.store, f"{server.base_url}/full.xml", now=NOW, allow_loopback=True)
    assert stack.call("fetch", {"action": "poll"}) == {"sent": 1}
    stack.drain("fetch")
    assert len(list(stack.blobs.keys("documents/"))) == 2
    assert (stack.queues["FeedsQueue"].depth(), stack.queues["CleanQueue"].depth()) == (0, 2)


def test_a_cleaned_document_is_an_article_in_s3_and_dynamodb_and_a_message_on_the_extract_queue(
    stack: Stack, server: BundledServer
) -> None:
    add_feed(stack.store, f"{server.base_url}/feed.json", now=NOW, allow_loopback=True)
    stack.call("fetch", {"action": "poll"})
    stack.drain("fetch")
    stack.drain("clean")
    (sent,) = stack.queues["ExtractQueue"].receive(10, 0)
    message = ExtractArticle.model_validate_json(sent.body)
    article = Article.model_validate_json(stack.blobs.get(message.blob_key))
    assert article.title == "Armenia and Azerbaijan agree to resume border talks"
    items = [item for item in stack.store.dump() if item.key.sk == "ARTICLE"]
    assert [item.body["article_id"] for item in items] == [message.article_id]


def test_a_feeds_facts_are_published_on_the_bus_and_answered_by_the_api(stack: Stack, short_feed: str) -> None:
    add_feed(stack.store, short_feed, now=NOW, allow_loopback=True)
    stack.run()
    events = stack.get("/v1/events?limit=100")["events"]
    assert "PROTEST" in {event["type"] for event in events}
    one = stack.get(f"/v1/events/{events[0]['event_id']}")
    article = stack.get(f"/v1/articles/{one['mentions'][0]['article_id']}")
    start, end = (one["mentions"][0]["evidence"][name] for name in ("start", "end"))
    assert one["mentions"][0]["selector"]["exact"] in article["text"][start:end]
    told = set()
    while heard := stack.queues["Subscriber"].receive(10, 60):
        told |= {json.loads(notice.body)["detail"]["subject"] for notice in heard}
    assert {event["event_id"] for event in events} <= told
    dead = [name for name in stack.queues if name.endswith("DeadLetterQueue") and stack.queues[name].depth()]
    assert dead == []


def test_messages_that_come_twice_leave_the_same_table(stack: Stack, short_feed: str) -> None:
    add_feed(stack.store, short_feed, now=NOW, allow_loopback=True)
    kept: dict[str, list[str]] = {}
    stack.call("fetch", {"action": "poll"})
    for function in ("fetch", "clean", "extract", "publish"):
        name = WIRING.function(function).queue or ""
        kept[name] = [message.body for message in stack.queues[name].receive(10, 0)]
        stack.drain(function)
    before = stack.dump()
    for function in ("publish", "clean", "extract", "fetch"):
        name = WIRING.function(function).queue or ""
        stack.queues[name].send(kept[name])
        stack.drain(function)
    for function in ("clean", "extract", "publish"):
        stack.drain(function)
    assert stack.dump() == before


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"nonsense": 1}, "BadInput: not a CleanDocument message: correlation_id: Field required"),
        (
            {"correlation_id": "c", "document_id": "d", "blob_key": "documents/d"},
            "NotFound: no blob documents/d",
        ),
    ],
)
def test_a_hopeless_message_goes_to_the_dead_letter_queue_at_once_with_its_reason(
    stack: Stack, body: dict[str, Any], reason: str
) -> None:
    stack.queues["CleanQueue"].send([json.dumps(body)])
    stack.drain("clean")
    (letter,) = stack.queues["CleanDeadLetterQueue"].receive(10, 60)
    assert (json.loads(letter.body), letter.attributes[REASON]) == (body, reason)
    assert stack.queues["CleanQueue"].depth() == 0


def test_a_message_whose_service_fails_is_reported_and_stays_on_its_queue(stack: Stack) -> None:
    body = {"correlation_id": "c", "document_id": "d", "blob_key": "documents/d"}
    stack.queues["CleanQueue"].send([json.dumps(body)])
    (message,) = stack.queues["CleanQueue"].receive(1, 0)
    record = {"messageId": message.message_id, "body": message.body, "eventSource": "aws:sqs", "attributes": {}}
    boto3.client("s3").delete_bucket(Bucket="rawbucket")
    answer = stack.call("clean", {"Records": [record]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": message.message_id}]}
    assert stack.queues["CleanDeadLetterQueue"].depth() == 0


def test_each_function_uses_the_rights_that_its_role_gives_and_no_other(stack: Stack, short_feed: str) -> None:
    add_feed(stack.store, short_feed, now=NOW, allow_loopback=True)
    stack.run()
    event = stack.get("/v1/events")["events"][0]
    stack.get(f"/v1/articles/{stack.get('/v1/events/' + event['event_id'])['mentions'][0]['article_id']}")
    _told_by_another(stack)
    feed = stack.ask("POST", "/v1/feeds", {"url": "https://example.org/feed.xml"})
    _tell_of_news(stack, feed["feed_id"])
    stack.ask("DELETE", f"/v1/feeds/{feed['feed_id']}")
    _watch(stack, event)
    for function in ("fetch", "clean", "extract", "publish", "watch"):
        stack.queues[WIRING.function(function).queue or ""].send(['{"nonsense": 1}'])
        stack.drain(function)
    for name in WIRING.functions:
        assert sorted(stack.calls[name] | _not_called(name)) == sorted(rights(PARSED, name)), name


def _told_by_another(stack: Stack) -> None:
    """Publish what the first article told as another article too, so that events have two mentions."""
    other = {"article_id": ArticleId("aother")}
    article = Article.model_validate_json(stack.blobs.get(next(iter(stack.blobs.keys("articles/")))))
    extraction = Extraction.model_validate_json(stack.blobs.get(next(iter(stack.blobs.keys("extractions/")))))
    places = (BlobKey("articles/aother/1.json"), BlobKey("extractions/aother/1.json"))
    for place, record in zip(places, (article, extraction), strict=True):
        stack.blobs.put_if_absent(place, record.model_copy(update=other).model_dump_json().encode())
    message = PublishExtraction(
        correlation_id=CorrelationId("c"), article_id=ArticleId("aother"), article_key=places[0], extraction_key=places[1]
    )
    stack.queues["PublishQueue"].send([message.model_dump_json()])
    stack.drain("publish")


def _not_called(function: str) -> set[tuple[str, str]]:
    """What a role gives for the sake of Lambda (queue, log, traces), and of a plain 404 for a lost blob."""
    stage, spec = function.removesuffix("Function"), WIRING.function(function)
    found = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
    found |= {(f"logs:{action}", f"{stage}LogGroup") for action in ("CreateLogStream", "PutLogEvents")}
    if spec.queue:
        found |= {(f"sqs:{action}", spec.queue) for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    if any(action == "s3:GetObject" for action, _ in rights(PARSED, function)):
        found.add(("s3:ListBucket", "RawBucket"))
    if function == "CleanFunction":
        found.add(("s3:GetObject", "RawBucket/raw/*"))  # the bytes of documents that an early version stored
    return found


def _watch(stack: Stack, event: dict[str, Any]) -> None:
    """Have a webhook told of an event that does not answer, so that the notice is sent again."""
    stack.ask("POST", "/v1/watches", {"name": "all", "webhook": "http://127.0.0.1:9/"})
    told = to_watches([envelope(Notice("EventPublished", event))])
    stack.queues["WatchQueue"].send([told.model_dump_json()])
    stack.drain("watch")


def _tell_of_news(stack: Stack, feed: str) -> None:
    """Call as the feed's hub would, and take the message that comes of it off the queue."""
    known = Subscription(hub="https://hub.example/", topic="x", secret="key", asked_at=NOW)
    stack.store.transact([Put(keys.feed_websub(FeedId(feed)), known.model_dump(mode="json"))])
    signature = f"sha256={hmac.new(b'key', b'news', 'sha256').hexdigest()}"
    event = api_event("POST", f"/websub/{feed}", {"X-Hub-Signature": signature}, b"news", "203.0.113.8")
    assert stack.call("query", event)["statusCode"] == 202
    (message,) = stack.queues["FeedsQueue"].receive(10, 30)
    stack.queues["FeedsQueue"].delete(message.receipt)
