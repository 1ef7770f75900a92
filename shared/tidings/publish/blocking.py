"""Blocking keys: under which short names a mention looks for its like, so that nothing is ever compared with everything.

A key joins what happened (the trigger's meaning, or the type) with whom, where or how many. Two mentions of one happening
need one key in common only, so each has several narrow ones rather than a broad one. A block is a key within a stretch of
days. A mention stands in one stretch, that of its first day, and looks into the next ones too where its days come near them:
to read costs a fifth of what it costs to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tidings.ids import digest
from tidings.publish.matching import LATE_DAYS, NEAR_DAYS
from tidings.publish.profiles import Days, Profile, type_group

STRETCH = 8
"""Days of a stretch: so many that most mentions look into one or two."""
MOST_NAMES = 4
MOST_KEYS = 6


class Blocks(NamedTuple):
    """The blocks of one key: that in which a mention stands, those that it looks into, those whose mentions look into it."""

    own: str
    near: tuple[str, ...]
    around: tuple[str, ...]


def blocking_keys(profile: Profile) -> tuple[str, ...]:
    """Return the blocks in which a mention stands, at most `MOST_KEYS`, in a fixed order."""
    return tuple(sorted(blocks.own for blocks in blocks_of(profile)))


def blocks_of(profile: Profile) -> list[Blocks]:
    """Return the blocks of each key of a mention, at most `MOST_KEYS` keys."""
    days = _days(profile)
    found = list(dict.fromkeys(_keys(profile)))[:MOST_KEYS]
    if days is None:
        return [Blocks(name, (name,), (name,)) for name in (digest("-", *key) for key in found)]
    own = days.first // STRETCH
    before = days.first - (NEAR_DAYS if days.told else LATE_DAYS)
    after = days.last + (NEAR_DAYS if days.told else LATE_DAYS)
    near = [stretch for stretch in (own - 1, own, own + 1) if before // STRETCH <= stretch <= after // STRETCH]
    return [
        Blocks(
            digest(str(own), *key),
            tuple(digest(str(stretch), *key) for stretch in near),
            tuple(digest(str(stretch), *key) for stretch in (own - 1, own, own + 1)),
        )
        for key in found
    ]


def _days(profile: Profile) -> Days | None:
    days = profile.days
    if days is not None and days.told and days.last - days.first > STRETCH and profile.published is not None:
        # "This year" is news of these days.
        return Days(profile.published, profile.published, told=False)
    return days


def _keys(profile: Profile) -> Iterator[tuple[str, ...]]:
    for name in _names(profile)[:MOST_NAMES]:
        yield "meaning", profile.meaning, name
    if not profile.is_background:
        group = type_group(profile.type)
        for actor in sorted(profile.actor.codes)[:1]:
            for recipient in sorted(profile.recipient.codes)[:1]:
                yield "pair", group, *sorted((actor, recipient))
        for quantity in profile.quantities[:1]:
            if quantity.value is not None:
                yield "number", group, f"{quantity.value:g}", quantity.unit or ""
        if profile.place is not None:
            yield "place", group, (profile.place.name or profile.place.text).casefold()


def _names(profile: Profile) -> list[str]:
    """Return the names to be found by: those who take part, the place, then those that the sentence and article tell of."""
    known: dict[str, None] = {}
    for party in (profile.actor, profile.recipient):
        if party.words:
            known[max(sorted(party.words), key=len)] = None
        elif party.codes:
            known[min(party.codes)] = None
    if profile.place is not None:
        known[(profile.place.name or profile.place.text).casefold()] = None
    about = [name for name in profile.names if name in profile.near] + list(profile.names[:3])
    for name in about:
        known[max(name.split(), key=len)] = None
    if len(known) < MOST_NAMES:
        # Little is named: the words that the article uses most may be what another has in common with it.
        known |= dict.fromkeys(sorted(profile.gist, key=lambda word: (-len(word), word))[: MOST_NAMES - len(known)])
    return list(known)
