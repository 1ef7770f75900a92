"""A raw document as one blob: its record as a line of JSON, and behind it the bytes as they came.

One object, because a request to store one costs as much as keeping 200 KB for a month.
"""

from __future__ import annotations

from pydantic import ValidationError

from tidings.errors import BadInput
from tidings.ids import BlobKey
from tidings.ports.blobs import Blobs
from tidings.records import RawDocument

CONTENT_TYPE = "application/octet-stream"


def as_blob(record: RawDocument, body: bytes) -> bytes:
    """Return what is stored of a document. JSON as we write it has no line break."""
    return record.model_dump_json(exclude_none=True).encode() + b"\n" + body


def record_at(key: BlobKey, blobs: Blobs) -> RawDocument:
    """Return the record of a stored document.

    Raises:
        NotFound: no such blob.
        BadInput: it holds no raw document.
        Unavailable: the blobs do not answer.
    """
    return _read(key, blobs)[0]


def document_at(key: BlobKey, blobs: Blobs) -> tuple[RawDocument, bytes]:
    """Return the record of a stored document and its bytes.

    Raises:
        NotFound: no such blob.
        BadInput: it holds no raw document.
        Unavailable: the blobs do not answer.
    """
    record, body = _read(key, blobs)
    return record, body if record.body_key is None else blobs.get(record.body_key)


def _read(key: BlobKey, blobs: Blobs) -> tuple[RawDocument, bytes]:
    head, _, body = blobs.get(key).partition(b"\n")
    try:
        return RawDocument.model_validate_json(head), body
    except ValidationError as error:
        raise BadInput(f"{key} holds no raw document: {error.errors()[0]['msg']}") from None
