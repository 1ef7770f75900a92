"""The mentions of an event, page by page: an event as it is shown holds only the first of them."""

from __future__ import annotations

import re

from pydantic import BaseModel

from tidings import keys
from tidings.errors import BadUsage
from tidings.ids import EventId, MentionId
from tidings.ports.store import MAX_GETS, Store
from tidings.publish.merging import leader_of
from tidings.query.reading import current_id
from tidings.records import Mention

_CURSOR = re.compile(r"[A-Za-z0-9]{1,64}")


class MentionList(BaseModel):
    """A page of an event's mentions, by id, the one that leads it first; `cursor` asks for the next, null at the end."""

    mentions: list[Mention]
    cursor: str | None


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
    current = current_id(store, event_id)
    leader = leader_of(current)
    first, last = keys.MENTIONS
    # The one that leads the event comes first, and is not listed under it.
    after = keys.event_mention(current, MentionId(cursor)).sk if cursor and cursor != leader else None
    rest = limit - (cursor is None)
    page = store.query(keys.event(current).pk, limit=rest or 1, first=first, last=last, after=after)
    listed = [keys.mention_in(item.key.sk) for item in page.items][:rest]
    following = listed[-1] if listed else leader
    more = page.next_sk is not None or len(page.items) > rest
    shown = [leader, *listed] if cursor is None else listed
    items = store.get_many(list(map(keys.mention, shown)))
    mentions = [Mention.model_validate(item.body["summary"]["mention"]) for item in items]
    return MentionList(mentions=mentions, cursor=following if more else None)
