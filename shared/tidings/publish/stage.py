"""The publish stage: brings the mentions of one extraction into the store and tells the bus what changed."""

from __future__ import annotations

from collections.abc import Sequence

from tidings import keys
from tidings.errors import Conflict
from tidings.ids import ArticleId, EventId, MentionId
from tidings.messages import PublishExtraction
from tidings.ports.blobs import Blobs
from tidings.ports.bus import Bus, Notice
from tidings.ports.store import Delete, Store, read_all, read_many
from tidings.publish import merging
from tidings.publish.matching import blocking_keys, same_event
from tidings.publish.mentions import MentionSummary, summaries
from tidings.records import Article, Extraction

TRIES = 5


def publish(message: PublishExtraction, *, blobs: Blobs, store: Store, bus: Bus) -> None:
    """Merge one extraction; the same message again changes nothing.

    An extraction of an older version of its article than the store knows is ignored.

    Raises:
        NotFound: a blob that the message names is missing.
        Conflict: other writers were first `TRIES` times.
        Unavailable: store, blobs or bus do not answer.
    """
    article = Article.model_validate_json(blobs.get(message.article_key))
    known = store.get(keys.article(article.article_id))
    if known is None or known.body.get("version", article.version) == article.version:
        extraction = Extraction.model_validate_json(blobs.get(message.extraction_key))
        replace_mentions(article.article_id, summaries(extraction, article), store)
    announce(article.article_id, store, bus)


def replace_mentions(article_id: ArticleId, wanted: Sequence[MentionSummary], store: Store) -> None:
    """Make these the article's mentions: those that are new or changed are merged, those that are gone taken away."""
    present = {m.mention_id: m for m in _mentions_of(article_id, store)}
    target = {m.mention_id: m for m in wanted}
    for mention_id in sorted(present.keys() - target.keys()):
        _retrying(store, present[mention_id], add=False)
    for mention in target.values():
        if present.get(mention.mention_id) != mention:
            if mention.mention_id in present:
                _retrying(store, present[mention.mention_id], add=False)
            _retrying(store, mention, add=True)


def announce(article_id: ArticleId, store: Store, bus: Bus) -> None:
    """Send the article's notices that have not been sent; they leave the outbox only afterwards."""
    waiting = list(read_all(store, keys.outbox(article_id, "x").pk))
    for item in waiting:
        event = store.get(keys.event(EventId(item.body["event_id"])))
        if event is not None:
            bus.emit([Notice("EventPublished" if item.body["new"] else "EventUpdated", event.body)])
        store.transact([Delete(item.key)])


def _retrying(store: Store, mention: MentionSummary, *, add: bool) -> None:
    for turn in range(TRIES):
        stored = _around(mention, store)
        writes = merging.add(mention, stored) if add else merging.remove(mention, stored)
        try:
            store.transact(writes)
        except Conflict:
            if turn == TRIES - 1:
                raise
        else:
            return


def _around(mention: MentionSummary, store: Store) -> merging.Stored:
    blocks = blocking_keys(mention)
    heads = {item.key.pk: item.version for item in store.get_many([keys.block_head(block) for block in blocks])}
    near = {
        MentionId(item.key.sk.removeprefix("MENTION#"))
        for block in blocks
        for item in read_all(store, keys.block_head(block).pk, first="MENTION#")
    }
    items = {MentionId(i.key.pk.removeprefix("MENTION#")): i for i in read_many(store, map(keys.mention, sorted(near)))}
    own = store.get(keys.mention(mention.mention_id))
    events = {
        EventId(item.body["event_id"]) for item in items.values() if same_event(mention, merging.summary_of(item)).same
    }
    if own is not None:
        events.add(EventId(own.body["event_id"]))
    members = {
        MentionId(item.key.sk.removeprefix("MENTION#"))
        for event in sorted(events)
        for item in read_all(store, keys.event(event).pk, first="MENTION#")
    }
    found = {MentionId(i.key.pk.removeprefix("MENTION#")): i for i in read_many(store, map(keys.mention, sorted(members)))}
    event_items = {EventId(i.key.pk.removeprefix("EVENT#")): i for i in read_many(store, map(keys.event, sorted(events)))}
    versions = {block: heads.get(keys.block_head(block).pk, 0) for block in blocks}
    return merging.Stored(found, event_items, versions)


def _mentions_of(article_id: ArticleId, store: Store) -> list[MentionSummary]:
    listed = read_all(store, keys.article(article_id).pk, first="MENTION#", last="MENTION#~")
    ids = sorted({MentionId(item.key.sk.rsplit("#", 1)[1]) for item in listed})
    return [merging.summary_of(item) for item in read_many(store, map(keys.mention, ids))]
