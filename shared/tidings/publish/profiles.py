"""What matching compares: the values of a mention as sets, made once for each mention."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tidings.ids import ArticleId, MentionId
from tidings.publish.mentions import MentionSummary
from tidings.publish.places import is_country
from tidings.publish.vocabulary import SHORTEST, meaning_of
from tidings.records import BACKGROUND_TYPES, Factuality, Place, Polarity, ResolvedActor, ResolvedQuantity

RELATED = (frozenset({"RETREAT", "AID", "COOPERATE", "CONCEDE"}), frozenset({"CONSULT", "AGREE", "COOPERATE"}))
"""Types that outlets use for one happening from different sides (a handover is release, aid or exchange)."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Party:
    """Those who stand on one side of an event: the words of their names, their codes."""

    words: frozenset[str]
    codes: frozenset[str]

    def __bool__(self) -> bool:
        """Tell whether anybody is known."""
        return bool(self.words or self.codes)


@dataclass(frozen=True)
class Days:
    """Whole days, both included, as ordinals; `told`: the text names them, else they follow from the publication."""

    first: int
    last: int
    told: bool


@dataclass(frozen=True)
class Profile:
    """A mention as matching sees it."""

    mention_id: MentionId
    article_id: ArticleId
    version: str
    start: int
    type: str
    mode: str | None
    lemma: str
    meaning: str
    actor: Party
    recipient: Party
    place: Place | None
    days: Days | None
    published: int | None
    quantities: tuple[ResolvedQuantity, ...]
    words: frozenset[str]
    near: frozenset[str]
    names: tuple[str, ...]
    gist: frozenset[str]
    again: bool
    elsewhere: frozenset[float]
    """Numbers that the same text tells of other happenings."""
    sources: frozenset[str]
    """Who says so."""
    negated: bool
    open: bool
    """Whether it has not happened yet as far as the text says."""
    rank: str
    """The order in which mentions may lead an event: those that say most first, then by id, which is random."""

    @property
    def is_background(self) -> bool:
        """Whether the type says nothing of what happened."""
        return self.type in BACKGROUND_TYPES


def profile(mention: MentionSummary) -> Profile:
    """Return a mention's profile."""
    published = mention.mention.published
    return Profile(
        mention_id=mention.mention_id,
        article_id=mention.mention.article_id,
        version=mention.version,
        start=mention.mention.start,
        type=mention.type,
        mode=mention.mode,
        lemma=mention.lemma,
        meaning=meaning_of(mention.lemma),
        actor=_party(mention.actor),
        recipient=_party(mention.recipient),
        place=_place(mention),
        days=_days(mention),
        published=published.date().toordinal() if published else None,
        quantities=mention.quantities,
        words=frozenset(mention.words),
        near=frozenset(mention.near),
        names=mention.names,
        gist=frozenset(mention.gist),
        again=mention.again,
        elsewhere=frozenset(mention.elsewhere),
        sources=frozenset(told.source.casefold() for told in mention.mention.attributions if told.source),
        negated=mention.mention.polarity is Polarity.NEGATIVE,
        open=mention.mention.factuality in (Factuality.PLANNED, Factuality.POSSIBLE),
        rank=rank_of(mention),
    )


def rank_of(mention: MentionSummary) -> str:
    """Return the rank: least leads. What is superseded leads nothing that is not."""
    told = bool(mention.time and mention.time.first), bool(mention.actor), bool(mention.recipient), bool(mention.place)
    richness = sum(told) + bool(mention.quantities)
    tier = "9" if mention.superseded else "0" if richness >= _RICH else "1" if richness >= _FAIR else "2"
    return f"{tier}#{mention.mention_id}"


_RICH = 4
_FAIR = 2


def name_words(names: Iterable[str]) -> frozenset[str]:
    """Return the words by which somebody is known; "police" and "the man" are anybody."""
    return frozenset(w.casefold() for name in names for w in _WORD.findall(name) if len(w) >= SHORTEST and w[0].isupper())


def related(a: str, b: str) -> bool:
    """Tell whether two types may tell of one happening."""
    return a == b or any(a in group and b in group for group in RELATED)


def type_group(event_type: str) -> str:
    """Return a name for the types that are related to one."""
    return next((min(group) for group in RELATED if event_type in group), event_type)


def _party(actors: Iterable[ResolvedActor]) -> Party:
    listed = list(actors)
    return Party(name_words(a.name for a in listed), frozenset(a.country for a in listed if a.country))


def _place(mention: MentionSummary) -> Place | None:
    """Return where it happened; a country that takes part ("got them from Russia") is nobody's place."""
    place = mention.place
    parties = {actor.country for actor in (*mention.actor, *mention.recipient)}
    return None if place is None or (place.country in parties and is_country(place)) else place


def _days(mention: MentionSummary) -> Days | None:
    time = mention.time
    if time and time.first and (first := day_of(time.first)):
        last = day_of(time.last or time.first) or first
        return Days(first, max(first, last), told=True)
    day = day_of(mention.day)
    return Days(day, day, told=False) if day else None


def day_of(text: str) -> int | None:
    """Return the ordinal of an ISO day, None for what is none."""
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return None
