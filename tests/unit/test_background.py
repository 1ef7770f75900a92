"""What is kept beside events of PLOVER's types: a happening of which enough is told, or all, as the operator wants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tidings import keys
from tidings.ids import ArticleId, CorrelationId
from tidings.messages import PublishExtraction
from tidings.ports.fakes import MemoryBlobs, MemoryBus, MemoryStore
from tidings.publish.mentions import summaries
from tidings.publish.stage import publish
from tidings.records import (
    Article,
    EventMention,
    Evidence,
    Extraction,
    Participant,
    Place,
    Quantity,
    Timex,
    TimexType,
    Trigger,
)
from tidings.settings import Background

TEXT = "On Monday Norway won 40 medals in Chad, and they cheered."
ARTICLE = Article(article_id=ArticleId("a"), version="1", text=TEXT, published=datetime(2025, 6, 10, tzinfo=UTC))


def span(words: str) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "text": words}


NORWAY = (Participant(**span("Norway"), country="NOR"),)
THEY = (Participant(**span("they")),)
CHAD = Place(**span("Chad"), name="Chad", country="TCD")
CHADIANS = (Participant(**span("Chad"), country="TCD"),)


def extraction(**told: Any) -> Extraction:
    """The reading of "won", of which nothing is told but what is given."""
    event = EventMention(
        id="v1",
        type=told.pop("type", "OTHER"),
        trigger=Trigger(**span("won"), lemma="win"),
        evidence=Evidence(start=0, end=len(TEXT)),
        confidence=0.8,
        **told,
    )
    return Extraction(
        article_id="a",
        published=ARTICLE.published,
        model="test",
        quantities=(Quantity(**span("40"), id="q1", value=40, of="medals"),),
        timexes=(
            Timex(**span("Monday"), id="t1", type=TimexType.DATE, value="2025-06-09", first="2025-06-09", last="2025-06-09"),
        ),
        events=(event,),
    )


@pytest.mark.parametrize(
    ("told", "as_facts", "as_all"),
    [
        ({"type": "AID"}, True, True),
        ({}, False, False),
        ({"time": "t1"}, False, True),
        ({"time": "t1", "place": CHAD}, True, True),
        ({"time": "t1", "actor": NORWAY}, True, True),
        ({"objects": ("q1",), "actor": NORWAY}, True, True),
        ({"time": "t1", "actor": THEY}, False, True),
        ({"actor": THEY}, False, True),
        ({"place": CHAD, "recipient": CHADIANS}, False, True),  # one word tells both
        ({"type": "STATEMENT", "time": "t1", "place": CHAD, "actor": NORWAY}, False, True),
        ({"type": "STATEMENT"}, False, False),
    ],
)
def test_enough_is_told_of_a_happening_by_two_of_who_where_when_and_how_many(
    told: dict[str, Any], as_facts: bool, as_all: bool
) -> None:
    one = extraction(**told)
    assert bool(summaries(one, ARTICLE)) == as_facts
    assert bool(summaries(one, ARTICLE, background="all")) == as_all
    assert summaries(one, ARTICLE, bare=True)


def types_published(one: Extraction, background: Background) -> set[str]:
    blobs, bus = MemoryBlobs(), MemoryBus()
    places = keys.article_blob(ARTICLE.article_id, "1"), keys.extraction_blob(ARTICLE.article_id, "1", "test")
    blobs.put_if_absent(places[0], ARTICLE.model_dump_json().encode())
    blobs.put_if_absent(places[1], one.model_dump_json().encode())
    message = PublishExtraction(
        article_id=ARTICLE.article_id,
        article_key=places[0],
        extraction_key=places[1],
        correlation_id=CorrelationId("c"),
    )
    publish(message, blobs=blobs, store=MemoryStore(), bus=bus, background=background)
    return {notice.detail["type"] for notice in bus.sent}


def test_speech_acts_are_published_for_those_who_want_them() -> None:
    said = extraction(type="STATEMENT", actor=NORWAY)
    assert types_published(said, "facts") == set()
    assert types_published(said, "all") == {"STATEMENT"}
