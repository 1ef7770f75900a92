"""Fetch and clean over the embedded store and the bundled feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings import keys
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.adapters.sqlite_store import SqliteStore
from tidings.clean.stage import clean
from tidings.fetch.registry import add_feed, all_feeds, get_feed
from tidings.fetch.stage import poll_feed, schedule_due
from tidings.fetch.web import GuardedWeb
from tidings.local.bundled import BundledServer, serve_bundled
from tidings.messages import CleanDocument, ExtractArticle, PollFeed
from tidings.records import Article, FeedStatus
from tidings.settings import Settings

NOW = datetime(2025, 6, 13, 20, 0, tzinfo=UTC)


@dataclass
class World:
    blobs: FolderBlobs
    store: SqliteStore
    feeds: SqliteQueue
    clean: SqliteQueue
    extract: SqliteQueue
    web: GuardedWeb

    def poll(self, message: PollFeed, now: datetime = NOW) -> None:
        poll_feed(message, web=self.web, blobs=self.blobs, store=self.store, clean_queue=self.clean, clock=lambda: now)

    def run(self, now: datetime = NOW) -> None:
        schedule_due(now, store=self.store, feeds_queue=self.feeds)
        while got := self.feeds.receive(10, 60):
            for one in got:
                self.poll(PollFeed.model_validate_json(one.body), now)
                self.feeds.delete(one.receipt)
        while got := self.clean.receive(10, 60):
            for one in got:
                message = CleanDocument.model_validate_json(one.body)
                clean(message, blobs=self.blobs, store=self.store, extract_queue=self.extract)
                self.clean.delete(one.receipt)

    def articles(self) -> list[Article]:
        found = []
        while got := self.extract.receive(10, 60):
            for one in got:
                message = ExtractArticle.model_validate_json(one.body)
                found.append(Article.model_validate_json(self.blobs.get(message.blob_key)))
                self.extract.delete(one.receipt)
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    path = tmp_path / "queues.sqlite"
    return World(
        FolderBlobs(tmp_path / "blobs"),
        SqliteStore(tmp_path / "store.sqlite"),
        SqliteQueue(path, "FeedsQueue"),
        SqliteQueue(path, "CleanQueue"),
        SqliteQueue(path, "ExtractQueue"),
        GuardedWeb(Settings(allow_loopback=True)),
    )


@pytest.fixture
def server() -> Iterator[BundledServer]:
    with serve_bundled(0) as running:
        yield running


def test_the_bundled_feeds_give_their_articles(world: World, server: BundledServer) -> None:
    for url in server.feeds:
        add_feed(world.store, url, now=NOW, allow_loopback=True)
    world.run()
    titles = {(article.title, article.outlet) for article in world.articles()}
    assert len(titles) >= 10
    assert ("Thousands march in Nairobi against fuel tax", "The Lake Observer") in titles
    assert ("Kenyan police use tear gas on fuel tax demonstrators", "Capital Wire") in titles
    assert {feed.status for feed in all_feeds(world.store)} == {FeedStatus.HEALTHY}


@pytest.mark.parametrize("name", ["seed.html", "seed.txt"])
def test_the_aggregator_page_gives_four_articles(world: World, server: BundledServer, name: str) -> None:
    add_feed(world.store, f"{server.base_url}/pages/{name}", now=NOW, allow_loopback=True)
    world.run()
    articles = world.articles()
    assert [article.outlet for article in articles[1:]] == ["Russia Today"] * 3
    assert [article.published_latest for article in articles[1:]] == [NOW - timedelta(hours=h) for h in (1, 3, 15)]
    assert not any(
        junk in article.text for article in articles for junk in ("Hashtags", "Comments", "AI Features", "Daily8")
    )


def test_a_second_poll_changes_nothing_but_the_time(world: World, server: BundledServer) -> None:
    feed = add_feed(world.store, f"{server.base_url}/full.xml", now=NOW, allow_loopback=True)
    world.run()
    assert len(world.articles()) == 2
    later = NOW + timedelta(days=1)
    world.run(later)
    assert world.articles() == []
    after = get_feed(world.store, feed.feed_id)
    assert (after.status, after.last_polled) == (FeedStatus.HEALTHY, later)


def test_messages_that_come_twice_leave_the_same_store(world: World, server: BundledServer) -> None:
    feed = add_feed(world.store, f"{server.base_url}/full.xml", now=NOW, allow_loopback=True)
    world.run()
    before = json.dumps([[*item.key, item.body, item.version] for item in world.store.dump()], sort_keys=True)
    world.poll(PollFeed(correlation_id="again", feed_id=feed.feed_id, url=feed.url))
    world.run()
    after = json.dumps([[*item.key, item.body, item.version] for item in world.store.dump()], sort_keys=True)
    assert after == before


def test_a_broken_feed_is_marked_and_blocks_no_other(world: World, server: BundledServer) -> None:
    broken = add_feed(world.store, f"{server.base_url}/none.xml", now=NOW, allow_loopback=True)
    add_feed(world.store, f"{server.base_url}/feed.json", now=NOW, allow_loopback=True)
    world.run()
    assert len(world.articles()) == 1
    state = get_feed(world.store, broken.feed_id)
    assert (state.status, state.failures) == (FeedStatus.FAILING, 1)
    assert "404" in (state.reason or "")
    assert state.next_poll is not None and state.next_poll > NOW + timedelta(seconds=broken.interval_s)


def test_a_crash_before_the_seen_mark_loses_nothing(
    world: World, server: BundledServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = add_feed(world.store, f"{server.base_url}/full.xml", now=NOW, allow_loopback=True)
    message = PollFeed(correlation_id="c", feed_id=feed.feed_id, url=feed.url)
    whole = SqliteStore.transact

    def dies(self: SqliteStore, writes: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SqliteStore, "transact", dies)
    with pytest.raises(KeyboardInterrupt):
        world.poll(message)
    monkeypatch.setattr(SqliteStore, "transact", whole)
    world.poll(message)
    world.run()
    assert len({article.article_id for article in world.articles()}) == 2
    assert world.store.get(keys.feed(feed.feed_id)) is not None


def test_the_handlers_answer_a_schedule_and_queue_events(
    tmp_path: Path, server: BundledServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    monkeypatch.setenv("TIDINGS_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("TIDINGS_CLOCK", NOW.isoformat())
    from clean_handler import handler as clean_handler
    from fetch_handler import handler as fetch_handler
    from tidings.bootstrap import resources

    resources.cache_clear()
    add_feed(resources("fetch").store, f"{server.base_url}/full.xml", now=NOW, allow_loopback=True)
    assert fetch_handler({"action": "poll"}, CONTEXT) == {"sent": 1}
    for name, handle in (("FeedsQueue", fetch_handler), ("CleanQueue", clean_handler)):
        received = SqliteQueue(tmp_path / "queues.sqlite", name).receive(10, 60)
        records = [_record(one.message_id, one.body) for one in received]
        poison = _record("poison", '{"nonsense": true}')
        assert received
        assert handle({"Records": [poison, *records]}, CONTEXT) == {"batchItemFailures": []}
    assert SqliteQueue(tmp_path / "queues.sqlite", "ExtractQueue").depth() == 2
    assert SqliteQueue(tmp_path / "queues.sqlite", "CleanDeadLetterQueue").depth() == 1
    resources.cache_clear()


def _record(message_id: str, body: str) -> dict[str, object]:
    return {"messageId": message_id, "receiptHandle": message_id, "body": body, "eventSource": "aws:sqs", "attributes": {}}


class _Context:
    function_name = "test"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:eu-west-1:0:function:test"
    aws_request_id = "1"


CONTEXT = cast("LambdaContext", _Context())
