"""Which articles go on to be extracted: news in English; all others are stored with what they are, and stay."""

from __future__ import annotations

import json
from datetime import timedelta
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
from tidings.replaying.meanwhile import Replaying
from tidings.replaying.stored import clean_again

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


@pytest.mark.parametrize(("news_since", "stores"), [(None, 2), (-1, 2), (1, 1)])
def test_while_a_stack_is_replayed_news_goes_to_both_tables_and_all_else_to_the_new_one(
    news_since: int | None, stores: int
) -> None:
    blobs, store, beside = MemoryBlobs(), MemoryStore(), MemoryStore()
    body = (PAGES / "single_sections.html").read_bytes()
    document = raw(body, "https://news.example/1")
    store_document(document, body, blobs)
    since = document.fetched_at + timedelta(hours=news_since) if news_since is not None else None
    message = CleanDocument.model_validate_json(clean_again(keys.document_blob(document.document_id)))
    clean(message, blobs=blobs, store=store, extract_queue=MemorySender(), replaying=Replaying(beside, since))
    written = [each for each in (beside, store) if list(each.dump())]
    assert written == [beside, store][:stores]
    assert all(is_known(each, message) for each in written)


def is_known(store: MemoryStore, message: CleanDocument) -> bool:
    return {item.key.sk for item in store.dump()} == {"ARTICLE", "DOCUMENT"} and bool(
        store.get(keys.document(message.document_id))
    )


def test_the_blobs_of_an_early_version_name_their_document_too() -> None:
    told = [json.loads(clean_again(BlobKey(key))) for key in ("documents/d1", "documents/d1.json")]
    assert [message["document_id"] for message in told] == ["d1", "d1"]
    assert [message["blob_key"] for message in told] == ["documents/d1", "documents/d1.json"]


@given(st.binary())
def test_a_document_comes_back_with_every_byte(body: bytes) -> None:
    blobs = MemoryBlobs()
    document = raw(body, "https://news.example/1")
    store_document(document, body, blobs)
    assert document_at(keys.document_blob(document.document_id), blobs) == (document, body)
