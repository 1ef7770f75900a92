"""Puts the program together: the only module that names adapters."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, get_args

from tidings import keys
from tidings.adapters.buses import EventBridgeBus, SqliteBus
from tidings.adapters.dynamo_store import DynamoStore
from tidings.adapters.dynamo_tables import drop_table, is_there
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.insights import InsightsLogs
from tidings.adapters.s3_blobs import S3Blobs, read_objects
from tidings.adapters.sharded_store import ShardedStore
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.adapters.sqlite_store import SqliteStore
from tidings.adapters.sqs_queue import SqsQueue
from tidings.adapters.stacks import change, parameters_of, resources_of
from tidings.errors import BadUsage, NotFound
from tidings.ids import BlobKey
from tidings.ports.blobs import Blobs
from tidings.ports.bus import Bus
from tidings.ports.queue import Sender
from tidings.ports.store import Store
from tidings.ports.web import Web
from tidings.replaying.meanwhile import AT_REST, Replaying
from tidings.replaying.tables import REGISTRY, tables_of
from tidings.settings import Settings

if TYPE_CHECKING:
    from tidings.fetch.leases import HostLeases
    from tidings.fetch.websub import Subscriber

Stage = Literal["fetch", "clean", "extract", "publish", "query", "watch"]
Clock = Callable[[], datetime]
EmbeddedQueue = SqliteQueue

STORE = "store.sqlite"
"""File of the embedded store in the home folder."""
DEAD_LETTER_QUEUES = {
    "fetch": "FeedsDeadLetterQueue",
    "clean": "CleanDeadLetterQueue",
    "extract": "ExtractDeadLetterQueue",
    "publish": "PublishDeadLetterQueue",
    "query": "PublishDeadLetterQueue",
    "watch": "WatchDeadLetterQueue",
}
"""Each stage's dead-letter queue on the embedded store (query has no queue of its own and sends nothing there)."""


@dataclass(frozen=True)
class Queues:
    """The queues, as senders."""

    feeds: Sender
    clean: Sender
    extract: Sender
    publish: Sender
    watch: Sender

    @classmethod
    def of(cls, settings: Settings, queue: Callable[[str], Sender]) -> Queues:
        """Make those that the settings name, each by its name or URL."""
        return cls(
            feeds=queue(settings.feeds_queue_url),
            clean=queue(settings.clean_queue_url),
            extract=queue(settings.extract_queue_url),
            publish=queue(settings.publish_queue_url),
            watch=queue(settings.watch_queue_url),
        )


@dataclass(frozen=True)
class Resources:
    """All that a handler may touch."""

    settings: Settings
    blobs: Blobs
    store: Store
    hosts: Store
    """Where the leases of hosts are: on AWS in the registry, on one machine in a file that no power cut need spare."""
    bus: Bus
    queues: Queues
    dead_letters: Sender
    clock: Clock
    replaying: Replaying = AT_REST

    @cached_property
    def web(self) -> Web:
        """The outside world, made when first asked for: only fetch needs it."""
        return guarded_web(self.settings, self.leases)

    @cached_property
    def leases(self) -> HostLeases:
        """The hosts that this process asks, in turn with all others that share the store."""
        from tidings.fetch.leases import HostLeases

        return HostLeases(self.hosts, request_s=self.settings.fetch_timeout_s)

    @cached_property
    def subscriber(self) -> Subscriber | None:
        """Who subscribes at hubs, if the API has a public URL."""
        from tidings.fetch.websub import Subscriber

        url = self.settings.public_url
        return Subscriber(url, partial(secrets.token_hex, 32)) if url else None


@cache
def resources(stage: Stage) -> Resources:
    """Return the resources of a stage's handler, once for each process.

    Raises:
        BadUsage: the environment names no dead-letter queue on AWS.
    """
    settings = Settings()
    return embedded(settings, stage) if settings.home is not None else _aws(settings)


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
        import boto3

        change(boto3.client("cloudformation"), self.name, parameters, sleep)

    def queue(self, name: str) -> SqsQueue:
        """Return a queue by its logical id."""
        import boto3

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
        import boto3

        return table in self.names and is_there(boto3.client("dynamodb"), self.names[table])

    def undivided(self, table: str) -> Store:
        """A table of facts with all that is in it."""
        name = self._named(table)
        return self._tables(name, name)

    def drop_facts(self, table: str) -> None:
        """Delete one of the two tables of facts, if it is there; the stack's parameters must not name it any more.

        Raises:
            Unavailable: AWS does not answer; or the table is protected, since it answers.
        """
        import boto3

        if self.has_facts(table):
            drop_table(boto3.client("dynamodb"), self.names[table])

    def _tables(self, facts: str, registry: str) -> Store:
        import boto3

        store = DynamoStore(boto3.client("dynamodb"), facts, registry)
        return ShardedStore(store, int(self.parameters.get("IndexShards", 1)))

    @cached_property
    def _bucket(self) -> S3Blobs:
        import boto3

        return S3Blobs(boto3.client("s3"), self._named("RawBucket"))

    @cached_property
    def logs(self) -> InsightsLogs:
        """The functions' logs."""
        import boto3

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
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        client = boto3.client("cloudformation")
    except BotoCoreError as error:
        raise BadUsage(f"AWS: {error}") from None
    return Deployed(stack, resources_of(client, stack), parameters_of(client, stack))


