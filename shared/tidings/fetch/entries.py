"""What a feed is once it is read: its kind and its entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from tidings.ids import digest
from tidings.records import EntryHint

NO_HINT = EntryHint()
MAX_URL = 4_000
MAX_LINE = 1_000


class FeedKind(StrEnum):
    """What a polled URL gave."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap-index"
    INDEX = "index"
    PAGE = "page"
    TEXT = "text"


@dataclass(frozen=True)
class Quiet:
    """When a feed asks not to be read: hours of the day (0-23, UTC) and days of the week (Monday is 0)."""

    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()


NEVER_QUIET = Quiet()


@dataclass(frozen=True)
class Entry:
    """One entry: `key` identifies it within its feed, and so does `also`, should the key have changed; `url` is absolute."""

    key: str
    url: str | None
    hint: EntryHint = NO_HINT
    also: str | None = None

    def digest(self) -> str:
        """Return the digest of what the feed says of the entry, its guid apart: it changes when the entry does."""
        return digest(self.url or "", self.hint.model_dump_json(exclude_none=True, exclude={"guid"}))


def entry_of(url: str | None, hint: EntryHint) -> Entry:
    """Return an entry under the best identity that it has: its guid, else its link, else its content."""
    names = [name for name in (hint.guid, url or _content(hint)) if name]
    return Entry(names[0], url, hint, names[1] if names[1:] != names[:1] and len(names) > 1 else None)


def _content(hint: EntryHint) -> str:
    return digest(hint.title or "", hint.summary_html or "", hint.content_html or "")


class Child(NamedTuple):
    """A sitemap that a sitemap index names; `changed` is when, as the index writes it."""

    url: str
    changed: str | None = None


@dataclass(frozen=True)
class ParsedFeed:
    """A feed as read.

    `children` are the sitemaps of a sitemap index; `ttl_s` is how often the feed asks to be read, at most; `hub` and `topic`
    are its WebSub hub and its own name for itself.
    """

    kind: FeedKind
    title: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[Child, ...] = ()
    ttl_s: int = 0
    quiet: Quiet = NEVER_QUIET
    hub: str | None = None
    topic: str | None = None

    @property
    def is_document(self) -> bool:
        """Whether the body is itself the raw document, not a list of them."""
        return self.kind in (FeedKind.PAGE, FeedKind.TEXT)

    @property
    def is_page(self) -> bool:
        """Whether the body is made for people, and may name a feed."""
        return self.kind in (FeedKind.PAGE, FeedKind.INDEX)

    @property
    def is_feed(self) -> bool:
        """Whether the body is made for readers of feeds."""
        return not self.is_document and not self.is_page


def without_twins(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries with keys that tell them apart; of entries that are alike in everything, the first.

    Some feeds give several entries one guid, or all of them one link: a guid counts together with the link then, and where a
    link is not the entry's own, its content is its other name.
    """
    listed = list(entries)
    shared = {link for link, times in Counter(entry.also for entry in listed).items() if link and times > 1}
    listed = [replace(entry, also=_content(entry.hint)) if entry.also in shared else entry for entry in listed]
    keys = Counter(entry.key for entry in listed)
    others = Counter(entry.also for entry in listed)
    kept: dict[str, Entry] = {}
    for entry in listed:
        also = entry.also if others[entry.also] == 1 and entry.also not in keys else None
        key = entry.key if keys[entry.key] == 1 else f"{entry.key} {entry.url or entry.digest()}"
        if key in kept and kept[key].digest() != entry.digest():
            key = f"{key} {entry.digest()}"
        kept.setdefault(key, replace(entry, key=key, also=also))
    return tuple(kept.values())


def absolute(base: str, link: str | None) -> str | None:
    """Resolve a link against its feed's URL; None unless it is http or https, names a host and is of a decent length."""
    if not link or not link.strip():
        return None
    try:
        joined = urljoin(base, well_formed(link.strip())).replace(" ", "%20")
        parts = urlsplit(joined)
        good = len(joined) <= MAX_URL and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    # urljoin leaves HTTP:// as it is if its own URL is of another scheme.
    return parts.scheme + joined[len(parts.scheme) :] if good else None


def line(value: object) -> str | None:
    """Return a value as one line of at most `MAX_LINE` characters; None if nothing is left."""
    text = " ".join(well_formed(str(value)[: MAX_LINE * 10]).split()) if value else ""
    return text[:MAX_LINE] or None


def well_formed(text: str) -> str:
    """Return a text without lone surrogates, which JSON can smuggle in and nothing can store."""
    return text.encode("utf-8", "replace").decode("utf-8")
