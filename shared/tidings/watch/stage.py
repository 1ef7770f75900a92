"""The watch stage: hold new and changed events against every watch, and tell the webhooks of those that they pass.

The changes that one article made come as one message, which becomes one for each webhook and event, so that one that does
not answer keeps no other waiting. A
webhook that fails is tried again with growing pauses, by a copy of its message; at last the message is set aside. The
receiver may be told twice: `webhook-id` is the same each time.
"""

from __future__ import annotations

import json
from datetime import datetime

from tidings.errors import NotFound, Permanent, Transient
from tidings.ids import CorrelationId
from tidings.messages import Change, TellWatches
from tidings.ports.queue import Sender
from tidings.ports.store import Store
from tidings.ports.web import Web
from tidings.publish.index import card
from tidings.query.matching import matches
from tidings.query.reading import events_by_id
from tidings.records import CanonicalEvent
from tidings.watch.registry import Watch, all_watches, get_watch
from tidings.watch.signing import signed_headers

PAUSES_S = (5, 30, 120, 300, 900, 900, 900, 900, 900, 900)
"""Pauses before each further try; SQS delays a message by 15 minutes at most."""


class Unheard(Permanent):
    """A webhook did not take a notice, however often it was tried."""


def tell(message: TellWatches, *, store: Store, queue: Sender, web: Web, now: datetime) -> None:
    """Work off one message: find the watches that the events pass, or tell one webhook.

    Raises:
        Unheard: the webhook has failed too often.
        BlockedAddress: it leads to an address that may not be reached.
        Unavailable: a service does not answer.
    """
    if message.watch_id is None:
        _find(message, store, queue)
        return
    (change,) = message.changes
    event = next(iter(events_by_id(store, [change.event_id])), None)
    try:
        watch = get_watch(store, message.watch_id)
    except NotFound:
        return  # removed since then
    if event is None:
        return  # merged into another or withdrawn since then; of that event there is a notice of its own
    try:
        _deliver(watch, change, event, web=web, now=now)
    except Transient as error:
        _again(message, error, queue)


def _find(message: TellWatches, store: Store, queue: Sender) -> None:
    """Send a message for each watch and each change that passes it."""
    watches = [watch for watch in all_watches(store) if watch.webhook]
    if not watches:
        return  # no event need be read
    by_id = {change.event_id: change for change in message.changes}
    told = [
        TellWatches(
            correlation_id=CorrelationId(by_id[event.event_id].notice_id),
            changes=(by_id[event.event_id],),
            watch_id=watch.watch_id,
        )
        for event in events_by_id(store, by_id)
        for watch in watches
        if matches(event, watch.query)
    ]
    if told:
        queue.send([one.model_dump_json() for one in told])


def _deliver(watch: Watch, change: Change, event: CanonicalEvent, *, web: Web, now: datetime) -> None:
    if watch.webhook is None or watch.secret is None:
        return
    notice = {
        "type": change.kind,
        "timestamp": now.isoformat(),
        "watch": {"watch_id": watch.watch_id, "name": watch.name},
        "data": card(event),
    }
    body = json.dumps(notice, ensure_ascii=False).encode()
    headers = signed_headers(watch.secret, change.notice_id, now, body)
    answer = web.send(watch.webhook, body, headers | {"content-type": "application/json"})
    if not 200 <= answer.status < 300:
        raise _Refused(f"answered {answer.status}")


class _Refused(Transient):
    """The webhook answered, but not that it took the notice."""


def _again(message: TellWatches, error: Transient, queue: Sender) -> None:
    if message.attempt >= len(PAUSES_S):
        raise Unheard(f"webhook of watch {message.watch_id}: {len(PAUSES_S) + 1} tries, the last: {error}") from None
    following = message.model_copy(update={"attempt": message.attempt + 1})
    queue.send([following.model_dump_json()], delay_s=PAUSES_S[message.attempt])
