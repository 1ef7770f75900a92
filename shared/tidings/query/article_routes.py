"""The route of an article: its text and the spans of all that was read in it, where the operator allows texts."""

from __future__ import annotations

import json
from collections.abc import Collection
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from tidings import keys
from tidings.errors import NotFound
from tidings.ids import ARTICLE_ID, ArticleId, BlobKey, MentionId, mention_id
from tidings.ports.blobs import Blobs
from tidings.query.answers import ArticleWithMentions, answers
from tidings.query.http import as_json
from tidings.query.reading import events_told
from tidings.query.resources import Tools

MAX_MENTIONS = 1000
MAX_MODELS = 8
"""Extractions of one article, by different models, of which the one that was published is looked for."""
_NOT_SPANS = frozenset({"article_id", "published", "schema_version"})


def add_articles(app: APIGatewayRestResolver, tools: Tools) -> None:
    """Add the route of an article."""

    @app.get(
        "/v1/articles/<article_id>",
        summary="An article with its text, the spans of all layers, and its mentions",
        responses=answers(ArticleWithMentions, HTTPStatus.NOT_FOUND),
    )
    def article(article_id: Annotated[str, Path(pattern=f"^{ARTICLE_ID}$")]) -> Response[str]:
        found = tools()
        key = keys.article(ArticleId(article_id))
        item = found.store.get(key)
        if item is None:
            raise NotFound(f"no article {article_id}")
        record = json.loads(found.blobs.get(BlobKey(item.body["blob_key"])))
        events = events_told(found.store, ArticleId(article_id), most=MAX_MENTIONS)
        if found.settings.serve_article_text:
            record["extraction"] = _extraction(found.blobs, ArticleId(article_id), record["version"], events)
        else:
            # Neither the text nor the spans, whose texts give it away.
            record.pop("text", None)
        told = [{"mention_id": mention, "event_id": event} for mention, event in events.items()]
        return as_json(app, record | {"mentions": told})


def _extraction(blobs: Blobs, article: ArticleId, version: str, published: Collection[MentionId]) -> dict[str, Any] | None:
    """Return the spans of a version of an article; of several models' those whose mentions are published."""
    named = list(blobs.keys(keys.extractions_of(article, version)))[:MAX_MODELS]
    read = [json.loads(blobs.get(key)) for key in named]
    best = max(read, key=lambda one: len(_mentions(article, one) & set(published)), default=None)
    return None if best is None else {name: value for name, value in best.items() if name not in _NOT_SPANS}


def _mentions(article: ArticleId, extraction: dict[str, Any]) -> set[MentionId]:
    events = extraction.get("events", [])
    return {mention_id(article, e["trigger"]["start"], e["trigger"]["end"], e["type"]) for e in events}
