"""What happened to an event: who told of it when, and who took back or changed what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from tidings.publish.mentions import MentionSummary
from tidings.publish.sayings import quantity_key, quantity_text, time_key
from tidings.publish.values import LONGEST
from tidings.records import Change, ChangeKind

MAX_CHANGES = 40
"""Steps kept: the first, and the newest of the others."""
_LAST = datetime.max.replace(tzinfo=UTC)


def history_of(mentions: Sequence[MentionSummary], former: Iterable[MentionSummary]) -> tuple[Change, ...]:
    """Return an event's history from its mentions and those of superseded versions, oldest first."""
    found = sorted([*_told(mentions), *_changed(mentions, former)], key=_moment)
    return tuple(found if len(found) <= MAX_CHANGES else [found[0], *found[1 - MAX_CHANGES :]])


def _told(mentions: Iterable[MentionSummary]) -> Iterator[Change]:
    first: dict[str, MentionSummary] = {}
    for mention in sorted(mentions, key=lambda m: (m.mention.start, m.mention_id)):
        first.setdefault(mention.mention.article_id, mention)
    for mention in first.values():
        yield _change(mention, ChangeKind.TOLD, mention.mention.published, mention.version)


def _changed(mentions: Sequence[MentionSummary], former: Iterable[MentionSummary]) -> Iterator[Change]:
    for old in sorted(former, key=lambda m: m.mention_id):
        if old.superseded is None:
            continue
        now = [m for m in mentions if m.mention.article_id == old.mention.article_id]
        if not now:
            yield _change(old, ChangeKind.WITHDRAWN, old.superseded.at, old.superseded.version, _said(old, frozenset()))
            continue
        still = frozenset(key for m in now for key, _ in _sayings(m))
        if was := _said(old, still):
            yield _change(old, ChangeKind.REVISED, old.superseded.at, old.superseded.version, was)


def _said(mention: MentionSummary, still: frozenset[str]) -> str | None:
    """Return what a mention said that is not said any more, in words."""
    return "; ".join(text for key, text in _sayings(mention) if key not in still)[:LONGEST] or None


def _sayings(mention: MentionSummary) -> Iterator[tuple[str, str]]:
    yield from ((quantity_key(quantity), quantity_text(quantity)) for quantity in mention.quantities)
    if mention.time is not None and mention.time.first:
        yield time_key(mention.time), mention.time.first
    if mention.place is not None:
        yield mention.place.name or mention.place.text, mention.place.name or mention.place.text
    yield mention.mention.factuality.value, mention.mention.factuality.value


def _change(
    mention: MentionSummary, kind: ChangeKind, at: datetime | None, version: str | None, was: str | None = None
) -> Change:
    return Change(
        at=at,
        kind=kind,
        article_id=mention.mention.article_id,
        outlet=mention.mention.outlet,
        mention_id=mention.mention_id,
        version=version or None,
        was=was,
    )


def _moment(change: Change) -> tuple[datetime, bool, str, str]:
    # What was told at the moment of a change was told before it.
    return change.at or _LAST, change.kind is not ChangeKind.TOLD, change.kind.value, change.mention_id
