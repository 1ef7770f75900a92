"""The publish stage: brings the mentions of one extraction into the store and tells the bus what changed."""

from __future__ import annotations

from datetime import datetime

from tidings import keys
from tidings.ids import ArticleId, EventId
from tidings.messages import PublishExtraction
from tidings.ports.blobs import Blobs
from tidings.ports.bus import Bus, Notice
from tidings.ports.store import Delete, Store, read_all, read_many
from tidings.publish import merging
from tidings.publish.editions import Edition, as_of, record_edition
from tidings.publish.mentions import MentionSummary, summaries
from tidings.publish.settling import persist, retell, settle, withdraw, work_off
from tidings.records import Article, Extraction
from tidings.settings import Background


def publish(message: PublishExtraction, *, blobs: Blobs, store: Store, bus: Bus, background: Background = "facts") -> None:
    """Merge one extraction, with as much of its background as is wanted; the same message again changes nothing.

    What an older version of the article tells, than one that was published already, goes into the events' history only,
    whichever of the two came first.

    Raises:
        NotFound: a blob that the message names is missing.
        Conflict: other writers were first, time and again.
        Unavailable: store, blobs or bus do not answer.
    """
    article = Article.model_validate_json(blobs.get(message.article_key))
    known = store.get(keys.article(article.article_id))
    if known is not None and known.body.get("version") == article.version and (last := known.body.get("fetched_at")):
        # The blob of a version says when it was fetched first, the item when last.
        article = article.model_copy(update={"fetched_at": datetime.fromisoformat(last)})
    extraction = Extraction.model_validate_json(blobs.get(message.extraction_key))
    editions = persist(lambda: record_edition(article, store))
    replace_mentions(article, summaries(extraction, article, background=background), editions, store)
    work_off(article.article_id, store)
    announce(article.article_id, store, bus)


def replace_mentions(article: Article, told: list[MentionSummary], editions: list[Edition], store: Store) -> None:
    """Make these the article's mentions in this version; those of the others are superseded, or forgotten."""
    cause = article.article_id
    present = {m.mention_id: m for m in _mentions_of(cause, store)}
    others = [m for m in present.values() if m.version != article.version]
    history = {m.mention_id: m for one in others if (m := as_of(one, editions)) is not None}
    # What the other versions said is known from the store alone: it is written anew before the old goes.
    for mention_id, mention in history.items():
        if mention_id not in present:
            settle(mention, store, cause)
        elif mention != present[mention_id]:
            retell(mention, store, cause)
    target = {m.mention_id: m for one in told if (m := as_of(one, editions)) is not None}
    for mention_id in sorted(present.keys() - history.keys()):
        if target.get(mention_id) != present[mention_id]:
            withdraw(present[mention_id], store, cause)
    for mention_id, mention in target.items():
        if present.get(mention_id) != mention:
            settle(mention, store, cause)


def announce(article_id: ArticleId, store: Store, bus: Bus) -> None:
    """Send the article's notices that have not been sent; they leave the outbox only afterwards."""
    waiting = list(read_all(store, keys.outbox(article_id, "x").pk))
    for item in waiting:
        event = store.get(keys.event(EventId(item.body["event_id"])))
        if event is not None:
            bus.emit([Notice("EventPublished" if item.body["new"] else "EventUpdated", event.body)])
        store.transact([Delete(item.key)])


def _mentions_of(article_id: ArticleId, store: Store) -> list[MentionSummary]:
    partition = keys.article(article_id).pk
    listed = [
        item for first, last in (keys.FORMER, keys.MENTIONS) for item in read_all(store, partition, first=first, last=last)
    ]
    ids = sorted({keys.mention_in(item.key.sk) for item in listed})
    return [merging.summary_of(item) for item in read_many(store, map(keys.mention, ids))]
