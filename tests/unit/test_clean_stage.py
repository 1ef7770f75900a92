"""Which articles go on to be extracted: news in English; all others are stored with what they are, and stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from cleaned_pages import raw
from hypothesis import given
from hypothesis import strategies as st

from tidings import keys
from tidings.clean.stage import clean
from tidings.documents import document_at
from tidings.fetch.documents import store_document
from tidings.ids import BlobKey, CorrelationId
from tidings.messages import CleanDocument
from tidings.ports.fakes import MemoryBlobs, MemorySender, MemoryStore

PAGES = Path(__file__).parents[1] / "data" / "pages"


@pytest.mark.parametrize(
    ("name", "kind", "sent"),
    [
        ("single_sections.html", "news", 1),
        ("french.html", "other-language", 0),
        ("paywall.html", "paywall", 0),
        ("login.html", "login", 0),
        ("missing.html", "error", 0),
    ],
)
def test_only_news_in_english_is_extracted_and_all_else_is_stored_with_its_mark(name: str, kind: str, sent: int) -> None:
    blobs, store, queue = MemoryBlobs(), MemoryStore(), MemorySender()
    body = (PAGES / name).read_bytes()
    document = raw(body, f"https://news.example/{name}")
    store_document(document, body, blobs)
    message = CleanDocument(
        correlation_id=CorrelationId("c"),
        document_id=document.document_id,
        blob_key=keys.document_blob(document.document_id),
    )
    clean(message, blobs=blobs, store=store, extract_queue=queue)
    item = store.get(keys.document(document.document_id))
    assert item is not None
    (article,) = item.body["articles"]
    stored = store.get(keys.article(article))
    assert stored is not None
    assert (stored.body["kind"], len(queue.bodies)) == (kind, sent)
    assert blobs.get(stored.body["blob_key"])


def test_a_document_whose_bytes_an_early_version_stored_as_a_blob_of_their_own_is_read() -> None:
    blobs, store, queue = MemoryBlobs(), MemoryStore(), MemorySender()
    body = (PAGES / "single_sections.html").read_bytes()
    document = raw(body, "https://news.example/1").model_copy(update={"body_key": BlobKey("raw/ab/abcd")})
    blobs.put_if_absent(BlobKey("raw/ab/abcd"), body)
    blobs.put_if_absent(BlobKey("documents/d1.json"), document.model_dump_json().encode())
    message = CleanDocument(
        correlation_id=CorrelationId("c"), document_id=document.document_id, blob_key=BlobKey("documents/d1.json")
    )
    clean(message, blobs=blobs, store=store, extract_queue=queue)
    assert len(queue.bodies) == 1


@given(st.binary())
def test_a_document_comes_back_with_every_byte(body: bytes) -> None:
    blobs = MemoryBlobs()
    document = raw(body, "https://news.example/1")
    store_document(document, body, blobs)
    assert document_at(keys.document_blob(document.document_id), blobs) == (document, body)
