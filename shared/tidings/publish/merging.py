"""The merge as pure decisions: what is stored, and what is new, to the writes of one transaction.

Two kinds of decision, each small enough for one transaction whatever the size of the store:

- where a mention belongs (`placed`, `taken_away`): its own items, its entries in its blocks, its entry under its event;
- what an event says (`refreshed`): its item and its index entries, from a bounded number of its mentions.

What follows from a decision (other mentions to be looked at again, events to be told anew) is written down in the same
transaction, under the article whose publication it is part of, and worked off afterwards. A process that dies leaves it for
the next delivery of the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidings import ids, keys
from tidings.ids import ArticleId, EventId, MentionId, digest
from tidings.ports.store import Check, Delete, Item, Key, Put, Write
from tidings.publish.canonical import EXACT, Whole, canonical
from tidings.publish.clusters import MOST_LEADERS
from tidings.publish.index import entries
from tidings.publish.mentions import MentionSummary
from tidings.publish.profiles import rank_of
from tidings.records import CanonicalEvent


@dataclass(frozen=True)
class Block:
    """What is known of one block of a mention: its head's version (0: none yet), the ranks of its first leaders.

    `last` tells that the mention is the only one left in it.
    """

    name: str
    version: int = 0
    leaders: Sequence[str] = ()
    last: bool = False

    def heeds(self, rank: str) -> bool:
        """Tell whether a leader of this rank is among those with which the block's mentions are compared."""
        return sum(other < rank for other in self.leaders) < MOST_LEADERS


@dataclass(frozen=True)
class Place:
    """Where a mention stands in the store: its blocks, its item, and the counts of the events that it leaves and joins."""

    blocks: Sequence[Block]
    item: Item | None = None
    counts: Mapping[Key, Item] = field(default_factory=dict)


def summary_of(item: Item) -> MentionSummary:
    """Return the summary that a mention's item holds."""
    return MentionSummary.model_validate(item.body["summary"])


def event_of(item: Item) -> EventId:
    """Return the event that a mention's item names."""
    return EventId(item.body["event_id"])


def own_event(mention: MentionId) -> EventId:
    """Return the event that a mention would lead."""
    return ids.event_id(mention)


def placed(mention: MentionSummary, event: EventId, place: Place, cause: ArticleId) -> list[Write]:
    """Return the writes that put a mention under an event; none if it is there.

    A mention that is stored must be stored with this very summary (else it is taken away first).
    """
    before = event_of(place.item) if place.item else None
    if before == event:
        return []
    own = own_event(mention.mention_id)
    writes: dict[Key, Write] = {}
    key = keys.mention(mention.mention_id)
    body = {"summary": mention.model_dump(mode="json", exclude_none=True), "event_id": event}
    writes[key] = Put(key, body, expect=place.item.version if place.item else 0)
    rank = rank_of(mention)
    if before is None:
        for block in place.blocks:
            entry = keys.block_mention(block.name, rank)
            writes[entry] = Put(entry, {})
    else:
        writes |= _left(mention, before, place, cause)
    writes |= _leading(mention, rank, place, cause, was=before == own, now=event == own)
    return list((writes | _joined(mention, event, place, cause)).values())


def taken_away(mention: MentionSummary, place: Place, cause: ArticleId) -> list[Write]:
    """Return the writes that take a stored mention away."""
    if place.item is None:
        return []
    event = event_of(place.item)
    rank = rank_of(mention)
    writes: dict[Key, Write] = {place.item.key: Delete(place.item.key, expect=place.item.version)}
    for block in place.blocks:
        entry = keys.block_mention(block.name, rank)
        writes[entry] = Delete(entry)
    writes |= _left(mention, event, place, cause)
    under = _under_article(mention)
    writes[under] = Delete(under)
    was = event == own_event(mention.mention_id)
    return list((writes | _leading(mention, rank, place, cause, was=was, now=False)).values())


def retold(mention: MentionSummary, item: Item, cause: ArticleId) -> list[Write]:
    """Return the writes that change by what a stored mention is superseded, which moves it nowhere."""
    body = {**item.body, "summary": mention.model_dump(mode="json", exclude_none=True)}
    event = event_of(item)
    refresh = keys.work_refresh(cause, event)
    return [Put(item.key, body, expect=item.version), Put(refresh, {"event_id": event})]


@dataclass(frozen=True)
class Told:
    """What is stored of an event: its item, up to `EXACT` of its mentions, some of superseded ones, what is known of all."""

    item: Item | None
    mentions: Sequence[MentionSummary]
    former: Sequence[MentionSummary] = ()
    whole: Whole | None = None


