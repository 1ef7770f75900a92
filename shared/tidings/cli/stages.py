"""Each stage alone, as a Unix filter on JSON lines."""

from __future__ import annotations

import base64
import mimetypes
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from tidings import ids, keys
from tidings.cli import lines
from tidings.cli.article_lines import moment_in
from tidings.cli.moments import Moment
from tidings.errors import BadInput, BadUsage
from tidings.ids import ArticleId, CorrelationId
from tidings.messages import PollFeed, PublishExtraction
from tidings.records import MINUTES_A_DAY, Article, EntryHint, Extraction, RawDocument, at_offset
from tidings.settings import Settings

FETCH_PATIENCE_S = 3600.0
"""How long `tidings fetch` follows the entries of a long feed."""
FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))


@click.command()
@click.argument("url")
@click.pass_obj
def fetch(settings: Settings, url: str) -> None:
    """Fetch the feed or page at URL and print its raw documents, one JSON line each (the body in base64).

    Nothing is stored. Example: tidings fetch https://example.org/feed.xml | tidings clean
    """
    from tidings.bootstrap import guarded_web
    from tidings.documents import document_at
    from tidings.fetch.stage import poll_feed
    from tidings.ports.fakes import MemoryBlobs, MemorySender, MemoryStore

    blobs, sender = MemoryBlobs(), MemorySender()
    message = PollFeed(feed_id=ids.feed_id(url), url=url, once=True, correlation_id=CorrelationId(ids.digest(url)))
    poll_feed(
        message,
        web=guarded_web(settings),
        blobs=blobs,
        store=MemoryStore(),
        clean_queue=sender,
        clock=lambda: settings.clock or datetime.now(UTC),
        patience_s=FETCH_PATIENCE_S,
    )
    for key in blobs.keys(keys.DOCUMENTS):
        document, body = document_at(key, blobs)
        encoded = base64.b64encode(body).decode("ascii")
        lines.write(document.model_dump(mode="json", exclude_none=True) | {"body": encoded})


@click.command()
@click.option("--url", help="The page's address (for files of HTML or text).")
@click.option("--fetched-at", type=Moment(), help="When it was fetched (relative bylines hang on it) [default: now].")
@FILES
@click.pass_obj
def clean(settings: Settings, url: str | None, fetched_at: datetime | None, files: tuple[Path, ...]) -> None:
    """Split and clean documents: one JSON line for each article.

    Reads raw documents as `tidings fetch` prints them, or files of HTML or plain text with --url and --fetched-at.
    """
    from tidings.clean.documents import clean_document

    now = fetched_at or settings.clock or datetime.now(UTC)
    for document, body in _raw_documents(files, url, now):
        for article in clean_document(document, body):
            lines.write(article.model_dump(mode="json", exclude_none=True))


@click.command()
@click.option("--published", type=Moment(), help="Publication time for plain text, or where a line has none.")
@FILES
@click.pass_obj
def extract(settings: Settings, published: datetime | None, files: tuple[Path, ...]) -> None:
    """Extract facts: one JSON line for each article, in the order of the input.

    Reads articles as `tidings clean` prints them, JSON lines {"id", "text", "published", "title"?}, or plain text files.
    Offsets count characters (Unicode code points) of the text. A text that is too long has an empty extraction, whose
    "not_extracted" says so.
    """
    from tidings.extract.pipeline import load_extractor

    extractor = load_extractor(settings)
    for row in _texts(files, published):
        extraction = extractor.extract(ArticleId(row["id"]), row["text"], row["published"])
        lines.write(extraction)
        if extraction.not_extracted:
            click.echo(f"tidings: {row['id']}: {extraction.not_extracted}", err=True)


@click.command()
@click.option("--print", "printed", is_flag=True, help="Print the canonical events and store nothing.")
@click.option("--articles", type=click.Path(path_type=Path, exists=True), help="The articles (as `clean` prints them).")
@FILES
@click.pass_obj
def publish(settings: Settings, printed: bool, articles: Path | None, files: tuple[Path, ...]) -> None:
    """Merge extractions into canonical events: into the store, or with --print onto standard output.

    With --articles the events' mentions carry outlet, link and quotation too.
    """
    from tidings.publish.printing import bare_article, merge

    extractions = list(_extractions(files))
    known = {a.article_id: a for a in _articles(articles)} if articles else {}
    if printed:
        for event in merge(extractions, known):
            mentions = [m.model_dump(mode="json", exclude_none=True) for m in event.mentions]
            lines.write(event.model_dump(mode="json", exclude_none=True) | {"mentions": mentions})
        return
    from tidings.bootstrap import resources
    from tidings.publish.stage import publish as publish_one

    parts = resources("publish")
    for extraction in extractions:
        article = known.get(ArticleId(extraction.article_id)) or bare_article(extraction)
        article_key = keys.article_blob(article.article_id, article.version)
        extraction_key = keys.extraction_blob(article.article_id, article.version, extraction.model)
        parts.blobs.put_if_absent(article_key, article.model_dump_json().encode())
        parts.blobs.put_if_absent(extraction_key, extraction.model_dump_json().encode())
        message = PublishExtraction(
            article_id=article.article_id,
            extraction_key=extraction_key,
            article_key=article_key,
            correlation_id=CorrelationId(article.article_id),
        )
        publish_one(message, blobs=parts.blobs, store=parts.store, bus=parts.bus)
    click.echo(f"published {len(extractions)} extraction{'s' if len(extractions) != 1 else ''}", err=True)


