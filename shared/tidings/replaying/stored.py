"""What is stored and can be read again: raw documents, and articles that came without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice

from tidings import keys
from tidings.ids import ArticleId, BlobKey, CorrelationId
from tidings.messages import CleanDocument
from tidings.ports.blobs import Blobs
from tidings.ports.store import Store
from tidings.records import Article, ArticleKind

READERS = 16
"""Blobs that are read at a time: each is a wait for S3."""


def clean_again(key: BlobKey) -> str:
    """Return the message that has a stored raw document cleaned again.

    The document's id stands for its correlation id, which would have to be read from the blob: clean hands on the
    document's own.
    """
    identity = keys.document_in(key)
    return CleanDocument(document_id=identity, blob_key=key, correlation_id=CorrelationId(identity)).model_dump_json()


def lone_articles(found: Iterable[BlobKey], store: Store, blobs: Blobs) -> Iterator[tuple[BlobKey, Article | None]]:
    """Iterate over stored versions of articles: key and record, or None where a raw document holds it."""
    with ThreadPoolExecutor(READERS) as pool:
        wanted = iter(found)
        while batch := list(islice(wanted, READERS)):
            yield from zip(batch, pool.map(lambda key: _alone(key, store, blobs), batch), strict=True)


def _alone(key: BlobKey, store: Store, blobs: Blobs) -> Article | None:
    article = Article.model_validate_json(blobs.get(key))
    if article.document_id is not None or not article.text:
        return None
    known = store.get(keys.article(article.article_id))
    if known is not None and known.body["version"] == article.version and (last := known.body.get("fetched_at")):
        # The blob of a version says when it was fetched first, the item when last.
        return article.model_copy(update={"fetched_at": datetime.fromisoformat(last)})
    return article


def is_published(key: BlobKey, store: Store) -> bool:
    """Tell whether a raw document's articles have all been published in a store."""
    item = store.get(keys.document(keys.document_in(key)))
    if item is None:
        return False
    told = zip(item.body["articles"], item.body["kinds"], strict=True)
    news = dict.fromkeys(ArticleId(article) for article, kind in told if kind == ArticleKind.NEWS.value)
    return all(store.get(keys.article_published(article)) is not None for article in news)
