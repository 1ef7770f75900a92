"""Clients of AWS services, each made when it is first used: that takes a tenth of a second, and no function uses them all.

botocore's own, without boto3: its resources and transfers are not used here, and importing them is half a cold start.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


class Clients:
    """Clients with the credentials and the region of the process's environment."""

    def dynamodb(self) -> DynamoDBClient:
        """Return a client of DynamoDB."""
        return cast("DynamoDBClient", self._later("dynamodb"))

    def events(self) -> EventBridgeClient:
        """Return a client of EventBridge."""
        return cast("EventBridgeClient", self._later("events"))

    def s3(self) -> S3Client:
        """Return a client of S3."""
        return cast("S3Client", self._later("s3"))

    def sqs(self) -> SQSClient:
        """Return a client of SQS."""
        return cast("SQSClient", self._later("sqs"))

    @cached_property
    def _session(self) -> Session:
        from botocore.session import get_session

        return get_session()

    def _later(self, service: str) -> _OnDemand:
        return _OnDemand(partial(self._make, service))

    def _make(self, service: str) -> Any:
        return self._session.create_client(service)


class _OnDemand:
    """Stands for a client until one of its methods is asked for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    @cached_property
    def _client(self) -> Any:
        return self._make()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
