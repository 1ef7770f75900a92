"""Which of the times that feed, metadata and page name is the publication's, and which the last change's.

Order: feed, JSON-LD, meta elements, times by the title, labelled times, the day in the URL. Nothing is guessed from the rest
of the page: on pages with no date the extractors' guesses were wrong nearly every time, most often a copyright year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from tidings.clean.homes import NOWHERE, Home, localised
from tidings.clean.metadata import PageMeta, url_day
from tidings.clean.shown import Shown
from tidings.clean.when import When, believable, instant, whole_day
from tidings.records import DateSource, EntryHint, Precision

_REPUBLISHED = timedelta(days=2)
"""How much earlier the time by the title may be than the metadata's and still be the same article's."""
_EXACT = frozenset({Precision.SECOND, Precision.MINUTE})


@dataclass(frozen=True)
class Dated:
    """A time, and where it came from."""

    when: When | None = None
    source: DateSource = DateSource.NONE


UNDATED = Dated()


def published(
    hint: EntryHint, meta: PageMeta, shown: Sequence[Shown], url: str, now: datetime, home: Home = NOWHERE
) -> Dated:
    """Return when the article was published; `home` is where its outlet is."""
    by_title = [Dated(found.when, found.source) for found in shown if not found.changed]
    candidates = _believed(
        (
            Dated(_hinted(hint), DateSource.FEED),
            Dated(meta.article.published, DateSource.JSON_LD),
            Dated(meta.meta_published, DateSource.META),
            Dated(meta.page_published, DateSource.JSON_LD),
            *by_title,
            Dated(meta.time_element, DateSource.TIME_ELEMENT),
            Dated(_hinted_change(hint), DateSource.FEED),
            Dated(url_day(url), DateSource.URL),
        ),
        now,
        home,
    )
    best = next(iter(candidates), None)
    if best is None:
        changes = _believed((Dated(found.when, found.source) for found in shown if found.changed), now, home)
        return next(iter(changes), UNDATED)
    return _sharper(best, candidates, home)


def _hinted(hint: EntryHint) -> When | None:
    if hint.published is None:
        return None
    if hint.published_precision is Precision.DAY:
        return whole_day(hint.published.date())
    return instant(hint.published)


def _hinted_change(hint: EntryHint) -> When | None:
    if hint.updated is None:
        return None
    # Feeds that tell the day alone come out as midnight; hardly anything is changed in that very second.
    return whole_day(hint.updated.date()) if hint.updated.timetz() == time(tzinfo=UTC) else instant(hint.updated)


def modified(hint: EntryHint, meta: PageMeta, shown: Sequence[Shown], now: datetime, home: Home = NOWHERE) -> Dated:
    """Return when the article was last changed, as far as anybody says so."""
    candidates = _believed(
        (
            Dated(meta.article.modified, DateSource.JSON_LD),
            Dated(meta.meta_modified, DateSource.META),
            *(Dated(found.when, found.source) for found in shown if found.changed),
            Dated(_hinted_change(hint), DateSource.FEED),
        ),
        now,
        home,
    )
    return next(iter(candidates), UNDATED)


def _believed(candidates: Iterable[Dated], now: datetime, home: Home) -> list[Dated]:
    kept = []
    for candidate in candidates:
        when = believable(localised(candidate.when, home, now), now)
        if when is not None:
            kept.append(Dated(when, candidate.source))
    return kept


def _sharper(best: Dated, candidates: Sequence[Dated], home: Home) -> Dated:
    """Return a better time for the same publication, if there is one.

    Sites that publish an article again put the new time into the metadata, and leave the first on the page; and a day is
    less than a minute of that day.
    """
    when = best.when
    if when is None or (best.source is DateSource.FEED and when.precision is not Precision.DAY):
        return best
    for other in candidates:
        inner = other.when
        if inner is None or inner.precision not in _EXACT:
            continue
        if when.precision is Precision.DAY and when.earliest.date() in _days(inner, home):
            return other
        on_page = inner.zoned and other.source in (DateSource.BYLINE, DateSource.TIME_ELEMENT)
        again = on_page and best.source is not DateSource.FEED
        if again and timedelta() < when.earliest - inner.latest <= _REPUBLISHED:
            return other
    return best


def _days(when: When, home: Home) -> set[date]:
    """Return the day of a moment in UTC, and by the clocks of its outlet."""
    place = timezone(when.offset) if when.offset else home.zone or UTC
    return {when.latest.date(), when.latest.astimezone(place).date()}
