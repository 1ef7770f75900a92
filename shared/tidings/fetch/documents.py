"""Raw documents: written to the blob store, then told of to clean."""

from __future__ import annotations

from tidings import keys
from tidings.messages import CleanDocument
from tidings.ports.blobs import Blobs
from tidings.ports.queue import Sender
from tidings.records import RawDocument


def store_document(record: RawDocument, body: bytes, blobs: Blobs) -> None:
    """Write a document's body and then its record, each unless it is there."""
    blobs.put_if_absent(record.body_key, body, record.content_type or "application/octet-stream")
    blobs.put_if_absent(keys.document_blob(record.document_id), record.model_dump_json().encode())


def send_document(record: RawDocument, clean_queue: Sender) -> None:
    """Tell clean of a stored document."""
    message = CleanDocument(
        correlation_id=record.correlation_id,
        document_id=record.document_id,
        blob_key=keys.document_blob(record.document_id),
    )
    clean_queue.send([message.model_dump_json()])
