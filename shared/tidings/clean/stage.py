"""The clean stage: read a raw document, store its articles, tell extract of those that are news.

Order of writes: each article's blob and item, messages, and the document's item last. Everything is a function of the
document, so that any part may be done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tidings import keys
from tidings.clean.documents import clean_document
from tidings.documents import document_at
from tidings.ids import BlobKey, CorrelationId
from tidings.messages import CleanDocument, ExtractArticle
from tidings.ports.blobs import Blobs
from tidings.ports.queue import Sender
from tidings.ports.store import Item, Put, Store
from tidings.records import Article, ArticleKind, RawDocument
from tidings.replaying.meanwhile import AT_REST, Replaying


def clean(
    message: CleanDocument,
    *,
    blobs: Blobs,
    store: Store,
    extract_queue: Sender,
    replaying: Replaying = AT_REST,
) -> None:
    """Clean one document.

    Raises:
        NotFound: the document's blobs are not there.
        BadInput: the document cannot be read.
        Conflict: another writer of one of its articles was first.
        Unavailable: a service does not answer.
    """
    doc, body = document_at(message.blob_key, blobs)
    articles = clean_document(doc, body)
    written = replaying.written(store, doc.fetched_at)
    for each in written:
        for article in articles:
            record_article(article, blobs, each)
    # An older version that comes late is sent on too: publish keeps it as what the article said before.
    news = [article_message(article, doc.correlation_id) for article in articles if article.kind is ArticleKind.NEWS]
    if news:
        extract_queue.send(news)
    for each in written:
        _settle(doc, message.blob_key, articles, each)


def record_article(article: Article, blobs: Blobs, store: Store) -> None:
    """Write an article's blob, and its item unless that of a newer version is there already.

    Raises:
        Conflict: another writer of the article was first.
        Unavailable: a service does not answer.
    """
    blobs.put_if_absent(keys.article_blob(article.article_id, article.version), article.model_dump_json().encode())
    key = keys.article(article.article_id)
    known = store.get(key)
    body = article_item(article)
    if known is not None and (_age(known.body) > _age(body) or dict(known.body) == body):
        return
    store.transact([Put(key, body, expect=known.version if known is not None else 0)])


def article_item(article: Article) -> dict[str, Any]:
    """Return the item of an article: its metadata and the key of its blob, without the text."""
    body = article.model_dump(mode="json", exclude={"text"})
    return body | {
        "blob_key": keys.article_blob(article.article_id, article.version),
        "words": len(article.text.split()),
    }


def _age(body: Any) -> tuple[str, str]:
    # Whatever the order of arrival, the version fetched last stays; among equals, any fixed order will do.
    return str(body.get("fetched_at") or ""), str(body["version"])


def article_message(article: Article, correlation: CorrelationId) -> str:
    """Return the message that has an article extracted."""
    return ExtractArticle(
        correlation_id=correlation,
        article_id=article.article_id,
        blob_key=keys.article_blob(article.article_id, article.version),
    ).model_dump_json()


def _settle(doc: RawDocument, blob_key: BlobKey, articles: Sequence[Article], store: Store) -> None:
    key = keys.document(doc.document_id)
    body: dict[str, Any] = {
        "document_id": doc.document_id,
        "url": doc.url,
        "blob_key": blob_key,
        "feed_id": doc.feed_id,
        "fetched_at": doc.model_dump(mode="json")["fetched_at"],
        "articles": [article.article_id for article in articles],
        "kinds": [article.kind.value for article in articles],
    }
    known: Item | None = store.get(key)
    if known is None or dict(known.body) != body:
        store.transact([Put(key, body, expect=known.version if known is not None else 0)])
