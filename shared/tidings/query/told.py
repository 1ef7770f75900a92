"""Which events given feeds, documents or articles tell of: along the references in the items, never by a scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tidings import keys
from tidings.ids import ArticleId, DocumentId, FeedId
from tidings.ports.store import Store, read_all, read_many
from tidings.publish.editions import publication_in
from tidings.publish.merging import event_of
from tidings.query.reading import events_by_id
from tidings.records import CanonicalEvent


def documents_of(store: Store, feeds: Iterable[FeedId]) -> Iterator[DocumentId]:
    """Iterate over the documents that came by these feeds."""
    first, last = keys.SEEN
    for feed in feeds:
        for item in read_all(store, keys.feed(feed).pk, first=first, last=last):
            if "document_id" in item.body:
                yield DocumentId(item.body["document_id"])


def articles_of(store: Store, documents: Iterable[DocumentId]) -> Iterator[ArticleId]:
    """Iterate over the articles that were found in these documents."""
    for item in read_many(store, map(keys.document, dict.fromkeys(documents))):
        yield from (ArticleId(name) for name in item.body["articles"])


def events_of(store: Store, articles: Iterable[ArticleId]) -> list[CanonicalEvent]:
    """Return the events that these articles tell of, each once, newest day first."""
    published = read_many(store, map(keys.article_published, dict.fromkeys(articles)))
    told = {mention for item in published for mention in publication_in(item).mentions}
    identities = {event_of(item) for item in read_many(store, map(keys.mention, sorted(told)))}
    found = events_by_id(store, sorted(identities))
    return sorted(found, key=lambda event: (event.day, event.event_id), reverse=True)
