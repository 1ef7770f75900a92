"""Every adapter of every port: AWS through moto in this process, embedded in a temporary folder, and the in-memory fakes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from tidings import keys
from tidings.adapters.dynamo_store import DynamoStore
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.s3_blobs import S3Blobs
from tidings.adapters.sharded_store import ShardedStore
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.adapters.sqlite_store import SqliteStore
from tidings.adapters.sqs_queue import SqsQueue
from tidings.ports.blobs import Blobs
from tidings.ports.fakes import MemoryBlobs, MemoryStore
from tidings.ports.queue import Queue
from tidings.ports.store import Store

REGION = "eu-west-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


@pytest.fixture(params=["s3", "folder", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return FolderBlobs(tmp_path / "blobs")
    if request.param == "memory":
        return MemoryBlobs()
    request.getfixturevalue("aws")
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Blobs(client, "raw")


@pytest.fixture(params=["dynamodb", "dynamodb registry", "sqlite", "memory", "sharded"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "sharded":
        monkeypatch.setattr(keys, "BUSY", ("P",))
        return ShardedStore(MemoryStore(), 3)
    if request.param == "sqlite":
        return SqliteStore(tmp_path / "store.sqlite")
    if request.param == "memory":
        return MemoryStore()
    request.getfixturevalue("aws")
    client = boto3.client("dynamodb", region_name=REGION)
    for table in ("facts", "registry"):
        client.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
    if request.param == "dynamodb registry":
        # The tests' partitions lie in both tables then, and their batches and transactions reach both.
        monkeypatch.setattr(keys, "REGISTRY", ("P",))
    return DynamoStore(client, "facts", "registry")


@pytest.fixture(params=["sqs", "sqlite"])
def queues(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Queue, Queue]:
    """A queue whose messages are set aside after two receives, and its dead-letter queue."""
    if request.param == "sqlite":
        path = tmp_path / "queues.sqlite"
        return SqliteQueue(path, "main", max_receive_count=2, dead_letter="dead"), SqliteQueue(path, "dead")
    request.getfixturevalue("aws")
    client = boto3.client("sqs", region_name=REGION)
    dead = client.create_queue(QueueName="dead")["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": "2"}}'
    main = client.create_queue(QueueName="main", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    return SqsQueue(client, main), SqsQueue(client, dead)