def objects(url: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Iterate over the objects under an s3:// URL, each with its name and its bytes as a stream.

    Raises:
        NotFound: there is none.
        Unavailable: S3 does not answer.
    """
    import boto3

    return read_objects(boto3.client("s3"), url)


def guarded_web(settings: Settings, leases: HostLeases | None = None) -> Web:
    """Return the outside world behind the address guard, asked at a decent pace; with `leases` among all processes."""
    from tidings.fetch.pace import Pace
    from tidings.fetch.web import GuardedWeb

    return GuardedWeb(settings, pace=Pace(settings.host_spacing_s, leases=leases))


def adopt_facts(settings: Settings, rebuilt: Path) -> None:
    """Replace the facts of the embedded store by those of another home folder's, in one transaction.

    What was told to Tidings (feeds, watches) stays as it is.

    Raises:
        BadUsage: the settings have no `home`.
        Unavailable: the store stayed locked.
    """
    if settings.home is None:
        raise BadUsage("facts are adopted by an embedded store only (TIDINGS_HOME)")
    SqliteStore(settings.home / STORE).adopt(rebuilt / STORE, keys.is_fact)


def embedded_queue(settings: Settings, name: str, max_receive_count: int | None = None) -> SqliteQueue:
    """Return a queue of the embedded store; given a `max_receive_count`, it has its dead-letter queue.

    Raises:
        BadUsage: the settings have no `home`.
    """
    if settings.home is None:
        raise BadUsage("there are embedded queues only with a home folder (TIDINGS_HOME)")
    dead = name.replace("Queue", "DeadLetterQueue") if max_receive_count is not None else None
    path = settings.home / "queues.sqlite"
    return SqliteQueue(path, name, max_receive_count=max_receive_count, dead_letter=dead)


def clock_of(settings: Settings) -> Clock:
    """Return the clock: the fixed one of the settings, or the real one."""
    fixed = settings.clock
    return (lambda: fixed) if fixed is not None else (lambda: datetime.now(UTC))


def embedded(settings: Settings, stage: Stage) -> Resources:
    """Return the resources of a stage on the embedded store of these settings, whatever the environment says.

    Raises:
        BadUsage: the settings have no `home`.
    """
    if settings.home is None:
        raise BadUsage("the embedded store needs a home folder (TIDINGS_HOME)")
    return Resources(
        settings=settings,
        blobs=FolderBlobs(settings.home / "blobs"),
        store=_sharded(SqliteStore(settings.home / STORE), settings),
        hosts=SqliteStore(settings.home / "hosts.sqlite", durable=False),
        bus=SqliteBus(settings.home / "bus.sqlite", embedded_queue(settings, settings.watch_queue_url)),
        queues=Queues.of(settings, partial(embedded_queue, settings)),
        dead_letters=embedded_queue(settings, DEAD_LETTER_QUEUES[stage]),
        clock=clock_of(settings),
    )


def _sharded(store: Store, settings: Settings) -> Store:
    return ShardedStore(store, settings.index_shards) if settings.index_shards > 1 else store


def _aws(settings: Settings) -> Resources:
    from tidings.adapters.aws_clients import Clients

    clients = Clients()
    sqs = clients.sqs()

    def facts(table: str) -> Store:
        return _sharded(DynamoStore(clients.dynamodb(), table, settings.registry_table_name), settings)

    store = facts(settings.table_name)
    beside = facts(settings.rebuilt_table_name) if settings.rebuilt_table_name else None
    queues = Queues.of(settings, partial(SqsQueue, sqs))
    return Resources(
        settings=settings,
        blobs=S3Blobs(clients.s3(), settings.bucket_name),
        store=store,
        hosts=store,
        bus=EventBridgeBus(clients.events(), settings.bus_name, queues.watch, notices=settings.notices),
        queues=queues,
        dead_letters=SqsQueue(sqs, settings.dead_letter_queue_url or ""),
        clock=clock_of(settings),
        replaying=Replaying(beside, settings.news_since),
    )
