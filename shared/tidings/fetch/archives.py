"""Archives of documents: WARC files (ISO 28500) and JSON lines, read record by record in bounded memory.

Every record has its place in the archive, so that reading can go on where it stopped. What is no document (requests, images,
errors, what is larger than the limit) is passed over.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError, model_validator

from tidings import ids
from tidings.errors import BadInput
from tidings.fetch.documents import send_document, store_document
from tidings.ids import CorrelationId, DocumentId
from tidings.ports.blobs import Blobs
from tidings.ports.queue import Sender
from tidings.records import EntryHint, RawDocument

WARC = (".warc", ".warc.gz")
LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_READ = ("text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True)
class Archived:
    """One document of an archive; `place` counts the records from 1, those passed over included."""

    place: int
    url: str
    body: bytes
    content_type: str
    fetched_at: datetime
    hint: EntryHint = field(default_factory=EntryHint)


class Line(BaseModel):
    """A line of an archive of JSON lines: a page as `html`, or a `text` with what is known of it."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str | None = None
    url: str | None = None
    html: str | None = None
    text: str | None = None
    title: str | None = None
    outlet: str | None = None
    published: AwareDatetime | None = None
    language: str | None = None
    fetched_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_a_document(self) -> Line:
        if not (self.html or self.text):
            raise ValueError('neither "html" nor "text"')
        if not (self.url or self.id):
            raise ValueError('neither "url" nor "id"')
        return self


def is_archive(name: str) -> bool:
    """Tell by its name whether a file is read as an archive."""
    return name.endswith(WARC + LINES)


def read(name: str, file: IO[bytes], *, now: datetime, max_bytes: int, after: int = 0) -> Iterator[Archived]:
    """Iterate over the documents of an archive behind place `after`.

    Raises:
        BadInput: the archive cannot be read any further; the text says where.
    """
    found = _warc(name, file, max_bytes) if name.endswith(WARC) else _lines(name, file, now, max_bytes)
    return (document for document in found if document.place > after)


def send(archived: Archived, blobs: Blobs, clean_queue: Sender) -> DocumentId:
    """Store a document of an archive and tell clean of it, as fetch does; return its id."""
    identity = ids.document_id(archived.url, archived.body, archived.hint.model_dump_json(exclude_none=True))
    record = RawDocument(
        document_id=identity,
        url=archived.url,
        content_type=archived.content_type,
        fetched_at=archived.fetched_at,
        entry=archived.hint,
        correlation_id=CorrelationId(identity),
    )
    store_document(record, archived.body, blobs)
    send_document(record, clean_queue)
    return identity


def _warc(name: str, file: IO[bytes], max_bytes: int) -> Iterator[Archived]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    place = 0
    try:
        for place, record in enumerate(ArchiveIterator(file), 1):
            found = _response(place, record, max_bytes)
            if found is not None:
                yield found
    except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
        raise BadInput(f"{name}: no WARC behind record {place}: {error}") from None


def _response(place: int, record: Any, max_bytes: int) -> Archived | None:
    if record.rec_type != "response" or record.http_headers is None or record.http_headers.get_statuscode() != "200":
        return None
    content_type = str(record.http_headers.get_header("Content-Type") or "")
    if content_type.partition(";")[0].strip().lower() not in _READ:
        return None
    headers = record.rec_headers
    url, date = headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Date")
    body = record.content_stream().read(max_bytes + 1)
    if not url or not body or len(body) > max_bytes:
        return None
    try:
        fetched = datetime.fromisoformat(str(date))
    except ValueError:
        return None
    return Archived(place, url.strip("<>"), body, content_type, fetched if fetched.tzinfo else fetched.replace(tzinfo=UTC))


def _lines(name: str, file: IO[bytes], now: datetime, max_bytes: int) -> Iterator[Archived]:
    plain: Any = gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file
    place = 0
    # A line is read in bounded pieces, as a file may be one endless line.
    longest = 2 * max_bytes
    try:
        while line := plain.readline(longest + 1):
            place += 1
            if len(line) > longest:
                raise BadInput(f"{name}, line {place}: longer than {longest:,} bytes")
            if line.strip():
                yield _document(line, place, f"{name}, line {place}", now)
    except (EOFError, gzip.BadGzipFile) as error:
        raise BadInput(f"{name}: cannot be unpacked behind line {place}: {error}") from None


def _document(line: bytes, place: int, where: str, now: datetime) -> Archived:
    try:
        row = Line.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{where}: {'.'.join(map(str, first['loc'])) or 'row'}: {first['msg']}") from None
    except ValueError as error:
        raise BadInput(f"{where}: not JSON: {error}") from None
    hint = EntryHint(guid=row.id, title=row.title, outlet=row.outlet, published=row.published, language=row.language)
    body, kind = (row.html, "text/html") if row.html else (row.text or "", "text/plain")
    url = row.url or f"urn:tidings:{row.id}"
    return Archived(place, url, body.encode(), f"{kind}; charset=utf-8", row.fetched_at or now, hint)
