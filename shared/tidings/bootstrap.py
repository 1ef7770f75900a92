"""Puts the program together: with `tidings.deployed` the only module that names adapters."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from tidings import keys
from tidings.adapters.buses import EventBridgeBus, SqliteBus
from tidings.adapters.dynamo_store import DynamoStore
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.s3_blobs import S3Blobs, read_objects
from tidings.adapters.sharded_store import ShardedStore
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.adapters.sqlite_store import SqliteStore
from tidings.adapters.sqs_queue import SqsQueue
from tidings.errors import BadUsage
from tidings.ports.blobs import Blobs
from tidings.ports.bus import Bus
from tidings.ports.queue import Sender
from tidings.ports.store import Store
from tidings.ports.web import Web
from tidings.replaying.meanwhile import AT_REST, Replaying
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
