"""Every message type.

A message carries identifiers and blob keys, never a body; `correlation_id` follows a document from the poll that found
it through every queue.
"""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict

from tidings.ids import ArticleId, BlobKey, CorrelationId, DocumentId, EventId, FeedId, WatchId

IDENTITY = ("correlation_id", "feed_id", "document_id", "article_id")
"""The fields by which a message's log lines are found."""


class Message(BaseModel):
    """Base of all queue messages: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    correlation_id: CorrelationId

    def identity(self) -> dict[str, str]:
        """Return the ids that the message carries, by the names that log lines give them."""
        return {name: str(getattr(self, name)) for name in IDENTITY if name in type(self).model_fields}


class PollFeed(Message):
    """Feeds queue: poll this feed, if it is still followed; or, with `once`, read this URL though nobody follows it.

    With `discover` a list of stories stands for the feed that it names, unless the URL is followed, and so known already.
    """

    feed_id: FeedId
    url: str
    once: bool = False
    discover: bool = False


class CleanDocument(Message):
    """Clean queue: split and clean this raw document (`blob_key` holds a `RawDocument` record)."""

    document_id: DocumentId
    blob_key: BlobKey


class ExtractArticle(Message):
    """Extract queue: extract from this article (`blob_key` holds an `Article` record)."""

    article_id: ArticleId
    blob_key: BlobKey


class PublishExtraction(Message):
    """Publish queue: merge this extraction (both keys hold records: `Extraction` and its `Article`)."""

    article_id: ArticleId
    extraction_key: BlobKey
    article_key: BlobKey


class Change(BaseModel):
    """An event that is new or has changed: `notice_id` is the CloudEvent's id and `kind` its type."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    event_id: EventId
    notice_id: str
    kind: str


class TellWatches(Message):
    """Watch queue: tell all watches of the changes, or the webhook of one for the `attempt`-th time of one change."""

    changes: tuple[Change, ...]
    watch_id: WatchId | None = None
    attempt: int = 0


class SchedulePoll(BaseModel):
    """What the schedule sends to fetch: put every feed that is due by `now` on the feeds queue."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    action: str = "poll"
    now: AwareDatetime | None = None
