"""What the tests of cleaning share: a body that fetch has brought, cleaned."""

from __future__ import annotations

from datetime import UTC, datetime

from tidings.clean.documents import clean_document
from tidings.ids import CorrelationId, document_id
from tidings.records import Article, EntryHint, RawDocument

NOW = datetime(2025, 6, 13, 20, tzinfo=UTC)
"""When everything was fetched: a Friday."""
HTML = "text/html; charset=utf-8"


def raw(body: bytes, url: str = "https://a.example/x", content_type: str = HTML, **entry: object) -> RawDocument:
    """Return the record of a document; `entry` is what its feed said of it."""
    return RawDocument(
        document_id=document_id(url, body),
        url=url,
        content_type=content_type,
        fetched_at=NOW,
        entry=EntryHint.model_validate(entry),
        correlation_id=CorrelationId("c"),
    )


def articles_of(body: bytes, url: str = "https://a.example/x", content_type: str = HTML, **entry: object) -> list[Article]:
    """Return the articles of a document."""
    return clean_document(raw(body, url, content_type, **entry), body)


def article_of(html: str, url: str = "https://a.example/x") -> Article:
    """Return the one article of a page."""
    (article,) = articles_of(html.encode(), url)
    return article
