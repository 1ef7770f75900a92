"""Publish: mentions of one happening become one event, whatever the order, the repetitions and the interruptions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from bench.publish_cost import Counting
from bench.publish_cost import publish as publish_one
from bench.publish_orders import Breaking, at_once, differs
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings import ids, keys
from tidings.errors import Unavailable
from tidings.ids import ArticleId, BlobKey, CorrelationId
from tidings.messages import PublishExtraction
from tidings.ports.fakes import MemoryBlobs, MemoryBus, MemoryStore
from tidings.publish import settling
from tidings.publish.canonical import EXACT, MAX_MENTIONS
from tidings.publish.mentions import summaries
from tidings.publish.printing import merge
from tidings.publish.stage import publish, replace_mentions
from tidings.query.events import EventQuery, find_events
from tidings.query.reading import events_by_id, find_event
from tidings.records import (
    Article,
    CanonicalEvent,
    EventMention,
    Evidence,
    Extraction,
    Participant,
    Quantity,
    Timex,
    TimexType,
    Trigger,
)
from tidings.replaying.meanwhile import Replaying

ACTORS = {"Norway": "NOR", "Chad": "TCD", "Peru": "PER"}


def telling(
    name: str, *, actor: str = "Norway", to: str = "Chad", number: int = 40, day: str = "2025-06-09", outlet: str = "Wire"
) -> tuple[Article, Extraction]:
    """An article of one sentence, "<actor> sent <number> trucks to <to> on <day>.", with its extraction."""
    text = f"{actor} sent {number} trucks to {to} on {day}. ({name})"

    def span(words: str) -> dict[str, Any]:
        start = text.index(words)
        return {"start": start, "end": start + len(words), "text": words}

    article = Article(
        article_id=ArticleId(name),
        version=ids.digest(text),
        text=text,
        outlet=outlet,
        published=datetime(2025, 6, 10, tzinfo=UTC),
    )
    event = EventMention(
        id="v1",
        type="AID",
        trigger=Trigger(**span("sent"), lemma="send"),
        actor=(Participant(**span(actor), country=ACTORS[actor]),),
        recipient=(Participant(**span(to), country=ACTORS[to]),),
        objects=("q1",),
        time="t1",
        evidence=Evidence(start=0, end=len(text)),
        confidence=0.8,
    )
    extraction = Extraction(
        article_id=name,
        published=article.published,
        model="test",
        quantities=(Quantity(**span(str(number)), id="q1", value=number, of="trucks"),),
        timexes=(Timex(**span(day), id="t1", type=TimexType.DATE, value=day, first=day, last=day),),
        events=(event,),
    )
    return article, extraction


class World:
    """A store with blobs and a bus, and publish at work on them."""

    def __init__(self) -> None:
        self.store, self.blobs, self.bus = MemoryStore(), MemoryBlobs(), MemoryBus()

    def publish(self, told: tuple[Article, Extraction], store: Any = None) -> None:
        article, extraction = told
        article_key = keys.article_blob(article.article_id, article.version)
        extraction_key = keys.extraction_blob(article.article_id, article.version, extraction.model)
        self.blobs.put_if_absent(article_key, article.model_dump_json().encode())
        self.blobs.put_if_absent(extraction_key, extraction.model_dump_json().encode())
        message = PublishExtraction(
            article_id=article.article_id,
            article_key=article_key,
            extraction_key=extraction_key,
            correlation_id=CorrelationId("c"),
        )
        publish(message, blobs=self.blobs, store=store or self.store, bus=self.bus)

    def events(self) -> list[CanonicalEvent]:
        listed = find_events(self.store, EventQuery(), limit=100).events
        return events_by_id(self.store, [event.event_id for event in listed])

    def content(self) -> list[tuple[str, str, str]]:
        return [(i.key.pk, i.key.sk, repr(dict(i.body))) for i in self.store.dump()]


def published(tellings: Sequence[tuple[Article, Extraction]]) -> World:
    world = World()
    for told in tellings:
        world.publish(told)
    return world


def test_two_articles_that_tell_of_one_event_merge() -> None:
    (event,) = published([telling("a", outlet="Wire"), telling("b", outlet="Herald")]).events()
    assert event.mention_count == 2
    assert event.outlets == ("Herald", "Wire")


def test_other_numbers_on_another_day_are_another_event() -> None:
    world = published([telling("a", number=40), telling("b", number=27, day="2025-06-11")])
    assert len(world.events()) == 2


def test_other_actors_are_another_event() -> None:
    assert len(published([telling("a"), telling("b", actor="Peru", to="Norway", number=3)]).events()) == 2


def test_one_text_in_two_outlets_counts_as_one_outlet() -> None:
    article, extraction = telling("a", outlet="Wire")
    copy = article.model_copy(update={"article_id": ArticleId("b"), "outlet": "Herald"})
    (event,) = published([(article, extraction), (copy, extraction.model_copy(update={"article_id": "b"}))]).events()
    assert event.mention_count == 2
    assert len(event.outlets) == 1


def test_a_copy_without_an_outlet_does_not_hide_the_outlet_of_the_other() -> None:
    article, extraction = telling("b", outlet="Wire")
    nameless = article.model_copy(update={"article_id": ArticleId("a"), "outlet": None})
    (event,) = published([(nameless, extraction.model_copy(update={"article_id": "a"})), (article, extraction)]).events()
    assert event.outlets == ("Wire",)


def test_the_quotation_finds_its_place_again() -> None:
    article, extraction = telling("a")
    (event,) = published([(article, extraction)]).events()
    assert event.mentions[0].selector.exact in article.text


def test_the_same_message_again_changes_nothing_and_says_nothing() -> None:
    world = published([telling("a")])
    before, told = world.content(), len(world.bus.sent)
    world.publish(telling("a"))
    assert world.content() == before
    assert len(world.bus.sent) == told == 1


def test_a_new_event_and_a_changed_one_are_told_apart_on_the_bus() -> None:
    world = published([telling("a"), telling("b")])
    assert sorted(n.detail_type for n in world.bus.sent) == ["EventPublished", "EventUpdated"]


def test_a_new_version_of_an_article_replaces_its_mentions() -> None:
    world = published([version(40, hour=8), version(44, hour=9)])
    (event,) = world.events()
    assert [q.value for q in event.quantities] == [44]


def version(number: int, hour: int) -> tuple[Article, Extraction]:
    article, extraction = telling("a", number=number)
    return article.model_copy(update={"fetched_at": datetime(2025, 6, 10, hour, tzinfo=UTC)}), extraction


def test_an_older_version_of_an_article_is_history_whichever_came_first() -> None:
    old, new = version(40, hour=8), version(44, hour=9)
    world, late = published([old, new]), published([new, old])
    (event,) = world.events()
    assert [q.value for q in event.quantities] == [44]
    assert [(c.kind, c.was) for c in event.history] == [
        ("told", None),
        ("revised", "40 trucks"),
    ]
    assert [c.at for c in event.history] == [old[0].published, new[0].fetched_at]
    assert world.content() == late.content()


def test_what_a_new_version_changes_raises_the_version_of_its_event() -> None:
    world = published([version(40, hour=8)])
    (before,) = world.events()
    world.publish(version(41, hour=9))
    (after,) = world.events()
    assert (before.version, after.version) == (1, 2)


def test_a_version_that_is_fetched_again_changed_nothing_then() -> None:
    """When a version was met first is when it brought its change, however often the page is read afterwards."""
    old, new = version(40, hour=8), version(44, hour=9)
    world = published([old, new])
    replace_mentions(
        new[0].model_copy(update={"fetched_at": datetime(2025, 6, 12, tzinfo=UTC)}),
        summaries(new[1], new[0]),
        world.store,
        world.bus,
        since=new[0].fetched_at,
    )
    (event,) = world.events()
    assert [c.at for c in event.history if c.kind == "revised"] == [new[0].fetched_at]


def test_what_was_told_stands_before_what_changed_it_at_the_same_moment() -> None:
    old, new = (told[0].model_copy(update={"fetched_at": None}) for told in (version(40, hour=8), version(44, hour=9)))
    world = published([(old, version(40, hour=8)[1]), (new, version(44, hour=9)[1])])
    (event,) = world.events()
    assert [c.kind for c in event.history] == ["told", "revised"]
    assert len({c.at for c in event.history}) == 1


def test_what_a_new_version_no_longer_tells_is_withdrawn() -> None:
    old, other = version(40, hour=8), telling("b", outlet="Herald")
    silent = old[0].model_copy(update={"version": "2", "fetched_at": datetime(2025, 6, 10, 9, tzinfo=UTC)})
    tellings = [old, other, (silent, old[1].model_copy(update={"events": ()}))]
    world = published(tellings)
    (event,) = world.events()
    assert event.outlets == ("Herald",)
    assert sorted((c.kind, c.article_id) for c in event.history) == [("told", "b"), ("withdrawn", "a")]
    assert published(tellings[::-1]).content() == world.content()


def test_an_adjective_that_acts_is_its_nation() -> None:
    article, extraction = telling("a")
    (event,) = extraction.events
    raid = event.model_copy(update={"actor": (Participant(start=0, end=9, text="Norwegian", country="NOR", sector="MIL"),)})
    (told,) = published([(article, extraction.model_copy(update={"events": (raid,)}))]).events()
    assert [(actor.name, actor.country) for actor in told.actor] == [("Norway", "NOR")]


def test_disagreeing_values_keep_their_support() -> None:
    world = published([telling("a"), telling("b", outlet="Herald")])
    values = {v.value: v.outlets for e in world.events() for v in e.values if v.field == "quantity"}
    assert values == {"40 trucks": ("Herald", "Wire")}


def test_a_former_event_id_is_a_mention_and_leads_to_its_event() -> None:
    world = published([telling("b"), telling("a")])
    (event,) = world.events()
    for mention in event.mentions:
        item = world.store.get(keys.mention(mention.mention_id))
        assert item is not None
        assert item.body["event_id"] == event.event_id


def test_printing_merges_as_the_store_does() -> None:
    tellings = [telling("a"), telling("b"), telling("c", actor="Peru", to="Norway", number=3)]
    printed = merge([e for _, e in tellings], {a.article_id: a for a, _ in tellings})
    assert sorted(printed, key=lambda e: e.event_id) == sorted(published(tellings).events(), key=lambda e: e.event_id)


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_orders_repetitions_and_crashes_do_not_matter(seed: int) -> None:
    assert not differs(seed)


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_it_does_not_matter_how_several_writers_who_are_at_work_at_once_get_into_each_others_way(seed: int) -> None:
    with patch.object(settling, "FIRST_WAIT_S", 0):
        assert not differs(seed, at_once)


@pytest.mark.parametrize(("hour", "is_news"), [(9, False), (12, True), (15, True)])
def test_while_a_stack_is_replayed_news_goes_to_both_tables_and_is_told_of_and_all_else_to_the_new_one(
    hour: int, is_news: bool
) -> None:
    article, extraction = telling("a")
    blobs, store, beside, bus = MemoryBlobs(), MemoryStore(), MemoryStore(), MemoryBus()
    article = article.model_copy(update={"fetched_at": datetime(2025, 6, 10, hour, tzinfo=UTC)})
    places = BlobKey("articles/a/1.json"), BlobKey("extractions/a/1.json")
    for place, record in zip(places, (article, extraction), strict=True):
        blobs.put_if_absent(place, record.model_dump_json().encode())
    message = PublishExtraction(
        correlation_id=CorrelationId("c"), article_id=article.article_id, article_key=places[0], extraction_key=places[1]
    )
    replaying = Replaying(beside, datetime(2025, 6, 10, 12, tzinfo=UTC))
    publish(message, blobs=blobs, store=store, bus=bus, replaying=replaying)
    assert len(find_events(beside, EventQuery()).events) == 1
    assert len(find_events(store, EventQuery()).events) == len(bus.sent) == int(is_news)
    swapped = MemoryBus()
    publish(message, blobs=blobs, store=MemoryStore(), bus=swapped, replaying=replaying._replace(beside=None))
    assert len(swapped.sent) == int(is_news)


def test_a_message_whose_process_died_says_everything_when_it_comes_again() -> None:
    for at in range(1, 12):
        world = World()
        with suppress(Unavailable):
            world.publish(telling("a"), Breaking(world.store, at, after=at % 2 == 0))
        world.publish(telling("a"))
        assert {n.detail_type for n in world.bus.sent} == {"EventPublished"}


def test_what_one_more_mention_costs_does_not_grow_with_the_event() -> None:
    counting = Counting(MemoryStore())
    costs = []
    for start in (0, EXACT, 2 * EXACT):
        before = counting.seen.copy()
        for number in range(start, start + EXACT):
            publish_one(number, 7, counting)
        costs.append((counting.seen - before)["reads"] / EXACT)
    # A new leader has the others looked at again: rarely, since it must be of less rank than all before it.
    assert costs[2] < 3 * costs[0]
    assert counting.largest < 400_000
    (listed,) = find_events(counting.store, EventQuery()).events
    event = find_event(counting.store, listed.event_id)
    assert event.mention_count == 3 * EXACT // 10 * 10
    assert len(event.mentions) == MAX_MENTIONS


def test_a_type_of_the_ontology_outweighs_mentions_outside_it() -> None:
    told = [telling(name) for name in ("a", "b", "c")]
    outside = [
        (article, extraction.model_copy(update={"events": (extraction.events[0].model_copy(update={"type": "OTHER"}),)}))
        for article, extraction in told[1:]
    ]
    (event,) = published([told[0], *outside]).events()
    assert (event.type, event.mention_count) == (told[0][1].events[0].type, 3)


def test_one_verb_for_two_deeds_in_one_article_stays_two_events() -> None:
    article, extraction = telling("a", number=40)
    (event,) = extraction.events
    other = event.model_copy(
        update={"id": "v2", "trigger": event.trigger.model_copy(update={"start": 1, "end": 3}), "objects": ()}
    )
    other = other.model_copy(update={"actor": (event.recipient[0],), "recipient": (event.actor[0],)})
    told = extraction.model_copy(update={"events": (event, other)})
    assert len(published([(article, told)]).events()) == 2
