"""Blobs in an S3 bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import code_of, unavailable
from tidings.errors import NotFound
from tidings.ids import BlobKey

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def read_objects(client: S3Client, url: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Iterate over the objects whose keys begin as an `s3://bucket/prefix` URL says: name, and bytes as a stream.

    Raises:
        NotFound: there is no such object.
        Unavailable: S3 does not answer.
    """
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    found = False
    try:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                found = True
                body: Any = client.get_object(Bucket=bucket, Key=entry["Key"])["Body"]
                yield f"s3://{bucket}/{entry['Key']}", body
    except ClientError as error:
        if code_of(error) == "NoSuchBucket":
            raise NotFound(f"no bucket {bucket}") from None
        raise unavailable("S3", error) from error
    except BotoCoreError as error:
        raise unavailable("S3", error) from error
    if not found:
        raise NotFound(f"nothing at {url}")


class S3Blobs:
    """Blobs as objects of one bucket; the first writer of a key wins (conditional put, `If-None-Match: *`)."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put_if_absent(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> bool:
        """Store a body unless the key exists."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*")
        except ClientError as error:
            # 409: another conditional write of this key is under way; the keys are of content, so it writes the same.
            if code_of(error) in ("PreconditionFailed", "ConditionalRequestConflict"):
                return False
            raise unavailable("S3", error) from error
        except BotoCoreError as error:
            raise unavailable("S3", error) from error
        return True

    def replace(self, key: BlobKey, body: bytes, content_type: str = "application/json") -> None:
        """Store a body, in place of the one that is there."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)
        except (ClientError, BotoCoreError) as error:
            raise unavailable("S3", error) from error

    def delete(self, key: BlobKey) -> None:
        """Remove a body; the bucket keeps it as an old version for a while."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key)
        except (ClientError, BotoCoreError) as error:
            raise unavailable("S3", error) from error

    def get(self, key: BlobKey) -> bytes:
        """Return a body."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if code_of(error) in ("NoSuchKey", "404"):
                raise NotFound(f"no blob {key}") from None
            raise unavailable("S3", error) from error
        except BotoCoreError as error:
            raise unavailable("S3", error) from error

    def keys(self, prefix: str = "") -> Iterator[BlobKey]:
        """Iterate over keys in ascending order (UTF-8 bytes, as S3 lists them)."""
        yield from (BlobKey(entry["Key"]) for entry in self._listed(prefix))

    def stored_since(self, moment: datetime, prefix: str = "") -> Iterator[BlobKey]:
        """Iterate over the keys of what was stored at a time or later, in ascending order."""
        yield from (BlobKey(entry["Key"]) for entry in self._listed(prefix) if entry["LastModified"] >= moment)

    def _listed(self, prefix: str) -> Iterator[Any]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        try:
            for page in pages:
                yield from page.get("Contents", [])
        except (ClientError, BotoCoreError) as error:
            raise unavailable("S3", error) from error