@click.command()
@FILES
def resolve(files: tuple[Path, ...]) -> None:
    """Resolve actor phrases, JSON lines {"id", "text", "date"?}, to {"id", "name", "country", "sector"}."""
    from tidings.extract.actors import resolve_actor
    from tidings.extract.gazetteer import load_gazetteer

    for name, text in lines.inputs(files):
        for number, row in lines.objects(text, name):
            phrase = _string(row, "text", name, number)
            day = date.fromisoformat(str(row["date"])[:10]) if row.get("date") else None
            code = resolve_actor(phrase, load_gazetteer(), date=day)
            lines.write({"id": row.get("id"), "name": code.name, "country": code.country, "sector": code.sector})


# ---------------------------------------------------------------- reading


def _raw_documents(files: tuple[Path, ...], url: str | None, now: datetime) -> Iterator[tuple[RawDocument, bytes]]:
    for path in files:
        if path.suffix in (".jsonl", ".ndjson") or str(path) == "-":
            yield from _raw_lines(str(path), lines.read_text(path))
        else:
            if url is None:
                raise BadUsage(f"{path}: give the page's address with --url")
            kind = mimetypes.guess_type(path.name)[0] or "text/html"
            yield _document(url, path.read_bytes(), kind, now)
    if not files:
        if url is None:
            for name, text in lines.inputs(()):
                yield from _raw_lines(name, text)
        else:
            body = sys.stdin.buffer.read()
            kind = "text/html" if b"<" in body[:2000].lstrip()[:1] else "text/plain"
            yield _document(url, body, kind, now)


def _document(url: str, body: bytes, content_type: str, now: datetime) -> tuple[RawDocument, bytes]:
    document_id = ids.document_id(url, body)
    record = RawDocument(
        document_id=document_id,
        url=url,
        content_type=content_type,
        fetched_at=now,
        correlation_id=CorrelationId(document_id),
    )
    return record, body


def _raw_lines(name: str, text: str) -> Iterator[tuple[RawDocument, bytes]]:
    for number, row in lines.objects(text, name):
        try:
            body = base64.b64decode(row.pop("body", ""), validate=True)
            row.setdefault("entry", EntryHint().model_dump())
            yield RawDocument.model_validate(row), body
        except (ValueError, ValidationError) as error:
            raise BadInput(f"{name}, line {number}: not a raw document: {_first(error)}") from None


def _texts(files: tuple[Path, ...], published: datetime | None) -> Iterator[dict[str, Any]]:
    for name, text in lines.inputs(files):
        if not lines.looks_like_json_lines(text):
            yield {"id": Path(name).stem if name != "-" else "stdin", "text": text, "published": published}
            continue
        for number, row in lines.objects(text, name):
            moment = moment_in(row, "published", f"{name}, line {number}")
            yield {
                "id": str(row.get("id") or row.get("article_id") or f"{name}:{number}"),
                "text": _string(row, "text", name, number),
                "published": _locally(moment, row) if moment else published,
                "title": row.get("title"),
            }


def _locally(moment: datetime, row: dict[str, Any]) -> datetime:
    """Return a moment by the outlet's clock, where an article of clean's says how that went."""
    minutes = row.get("published_offset")
    if not isinstance(minutes, int) or abs(minutes) >= MINUTES_A_DAY:
        return moment
    return at_offset(moment, minutes)


def _extractions(files: tuple[Path, ...]) -> Iterator[Extraction]:
    for name, text in lines.inputs(files):
        for number, row in lines.objects(text, name):
            try:
                yield Extraction.model_validate(row)
            except ValidationError as error:
                raise BadInput(f"{name}, line {number}: not an extraction: {_first(error)}") from None


def _articles(path: Path) -> Iterator[Article]:
    for number, row in lines.objects(lines.read_text(path), str(path)):
        try:
            yield Article.model_validate(row)
        except ValidationError as error:
            raise BadInput(f"{path}, line {number}: not an article: {_first(error)}") from None


def _string(row: dict[str, Any], field: str, name: str, number: int) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise BadInput(f'{name}, line {number}: "{field}" must be a string')
    return value


def _first(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        detail = error.errors()[0]
        return f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}"
    return str(error)
