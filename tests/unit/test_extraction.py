"""The whole extraction of an article: every value is where it says, and the same text gives the same extraction."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.growth import grows_in_proportion
from tidings import keys
from tidings.extract.pipeline import LONGEST_TEXT, load_extractor
from tidings.extract.stage import extract
from tidings.ids import ArticleId, CorrelationId
from tidings.messages import ExtractArticle
from tidings.ports.fakes import MemoryBlobs, MemorySender
from tidings.records import Article, Extraction
from tidings.settings import Settings

PUBLISHED = datetime(2024, 3, 15, 18, tzinfo=UTC)


def extraction(text: str) -> Extraction:
    return load_extractor(Settings()).extract(ArticleId("a"), text, PUBLISHED)


SENTENCES = [
    "Peru released nine Chilean fishermen on Monday, the foreign ministry in Lima said.",
    "“We will not sign the treaty,” President Dos Santos told reporters in São Paulo.",
    "The EU’s envoy, María Ruiz, accused Mali of expelling 14 observers last week 🚢.",
    "GUNMEN KILL AT LEAST 5 IN KANO",
    "KYIV, March 14 (Agency) — Both sides exchanged 95 prisoners, she said; it was the third swap this year.",
    "According to Mr. Okello, neither army did receive any weapons from Chad.",
    "\n\n",
    "He denied it.",
    "“",
    "ﬀ ﷺ e\u0301 \u200b",
]
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=6).map(" ".join) | st.text(max_size=200)


@settings(max_examples=60)
@given(TEXTS)
def test_every_value_is_where_it_says(text: str) -> None:
    found = extraction(text)
    spans = list(chain(found.entities, found.timexes, found.quantities))
    for said in found.attributions:
        spans += [span for span in (said.source, said.cue, said.content) if span is not None]
    for event in found.events:
        spans += [event.trigger, *event.actor, *event.recipient, *(o for o in event.objects if not isinstance(o, str))]
        spans += [event.place] if event.place is not None else []
        assert event.evidence.start <= event.trigger.start < event.trigger.end <= event.evidence.end
    for span in spans:
        assert text[span.start : span.end] == span.text
        assert span.text.strip()


@settings(max_examples=30)
@given(TEXTS)
def test_every_reference_leads_to_a_value(text: str) -> None:
    found = extraction(text)
    times = {t.id for t in found.timexes}
    entities, said = {e.id for e in found.entities}, {a.id for a in found.attributions}
    for event in found.events:
        assert {told for told in event.objects if isinstance(told, str)} <= {q.id for q in found.quantities}
        assert {event.time} - {None} <= times
        assert set(event.attributions) <= said
        assert {p.entity for p in (*event.actor, *event.recipient)} - {None} <= entities
        assert event.evidence.end <= len(text)
    for attribution in found.attributions:
        assert {attribution.time} - {None} <= times


def test_the_same_text_gives_the_same_extraction() -> None:
    text = " ".join(SENTENCES)
    assert extraction(text) == extraction(text)


def test_a_text_that_no_article_can_have_is_marked() -> None:
    found = extraction("Peru freed nine men. " * (LONGEST_TEXT // 20))
    assert found.not_extracted == "210,000 characters; at most 200,000 are extracted"
    assert found.sentences == found.entities == found.events == ()


def extracted(article: Article, blobs: MemoryBlobs) -> tuple[Extraction, MemorySender]:
    """Put an article through the stage; return what is stored then, and what publish was told."""
    told, key = MemorySender(), keys.article_blob(article.article_id, article.version)
    blobs.put_if_absent(key, article.model_dump_json().encode())
    message = ExtractArticle(correlation_id=CorrelationId("c"), article_id=article.article_id, blob_key=key)
    extract(message, extractor=load_extractor(Settings()), blobs=blobs, publish_queue=told)
    stored = keys.extraction_blob(article.article_id, article.version, load_extractor(Settings()).model)
    return Extraction.model_validate_json(blobs.get(stored)), told


def test_publish_is_told_of_an_article_that_is_too_long_as_of_any_other() -> None:
    found, told = extracted(Article(article_id="a", version="v", text="x" * (LONGEST_TEXT + 1)), MemoryBlobs())
    assert "200,001 characters" in str(found.not_extracted)
    assert len(told.bodies) == 1


def test_what_earlier_rules_found_in_an_article_is_replaced() -> None:
    blobs, article = MemoryBlobs(), Article(article_id="a", version="v", text="Peru freed nine men.")
    now = extracted(article, blobs)[0]
    of_old = now.model_copy(update={"events": ()})
    blobs.replace(keys.extraction_blob(ArticleId("a"), "v", now.model), of_old.model_dump_json().encode())
    assert extracted(article, blobs)[0] == now != of_old


MARKS_OF_ALL_KINDS = '“"(,!…€=_’'


def test_an_article_of_nothing_but_marks_is_read_in_seconds() -> None:
    text = " ".join(mark * (LONGEST_TEXT // len(MARKS_OF_ALL_KINDS) - 1) for mark in MARKS_OF_ALL_KINDS)
    began = time.process_time()
    assert extraction(text).events == ()
    assert time.process_time() - began < 60  # it took hours while each mark cost a search of all others


@given(st.sampled_from("a1\"'“,.-$(% \n—’7é\u200b"), st.sampled_from(["", "x", " said ", "1,", "“", "5 "]))
@settings(max_examples=6)
def test_endless_repetition_costs_what_any_text_of_its_length_costs(character: str, seed: str) -> None:
    assert grows_in_proportion(lambda length: extraction((seed + character * 50) * (length // (50 + len(seed)))), 1000, 8000)


def test_an_article_four_times_as_long_takes_four_times_the_time() -> None:
    def read(length: int) -> None:
        text = ("\n\n".join(" ".join(SENTENCES[n % 6 :] + SENTENCES[: n % 6]) for n in range(length // 600)))[:length]
        extraction(text)

    assert grows_in_proportion(read, 5_000, 20_000)
