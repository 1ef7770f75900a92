"""The query function as tests ask it: genuine proxy events in, over an embedded store, HTTP answers out."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from tidings import ids, keys
from tidings.bootstrap import Resources, resources
from tidings.clean.stage import record_article
from tidings.ids import ArticleId, CorrelationId
from tidings.local.lambda_events import LocalContext, api_event
from tidings.messages import PublishExtraction
from tidings.ports.bus import Bus
from tidings.ports.fakes import MemoryBus
from tidings.publish.stage import publish
from tidings.records import Article, EventMention, Evidence, Extraction, Participant, Trigger

NAMES = {"Norway": "NOR", "Chad": "TCD", "Peru": "PER"}


class Answer:
    """An HTTP answer; header names in lower case."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.status = raw["statusCode"]
        self.text = raw["body"]
        self.headers = {name.lower(): values[-1] for name, values in raw["multiValueHeaders"].items()}

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Api:
    """The query function over a store of its own."""

    def __init__(self) -> None:
        self.handler = importlib.import_module("query_handler").handler

    @property
    def tools(self) -> Resources:
        return resources("query")

    def ask(self, method: str, target: str, body: object = None, **headers: str) -> Answer:
        sent = b"" if body is None else json.dumps(body).encode()
        named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(api_event(method, target, named, sent, "127.0.0.1"))

    def call(self, event: dict[str, Any]) -> Answer:
        return Answer(self.handler(event, cast("LambdaContext", LocalContext("QueryFunction", 29))))

    def get(self, target: str, **headers: str) -> Answer:
        return self.ask("GET", target, **headers)

    def tell(
        self,
        name: str,
        *,
        actor: str = "Norway",
        to: str = "Chad",
        day: int = 9,
        bus: Bus | None = None,
        identity: ArticleId | None = None,
    ) -> Article:
        """Publish an article of one sentence, "<actor> sent help to <to>."."""
        text = f"{actor} sent help to {to}. ({name})"

        def span(words: str) -> dict[str, Any]:
            return {"start": text.index(words), "end": text.index(words) + len(words), "text": words}

        article = Article(
            article_id=identity or ArticleId("a" + ids.digest(name)),
            version=ids.digest(text),
            title=f"Help for {to}",
            text=text,
            outlet="Wire",
            url=f"https://news.example/{name}",
            published=datetime(2025, 6, day, tzinfo=UTC),
        )
        mention = EventMention(
            id="v1",
            type="AID",
            trigger=Trigger(**span("sent"), lemma="send"),
            actor=(Participant(**span(actor), country=NAMES[actor]),),
            recipient=(Participant(**span(to), country=NAMES[to]),),
            evidence=Evidence(start=0, end=text.index(".") + 1),
            confidence=0.8,
        )
        extraction = Extraction(article_id=article.article_id, published=article.published, model="test", events=(mention,))
        record_article(article, self.tools.blobs, self.tools.store)
        key = keys.extraction_blob(article.article_id, article.version, extraction.model)
        self.tools.blobs.put_if_absent(key, extraction.model_dump_json().encode())
        message = PublishExtraction(
            article_id=article.article_id,
            article_key=keys.article_blob(article.article_id, article.version),
            extraction_key=key,
            correlation_id=CorrelationId("c"),
        )
        publish(message, blobs=self.tools.blobs, store=self.tools.store, bus=bus or MemoryBus())
        return article


def problem(answer: Answer) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    return str(answer.json["detail"])
