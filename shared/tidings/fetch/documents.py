"""Raw documents: written to the blob store, then told of to clean."""

from __future__ import annotations

from tidings import keys
from tidings.documents import CONTENT_TYPE, as_blob
from tidings.messages import CleanDocument
from tidings.ports.blobs import Blobs
from tidings.ports.queue import Sender
from tidings.records import RawDocument


def store_document(record: RawDocument, body: bytes, blobs: Blobs) -> None:
    """Write a document, unless it is there."""
    blobs.put_if_absent(keys.document_blob(record.document_id), as_blob(record, body), CONTENT_TYPE)


def send_document(record: RawDocument, clean_queue: Sender) -> None:
    """Tell clean of a stored document."""
    message = CleanDocument(
        correlation_id=record.correlation_id,
        document_id=record.document_id,
        blob_key=keys.document_blob(record.document_id),
    )
    clean_queue.send([message.model_dump_json()])
