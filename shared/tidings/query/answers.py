"""What the API answers, as models: the OpenAPI description is made from them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict

from tidings.ids import EventId, MentionId
from tidings.records import Article, Attribution, CanonicalEvent, Entity, EventMention, Feed, Quantity, Timex


class Answer(BaseModel):
    """Base of all answers; their validators are built at first use, which only the description has."""

    model_config = ConfigDict(defer_build=True)


class Problem(Answer):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class EventList(Answer):
    """A page of events with the first mention of each; `cursor` asks for the next page, null at the end.

    A page may be short, even empty, and still have a cursor: what one request reads is bounded.
    """

    events: list[CanonicalEvent]
    cursor: str | None


class MentionInArticle(Answer):
    """A mention in an article, and its event."""

    mention_id: MentionId
    event_id: EventId


class Spans(Answer):
    """All that was read in an article, layer by layer; offsets are into its text."""

    model: str
    sentences: list[tuple[int, int]] = []
    entities: list[Entity] = []
    timexes: list[Timex] = []
    quantities: list[Quantity] = []
    attributions: list[Attribution] = []
    events: list[EventMention] = []
    not_extracted: str | None = None


class ArticleWithMentions(Article):
    """An article; its text and spans are missing where the server keeps texts to itself."""

    text: str | None = None  # type: ignore[assignment]
    extraction: Spans | None = None
    mentions: list[MentionInArticle]


class FeedList(Answer):
    """All feeds."""

    feeds: list[Feed]


def answers(model: type[BaseModel], *problems: HTTPStatus, status: HTTPStatus = HTTPStatus.OK) -> dict[int, Any]:
    """Return the description of an operation's answers: a good one, and the problems beside a bad request."""
    good = {status.value: {"description": status.phrase, "content": {"application/json": {"model": model}}}}
    return good | _problems(*problems)


def answers_in(content_type: str, *problems: HTTPStatus) -> dict[int, Any]:
    """Return the same of an operation whose answer is a document in another format than ours."""
    kind = content_type.partition(";")[0]
    content = {kind: {"schema": {"type": "object" if kind.endswith("json") else "string"}}}
    return {HTTPStatus.OK.value: {"description": HTTPStatus.OK.phrase, "content": content}} | _problems(*problems)


def _problems(*problems: HTTPStatus) -> dict[int, Any]:
    content = {"application/problem+json": {"model": Problem}}
    found = (HTTPStatus.BAD_REQUEST, *problems, HTTPStatus.SERVICE_UNAVAILABLE)
    return {problem.value: {"description": problem.phrase, "content": content} for problem in found}
