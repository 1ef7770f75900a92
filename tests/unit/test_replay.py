"""Replay: the facts are rebuilt beside those in use, and replace them at one stroke; what was told to Tidings stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings import ids, keys
from tidings.adapters.sqlite_store import SqliteStore
from tidings.bootstrap import embedded, embedded_queue
from tidings.clean.stage import article_message, clean, record_article
from tidings.cli.article_lines import article_in
from tidings.documents import as_blob
from tidings.errors import Unavailable
from tidings.extract.pipeline import load_extractor
from tidings.extract.stage import extract
from tidings.ids import CorrelationId
from tidings.local.replay import replay
from tidings.messages import CleanDocument, ExtractArticle, PublishExtraction
from tidings.ports.store import Key, Put
from tidings.publish.stage import publish
from tidings.query.events import EventQuery, find_events
from tidings.records import RawDocument
from tidings.settings import Settings

PAGE = """<html><head><title>{title}</title><meta property="article:published_time" content="2024-03-15T10:00:00Z"></head>
<body><article><h1>{title}</h1><p>Peru released nine Chilean fishermen on Monday, the foreign ministry in Lima said.
The men had been held since February, when the navy seized their boat off the southern coast.</p><p>Chile thanked Peru for
the release and said that both governments would hold talks on the border next month.</p></article></body></html>"""


def store_page(settings: Settings, url: str, title: str) -> None:
    """Put a raw document where fetch would put it."""
    body = PAGE.format(title=title).encode()
    identity = ids.document_id(url, body)
    record = RawDocument(
        document_id=identity,
        url=url,
        content_type="text/html",
        fetched_at=datetime(2024, 3, 15, 12, tzinfo=UTC),
        correlation_id=CorrelationId(identity),
    )
    blobs = embedded(settings, "fetch").blobs
    blobs.put_if_absent(keys.document_blob(identity), as_blob(record, body))


def work_off(settings: Settings) -> None:
    """Do in this process what the runner's workers do."""
    tools, extractor = embedded(settings, "clean"), load_extractor(settings)
    for message in embedded_queue(settings, settings.clean_queue_url).receive(10, 60):
        told = CleanDocument.model_validate_json(message.body)
        clean(told, blobs=tools.blobs, store=tools.store, extract_queue=tools.queues.extract)
    for message in embedded_queue(settings, settings.extract_queue_url).receive(10, 60):
        article = ExtractArticle.model_validate_json(message.body)
        extract(article, extractor=extractor, blobs=tools.blobs, publish_queue=tools.queues.publish)
    for message in embedded_queue(settings, settings.publish_queue_url).receive(10, 60):
        extraction = PublishExtraction.model_validate_json(message.body)
        publish(extraction, blobs=tools.blobs, store=tools.store, bus=tools.bus)


def content(home: Path) -> list[tuple[str, str, str]]:
    return [(i.key.pk, i.key.sk, repr(sorted(i.body.items()))) for i in SqliteStore(home / "store.sqlite").dump()]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home")
    store_page(made, "https://example.org/a", "Peru frees fishermen")
    return made


def test_replay_makes_the_facts_anew_and_leaves_feeds_alone(settings: Settings) -> None:
    home = settings.home
    assert home is not None
    replay(settings, work_off)
    calm = content(home)
    assert any(pk == "EVENTS" for pk, _, _ in calm)
    store = SqliteStore(home / "store.sqlite")
    feed, stale = Key("FEED#f1", "FEED"), Key("EVENT#stale", "EVENT")
    store.transact([Put(feed, {"url": "https://example.org/feed"}), Put(stale, {})])
    assert replay(settings, work_off) == 1
    assert [row for row in content(home) if row[0] != feed.pk] == calm
    assert store.get(feed) is not None


def ingest(settings: Settings, number: int, hour: int) -> None:
    """Do what `tidings ingest` does with a version of an article as a JSON line."""
    day = "2025-07-01T"
    row = {"id": "x", "published": f"{day}08:00:00Z", "fetched_at": f"{day}{hour:02d}:00:00Z", "outlet": "Wire"}
    text = f"Norway sent {number} trucks to Chad on Monday, the foreign ministry in Oslo said."
    article = article_in({**row, "text": text}, "rows", now=datetime.now(UTC))
    tools = embedded(settings, "fetch")
    record_article(article, tools.blobs, tools.store)
    tools.queues.extract.send([article_message(article, CorrelationId("x"))])


@pytest.mark.parametrize("fetched", [[(1200, 9), (1212, 12)], [(1212, 9), (1200, 12)], [(1200, 9), (1212, 12), (1200, 13)]])
def test_articles_that_came_as_such_keep_their_history(settings: Settings, fetched: list[tuple[int, int]]) -> None:
    home = settings.home
    assert home is not None
    store_page_only = replay(settings, work_off)
    for number, hour in fetched:
        ingest(settings, number, hour)
        work_off(settings)
    before = content(home)
    (event,) = find_events(SqliteStore(home / "store.sqlite"), EventQuery(actor=("NOR",))).events
    assert [quantity.value for quantity in event.quantities] == [fetched[-1][0]]
    assert replay(settings, work_off) == store_page_only + 2
    assert content(home) == before


def test_what_was_in_use_answers_until_the_end_and_stays_if_the_replay_is_broken_off(settings: Settings) -> None:
    home = settings.home
    assert home is not None
    replay(settings, work_off)
    calm = content(home)

    def broken(beside: Settings) -> None:
        assert content(home) == calm
        work_off(beside)
        raise Unavailable("the power is gone")

    with pytest.raises(Unavailable):
        replay(settings, broken)
    assert content(home) == calm
    assert not (home / "replay").exists()
    assert replay(settings, work_off) == 1


def test_no_replay_beside_a_runner(settings: Settings) -> None:
    def second(_: Settings) -> None:
        replay(settings, work_off)

    with pytest.raises(Unavailable, match="another tidings is running"):
        replay(settings, second)
