"""What is stored and can be read again: raw documents, and articles that came without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice, repeat
from typing import TypeVar

from tidings import keys
from tidings.ids import ArticleId, BlobKey, CorrelationId
from tidings.messages import CleanDocument
from tidings.ports.blobs import Blobs
from tidings.ports.store import Store
from tidings.records import Article, ArticleKind

T = TypeVar("T")
READERS = 8
"""Blobs or items that are read at a time: each is a wait for AWS, and a client of boto3 keeps ten connections."""


def clean_again(key: BlobKey) -> str:
    """Return the message that has a stored raw document cleaned again.

    The document's id stands for its correlation id, which would have to be read from the blob: clean hands on the
    document's own.
    """
    identity = keys.document_in(key)
    return CleanDocument(document_id=identity, blob_key=key, correlation_id=CorrelationId(identity)).model_dump_json()


def lone_articles(found: Iterable[BlobKey], store: Store, blobs: Blobs) -> Iterator[Article]:
    """Iterate over those stored versions of articles that no raw document holds."""
    yield from (article for _, article in _each(found, lambda key: _alone(key, store, blobs)) if article is not None)


def _alone(key: BlobKey, store: Store, blobs: Blobs) -> Article | None:
    article = Article.model_validate_json(blobs.get(key))
    if article.document_id is not None or not article.text:
        return None
    known = store.get(keys.article(article.article_id))
    if known is not None and known.body["version"] == article.version and (last := known.body.get("fetched_at")):
        # The blob of a version says when it was fetched first, the item when last.
        return article.model_copy(update={"fetched_at": datetime.fromisoformat(last)})
    return article


def unpublished(found: Iterable[BlobKey], store: Store) -> Iterator[BlobKey]:
    """Iterate over the raw documents whose articles have not all been published in a store."""
    yield from (key for key, published in _each(found, lambda key: _is_published(key, store)) if not published)


def _is_published(key: BlobKey, store: Store) -> bool:
    item = store.get(keys.document(keys.document_in(key)))
    if item is None:
        return False
    # A version before did not write down what is no news.
    told = zip(item.body["articles"], item.body.get("kinds") or repeat(ArticleKind.NEWS.value), strict=False)
    news = dict.fromkeys(ArticleId(article) for article, kind in told if kind == ArticleKind.NEWS.value)
    return all(store.get(keys.article_published(article)) is not None for article in news)


def _each(found: Iterable[BlobKey], look: Callable[[BlobKey], T]) -> Iterator[tuple[BlobKey, T]]:
    """Iterate over keys and what comes of looking at each, several at a time, in their order."""
    wanted = iter(found)
    with ThreadPoolExecutor(READERS) as pool:
        while batch := list(islice(wanted, READERS)):
            yield from zip(batch, pool.map(look, batch), strict=True)
