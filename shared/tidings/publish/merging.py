"""The merge of one mention as a pure decision: what is stored now, and the mention, to the writes of one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tidings import keys
from tidings.ids import ArticleId, EventId, MentionId
from tidings.ports.store import Delete, Item, Key, Put, Write
from tidings.publish.canonical import canonical
from tidings.publish.index import entries
from tidings.publish.matching import blocking_keys, components
from tidings.publish.mentions import MentionSummary
from tidings.records import CanonicalEvent


@dataclass(frozen=True)
class Stored:
    """What the store holds around a mention.

    `mentions` are the items of every mention of `events`, and of the mention itself if it is there; `heads` the versions
    of the blocks' heads.
    """

    mentions: Mapping[MentionId, Item] = field(default_factory=dict)
    events: Mapping[EventId, Item] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)


def add(mention: MentionSummary, stored: Stored) -> list[Write]:
    """Return the writes that add a mention (or replace its former content)."""
    return _regroup(stored, added=mention, removed=None)


def remove(mention: MentionSummary, stored: Stored) -> list[Write]:
    """Return the writes that take a mention away; its event is regrouped from those that remain."""
    return _regroup(stored, added=None, removed=mention)


def summary_of(item: Item) -> MentionSummary:
    """Return the summary that a mention's item holds."""
    return MentionSummary.model_validate(item.body["summary"])


def _regroup(stored: Stored, *, added: MentionSummary | None, removed: MentionSummary | None) -> list[Write]:
    subject = added or removed
    if subject is None:
        return []
    members = {i: summary_of(item) for i, item in stored.mentions.items() if i != subject.mention_id}
    if added is not None:
        members[added.mention_id] = added
    events = {
        event.event_id: (event, [members[MentionId(i)] for i in sorted(group)])
        for group in components(list(members.values()))
        for event in (canonical([members[MentionId(i)] for i in group]),)
    }
    writes: dict[Key, Write] = {}
    for event_id, item in stored.events.items():
        former = CanonicalEvent.model_validate(item.body)
        if event_id not in events:
            writes[item.key] = Delete(item.key, expect=item.version)
        for key in entries(former):
            writes[key] = Delete(key)
    for event, group in events.values():
        writes |= _event_writes(event, stored)
        for mention in group:
            writes |= _mention_writes(mention, event.event_id, stored)
    if removed is not None:
        writes |= _farewell(removed, stored)
    writes |= _block_writes(subject, stored, present=added is not None)
    for event_id, (_, group) in events.items():
        key = keys.outbox(subject.mention.article_id, event_id)
        new = not any(mention.mention_id in stored.mentions for mention in group)
        writes[key] = Put(key, {"event_id": event_id, "new": new})
    return list(writes.values())


def _event_writes(event: CanonicalEvent, stored: Stored) -> dict[Key, Write]:
    key = keys.event(event.event_id)
    before = stored.events.get(event.event_id)
    body = event.model_dump(mode="json", exclude_none=True)
    writes: dict[Key, Write] = {key: Put(key, body, expect=before.version if before else 0)}
    for entry, projection in entries(event).items():
        writes[entry] = Put(entry, projection)
    return writes


def _mention_writes(mention: MentionSummary, event_id: EventId, stored: Stored) -> dict[Key, Write]:
    before = stored.mentions.get(mention.mention_id)
    body = {"summary": mention.model_dump(mode="json", exclude_none=True), "event_id": event_id}
    if before is not None and before.body == body:
        return {}
    key = keys.mention(mention.mention_id)
    writes: dict[Key, Write] = {key: Put(key, body, expect=before.version if before else 0)}
    if before is not None and before.body["event_id"] != event_id:
        moved = keys.event_mention(EventId(before.body["event_id"]), mention.mention_id)
        writes[moved] = Delete(moved)
    under_event = keys.event_mention(event_id, mention.mention_id)
    writes[under_event] = Put(under_event, {})
    under_article = keys.article_mention(ArticleId(mention.mention.article_id), mention.mention.start, mention.mention_id)
    writes[under_article] = Put(under_article, {"event_id": event_id})
    return writes


def _farewell(mention: MentionSummary, stored: Stored) -> dict[Key, Write]:
    item = stored.mentions[mention.mention_id]
    own: Collection[Key] = (
        keys.event_mention(EventId(item.body["event_id"]), mention.mention_id),
        keys.article_mention(mention.mention.article_id, mention.mention.start, mention.mention_id),
    )
    writes: dict[Key, Write] = {item.key: Delete(item.key, expect=item.version)}
    return writes | {key: Delete(key) for key in own}


def _block_writes(mention: MentionSummary, stored: Stored, *, present: bool) -> dict[Key, Write]:
    """Every change of a block moves its head on, so that two writers cannot both miss each other's mention."""
    writes: dict[Key, Write] = {}
    for block in blocking_keys(mention):
        head = keys.block_head(block)
        writes[head] = Put(head, {}, expect=stored.heads.get(block, 0))
        key = keys.block_mention(block, mention.mention_id)
        writes[key] = Put(key, {}) if present else Delete(key)
    if present:
        # An event's day is always the day of one of its mentions, so the list of days needs no other writer. It is kept
        # by mention, not by event, because an event's day may change on the way and the list must not depend on the way.
        day = keys.listed_day(mention.day)
        writes[day] = Put(day, {})
    return writes