def refreshed(event_id: EventId, told: Told, cause: ArticleId, *, notice: Item | None = None) -> list[Write]:
    """Return the writes that bring an event's item and index entries to what its mentions say, and a notice of it.

    `notice` is the one that waits already.
    """
    event = canonical(told.mentions, former=told.former, whole=told.whole) if told.mentions else None
    body = event.model_dump(mode="json", exclude_none=True) if event else None
    if body == (dict(told.item.body) if told.item else None):
        return []
    former = CanonicalEvent.model_validate(told.item.body) if told.item else None
    old, new = (dict(entries(one)) if one else {} for one in (former, event))
    writes: dict[Key, Write] = {key: Delete(key) for key in old.keys() - new.keys()}
    writes |= {key: Put(key, entry) for key, entry in new.items() if old.get(key) != entry}
    key = keys.event(event_id)
    version = told.item.version if told.item else 0
    if body is None:
        writes[key] = Delete(key, expect=version)
        return list(writes.values())
    writes[key] = Put(key, body, expect=version)
    out = keys.outbox(cause, event_id)
    first = former is None and all(m.mention.article_id == cause for m in told.mentions)
    writes[out] = Put(out, {"event_id": event_id, "new": first or bool(notice and notice.body["new"])})
    return list(writes.values())


def counted(total: int, first_last: Whole) -> Whole:
    """Return what an event of many mentions tells of their number and time: two figures, and the hour.

    So the item of an event with a hundred thousand mentions does not change with each of them.
    """
    if total <= EXACT:
        return first_last._replace(total=total)
    step = 10 ** max(0, len(str(total)) - 2)
    last = first_last.last_seen
    return Whole(
        total // step * step, first_last.first_seen, last.replace(minute=0, second=0, microsecond=0) if last else None
    )


def _leading(
    mention: MentionSummary, rank: str, place: Place, cause: ArticleId, *, was: bool, now: bool
) -> dict[Key, Write]:
    """Return the writes for the leaders of a mention's blocks, and the checks that nobody changed them meanwhile."""
    writes: dict[Key, Write] = {}
    for block in place.blocks:
        head = keys.block_head(block.name)
        if was != now:
            entry = keys.block_leader(block.name, rank)
            writes[entry] = Put(entry, {}) if now else Delete(entry)
        if block.last:
            writes[head] = Delete(head, expect=block.version)
        elif was != now or not block.version:
            # The head comes with the block's first mention and goes with its last, whichever of them led.
            writes[head] = Put(head, {}, expect=block.version)
        else:
            writes[head] = Check(head, block.version)
    concerned = [block for block in place.blocks if block.version and block.heeds(rank)]
    if was != now and concerned:
        # Where a block was full, the next leader in rank moves in or out, which concerns others than this one's followers.
        full = [block.name for block in concerned if len(block.leaders) >= MOST_LEADERS]
        names = [block.name for block in concerned]
        sweep = keys.work_sweep(cause, rank, digest(*names, "full", *full, length=8))
        writes[sweep] = Put(sweep, sweep_body(mention.mention_id, names, full))
    return writes


def sweep_body(leader: MentionId, blocks: Sequence[str], full: Sequence[str], after: str | None = None) -> dict[str, Any]:
    """Return the body of a sweep: the blocks left, the full ones, and the sort key behind which to go on in the first."""
    return {"leader": leader, "blocks": list(blocks), "full": list(full), "after": after}


def _joined(mention: MentionSummary, event: EventId, place: Place, cause: ArticleId) -> dict[Key, Write]:
    under, refresh = _under_article(mention), keys.work_refresh(cause, event)
    writes: dict[Key, Write] = {under: Put(under, {"event_id": event}), refresh: Put(refresh, {"event_id": event})}
    if mention.superseded:
        former = keys.event_former(event, mention.mention_id)
        return writes | {former: Put(former, {})}
    for key in _under_event(mention, event):
        writes[key] = Put(key, {})
    count = keys.event_count(event, mention.mention_id)
    before = place.counts.get(count)
    number = before.body["n"] if before else 0
    return writes | {count: Put(count, {"n": number + 1}, expect=before.version if before else 0)}


def _left(mention: MentionSummary, event: EventId, place: Place, cause: ArticleId) -> dict[Key, Write]:
    refresh = keys.work_refresh(cause, event)
    writes: dict[Key, Write] = {refresh: Put(refresh, {"event_id": event})}
    if mention.superseded:
        former = keys.event_former(event, mention.mention_id)
        return writes | {former: Delete(former)}
    for key in _under_event(mention, event):
        writes[key] = Delete(key)
    count = keys.event_count(event, mention.mention_id)
    before = place.counts.get(count)
    if before is not None:
        left = before.body["n"] - 1
        writes[count] = Put(count, {"n": left}, expect=before.version) if left else Delete(count, expect=before.version)
    return writes


def _under_event(mention: MentionSummary, event: EventId) -> list[Key]:
    found = [keys.event_mention(event, mention.mention_id)]
    if mention.mention.published is not None:
        found.append(keys.event_seen(event, mention.mention.published, mention.mention_id))
    return found


def _under_article(mention: MentionSummary) -> Key:
    article = ArticleId(mention.mention.article_id)
    if mention.superseded:
        return keys.article_former(article, mention.mention_id)
    return keys.article_mention(article, mention.mention.start, mention.mention_id)
