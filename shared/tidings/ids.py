"""Identifiers. All are functions of content, so that any message may come twice and nothing is made twice."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NewType

FeedId = NewType("FeedId", str)
DocumentId = NewType("DocumentId", str)
ArticleId = NewType("ArticleId", str)
MentionId = NewType("MentionId", str)
EventId = NewType("EventId", str)
BlobKey = NewType("BlobKey", str)
CorrelationId = NewType("CorrelationId", str)
WatchId = NewType("WatchId", str)

ARTICLE_ID = "[A-Za-z0-9][A-Za-z0-9._~-]{0,127}"
"""What ids of articles look like, ours and those that articles come with: they stand in the API's paths as they are
(RFC 3986, 2.3), and in keys."""
DIGITS = 20
"""Hexadecimal digits of an id, behind the letter that tells of what it is."""
_SEPARATOR = "\x1f"


def digest(*parts: str, length: int = DIGITS) -> str:
    """Return the first `length` hexadecimal digits of the SHA-256 of the parts; parts cannot run into each other."""
    joined = _SEPARATOR.join(part.replace(_SEPARATOR, " ") for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def content_digest(body: bytes) -> str:
    """Return the whole SHA-256 of a body, hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def feed_id(url: str) -> FeedId:
    """Return the id of the feed at a URL (as the user gave it)."""
    return FeedId("f" + digest(url))


def document_id(url: str, body: bytes, entry: str = "") -> DocumentId:
    """Return the id of one version of a raw document: its URL, its bytes and what the feed said of it."""
    return DocumentId("d" + digest(url, content_digest(body), entry))


def article_id(url: str, title: str | None = None) -> ArticleId:
    """Return the id of the article at a canonical URL; articles split from one page add their title."""
    return ArticleId("a" + digest(url, _folded(title or "")))


def given_article_id(name: str) -> ArticleId:
    """Return the id of an article that has a name: the name, or one made of it if no path can hold it (say, a URL)."""
    return ArticleId(name) if re.fullmatch(ARTICLE_ID, name) else article_id(name)


def mention_id(article: ArticleId, start: int, end: int, event_type: str) -> MentionId:
    """Return the id of the event mention whose trigger spans [start, end) of an article's text."""
    return MentionId("m" + digest(article, str(start), str(end), event_type))


def event_id(first_mention: MentionId) -> EventId:
    """Return the id of the event whose least mention is `first_mention`."""
    return EventId("e" + first_mention[1:])


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
