"""The publish stage: brings the mentions of one extraction into the store and tells the bus what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count

from tidings import keys
from tidings.ids import EventId, MentionId
from tidings.messages import PublishExtraction
from tidings.ports.blobs import Blobs
from tidings.ports.bus import Bus, Silence
from tidings.ports.store import Item, Put, Store, read_many
from tidings.publish import merging
from tidings.publish.editions import Edition, Publication, as_of, edition_of, publication_in, with_edition
from tidings.publish.mentions import MentionSummary, summaries
from tidings.publish.settling import persist, place, recover, retell, withdraw, work_off
from tidings.publish.telling import tell
from tidings.records import Article, Extraction
from tidings.replaying.meanwhile import AT_REST, Replaying
from tidings.settings import Background


def publish(
    message: PublishExtraction,
    *,
    blobs: Blobs,
    store: Store,
    bus: Bus,
    background: Background = "facts",
    replaying: Replaying = AT_REST,
) -> None:
    """Merge one extraction, with as much of its background as is wanted; the same message again changes nothing.

    What an older version of the article tells, than one that was published already, goes into the events' history only,
    whichever of the two came first. While a stack is `replaying`, the bus hears of news only.

    Raises:
        NotFound: a blob that the message names is missing.
        Conflict: other writers were first, time and again.
        Unavailable: store, blobs or bus do not answer.
    """
    article = Article.model_validate_json(blobs.get(message.article_key))
    extraction = Extraction.model_validate_json(blobs.get(message.extraction_key))
    current = _as_fetched_last(article, store)
    for written in replaying.written(store, current.fetched_at):
        told = written is store and replaying.is_news(current.fetched_at)
        known = current if written is store else _as_fetched_last(article, written)
        mentions = summaries(extraction, known, background=background)
        replace_mentions(known, mentions, written, bus if told else Silence(), since=article.fetched_at)


def _as_fetched_last(article: Article, store: Store) -> Article:
    """Return a version as its article's item knows it: its blob says when it was fetched first, the item when last."""
    known = store.get(keys.article(article.article_id))
    if known is not None and known.body.get("version") == article.version and (last := known.body.get("fetched_at")):
        return article.model_copy(update={"fetched_at": datetime.fromisoformat(last)})
    return article


def replace_mentions(
    article: Article, told: Sequence[MentionSummary], store: Store, bus: Bus, *, since: datetime | None = None
) -> None:
    """Make these the article's mentions in this version; those of the others are superseded, or forgotten.

    `since` is when this version was fetched first, where that is another time than the article's.

    The article's item tells what is under way: it is written first and last. If the publication of another version has
    written it meanwhile, all is done again from the reading on, so that in the end the newest version speaks, and whatever
    the slower one wrote is put right by itself, or by the next delivery of its message if it died.

    Raises:
        Conflict: other writers were first, time and again.
        Unavailable: store or bus do not answer.
    """
    tries = count()
    edition = edition_of(article, since)
    persist(lambda: _replace_mentions(article, edition, told, store, bus, again=next(tries) > 0))


def _replace_mentions(
    article: Article, edition: Edition, told: Sequence[MentionSummary], store: Store, bus: Bus, *, again: bool
) -> None:
    item = store.get(keys.article_published(article.article_id))
    before = publication_in(item)
    editions = with_edition(before.editions, edition)
    # Another process with the same message may have called it done before this one, or one that died, had stored all.
    named = sorted({*before.all, *(one.mention_id for one in told)})
    stored = {one.mention_id: one for one in map(merging.summary_of, read_many(store, map(keys.mention, named)))}
    # What the other versions said is known from the store alone: it is written anew before the old goes.
    history = _as_of(editions, (one for one in stored.values() if one.version != article.version))
    target = _as_of(editions, told)
    wanted = history | target
    changed = [name for name, mention in wanted.items() if stored.get(name) != mention]
    gone = [name for name in stored if name not in history and stored[name] != target.get(name)]
    work = keys.work(article.article_id, article.version)
    broken_off = before.coming.get(article.version, () if again else None)
    others = {version: names for version, names in before.coming.items() if version != article.version}
    after = _published(editions, wanted)._replace(coming=others)
    if broken_off is None and not changed and not gone and not store.query(work, limit=1).items:
        if after != before:
            _write(article, after, item, store)
        return
    # It is written even if it says the same: so another process that is at it cannot call it done while this one works.
    coming = {**others, article.version: tuple(sorted({*changed, *(broken_off or ())}))}
    item = _write(article, before._replace(editions=editions, coming=coming), item, store)
    recover([stored[name] for name in broken_off or () if name in stored], store, work)
    if broken_off is not None:
        lost = [one for one in told if one not in (stored.get(one.mention_id), wanted.get(one.mention_id))]
        recover(lost, store, work, gone=True)
    work_off(work, store)
    touched: dict[EventId, bool] = {}

    def touch(event: EventId | None, mention: MentionSummary) -> None:
        if event is not None:
            touched[event] = touched.get(event, False) or event == merging.own_event(mention.mention_id)

    for name, mention in history.items():
        if name not in stored:
            touch(place(mention, store, work), mention)
        elif mention != stored[name]:
            touch(retell(mention, store), mention)
    for name in gone:
        withdraw(name, store, work)
    for name, mention in target.items():
        if stored.get(name) != mention and name not in history:
            touch(place(mention, store, work), mention)
    work_off(work, store)
    tell(touched, article.article_id, work, store, bus, known=before.mentions)
    _write(article, after, item, store)


def _as_of(editions: Sequence[Edition], mentions: Iterable[MentionSummary]) -> dict[MentionId, MentionSummary]:
    return {found.mention_id: found for one in mentions if (found := as_of(one, editions)) is not None}


def _published(editions: tuple[Edition, ...], mentions: Mapping[MentionId, MentionSummary]) -> Publication:
    current = [one for one in mentions.values() if one.superseded is None]
    in_order = sorted(current, key=lambda one: (one.mention.start, one.mention_id))
    return Publication(
        editions,
        tuple(one.mention_id for one in in_order),
        tuple(sorted(one.mention_id for one in mentions.values() if one.superseded)),
    )


def _write(article: Article, publication: Publication, item: Item | None, store: Store) -> Item:
    key, version = keys.article_published(article.article_id), item.version if item is not None else 0
    store.write_each([Put(key, publication.body, expect=version)])
    return Item(key, publication.body, version + 1)
