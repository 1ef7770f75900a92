"""The merge as pure decisions: what follows from where a mention stands, and from what an event's mentions say.

The truth is in few items: each mention's own says which event it belongs to, and each event's own, where it has one, what it
says. Everything else follows from these and can be written again at any time: a mention's entries in its blocks and under
its event (`standing`), an event's entries in the index (`listed`).

An event that says nothing but what the mention that leads it says has no item of its own: that mention's is all of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidings import ids, keys
from tidings.ids import EventId, MentionId, digest
from tidings.ports.store import Item, Key
from tidings.publish.blocking import blocking_keys
from tidings.publish.canonical import Whole, canonical
from tidings.publish.clusters import MOST_LEADERS
from tidings.publish.index import card, entries
from tidings.publish.lines import line_of
from tidings.publish.mentions import MentionSummary
from tidings.publish.profiles import profile, rank_of
from tidings.records import CanonicalEvent, SupportedValue

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Block:
    """What was read of one block: the ranks of its first leaders and mentions, and whether that is all of it."""

    name: str
    leaders: Sequence[str] = ()
    others: Sequence[str] = ()
    whole: bool = True

    @property
    def window(self) -> Sequence[str]:
        """The ranks of the leaders with which the block's mentions are compared."""
        return self.leaders[:MOST_LEADERS]

    @property
    def full(self) -> bool:
        """Whether a leader more or less moves another one in or out of those."""
        return len(self.leaders) >= MOST_LEADERS

    def heeds(self, rank: str) -> bool:
        """Tell whether a leader of this rank is among them."""
        return sum(other < rank for other in self.leaders) < MOST_LEADERS


def summary_of(item: Item) -> MentionSummary:
    """Return the summary that a mention's item holds."""
    return MentionSummary.model_validate(item.body["summary"])


def event_of(item: Item) -> EventId:
    """Return the event that a mention's item names."""
    return EventId(item.body["event_id"])


def own_event(mention: MentionId) -> EventId:
    """Return the event that a mention would lead."""
    return ids.event_id(mention)


def leader_of(event: EventId) -> MentionId:
    """Return the mention that would lead an event."""
    return MentionId("m" + event[1:])


def leads(item: Item) -> bool:
    """Tell whether a mention's item says that it leads an event."""
    return item.key == keys.mention(leader_of(event_of(item)))


def told(mention: MentionSummary, event: EventId) -> Body:
    """Return the body of a mention's item."""
    return {"summary": mention.model_dump(mode="json", exclude_none=True), "event_id": event}


def standing(mention: MentionSummary, event: EventId) -> dict[Key, Body]:
    """Return the entries that follow from a mention's place in an event; those under its event have a body."""
    rank, leading = rank_of(mention), event == own_event(mention.mention_id)
    entry = keys.block_leader if leading else keys.block_mention
    blocks: dict[Key, Body] = {entry(name, rank): {} for name in blocking_keys(profile(mention))}
    return blocks if leading else blocks | _under_event(mention, event)


def could_stand(told: Iterable[MentionSummary], events: Collection[EventId]) -> set[Key]:
    """Return all entries that may be there of a mention that told this, and that belonged to one of these events."""
    found: set[Key] = set()
    for mention in told:
        rank = rank_of(mention)
        for name in blocking_keys(profile(mention)):
            found |= {keys.block_leader(name, rank), keys.block_mention(name, rank)}
        for event in events:
            found |= _under_event(mention, event).keys()
    return found


def under(mention: MentionSummary) -> list[str]:
    """Return the sort keys under which a mention stands in the partition of its event, whichever that is."""
    return sorted(key.sk for key in _under_event(mention, own_event(mention.mention_id)))


def _under_event(mention: MentionSummary, event: EventId) -> dict[Key, Body]:
    line = line_of(mention)
    if mention.superseded:
        return {keys.event_former(event, mention.mention_id): {"a": line.article}}
    found: dict[Key, Body] = {keys.event_mention(event, mention.mention_id): line.body}
    if mention.mention.published is not None:
        found[keys.event_seen(event, mention.mention.published, mention.mention_id)] = {}
    return found


