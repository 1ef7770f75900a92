"""The versions of an article, as publish has met them: which one speaks, and which ones it has replaced."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import AwareDatetime

from tidings import keys
from tidings.ids import MentionId, digest
from tidings.ports.store import Item, Put, Store
from tidings.publish.mentions import MentionSummary, Superseded
from tidings.records import Article, Record

MOST_EDITIONS = 4
"""Versions of an article that are remembered, the one that speaks among them."""


class Edition(Record):
    """One version of an article; of two, the one fetched (else modified, else published) last has replaced the other."""

    version: str
    fetched_at: AwareDatetime | None = None
    modified: AwareDatetime | None = None
    published: AwareDatetime | None = None

    @property
    def age(self) -> tuple[str, str, str, str]:
        """What versions are sorted by; equal for one and the same version only."""
        times = (self.fetched_at, self.modified, self.published)
        fetched, modified, published = (time.isoformat() if time else "" for time in times)
        return fetched, modified, published, self.version


def edition_of(article: Article) -> Edition:
    """Return the edition that an article is."""
    return Edition(
        version=article.version, fetched_at=article.fetched_at, modified=article.modified, published=article.published
    )


def record_edition(article: Article, store: Store) -> list[Edition]:
    """Write down that this version of an article is published; return those that are remembered, the newest first.

    Raises:
        Conflict: another writer of the article was first.
        Unavailable: the store does not answer.
    """
    key = keys.article_editions(article.article_id)
    item = store.get(key)
    known = editions_in(item)
    one = edition_of(article)
    # Of one version fetched twice the last fetch counts, whichever came first.
    same = max([one, *(edition for edition in known if edition.version == one.version)], key=lambda e: e.age)
    others = [edition for edition in known if edition.version != one.version]
    found = sorted([*others, same], key=lambda e: e.age, reverse=True)[:MOST_EDITIONS]
    if found != known:
        body = {"editions": [edition.model_dump(mode="json", exclude_none=True) for edition in found]}
        store.transact([Put(key, body, expect=item.version if item else 0)])
    return found


def editions_in(item: Item | None) -> list[Edition]:
    """Return the editions that an article's item of editions holds."""
    return [Edition.model_validate(one) for one in item.body["editions"]] if item else []


def as_of(mention: MentionSummary, editions: Sequence[Edition]) -> MentionSummary | None:
    """Return a mention as it stands among the editions: as it is, superseded, or None if its version is forgotten."""
    at = next((n for n, edition in enumerate(editions) if edition.version == mention.version), None)
    if at is None or (at == 0 and mention.superseded):
        return None
    if at == 0:
        return mention
    newer = editions[at - 1]
    superseded = Superseded(version=newer.version, at=newer.modified or newer.published or newer.fetched_at)
    if mention.superseded:
        return mention.model_copy(update={"superseded": superseded})
    # A version's mention at the same place of the text is another one: an id of its own keeps the two apart.
    former = MentionId("m" + digest(mention.mention_id, mention.version))
    told = mention.mention.model_copy(update={"mention_id": former})
    return mention.model_copy(update={"mention": told, "superseded": superseded})
