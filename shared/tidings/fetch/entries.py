"""What a feed is once it is read: its kind and its entries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from tidings.ids import digest
from tidings.records import EntryHint

NO_HINT = EntryHint()


class FeedKind(StrEnum):
    """What a polled URL gave."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap-index"
    PAGE = "page"
    TEXT = "text"


@dataclass(frozen=True)
class Entry:
    """One entry: `key` identifies it within its feed; `url` is absolute."""

    key: str
    url: str | None
    hint: EntryHint = NO_HINT

    def digest(self) -> str:
        """Return the digest of what the feed says of the entry: it changes when the entry does."""
        return digest(self.url or "", self.hint.model_dump_json(exclude_none=True))


@dataclass(frozen=True)
class ParsedFeed:
    """A feed as read. `children` are the sitemaps of a sitemap index; `ttl_s` is how often the feed asks to be read."""

    kind: FeedKind
    title: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    ttl_s: int = 0

    @property
    def is_document(self) -> bool:
        """Whether the body is itself the raw document, not a list of them."""
        return self.kind in (FeedKind.PAGE, FeedKind.TEXT)


def absolute(base: str, link: str | None) -> str | None:
    """Resolve a link against its feed's URL; None unless the result is http or https."""
    if not link or not link.strip():
        return None
    try:
        joined = urljoin(base, link.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None
