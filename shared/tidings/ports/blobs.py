"""The blob store port: whole byte strings under keys, written once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tidings.ids import BlobKey


class Blobs(Protocol):
    """A store of whole objects. Keys are content-addressed or deterministic, so that writing twice is harmless."""

    def put_if_absent(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> bool:
        """Store a body unless the key exists; return whether it was stored. Readers never see half an object.

        Raises:
            Unavailable: the store does not answer.
        """

    def replace(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> None:
        """Store a body, in place of the one that is there: for exports and extractions, whose keys name no content.

        Readers never see half an object.

        Raises:
            Unavailable: the store does not answer.
        """

    def delete(self, key: BlobKey) -> None:
        """Remove a body (none there is fine): for exports that nothing stands behind any more.

        Raises:
            Unavailable: the store does not answer.
        """

    def get(self, key: BlobKey) -> bytes:
        """Return a body.

        Raises:
            NotFound: no such key.
            Unavailable: the store does not answer.
        """

    def keys(self, prefix: str = "") -> Iterator[BlobKey]:
        """Iterate over the keys that begin with `prefix`, in ascending order."""
