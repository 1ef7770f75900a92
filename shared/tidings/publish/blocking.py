"""Blocking keys: under which short names a mention looks for its like, so that nothing is ever compared with everything.

A key joins what happened (the trigger's meaning, or the type) with whom, where or how many, and with a stretch of days. Two
mentions of one happening need one key in common only, so each has several narrow ones rather than a broad one.
"""

from __future__ import annotations

from collections.abc import Iterator

from tidings.ids import digest
from tidings.publish.matching import LATE_DAYS, NEAR_DAYS
from tidings.publish.profiles import Days, Profile, type_group

STRETCH = 4
"""Days of a stretch: long enough that most mentions stand in one or two."""
MOST_NAMES = 6
MOST_KEYS = 16
_LONG = 2 * STRETCH


def blocking_keys(profile: Profile) -> tuple[str, ...]:
    """Return the blocks of a mention, at most `MOST_KEYS`, in a fixed order."""
    found = dict.fromkeys(digest(stretch, *key) for stretch in _stretches(profile) for key in _keys(profile))
    return tuple(sorted(list(found)[:MOST_KEYS]))


def _stretches(profile: Profile) -> list[str]:
    days = profile.days
    if days is None:
        return ["-"]
    if days.told and days.last - days.first > _LONG and profile.published is not None:
        # "This year" is news of these days.
        days = Days(profile.published, profile.published, told=False)
    first = days.first - NEAR_DAYS if days.told else days.first - LATE_DAYS
    last = days.last + NEAR_DAYS
    return sorted({str(first // STRETCH), str(last // STRETCH)})


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
