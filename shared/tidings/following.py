"""One document's way through the stages, told from the store and from the functions' structured log lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tidings import keys
from tidings.batch import DONE, RETRIED, SET_ASIDE
from tidings.documents import record_at
from tidings.errors import BadUsage, NotFound
from tidings.ids import ARTICLE_ID, ArticleId, DocumentId
from tidings.ports.blobs import Blobs
from tidings.ports.store import Store, read_many
from tidings.query.reading import events_told
from tidings.records import RawDocument

TOLD = (DONE, SET_ASIDE, RETRIED)


@dataclass(frozen=True)
class Cleaned:
    """An article that a document gave: what clean took it for, and how many events the store has of it."""

    article_id: ArticleId
    title: str
    kind: str
    events: int


@dataclass(frozen=True)
class Followed:
    """A document and what the store knows of it; `cleaned` is None as long as clean is not done with it."""

    document: RawDocument
    cleaned: tuple[Cleaned, ...] | None

    @property
    def words(self) -> tuple[str, str]:
        """What every log line of its way holds one of."""
        return str(self.document.document_id), str(self.document.correlation_id)


@dataclass(frozen=True)
class Step:
    """One thing that a stage did with it, as its log says."""

    when: datetime
    stage: str
    what: str
    reason: str | None
    led_to: tuple[str, ...]
    ms: int | None
    article_id: str | None


def find(name: str, store: Store, blobs: Blobs) -> Followed:
    """Return what is known of a document, by its id or by the id of an article that it gave.

    Raises:
        BadUsage: the name cannot be an id.
        NotFound: neither a document nor an article has it.
    """
    if not re.fullmatch(ARTICLE_ID, name):
        raise BadUsage(f"{name!r} is no id of a document or an article")
    article = store.get(keys.article(ArticleId(name)))
    identity = DocumentId(str(article.body.get("document_id") or name) if article is not None else name)
    blob = next(blobs.keys(keys.document_blob(identity)), None)
    if blob is None:
        raise NotFound(f"no document or article {name}: `tidings events --format jsonl` names articles")
    item = store.get(keys.document(identity))
    cleaned = None
    if item is not None:
        wanted = [ArticleId(part) for part in item.body["articles"]]
        cleaned = tuple(_cleaned(store, wanted))
    return Followed(record_at(blob, blobs), cleaned)


def steps(lines: Iterable[Mapping[str, Any]], followed: Followed) -> list[Step]:
    """Return the steps that log lines tell of a document, oldest first."""
    document, correlation = followed.words
    ours = (
        line
        for line in lines
        if line.get("message") in TOLD
        and (line.get("correlation_id") == correlation or document in (line.get("document_id"), *line.get("led_to", ())))
    )
    return sorted(map(_step, ours), key=lambda step: step.when)


def _cleaned(store: Store, wanted: list[ArticleId]) -> Iterator[Cleaned]:
    for item in read_many(store, map(keys.article, dict.fromkeys(wanted))):
        identity = ArticleId(item.body["article_id"])
        told = set(events_told(store, identity).values())
        yield Cleaned(identity, str(item.body.get("title") or ""), str(item.body.get("kind", "news")), len(told))


def _step(line: Mapping[str, Any]) -> Step:
    # Powertools writes "2026-11-26 13:02:34,091+0000".
    when = datetime.strptime(str(line["timestamp"]).replace(",", "."), "%Y-%m-%d %H:%M:%S.%f%z")
    return Step(
        when=when,
        stage=str(line.get("service", "?")),
        what=str(line["message"]),
        reason=line.get("reason"),
        led_to=tuple(line.get("led_to", ())),
        ms=line.get("ms"),
        article_id=line.get("article_id"),
    )
