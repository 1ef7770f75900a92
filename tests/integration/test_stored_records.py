"""Upgrades: what earlier versions stored is read and added to; what a later minor version adds is passed over."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tidings import keys
from tidings.fetch.registry import all_feeds
from tidings.ids import ArticleId, BlobKey, CorrelationId, EventId
from tidings.messages import PublishExtraction
from tidings.ports.fakes import MemoryBlobs, MemoryBus, MemoryStore
from tidings.ports.store import Item, Key, Put
from tidings.publish import merging
from tidings.publish.index import entries
from tidings.publish.mentions import MentionSummary
from tidings.publish.stage import publish
from tidings.query.events import EventQuery, find_events
from tidings.query.reading import find_event
from tidings.records import SCHEMA_VERSION, Article, CanonicalEvent, Extraction, Feed, RawDocument, Record

STORED = Path(__file__).parents[1] / "data" / "stored"
VERSIONS = sorted(path.name for path in STORED.iterdir())


def rows(version: str, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(STORED / version / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


@dataclass
class Kept:
    """A store and blobs as a version left them."""

    store: MemoryStore
    blobs: MemoryBlobs

    def item(self, key: Key) -> Item:
        found = self.store.get(key)
        assert found is not None
        return found

    def events(self, **question: str) -> list[CanonicalEvent]:
        found: list[CanonicalEvent] = []
        cursor: str | None = None
        while True:
            page = find_events(self.store, EventQuery(**question), limit=100, cursor=cursor)  # type: ignore[arg-type]
            found += page.events
            if (cursor := page.cursor) is None:
                return found


def kept(version: str, added: dict[str, Any] | None = None) -> Kept:
    """Return what a version stored, with `added` in every record."""
    store, blobs = MemoryStore(), MemoryBlobs()
    for row in rows(version, "items"):
        body = row["body"]
        if "summary" in body:
            body = body | {"summary": body["summary"] | (added or {})}
        store.transact([Put(Key(row["pk"], row["sk"]), body | (added or {}))])
    for row in rows(version, "blobs"):
        blobs.put_if_absent(BlobKey(row["key"]), json.dumps(row["body"] | (added or {})).encode())
    return Kept(store, blobs)


def told_again(old: Kept) -> PublishExtraction:
    """Put the article of the handover into the blobs as another outlet's, and return the message that publishes it."""
    (event,) = [e for e in old.events(type="RETREAT", actor="RUS") if e.trigger == "hand over"]
    first = event.mentions[0].article_id
    bodies = {key: json.loads(old.blobs.get(key)) for key in old.blobs.keys("") if first in key}
    (article,) = [Article.model_validate(b) for k, b in bodies.items() if k.startswith("articles/")]
    (extraction,) = [Extraction.model_validate(b) for k, b in bodies.items() if k.startswith("extractions/")]
    update = {"article_id": ArticleId("aother"), "outlet": "Another", "url": "https://other.example.org/1"}
    places = (BlobKey("articles/aother/1.json"), BlobKey("extractions/aother/1.json"))
    old.blobs.put_if_absent(places[0], article.model_copy(update=update).model_dump_json().encode())
    old.blobs.put_if_absent(places[1], extraction.model_copy(update={"article_id": "aother"}).model_dump_json().encode())
    return PublishExtraction(
        correlation_id=CorrelationId("c"),
        article_id=ArticleId("aother"),
        article_key=places[0],
        extraction_key=places[1],
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_api_answers_from_what_an_earlier_version_stored(version: str) -> None:
    old = kept(version)
    stored = {row["sk"].partition("#")[2] for row in rows(version, "items") if row["pk"] == keys.EVENTS}
    assert {event.event_id for event in old.events()} == stored
    assert {find_event(old.store, EventId(name)).event_id for name in stored} == stored
    assert {feed.feed_id for feed in all_feeds(old.store)} == {
        row["body"]["feed_id"] for row in rows(version, "items") if row["sk"] == "FEED"
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_publish_adds_a_mention_to_an_event_that_an_earlier_version_stored(version: str) -> None:
    old = kept(version)
    before = {event.event_id for event in old.events()}
    (told,) = [e for e in old.events(type="RETREAT", actor="RUS") if e.trigger == "hand over"]
    publish(told_again(old), blobs=old.blobs, store=old.store, bus=MemoryBus())
    (now,) = [e for e in old.events(type="RETREAT", actor="RUS") if e.trigger == "hand over"]
    assert now.mention_count == told.mention_count + 1
    assert {told.event_id, now.event_id} & before


@pytest.mark.parametrize("version", VERSIONS)
def test_fields_of_a_later_minor_version_are_passed_over(version: str) -> None:
    plain, later = kept(version), kept(version, {"added_later": {"x": [1]}})
    assert later.events() == plain.events()
    for old in (plain, later):
        publish(told_again(old), blobs=old.blobs, store=old.store, bus=MemoryBus())
    assert later.events() == plain.events()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_record_that_was_stored_can_be_read(version: str) -> None:
    kinds: dict[str, type[Record]] = {"documents": RawDocument, "articles": Article, "extractions": Extraction}
    for row in rows(version, "blobs"):
        kinds[row["key"].partition("/")[0]].model_validate(row["body"])
    for row in rows(version, "items"):
        if row["sk"] == "FEED":
            Feed.model_validate(row["body"])
        elif row["sk"] == "EVENT":
            CanonicalEvent.model_validate(row["body"]["card"])
        elif row["sk"] == "MENTION":
            MentionSummary.model_validate(row["body"]["summary"])


@pytest.mark.parametrize("record", [RawDocument, Article, Extraction, CanonicalEvent, Feed, MentionSummary])
def test_every_stored_record_says_its_schema_and_a_later_one_is_refused_in_clear_words(record: type[Record]) -> None:
    assert record.model_fields["schema_version"].default == SCHEMA_VERSION
    with pytest.raises(ValidationError, match="written by a newer Tidings"):
        record.model_validate({"schema_version": SCHEMA_VERSION + 1})


def test_the_records_of_this_schema_are_kept_for_later_versions() -> None:
    kept_schemas = {
        row["body"]["card"]["schema_version"]
        for version in VERSIONS
        for row in rows(version, "items")
        if row["sk"] == "EVENT"
    }
    assert SCHEMA_VERSION in kept_schemas, "python -m tests.bench.stored keeps them"


@pytest.mark.parametrize("version", VERSIONS)
def test_keys_of_stored_items_are_spelt_as_they_were(version: str) -> None:
    old = kept(version)
    spelt = {(row["pk"], row["sk"]) for row in rows(version, "items")}
    for event in old.events():
        whole = find_event(old.store, event.event_id)
        items = merging.event_from(merging.summary_of(old.item(keys.mention(merging.leader_of(event.event_id)))))
        listed = entries(event) if tuple(keys.event(event.event_id)) in spelt else items.entries
        assert {tuple(key) for key in listed} <= spelt
        assert {tuple(keys.mention(mention.mention_id)) for mention in whole.mentions} <= spelt
