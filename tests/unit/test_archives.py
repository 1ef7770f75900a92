"""Archives of documents: WARC files and JSON lines."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings import keys
from tidings.cli.backfill import Pace, Place
from tidings.documents import document_at
from tidings.errors import BadInput
from tidings.fetch.archives import Archived, is_archive, read, send
from tidings.ids import DocumentId
from tidings.messages import CleanDocument
from tidings.ports.fakes import MemoryBlobs, MemorySender

NOW = datetime(2025, 6, 13, 20, 0, tzinfo=UTC)
PAGE = b"<html><title>Peru</title><p>Peru released nine fishermen on Monday.</p></html>"


def warc(
    *records: tuple[str, str, str, bytes], kind: str = "response", compressed: bool = True, encoding: str | None = None
) -> bytes:
    """A WARC file of (URL, status, content type, body), each record a member of its own, as crawlers write them."""
    whole = b""
    for number, (url, status, content_type, body) in enumerate(records):
        sent = gzip.compress(body) if encoding == "gzip" else body
        http = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        http += f"Content-Encoding: {encoding}\r\n" if encoding else ""
        block = http.encode() + b"\r\n" + sent
        head = (
            f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-06-12T08:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\n"
            f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        record = head.encode() + block + b"\r\n\r\n"
        whole += gzip.compress(record) if compressed else record
    return whole


def documents(name: str, raw: bytes, *, after: int = 0, max_bytes: int = 10_000) -> list[Archived]:
    return list(read(name, io.BytesIO(raw), now=NOW, max_bytes=max_bytes, after=after))


def lines(rows: Iterable[object]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_a_response_is_a_document_of_the_day_it_was_fetched(compressed: bool, encoding: str | None) -> None:
    raw = warc(
        ("https://news.example.org/1", "200 OK", "text/html; charset=utf-8", PAGE), compressed=compressed, encoding=encoding
    )
    (found,) = documents("a.warc.gz", raw)
    assert (found.url, found.body, found.content_type) == ("https://news.example.org/1", PAGE, "text/html; charset=utf-8")
    assert found.fetched_at == datetime(2025, 6, 12, 8, 0, tzinfo=UTC)


def test_what_is_no_page_is_passed_over() -> None:
    raw = warc(
        ("https://x.example/404", "404 Not Found", "text/html", PAGE),
        ("https://x.example/a.png", "200 OK", "image/png", b"\x89PNG"),
        ("https://x.example/empty", "200 OK", "text/html", b""),
        ("https://x.example/long", "200 OK", "text/html", b"x" * 20_000),
        ("https://x.example/good", "200 OK", "text/html", PAGE),
    )
    assert [(d.place, d.url) for d in documents("a.warc.gz", raw)] == [(5, "https://x.example/good")]


def test_reading_goes_on_behind_a_place() -> None:
    raw = warc(*((f"https://x.example/{n}", "200 OK", "text/html", PAGE) for n in range(1, 6)))
    assert [d.place for d in documents("a.warc", raw, after=3)] == [4, 5]


def test_a_file_that_is_no_warc_is_bad_input_in_clear_words() -> None:
    with pytest.raises(BadInput, match=r"notes\.warc: no WARC behind record 0"):
        documents("notes.warc", b"hello\nthere\n" * 10)


def test_a_warc_that_is_cut_off_gives_what_is_whole() -> None:
    raw = warc(*((f"https://x.example/{n}", "200 OK", "text/html", PAGE * 20) for n in range(3)))
    reading = read("a.warc.gz", io.BytesIO(raw[: len(raw) - 60]), now=NOW, max_bytes=10_000)
    assert [next(reading).place, next(reading).place] == [1, 2]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_line_is_a_page_or_a_text_with_what_is_known_of_it(name: str) -> None:
    raw = lines(
        [
            {"url": "https://x.example/1", "html": PAGE.decode(), "fetched_at": "2025-06-01T00:00:00Z"},
            {
                "id": 7,
                "text": "Peru released nine fishermen.",
                "title": "Peru",
                "outlet": "Daily",
                "published": "2025-05-30T10:00:00Z",
            },
        ]
    )
    first, second = documents(name, gzip.compress(raw) if name.endswith("gz") else raw)
    assert (first.body, first.content_type, first.fetched_at.day) == (PAGE, "text/html; charset=utf-8", 1)
    assert (second.url, second.content_type, second.fetched_at) == ("urn:tidings:7", "text/plain; charset=utf-8", NOW)
    assert (second.hint.title, second.hint.outlet, second.hint.published) == (
        "Peru",
        "Daily",
        datetime(2025, 5, 30, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"{oops}\n", "line 1: not JSON"),
        (b'{"url": "https://x.example/"}\n', 'neither "html" nor "text"'),
        (b'{"text": "Peru released nine fishermen."}\n', 'neither "url" nor "id"'),
        (b'{"url": "u", "text": "t", "published": "2025-06-13T10:00:00"}\n', "published: Input should have timezone"),
        (b"x" * 30_000, "longer than 20,000 bytes"),
    ],
)
def test_a_line_that_is_no_document_is_bad_input_that_names_line_and_field(row: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        documents("a.jsonl", row)


def test_a_document_goes_the_ordinary_way_and_twice_is_once() -> None:
    blobs, queue = MemoryBlobs(), MemorySender()
    (found,) = documents("a.warc", warc(("https://x.example/1", "200 OK", "text/html", PAGE)))
    identity = send(found, blobs, queue)
    assert send(found, blobs, queue) == identity
    assert len(blobs.bodies) == 1
    message = CleanDocument.model_validate_json(queue.bodies[0])
    record, body = document_at(message.blob_key, blobs)
    assert (record.document_id, record.url, record.fetched_at) == (identity, found.url, found.fetched_at)
    assert body == PAGE
    assert message.blob_key == keys.document_blob(DocumentId(identity))


def test_archives_are_told_by_their_names() -> None:
    assert all(map(is_archive, ("a.warc", "b/a.warc.gz", "a.jsonl", "a.ndjson.gz")))
    assert not any(map(is_archive, ("a.html", "a.gz", "a.xml", "warc")))


def test_the_rate_is_bounded_and_even() -> None:
    now, waited = [0.0], []

    def sleep(seconds: float) -> None:
        waited.append(round(seconds, 6))
        now[0] += seconds

    pace = Pace(4.0, clock=lambda: now[0], sleep=sleep)
    for _ in range(5):
        pace.wait()
    assert waited == [0.25] * 4
    now[0] += 100
    pace.wait()
    pace.wait()
    assert waited == [0.25] * 5  # time that was not used is not made up for in a burst


def test_a_place_is_kept_for_each_archive_until_it_is_done_with(tmp_path: Path) -> None:
    Place(tmp_path, "a.warc").keep(120)
    assert (Place(tmp_path, "a.warc").last, Place(tmp_path, "b.warc").last) == (120, 0)
    Place(tmp_path, "a.warc").forget()
    assert Place(tmp_path, "a.warc").last == 0
