"""WebSub (W3C Recommendation, 2018), the subscriber's side: hubs tell of news, so that a feed is read at once.

A hub's notice is only the sign to read the feed ourselves: what it carries is not used. Each subscription has a secret of
its own, and a notice without its signature changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import AwareDatetime

from tidings import keys
from tidings.errors import NotFound, NotYet, Permanent, Resting, Unavailable
from tidings.fetch.entries import ParsedFeed, absolute
from tidings.fetch.headers import header_links
from tidings.fetch.registry import feed_item, save_feed
from tidings.ids import CorrelationId, FeedId, digest
from tidings.messages import PollFeed
from tidings.ports.store import Item, Put, Store
from tidings.ports.web import Response, Web
from tidings.records import Feed, Record

LEASE_S = 10 * 86_400
"""What is asked for; the hub decides."""
RENEW_BEFORE = timedelta(days=1)
ASK_AGAIN = timedelta(days=1)
"""After a hub that refused, failed or never verified."""
LONGEST_LEASE_S = 90 * 86_400

_SIGNATURE = re.compile(r"(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})")


class State(StrEnum):
    """How a subscription stands."""

    ASKED = "asked"
    ACTIVE = "active"
    DENIED = "denied"
    FAILED = "failed"


class Subscription(Record):
    """A subscription of a feed at its hub."""

    hub: str
    topic: str
    secret: str
    state: State = State.ASKED
    asked_at: AwareDatetime
    lease_until: AwareDatetime | None = None
    reason: str | None = None


class Hub(NamedTuple):
    """Where a feed's news are told, and the name that it has there."""

    url: str
    topic: str


@dataclass(frozen=True)
class Subscriber:
    """What subscribing needs: where the hub reaches us, and a source of secrets."""

    public_url: str
    secret: Callable[[], str]

    def callback(self, feed: FeedId) -> str:
        """Return the URL that the hub of a feed is to call."""
        return f"{self.public_url.rstrip('/')}/websub/{feed}"


def hub_of(parsed: ParsedFeed, response: Response) -> Hub | None:
    """Return a feed's hub: the Link header's, else the one that the feed itself names (WebSub, 4)."""
    links = _links(response)
    hub = links.get("hub") or parsed.hub
    return Hub(hub, links.get("self") or parsed.topic or response.url) if hub else None


def known_hub(feed: FeedId, store: Store) -> Hub | None:
    """Return the hub that a feed is or was subscribed to at."""
    item = store.get(keys.feed_websub(feed))
    return Hub(str(item.body["hub"]), str(item.body["topic"])) if item is not None else None


def must_ask(known: Subscription | None, hub: Hub, now: datetime) -> bool:
    """Say whether a hub is to be asked: anew, or to renew what ends soon."""
    if known is None or (known.hub, known.topic) != hub:
        return True
    if known.state is State.ACTIVE and known.lease_until is not None:
        return known.lease_until - now < RENEW_BEFORE and now - known.asked_at > RENEW_BEFORE / 24
    return now - known.asked_at >= ASK_AGAIN


def subscribe(feed: FeedId, hub: Hub, subscriber: Subscriber, *, web: Web, store: Store, now: datetime) -> None:
    """Ask a hub for a subscription, if it is time to; what goes wrong is noted, for the feed is polled anyway."""
    item = store.get(keys.feed_websub(feed))
    known = Subscription.model_validate(item.body) if item is not None else None
    if not must_ask(known, hub, now):
        return
    renewed = known is not None and known.state is State.ACTIVE and (known.hub, known.topic) == hub
    asked = Subscription(
        hub=hub.url,
        topic=hub.topic,
        # While the old lease lasts the hub goes on signing with the old secret.
        secret=known.secret if known is not None and renewed else subscriber.secret(),
        state=State.ACTIVE if renewed else State.ASKED,
        asked_at=now,
        lease_until=known.lease_until if known is not None and renewed else None,
    )
    _save(store, feed, asked, item)  # before the request, as the hub may verify before it answers
    form = {
        "hub.mode": "subscribe",
        "hub.topic": hub.topic,
        "hub.callback": subscriber.callback(feed),
        "hub.secret": asked.secret,
        "hub.lease_seconds": str(LEASE_S),
    }
    try:
        status = web.post(hub.url, form).status
        reason = None if status in (202, 204) else f"the hub answers {status}"
    except (NotYet, Resting):
        # Another process asks the hub for its feeds, or it is left alone: the next poll of this one is early enough.
        _save(store, feed, asked.model_copy(update={"asked_at": now - ASK_AGAIN}))
        return
    except (Permanent, Unavailable) as error:
        reason = str(error)[:300]
    if reason is not None and not renewed:
        _save(store, feed, asked.model_copy(update={"state": State.FAILED, "reason": reason}))


def verified(feed: FeedId, asked: Mapping[str, str], *, store: Store, now: datetime) -> str:
    """Answer a hub's question whether we want what it was asked for in our name; return what to answer (WebSub, 5.3).

    Raises:
        NotFound: we do not.
    """
    item = store.get(keys.feed_websub(feed))
    known = Subscription.model_validate(item.body) if item is not None else None
    mode, topic, challenge = (asked.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge"))
    if known is None or topic != known.topic:
        raise NotFound("no such subscription was asked for")
    if mode == "denied":
        reason = f"the hub denies it: {asked.get('hub.reason', '')}"[:300]
        _save(store, feed, known.model_copy(update={"state": State.DENIED, "reason": reason}), item)
        return ""
    if mode != "subscribe" or not challenge:
        raise NotFound("no such subscription was asked for")
    lease = asked.get("hub.lease_seconds", "")
    lease_s = min(int(lease[:9]) if lease.isdecimal() else LEASE_S, LONGEST_LEASE_S)
    update = {"state": State.ACTIVE, "reason": None, "lease_until": now + timedelta(seconds=lease_s)}
    _save(store, feed, known.model_copy(update=update), item)
    return challenge


def notified(feed: FeedId, body: bytes, signature: str, *, store: Store, now: datetime) -> PollFeed | None:
    """Take a hub's notice: make the feed due and return the message that polls it; None if the signature is not the hub's.

    Raises:
        NotFound: there is no such subscription; the hub may forget it.
    """
    item = store.get(keys.feed_websub(feed))
    if item is None:
        raise NotFound("no such subscription")
    if not _is_signed(body, signature, str(item.body["secret"])):
        return None
    before = feed_item(store, feed)
    due = Feed.model_validate(before.body).model_copy(update={"next_poll": now, "next_read": now})
    save_feed(store, due, before=before)
    correlation = CorrelationId(digest(feed, now.isoformat(), hashlib.sha256(body).hexdigest()))
    return PollFeed(correlation_id=correlation, feed_id=feed, url=due.url)


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    found = _SIGNATURE.fullmatch(signature.strip().lower())
    if found is None:
        return False
    made = hmac.new(secret.encode(), body, found.group(1)).hexdigest()
    return hmac.compare_digest(made, found.group(2))


def _links(response: Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for link in header_links(response.headers):
        if url := absolute(response.url, link.target):
            for relation in link.relations:
                found.setdefault(relation, url)
    return found


def _save(store: Store, feed: FeedId, subscription: Subscription, before: Item | None = None) -> None:
    body = subscription.model_dump(mode="json")
    expect = before.version if before is not None else None
    store.transact([Put(keys.feed_websub(feed), body, expect=expect)])
