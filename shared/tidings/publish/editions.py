"""The versions of an article, as publish has met them: which one speaks, which ones it has replaced, what they told."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import AwareDatetime

from tidings.ids import DIGITS, MentionId, digest
from tidings.ports.store import Item
from tidings.publish.mentions import MentionSummary, Superseded
from tidings.records import Article, Record

MOST_EDITIONS = 4
"""Versions of an article that are remembered, the one that speaks among them."""


class Edition(Record):
    """One version of an article; of two, the one fetched (else modified, else published) last has replaced the other.

    `since` is when it was fetched first, `fetched_at` when last.
    """

    version: str
    since: AwareDatetime | None = None
    fetched_at: AwareDatetime | None = None
    modified: AwareDatetime | None = None
    published: AwareDatetime | None = None

    @property
    def age(self) -> tuple[str, str, str, str]:
        """What versions are sorted by; equal for one and the same version only."""
        times = (self.fetched_at, self.modified, self.published)
        fetched, modified, published = (time.astimezone(UTC).isoformat() if time else "" for time in times)
        return fetched, modified, published, self.version


def edition_of(article: Article, since: datetime | None = None) -> Edition:
    """Return the edition that an article is, which was fetched first at the time given, else when the article says."""
    return Edition(
        version=article.version,
        since=since or article.fetched_at,
        fetched_at=article.fetched_at,
        modified=article.modified,
        published=article.published,
    )


class Publication(NamedTuple):
    """What of an article is published: the versions that are remembered, the newest first, and the mentions.

    `mentions` are those of the version that speaks, in text order, and `former` those of superseded ones. While a version is
    being published, `coming` has its mentions that may be stored besides.
    """

    editions: tuple[Edition, ...] = ()
    mentions: tuple[MentionId, ...] = ()
    former: tuple[MentionId, ...] = ()
    coming: Mapping[str, tuple[MentionId, ...]] = MappingProxyType({})

    @property
    def all(self) -> list[MentionId]:
        """Return every mention of the article that may be stored."""
        return sorted({*self.mentions, *self.former, *chain.from_iterable(self.coming.values())})

    @property
    def body(self) -> dict[str, Any]:
        """The body of its item. Names are packed: an article may have thousands of mentions, and an item is bounded."""
        told = {"editions": [edition.model_dump(mode="json", exclude_none=True) for edition in self.editions]}
        packed = {"mentions": _packed(self.mentions), "former": _packed(self.former)}
        under_way = {"coming": {version: _packed(names) for version, names in self.coming.items()}} if self.coming else {}
        return told | {name: names for name, names in packed.items() if names} | under_way


def publication_in(item: Item | None) -> Publication:
    """Return what an article's item says of its publication."""
    if item is None:
        return Publication()
    editions = tuple(Edition.model_validate(one) for one in item.body["editions"])
    mentions, former = (_unpacked(item.body.get(name, "")) for name in ("mentions", "former"))
    coming = {version: _unpacked(names) for version, names in item.body.get("coming", {}).items()}
    return Publication(editions, mentions, former, coming)


def with_edition(known: Sequence[Edition], one: Edition) -> tuple[Edition, ...]:
    """Return the editions that are remembered once this one is published too, the newest first."""
    # Of one version fetched twice the last fetch counts, whichever came first.
    fetches = [one, *(edition for edition in known if edition.version == one.version)]
    since = min((edition.since for edition in fetches if edition.since), default=None)
    same = max(fetches, key=lambda e: e.age).model_copy(update={"since": since})
    others = [edition for edition in known if edition.version != one.version]
    return tuple(sorted([*others, same], key=lambda e: e.age, reverse=True)[:MOST_EDITIONS])


def _packed(mentions: Iterable[MentionId]) -> str:
    return base64.b64encode(bytes.fromhex("".join(mention[1:] for mention in mentions))).decode("ascii")


def _unpacked(text: str) -> tuple[MentionId, ...]:
    digits = base64.b64decode(text).hex()
    return tuple(MentionId(f"m{digits[at : at + DIGITS]}") for at in range(0, len(digits), DIGITS))


def as_of(mention: MentionSummary, editions: Sequence[Edition]) -> MentionSummary | None:
    """Return a mention as it stands among the editions: as it is, superseded, or None if its version is forgotten."""
    at = next((n for n, edition in enumerate(editions) if edition.version == mention.version), None)
    if at is None or (at == 0 and mention.superseded):
        return None
    if at == 0:
        return mention
    newer = editions[at - 1]
    superseded = Superseded(version=newer.version, at=newer.modified or newer.since or newer.published)
    if mention.superseded:
        return mention.model_copy(update={"superseded": superseded})
    # A version's mention at the same place of the text is another one: an id of its own keeps the two apart.
    former = MentionId("m" + digest(mention.mention_id, mention.version))
    told = mention.mention.model_copy(update={"mention_id": former})
    return mention.model_copy(update={"mention": told, "superseded": superseded})
