"""A stack on AWS as its operator reaches it, with credentials of their own: for the command line, and for `make deploy`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, get_args

import boto3
from botocore.exceptions import BotoCoreError

from tidings import keys
from tidings.adapters.dynamo_store import DynamoStore
from tidings.adapters.dynamo_tables import drop_table, is_there
from tidings.adapters.insights import InsightsLogs
from tidings.adapters.s3_blobs import S3Blobs
from tidings.adapters.sharded_store import ShardedStore
from tidings.adapters.sqs_queue import SqsQueue
from tidings.adapters.stacks import change, parameters_of, resources_of
from tidings.bootstrap import Stage
from tidings.errors import BadUsage, NotFound
from tidings.ids import BlobKey
from tidings.ports.blobs import Blobs
from tidings.ports.store import Store
from tidings.replaying.tables import REGISTRY, tables_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Deployed:
    """A stack on AWS, as its operator reaches it and as it is now.

    `names` are the physical ids of the template's logical ids, `parameters` the values of its parameters.
    """

    name: str
    names: Mapping[str, str]
    parameters: Mapping[str, str]

    def change(self, parameters: Mapping[str, str], sleep: Callable[[float], None]) -> None:
        """Change parameters of the stack and wait until that is done; who goes on must reach the stack anew.

        Raises:
            Unavailable: AWS does not answer, refuses, or has taken the change back.
        """
        change(boto3.client("cloudformation"), self.name, parameters, sleep)

    def queue(self, name: str) -> SqsQueue:
        """Return a queue by its logical id."""
        return SqsQueue(boto3.client("sqs"), self._named(name))

    @cached_property
    def blobs(self) -> Blobs:
        """The raw bucket."""
        return self._bucket

    def stored_since(self, moment: datetime, prefix: str) -> Iterator[BlobKey]:
        """Iterate over the keys of blobs that were stored at a time or later, in ascending order."""
        return self._bucket.stored_since(moment, prefix)

    @cached_property
    def store(self) -> Store:
        """The registry, and the facts that are answered."""
        return self.facts(tables_of(self.parameters).answering)

    def facts(self, table: str) -> Store:
        """The registry, and the facts of one of the two tables, by its logical id."""
        return self._tables(self._named(table), self._named(REGISTRY))

    def keeps_registry_with_facts(self, table: str | None = None) -> bool:
        """Tell whether a table of facts (that which answers) holds feeds or watches, as an early version stored them."""
        table = table or tables_of(self.parameters).answering
        if not self.has_facts(table):
            return False
        return any(self.undivided(table).query(partition, limit=1).items for partition in (keys.FEEDS, keys.WATCHES))

    def has_facts(self, table: str) -> bool:
        """Tell whether one of the two tables of facts is there; the stack may know one that is gone already."""
        return table in self.names and is_there(self._dynamodb, self.names[table])

    def undivided(self, table: str) -> Store:
        """A table of facts with all that is in it."""
        name = self._named(table)
        return self._tables(name, name)

    def drop_facts(self, table: str) -> None:
        """Delete one of the two tables of facts, if it is there; the stack's parameters must not name it any more.

        Raises:
            Unavailable: AWS does not answer; or the table is protected, since it answers.
        """
        if self.has_facts(table):
            drop_table(self._dynamodb, self.names[table])

    def _tables(self, facts: str, registry: str) -> Store:
        store = DynamoStore(self._dynamodb, facts, registry)
        return ShardedStore(store, int(self.parameters.get("IndexShards", 1)))

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        return boto3.client("dynamodb")

    @cached_property
    def _bucket(self) -> S3Blobs:
        return S3Blobs(boto3.client("s3"), self._named("RawBucket"))

    @cached_property
    def logs(self) -> InsightsLogs:
        """The functions' logs."""
        groups = [self.names[f"{stage.title()}LogGroup"] for stage in get_args(Stage)]
        return InsightsLogs(boto3.client("logs"), groups)

    def _named(self, name: str) -> str:
        if name not in self.names:
            raise NotFound(f"the stack has no {name}: is it one of Tidings, of this version?")
        return self.names[name]


def deployed(stack: str) -> Deployed:
    """Return a stack of the account and region that the environment names.

    Raises:
        NotFound: no such stack.
        Unavailable: AWS does not answer.
    """
    try:
        client = boto3.client("cloudformation")
    except BotoCoreError as error:
        raise BadUsage(f"AWS: {error}") from None
    return Deployed(stack, resources_of(client, stack), parameters_of(client, stack))
