"""The mentions of an event, page by page: an event's own item holds only the first of them."""

from __future__ import annotations

import re

from pydantic import BaseModel

from tidings import keys
from tidings.errors import BadUsage, NotFound
from tidings.ids import EventId, MentionId
from tidings.ports.store import MAX_GETS, Item, Store
from tidings.records import Mention

_CURSOR = re.compile(r"[A-Za-z0-9]{1,64}")


class MentionList(BaseModel):
    """A page of an event's mentions, in the order of their ids; `cursor` asks for the next page, null at the end."""

    mentions: list[Mention]
    cursor: str | None


def event_item(store: Store, event_id: EventId) -> Item:
    """Return the item of an event; a former id leads to the event of today.

    Raises:
        NotFound: no such event.
    """
    item = store.get(keys.event(event_id))
    if item is None:
        former = store.get(keys.mention(MentionId("m" + event_id[1:])))
        item = store.get(keys.event(EventId(former.body["event_id"]))) if former else None
    if item is None:
        raise NotFound(f"no event {event_id}")
    return item


def find_mentions(store: Store, event_id: EventId, *, limit: int = 50, cursor: str | None = None) -> MentionList:
    """Return a page of an event's mentions with at most five reads.

    Raises:
        NotFound: no such event.
        BadUsage: a limit out of range, or a cursor that is not ours.
    """
    if not 1 <= limit <= MAX_GETS:
        raise BadUsage(f"limit must be 1 to {MAX_GETS}")
    if cursor is not None and not _CURSOR.fullmatch(cursor):
        raise BadUsage("cursor is not one that this API gave")
    current = EventId(event_item(store, event_id).body["event_id"])
    first, last = keys.MENTIONS
    after = keys.event_mention(current, MentionId(cursor)).sk if cursor else None
    page = store.query(keys.event(current).pk, limit=limit, first=first, last=last, after=after)
    listed = [_id_of(item.key.sk) for item in page.items]
    items = store.get_many([keys.mention(name) for name in listed])
    mentions = [Mention.model_validate(item.body["summary"]["mention"]) for item in items]
    return MentionList(mentions=mentions, cursor=_id_of(page.next_sk) if page.next_sk else None)


def _id_of(sort_key: str) -> MentionId:
    return MentionId(sort_key.rsplit("#", 1)[1])
