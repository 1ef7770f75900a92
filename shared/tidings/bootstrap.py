"""Puts the program together: the only module that names adapters."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Literal

from tidings.adapters.buses import EventBridgeBus, SqliteBus
from tidings.adapters.dynamo_store import DynamoStore
from tidings.adapters.folder_blobs import FolderBlobs
from tidings.adapters.s3_blobs import S3Blobs
from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.adapters.sqlite_store import SqliteStore
from tidings.adapters.sqs_queue import SqsQueue
from tidings.errors import BadUsage
from tidings.ports.blobs import Blobs
from tidings.ports.bus import Bus
from tidings.ports.queue import Sender
from tidings.ports.store import Store
from tidings.ports.web import Web
from tidings.settings import Settings

if TYPE_CHECKING:
    from tidings.fetch.websub import Subscriber

Stage = Literal["fetch", "clean", "extract", "publish", "query"]
Clock = Callable[[], datetime]
EmbeddedQueue = SqliteQueue

DEAD_LETTER_QUEUES = {
    "fetch": "FeedsDeadLetterQueue",
    "clean": "CleanDeadLetterQueue",
    "extract": "ExtractDeadLetterQueue",
    "publish": "PublishDeadLetterQueue",
    "query": "PublishDeadLetterQueue",
}
"""Each stage's dead-letter queue on the embedded store (query has no queue of its own and sends nothing there)."""


@dataclass(frozen=True)
class Queues:
    """The four queues, as senders."""

    feeds: Sender
    clean: Sender
    extract: Sender
    publish: Sender


@dataclass(frozen=True)
class Resources:
    """All that a handler may touch."""

    settings: Settings
    blobs: Blobs
    store: Store
    bus: Bus
    queues: Queues
    dead_letters: Sender
    clock: Clock

    @cached_property
    def web(self) -> Web:
        """The outside world, made when first asked for: only fetch needs it."""
        return guarded_web(self.settings)

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
    return _embedded(settings, stage) if settings.home is not None else _aws(settings)


def guarded_web(settings: Settings) -> Web:
    """Return the outside world behind the address guard, asked at a decent pace."""
    from tidings.fetch.pace import Pace
    from tidings.fetch.web import GuardedWeb

    return GuardedWeb(settings, pace=Pace(settings.host_spacing_s))


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


def _embedded(settings: Settings, stage: Stage) -> Resources:
    if settings.home is None:
        raise BadUsage("the embedded store needs a home folder (TIDINGS_HOME)")
    return Resources(
        settings=settings,
        blobs=FolderBlobs(settings.home / "blobs"),
        store=SqliteStore(settings.home / "store.sqlite"),
        bus=SqliteBus(settings.home / "bus.sqlite"),
        queues=Queues(
            embedded_queue(settings, settings.feeds_queue_url),
            embedded_queue(settings, settings.clean_queue_url),
            embedded_queue(settings, settings.extract_queue_url),
            embedded_queue(settings, settings.publish_queue_url),
        ),
        dead_letters=embedded_queue(settings, DEAD_LETTER_QUEUES[stage]),
        clock=clock_of(settings),
    )


def _aws(settings: Settings) -> Resources:
    from tidings.adapters.aws_clients import Clients

    clients = Clients()
    sqs = clients.sqs()
    return Resources(
        settings=settings,
        blobs=S3Blobs(clients.s3(), settings.bucket_name),
        store=DynamoStore(clients.dynamodb(), settings.table_name),
        bus=EventBridgeBus(clients.events(), settings.bus_name),
        queues=Queues(
            SqsQueue(sqs, settings.feeds_queue_url),
            SqsQueue(sqs, settings.clean_queue_url),
            SqsQueue(sqs, settings.extract_queue_url),
            SqsQueue(sqs, settings.publish_queue_url),
        ),
        dead_letters=SqsQueue(sqs, settings.dead_letter_queue_url or ""),
        clock=clock_of(settings),
    )
