"""The replay of a stack on AWS, from its beginning to its end and back; the services are moto in this process.

Workers do what Lambda would, in the environment that the template gives the functions at that moment. They work while the
command sleeps.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from infra.registry import move_registry
from tests.cloudformation import CloudFormation
from tidings import ids, keys
from tidings.bootstrap import resources
from tidings.clean.stage import article_message, record_article
from tidings.cli import replay as command
from tidings.cli.article_lines import article_in
from tidings.cli.main import cli
from tidings.deployed import Deployed, deployed
from tidings.documents import as_blob
from tidings.errors import BadUsage, Unavailable
from tidings.fetch.registry import add_feed
from tidings.ids import CorrelationId, DocumentId
from tidings.local.delivery import deliver, load_handler
from tidings.local.lambda_events import LocalContext, api_event
from tidings.local.wiring import Wiring, load_template, read_wiring
from tidings.messages import CleanDocument
from tidings.ports.store import Item, Key, Put
from tidings.query.filters import EventQuery
from tidings.records import RawDocument
from tidings.replaying import on_aws
from tidings.replaying.draining import ROOM_LOOK_S
from tidings.replaying.on_aws import StackReplay
from tidings.watch.registry import add_watch

REGION = "eu-west-1"
TEMPLATE = Path(__file__).parents[2] / "template.yaml"
WIRING = read_wiring(TEMPLATE)
LONG_AGO = datetime(2024, 3, 15, 12, tzinfo=UTC)
PAGE = """<html><head><title>{title}</title><meta property="article:published_time" content="2024-03-15T10:00:00Z"></head>
<body><article><h1>{title}</h1><p>{who} released nine {whom} fishermen on Monday, the foreign ministry in Lima said.
The coast there is long and cold, the harbours are few and small, and most of the boats are older than those who sail in
them.</p><p>The water is deep close to the shore, and the fog of the mornings is thick for most of the year, so that the
lights of the villages are hard to see from a boat, and the old stone tower on the cape is the only mark.</p></article>
</body></html>"""
STALE = Key("EVENT#stale", "EVENT")


@cache
def wiring(parameters: tuple[tuple[str, str], ...]) -> Wiring:
    return read_wiring(TEMPLATE, **dict(parameters))


class Silent:
    """A screen that keeps what it is told."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.counts: list[tuple[int, int]] = []

    def say(self, text: str) -> None:
        self.steps.append(text)

    def sent(self, number: int, of: int) -> None:
        self.counts.append((number, of))

    def waiting(self, number: int) -> None: ...


