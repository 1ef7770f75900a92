"""Reading events as they are stored: by an item of their own, or by the mention that leads one and is alone in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tidings import keys
from tidings.errors import NotFound
from tidings.ids import ArticleId, EventId, MentionId
from tidings.ports.store import Item, Key, Store, read_many
from tidings.publish import merging
from tidings.publish.canonical import canonical
from tidings.publish.editions import publication_in
from tidings.publish.facets import Facets
from tidings.publish.index import card
from tidings.records import CanonicalEvent


def find_event(store: Store, event_id: EventId) -> CanonicalEvent:
    """Return an event with two reads; a former id leads, with one or two more, to the event of today.

    Raises:
        NotFound: no such event.
    """
    found = next(iter(events_by_id(store, [event_id])), None)
    if found is None and (current := current_id(store, event_id)) != event_id:
        found = next(iter(events_by_id(store, [current])), None)
    if found is None:
        raise NotFound(f"no event {event_id}")
    return found


def current_id(store: Store, event_id: EventId) -> EventId:
    """Return the id of the event of today for a former id, or for its own.

    Raises:
        NotFound: no such event.
    """
    item = store.get(keys.mention(merging.leader_of(event_id)))
    if item is None or (merging.leads(item) and merging.summary_of(item).superseded):
        raise NotFound(f"no event {event_id}")
    return merging.event_of(item)


def events_told(store: Store, article: ArticleId, *, most: int | None = None) -> dict[MentionId, EventId]:
    """Return the events of the first `most` mentions of an article (None: of all), in text order."""
    named = publication_in(store.get(keys.article_published(article))).mentions[:most]
    return {keys.mention_of(item.key): merging.event_of(item) for item in read_many(store, map(keys.mention, named))}


def events_by_id(store: Store, events: Iterable[EventId]) -> list[CanonicalEvent]:
    """Return those of the events that exist under these very ids, whole."""
    wanted = list(dict.fromkeys(events))
    leaders = {name: merging.leader_of(name) for name in wanted}
    asked = [*map(keys.event, wanted), *map(keys.mention, leaders.values())]
    items = {item.key: item for item in read_many(store, asked)}
    named = {name for event in wanted if (item := items.get(keys.event(event))) for name in merging.mentions_in(item)}
    missing = [key for key in map(keys.mention, sorted(named)) if key not in items]
    items |= {item.key: item for item in read_many(store, missing)}
    found = (_whole(items, event, leaders[event]) for event in wanted)
    return [event for event in found if event is not None]


def cards_of(store: Store, found: Sequence[tuple[EventId, Facets]]) -> list[Mapping[str, Any]]:
    """Return up to a hundred events of the index as lists show them, with one read."""
    wanted = [keys.mention(merging.leader_of(event)) if facets.alone else keys.event(event) for event, facets in found]
    return [shown for item in store.get_many(wanted) if (shown := _card(item)) is not None] if wanted else []


def _card(item: Item) -> Mapping[str, Any] | None:
    if "card" in item.body:
        shown: Mapping[str, Any] = item.body["card"]
        return shown
    return card(canonical([merging.summary_of(item)])) if merging.leads(item) else None


def _whole(items: Mapping[Key, Item], event: EventId, leader: MentionId) -> CanonicalEvent | None:
    item, first = items.get(keys.event(event)), items.get(keys.mention(leader))
    if item is None:
        return merging.event_from(merging.summary_of(first)).event if first is not None and merging.leads(first) else None
    named = [items.get(keys.mention(name)) for name in (leader, *merging.mentions_in(item))]
    told = [one for one in named if one is not None and merging.event_of(one) == event]
    return merging.whole_event(item, map(merging.summary_of, told))
