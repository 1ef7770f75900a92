"""The watches: saved queries, each with whom to tell. Adding, listing, removing."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime

from pydantic import AwareDatetime

from tidings import ids, keys
from tidings.errors import BadUsage, NotFound
from tidings.ids import WatchId
from tidings.ports.store import Delete, Put, Store, read_all
from tidings.query.filters import EventQuery
from tidings.records import SCHEMA_VERSION, Record

MAX_WATCHES = 200
"""Most watches of a stack: every event is held against each of them, and all are read at once."""
SECRET_PREFIX = "whsec_"  # noqa: S105 - how secrets begin, no secret (Standard Webhooks)
_SECRET_BYTES = 32
_TOKEN_DIGITS = 32
FEED_TOKEN = rf"[0-9a-f]{{{_TOKEN_DIGITS}}}"
"""What tokens of feeds look like: 128 bits, hexadecimal."""


class Watch(Record):
    """A saved query. `webhook` is told of each event that passes it; the secret signs what it is told.

    Who knows the `feed_token` may read the watch's feed without a key; a watch of a version before had none.
    """

    watch_id: WatchId
    name: str
    query: EventQuery
    webhook: str | None = None
    secret: str | None = None
    feed_token: str | None = None
    created: AwareDatetime
    schema_version: int = SCHEMA_VERSION


def new_secret(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a secret as Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(random_bytes(_SECRET_BYTES)).decode()


def add_watch(store: Store, name: str, query: EventQuery, *, webhook: str | None, secret: str, now: datetime) -> Watch:
    """Save a query; the watch's id and its feed's token are drawn from its secret, so that two of one name are two.

    Raises:
        BadUsage: there are `MAX_WATCHES` already.
        Unavailable: the store does not answer.
    """
    if len(list(all_watches(store))) >= MAX_WATCHES:
        raise BadUsage(f"there are {MAX_WATCHES} watches, and no more are kept: remove one")
    identity = WatchId("w" + ids.digest(name, secret))
    watch = Watch(
        watch_id=identity,
        name=name,
        query=query,
        webhook=webhook,
        secret=secret if webhook else None,
        # Whoever has the secret is told of the events anyway; from the token nobody learns the secret.
        feed_token=ids.digest("feed", secret, length=_TOKEN_DIGITS),
        created=now,
    )
    store.transact([Put(keys.watch(identity), watch.model_dump(mode="json", exclude_defaults=True), expect=0)])
    return watch


def get_watch(store: Store, identity: WatchId) -> Watch:
    """Return a watch.

    Raises:
        NotFound: no such watch.
    """
    item = store.get(keys.watch(identity))
    if item is None:
        raise NotFound(f"no watch {identity}")
    return Watch.model_validate(item.body)


def watch_of_feed(store: Store, identity: WatchId, token: str) -> Watch:
    """Return the watch whose feed has this token.

    Raises:
        NotFound: no such watch, or another token; nothing tells which.
    """
    item = store.get(keys.watch(identity))
    watch = Watch.model_validate(item.body) if item is not None else None
    if watch is None or watch.feed_token is None or not hmac.compare_digest(watch.feed_token, token):
        raise NotFound("no such feed")
    return watch


def all_watches(store: Store) -> Iterator[Watch]:
    """Iterate over all watches; they are few."""
    for item in read_all(store, keys.WATCHES):
        yield Watch.model_validate(item.body)


def remove_watch(store: Store, identity: WatchId) -> Watch:
    """Forget a watch; what is on its way to its webhook is not sent any more.

    Raises:
        NotFound: no such watch.
    """
    watch = get_watch(store, identity)
    store.transact([Delete(keys.watch(identity))])
    return watch