@dataclass
class Stack:
    """The stack `news`, and workers for it."""

    monkeypatch: pytest.MonkeyPatch
    screen: Silent = field(default_factory=Silent)
    handled: Counter[str] = field(default_factory=Counter)
    """How many messages each function has had."""
    told_of: dict[str, dict[str, str]] = field(default_factory=dict)
    """The environment that each function was started in."""
    reached: dict[str, Deployed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sqs, events = boto3.client("sqs"), boto3.client("events")
        self.urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in [*WIRING.queues, "Subscriber"]}
        boto3.client("s3").create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": REGION})  # type: ignore[typeddict-item]
        events.create_event_bus(Name="bus")
        events.put_rule(Name="all", EventBusName="bus", EventPattern='{"source": ["tidings.publish"]}')
        target = {"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:123456789012:Subscriber"}
        events.put_targets(Rule="all", EventBusName="bus", Targets=[target])  # type: ignore[list-item]
        physical = {**self.urls, "RawBucket": "raw", "FactsBus": "bus"}
        self.formation = CloudFormation("news", load_template(TEMPLATE), physical)
        real = boto3.client
        self.monkeypatch.setattr(
            boto3, "client", lambda name, **words: self.formation if name == "cloudformation" else real(name, **words)
        )
        self.now = datetime.now(UTC)

    @property
    def at(self) -> Deployed:
        """The stack as it is now; to make its clients takes longer than to use them."""
        state = json.dumps([self.formation.physical, self.formation.parameters])
        return self.reached.setdefault(state, deployed("news"))

    def sleep(self, _: float) -> None:
        """Let time pass: the workers work."""
        self.work()

    def call(self, function: str, event: dict[str, Any]) -> Any:
        spec = wiring(tuple(self.formation.parameters.items())).function(function)
        environment = {name: self.formation.physical.get(value, value) for name, value in spec.environment.items()}
        for name in ("TIDINGS_NEWS_SINCE", "TIDINGS_REBUILT_TABLE_NAME"):
            self.monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)
        if self.told_of.get(function) != environment:  # a change of its environment starts a function anew
            resources.cache_clear()
            self.told_of[function] = environment
        return load_handler(spec)(event, LocalContext(spec.name, spec.timeout_s))

    def work(self, *functions: str) -> None:
        """Work off the queues of functions."""
        for function in functions or ("clean", "extract", "publish"):
            spec = WIRING.function(function)
            queue = self.at.queue(spec.queue or "")
            while handled := deliver(spec, queue, lambda event, _, name=function: self.call(name, event), 30):
                self.handled[function] += handled.done

    def store(self, url: str, title: str, *, who: str = "Peru", whom: str = "Chilean", fetched: datetime = LONG_AGO) -> str:
        """Put a raw document where fetch would, and its message on the clean queue."""
        body = PAGE.format(title=title, who=who, whom=whom).encode()
        identity = ids.document_id(url, body)
        told = {"document_id": identity, "url": url, "content_type": "text/html", "fetched_at": fetched}
        record = RawDocument.model_validate({**told, "correlation_id": f"c-{identity}"})
        key = keys.document_blob(identity)
        self.at.blobs.put_if_absent(key, as_blob(record, body))
        message = CleanDocument(document_id=identity, blob_key=key, correlation_id=record.correlation_id)
        self.at.queue("CleanQueue").send([message.model_dump_json()])
        return identity

    def replay(self, sleep: Callable[[float], None] | None = None) -> StackReplay:
        return StackReplay(lambda: self.at, self.screen, clock=lambda: self.now, sleep=sleep or self.sleep)

    def actors(self) -> set[str]:
        """Who releases whom, as readers of the API are told now."""
        answer = self.call("query", api_event("GET", "/v1/events?limit=100&mode=release", {}, b"", "203.0.113.7"))
        events = json.loads(answer["body"])["events"]
        return {actor["country"] for event in events for actor in event["actor"]}

    def told(self) -> set[str]:
        """The articles of the events that the bus has told of since this was asked before."""
        found, queue = set(), self.at.queue("Subscriber")
        while heard := queue.receive(10, 60):
            for notice in heard:
                found |= {m["url"] for m in json.loads(notice.body)["detail"]["data"]["mentions"]}
                queue.delete(notice.receipt)
        return found

    def registry(self) -> list[Item]:
        return [item for item in self.at.store.dump() if not keys.is_fact(item.key.pk)]

    def tables(self) -> list[str]:
        return sorted(boto3.client("dynamodb").list_tables()["TableNames"])


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    monkeypatch.delenv("TIDINGS_HOME", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with mock_aws():
        made = Stack(monkeypatch)
        made.store("https://example.org/a", "Peru frees fishermen")
        made.work()
        made.told()
        made.at.store.transact([Put(STALE, {})])
        yield made
    resources.cache_clear()


def test_the_facts_are_rebuilt_beside_those_that_answer_and_take_their_place(stack: Stack) -> None:
    add_feed(stack.at.store, "https://example.org/feed.xml", now=stack.now)
    add_watch(stack.at.store, "all", EventQuery(), webhook=None, secret="s", now=stack.now)
    registry = stack.registry()
    seen = []

    def sleep(_: float) -> None:
        if stack.formation.parameters["Replay"] == "rebuilding" and not seen:
            stack.store("https://example.org/b", "Kenya frees fishermen", who="Kenya", fetched=stack.now)
        stack.work()
        seen.append((stack.formation.parameters["FactsIn"], stack.actors()))

    assert stack.replay(sleep).run() == 2
    # What happened while it was rebuilt is there at once, beside what was there before.
    assert {facts_in for facts_in, _ in seen} == {"first", "second"}
    assert all(actors == {"PER", "KEN"} for _, actors in seen)
    assert stack.at.store.get(STALE) is None
    assert stack.tables() == ["news-RegistryTable-2", "news-SecondFactsTable-3"]
    assert stack.registry() == registry
    replay = {name: stack.formation.parameters[name] for name in ("FactsIn", "Replay", "NewsSince")}
    assert replay == {"FactsIn": "second", "Replay": "none", "NewsSince": ""}


def test_only_what_came_since_it_began_is_told_on_the_bus_and_to_watches(stack: Stack) -> None:
    watched = stack.at.queue("WatchQueue").depth()
    stack.replay().run()
    assert (stack.told(), stack.at.queue("WatchQueue").depth()) == (set(), watched)

    def sleep(_: float) -> None:
        if stack.formation.parameters["Replay"] == "rebuilding" and not stack.screen.counts[1:]:
            stack.store("https://example.org/b", "Kenya frees fishermen", who="Kenya", fetched=stack.now)
        stack.work()

    stack.replay(sleep).run()
    assert stack.told() == {"https://example.org/b"}
    assert stack.at.queue("WatchQueue").depth() > watched


def test_the_next_replay_goes_the_other_way_round(stack: Stack) -> None:
    before = stack.actors()
    stack.replay().run()
    stack.replay().run()
    assert stack.formation.parameters["FactsIn"] == "first"
    assert stack.tables() == ["news-FactsTable-4", "news-RegistryTable-2"]
    assert stack.actors() == before


def test_articles_that_came_without_a_document_are_read_again_in_all_versions(stack: Stack) -> None:
    at = stack.at
    for number in (40, 50):
        text = f"Norway sent {number} trucks to Chad on Monday, the foreign ministry in Oslo said."
        article = article_in({"id": "x", "text": text}, "rows", now=LONG_AGO + timedelta(hours=number))
        record_article(article, at.blobs, at.store)
        at.queue("ExtractQueue").send([article_message(article, CorrelationId("x"))])
    stack.work()
    facts = [(*item.key, dict(item.body)) for item in stack.at.store.dump() if item.key != STALE]
    assert stack.replay().run() == 3
    assert [(*item.key, dict(item.body)) for item in stack.at.store.dump()] == facts


@pytest.mark.parametrize("after", [0, 3, 7])
def test_broken_off_it_goes_on_from_where_it_stands(stack: Stack, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    monkeypatch.setattr(on_aws, "CHUNK", 1)
    stack.store("https://example.org/b", "Kenya frees fishermen", who="Kenya")
    stack.work()
    stack.handled.clear()
    sleeps = iter(range(after))

    def sleep(_: float) -> None:
        stack.work()
        if next(sleeps, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.replay(sleep).run()
    assert stack.replay().run() == 2
    assert stack.handled["clean"] == 2
    assert stack.actors() == {"PER", "KEN"}
    assert stack.tables() == ["news-RegistryTable-2", "news-SecondFactsTable-3"]
    assert stack.at.store.get(keys.replay()) is None


def test_what_was_sent_before_it_was_broken_off_is_not_sent_again(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_aws, "CHUNK", 1)
    monkeypatch.setattr(on_aws, "CROWD", 1)
    stack.store("https://example.org/b", "Kenya frees fishermen", who="Kenya")
    stack.work()

    def sleep(seconds: float) -> None:
        if seconds == ROOM_LOOK_S:  # no room for the second one
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.replay(sleep).run()
    assert stack.at.queue("CleanQueue").depth() == 1
    assert stack.replay().run() == 2
    assert "sending the rest: 1 were sent before" in stack.screen.steps


def test_dead_letters_stop_the_swap_until_they_are_gone_or_done_without(stack: Stack) -> None:
    old = stack.at.queue("CleanDeadLetterQueue")
    old.send(["of before, and none of its business"])
    broken = keys.document_blob(DocumentId("dbroken"))
    stack.at.blobs.put_if_absent(broken, b"no raw document")
    with pytest.raises(Unavailable, match=r"1 message was set aside since .*`tidings dlq list --stack news"):
        stack.replay().run()
    assert stack.formation.parameters["FactsIn"] == "first"
    assert stack.actors() == {"PER"}
    with pytest.raises(Unavailable, match="1 message was set aside"):
        stack.replay().run()
    stack.replay().run(swap_anyway=True)
    assert stack.formation.parameters["FactsIn"] == "second"
    assert old.depth() == 2


def test_given_up_all_is_as_it_was_and_what_came_meanwhile_is_there(stack: Stack) -> None:
    def sleep(_: float) -> None:
        if stack.formation.parameters["Replay"] == "rebuilding":
            stack.store("https://example.org/b", "Kenya frees fishermen", who="Kenya")  # of an archive: no news
            stack.work()
            stack.store("https://example.org/c", "Ghana frees fishermen", who="Ghana", fetched=stack.now)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.replay(sleep).run()
    assert len(stack.tables()) == 3
    assert stack.actors() == {"PER"}
    assert stack.replay().abandon() == 1  # the other one waited still, and went the ordinary way
    stack.work()
    assert stack.actors() == {"PER", "KEN", "GHA"}
    assert stack.at.store.get(STALE) is not None
    assert stack.tables() == ["news-FactsTable-1", "news-RegistryTable-2"]
    assert stack.formation.parameters["Replay"] == "none"
    with pytest.raises(BadUsage, match="no replay of stack news is under way"):
        stack.replay().abandon()


def test_giving_up_can_be_broken_off_too(stack: Stack) -> None:
    def dies(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.replay(dies).run()
    stack.store("https://example.org/b", "Kenya frees fishermen", who="Kenya", fetched=stack.now)
    for sleeps in (1, 1):
        left = iter(range(sleeps))

        def sleep(_: float, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            stack.replay(sleep).abandon()
    stack.replay().run()  # either command ends it
    stack.work()
    assert stack.actors() == {"PER", "KEN"}
    assert stack.tables() == ["news-FactsTable-1", "news-RegistryTable-2"]


def test_a_change_that_cloudformation_takes_back_is_one_clear_line(stack: Stack) -> None:
    stack.formation.fails = True
    with pytest.raises(Unavailable, match=r"did not change \(UPDATE_ROLLBACK_COMPLETE\)"):
        stack.replay().run()
    stack.formation.fails = False
    assert stack.replay().run() == 1


@pytest.mark.parametrize("again", ["run", "abandon"])
def test_a_stack_that_cannot_forget_the_table_that_is_gone_forgets_it_the_next_time(stack: Stack, again: str) -> None:
    def sleep(_: float) -> None:
        stack.work()
        stack.formation.fails = stack.formation.parameters["Replay"] == "leaving"

    with pytest.raises(Unavailable, match="did not change"):
        stack.replay(sleep).run()
    assert stack.tables() == ["news-RegistryTable-2", "news-SecondFactsTable-3"]
    stack.formation.fails = False
    if again == "abandon":
        with pytest.raises(BadUsage, match="the replay of stack news is all but over: run it again to end it"):
            stack.replay().abandon()
    stack.replay().run()
    assert stack.formation.parameters["Replay"] == "none"
    assert stack.actors() == {"PER"}


def test_feeds_that_lie_with_the_facts_still_are_moved_before_a_replay_may_begin(stack: Stack) -> None:
    facts = stack.at.undivided("FactsTable")
    feed = add_feed(facts, "https://example.org/feed.xml", now=stack.now)
    add_watch(facts, "all", EventQuery(), webhook=None, secret="s", now=stack.now)
    facts.transact([Put(keys.feed_seen(feed.feed_id, "e1"), {"digest": "1"})])
    lying = [(item.key, dict(item.body)) for item in facts.dump() if not keys.is_fact(item.key.pk)]
    with pytest.raises(BadUsage, match="`make deploy` moves them"):
        stack.replay().run()
    assert move_registry(stack.at) == len(lying) == 5
    assert [(item.key, dict(item.body)) for item in stack.registry()] == lying
    assert move_registry(stack.at) == 0
    stack.replay().run()
    assert [(item.key, dict(item.body)) for item in stack.registry()] == lying


def test_the_command_tells_of_each_step_and_of_the_end(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command.time, "sleep", stack.sleep)
    done = CliRunner().invoke(cli, ["replay", "--stack", "news"])
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == [
        "making a table beside the one that answers",
        "sending what is stored",
        "waiting until all is worked off",
        "letting the new table answer",
        "taking the table away that does not answer",
        "rebuilt the facts of news from 1 document; the new table answers",
    ]
    assert isinstance(CliRunner().invoke(cli, ["replay", "--stack", "news", "--abandon"]).exception, BadUsage)


def test_the_command_says_how_to_go_on(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(_: float) -> None:
        raise KeyboardInterrupt

    stack.formation.parameters["RawRetentionDays"] = "90"
    monkeypatch.setattr(command.time, "sleep", dies)
    done = CliRunner().invoke(cli, ["replay", "--stack", "news"])
    assert "broken off: the same command goes on from here, and --abandon gives up" in done.stderr.splitlines()
    assert "documents are kept for 90 days: what older ones told will not be in the new table" in done.stderr


def test_the_options_of_a_stack_ask_for_one() -> None:
    assert isinstance(CliRunner().invoke(cli, ["replay", "--abandon"]).exception, BadUsage)
