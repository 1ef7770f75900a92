"""Queue messages: identifiers and blob keys, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tidings.batch import parsed
from tidings.errors import BadInput
from tidings.ids import ArticleId, BlobKey, CorrelationId, DocumentId, FeedId
from tidings.messages import CleanDocument, ExtractArticle, Message, PollFeed, PublishExtraction, SchedulePoll

CORRELATION = CorrelationId("c1")
MESSAGES: list[Message] = [
    PollFeed(correlation_id=CORRELATION, feed_id=FeedId("f1"), url="https://example.org/feed.xml"),
    CleanDocument(correlation_id=CORRELATION, document_id=DocumentId("d1"), blob_key=BlobKey("documents/d1")),
    ExtractArticle(correlation_id=CORRELATION, article_id=ArticleId("a1"), blob_key=BlobKey("articles/a1/v.json")),
    PublishExtraction(
        correlation_id=CORRELATION,
        article_id=ArticleId("a1"),
        extraction_key=BlobKey("extractions/a1/v-m.json"),
        article_key=BlobKey("articles/a1/v.json"),
    ),
]


def named(message: object) -> str:
    return type(message).__name__


@pytest.mark.parametrize("message", MESSAGES, ids=named)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert parsed(type(message), message.model_dump_json()) == message


@pytest.mark.parametrize("message", MESSAGES, ids=named)
def test_a_message_with_a_field_too_many_is_refused(message: Message) -> None:
    body = message.model_dump() | {"text": "a whole article"}
    with pytest.raises(ValidationError, match="text"):
        type(message).model_validate(body)


@pytest.mark.parametrize("message", MESSAGES, ids=named)
def test_a_message_cannot_be_changed(message: Message) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        message.correlation_id = CorrelationId("c2")


@pytest.mark.parametrize("message", MESSAGES, ids=named)
def test_every_message_carries_its_correlation_id(message: Message) -> None:
    body = message.model_dump(exclude={"correlation_id"})
    with pytest.raises(ValidationError, match="correlation_id"):
        type(message).model_validate(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("no json", "not a PollFeed message: body: Invalid JSON"),
        ("[]", "not a PollFeed message: body:"),
        ('{"feed_id": "f", "url": "u"}', "not a PollFeed message: correlation_id: Field required"),
        ('{"correlation_id": "c", "feed_id": 1, "url": "u"}', "not a PollFeed message: feed_id:"),
    ],
)
def test_a_body_that_is_no_message_is_bad_input_that_names_the_field(body: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        parsed(PollFeed, body)


def test_the_schedule_may_say_more_than_we_know() -> None:
    assert SchedulePoll.model_validate({"action": "poll", "version": "0"}).now is None


def test_a_schedule_needs_a_time_with_a_zone() -> None:
    assert SchedulePoll.model_validate({"now": "2025-06-13T20:00:00Z"}).now == datetime(2025, 6, 13, 20, tzinfo=UTC)
    with pytest.raises(ValidationError, match="timezone"):
        SchedulePoll.model_validate({"now": "2025-06-13T20:00:00"})