@dataclass(frozen=True)
class Event:
    """An event from what its mentions say: None if there is none, its item's body (None: it needs none), its entries."""

    event: CanonicalEvent | None = None
    body: Body | None = None
    entries: Mapping[Key, Body] = field(default_factory=dict)


def event_from(
    leader: MentionSummary | None,
    others: Collection[MentionSummary] = (),
    former: Collection[MentionSummary] = (),
    whole: Whole | None = None,
) -> Event:
    """Return the event of a leader, of its other mentions (or of some and `whole`), and of some of superseded versions.

    Without a leader there is no event: its other mentions are about to be looked at again.
    """
    if leader is None or leader.superseded:
        return Event()
    event = canonical([leader, *others], leader=leader, former=former, whole=whole)
    alone = not others and whole is None and (not former or event == canonical([leader]))
    body = None if alone else _body(event, others, former, whole)
    return Event(event, body, entries(event, alone=alone))


def _body(
    event: CanonicalEvent,
    others: Collection[MentionSummary],
    former: Collection[MentionSummary],
    whole: Whole | None,
) -> Body:
    """Return what is stored: what lists show, and from which mentions the rest is told when somebody asks for it."""
    told = event.model_dump(mode="json", exclude_none=True)
    body: dict[str, Any] = {
        "card": card(event),
        "others": sorted(mention.mention_id for mention in others),
        "former": sorted(mention.mention_id for mention in former),
        # What a card does not show may change too, and is told on the bus.
        "digest": digest(json.dumps(told, sort_keys=True), length=12),
    }
    # What was counted cannot be told from the mentions that the item names.
    return body | {"values": told["values"]} if whole is not None else body


def listed(item: Item | None, leader: MentionSummary | None) -> Mapping[Key, Body]:
    """Return the entries of an event as it is stored: by its item, or by the mention that leads it and is alone in it."""
    if item is not None:
        return entries(card_in(item))
    return event_from(leader).entries


def card_in(item: Item) -> CanonicalEvent:
    """Return an event from its item as lists show it: with its first mention only."""
    return CanonicalEvent.model_validate(item.body["card"])


def mentions_in(item: Item) -> list[MentionId]:
    """Return the mentions from which the event of an item is told, but the one that leads it."""
    return [MentionId(name) for name in (*item.body["others"], *item.body["former"])]


def whole_event(item: Item, mentions: Iterable[MentionSummary]) -> CanonicalEvent:
    """Return all of an event, from its item and those of its mentions; as lists show it if its leader has gone meanwhile."""
    event = card_in(item)
    found = list(mentions)
    current = [mention for mention in found if mention.superseded is None]
    leader = next((mention for mention in current if own_event(mention.mention_id) == event.event_id), None)
    if leader is None:
        return event
    told = canonical(current, leader=leader, former=[mention for mention in found if mention.superseded])
    counted = item.body.get("values")
    if counted is None and event.mention_count <= 1 + len(item.body["others"]):
        return told
    values = tuple(map(SupportedValue.model_validate, counted)) if counted is not None else event.values
    shown = {"mentions": told.mentions, "why": told.why, "history": told.history}
    return event.model_copy(update={"values": values, **shown})


def how_many(members: Sequence[MentionId], *, more: bool) -> int:
    """Return how many mentions an event has whose members of least id these are, the one that leads it not among them.

    Where there are `more`, their number follows from how densely their ids lie, which are hashes: with a thousand it is
    right to some 3 % (Bar-Yossef et al. 2002, "Counting distinct elements in a data stream").
    """
    if not more or not members:
        return 1 + len(members)
    share: float = (int(members[-1][1:], 16) + 1) / 16**ids.DIGITS
    return 1 + max(len(members), round((len(members) - 1) / share))
