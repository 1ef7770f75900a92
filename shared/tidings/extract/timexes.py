"""Time expressions of an article: what they cover, from the publication, the tense and the dates around them.

Values follow TIMEX3 (TimeML 1.2.1, https://timeml.github.io/). What neither the publication nor the text settles
stays open: its value keeps X for the unknown figures, and it names no days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from spacy.tokens import Doc

from tidings.extract.timex_countries import Countries
from tidings.extract.timex_grammar import Form, forms
from tidings.extract.timex_meaning import Meaning, Setting
from tidings.extract.timex_readings import is_time
from tidings.extract.timex_resolve import resolve, stretch
from tidings.extract.timex_tense import Tenses
from tidings.records import Entity, Timex, TimexType

_TENSED = frozenset(
    {
        "date",
        "days",
        "weekof",
        "weekdayof",
        "monthday",
        "month",
        "bareseason",
        "weekday",
        "weekend",
        "holiday",
        "fiscal",
        "time",
        "ahead",
        "periodedge",
        "quarter",
        "overnight",
    }
)
"""Forms whose meaning the tense decides."""
_ANCHORED = frozenset({"later", "nearby", "weekday", "samebefore", "thisperiod"})
"""Forms that count from another date of the text."""
_COUNTRY = {"holiday": Countries.near, "fiscal": Countries.whose_money}
"""Forms whose days the country decides, and how it is found."""
_REACH = 2
"""So many sentences back an anchor may lie."""
_NEAR = 20
"""So many expressions are looked at around one: a hostile text may hold thousands in one sentence."""
_DATES = (TimexType.DATE, TimexType.TIME)
_JOINED = re.compile(r"\s?(?:to|and|or|until|through|-|–|—|,)\s?")
_ON = re.compile(r",?\s(?:on\s)?")
_OPENED = re.compile(r"\b(from|between)\s\Z", re.IGNORECASE)
_DASH = re.compile(r"\s?[-–—]\s?|\sthrough\s")
_DASHED = frozenset({"date", "month", "weekday"})
"""Forms that a dash alone joins, and whose second end counts from the first; of two years each is a date of its own."""
_CLOSED = {"from": re.compile(r"\s(?:to|until|till|through)\s"), "between": re.compile(r"\sand\s")}


class _Found(NamedTuple):
    form: Form
    meaning: Meaning
    sentence: int
    of_speech: bool


def find_timexes(doc: Doc, published: datetime | None, entities: Sequence[Entity] = ()) -> tuple[Timex, ...]:
    """Find the time expressions of a parsed article, in text order, none overlapping another.

    Args:
        doc: the article's text, tagged and parsed.
        published: when it was published; its day, in its own zone, is what "today" and "Friday" are counted from. None
            leaves them open.
        entities: the article's names, in text order: whose Independence Day, whose fiscal year it is.
    """
    found: list[_Found] = []
    text, tenses = doc.text, Tenses(doc)
    countries = Countries(text, entities)
    sentences = list(doc.sents)
    ends = [sentence.end_char for sentence in sentences]
    sentence, end = 0, 0
    candidates = _with_shared_years(list(forms(text)), text)
    for position, form in enumerate(candidates):
        if form.start < end or not is_time(doc, text, form):
            continue
        while sentence < len(ends) - 1 and form.start >= ends[sentence]:
            sentence += 1
        setting = Setting(
            published=published,
            dates=_anchors(found, sentence) if form.rule in _ANCHORED else (),
            ahead=tenses.looks_ahead(form.start, form.end) if form.rule in _TENSED else None,
            country=_COUNTRY[form.rule](countries, form.start, sentences[sentence]) if form.rule in _COUNTRY else None,
        )
        if form.rule in ("time", "bareday", "overnight"):
            following = _following(candidates, position, text)
            on = resolve(following, setting) if following else None
            setting = replace(setting, day=on.days[0] if on and on.days else _day(found, sentence))
        if meaning := resolve(form, setting):
            if found and _ends_a_stretch(tenses, text, found[-1].form, form):
                meaning = _behind(found[-1].meaning, form, meaning)
            found.append(_Found(form, meaning, sentence, tenses.is_of_speech(form.start, form.end)))
            end = form.end
    return tuple(_records(text, _joined(tenses, text, found)))


def _following(candidates: list[Form], position: int, text: str) -> Form | None:
    """Return the date that stands right behind a clock time ("at 16:15, June 1")."""
    end = candidates[position].end
    for form in candidates[position + 1 : position + 1 + _NEAR]:
        if form.start >= end:
            on_day = form.rule in ("date", "weekday", "deictic", "daypart") and _ON.fullmatch(text, end, form.start)
            return form if on_day else None
    return None


def _with_shared_years(found: list[Form], text: str) -> list[Form]:
    """Give a date without a year the year of the one it is joined to ("from June 30 to July 4, 2024")."""
    years: dict[tuple[str, int], str] = {}
    shared: list[Form] = []
    for form in reversed(found):
        year = form.get("year")
        if form.rule in ("date", "month") and not year and (joined := _JOINED.match(text, form.end)):
            year = years.get((form.rule, joined.end()), "")
            form = form._replace(parts={**form.parts, "year": year}) if year else form
        if year:
            years.setdefault((form.rule, form.start), year)
        shared.append(form)
    return shared[::-1]


def _anchors(found: list[_Found], sentence: int) -> tuple[Meaning, ...]:
    """Return the dates near by, nearest first, those that only date a report behind all others."""
    within = [f for f in reversed(found[-_NEAR:]) if sentence - f.sentence <= _REACH]
    near = [f for f in within if f.meaning.type in _DATES and f.meaning.days]
    return tuple(f.meaning for f in sorted(near, key=lambda f: f.of_speech))


def _day(found: list[_Found], sentence: int) -> date | None:
    """Return the day that the sentence, or the one before, has named last."""
    for known in reversed(found[-_NEAR:]):
        days = known.meaning.days
        if sentence - known.sentence <= 1 and known.meaning.type in _DATES and days and days[0] == days[1]:
            return days[0]
    return None


def _joined(tenses: Tenses, text: str, found: list[_Found]) -> Iterator[_Found]:
    """Join "from A to B" and "between A and B" to the stretch of days that they mean."""
    waiting: _Found | None = None
    for known in found:
        if waiting is None:
            waiting = known
        elif meaning := _stretch(tenses, text, waiting, known):
            waiting = waiting._replace(form=waiting.form._replace(end=known.form.end), meaning=meaning)
        else:
            yield waiting
            waiting = known
    if waiting is not None:
        yield waiting


def _stretch(tenses: Tenses, text: str, first: _Found, last: _Found) -> Meaning | None:
    if {first.meaning.type, last.meaning.type} != {TimexType.DATE} or not _ends_a_stretch(
        tenses, text, first.form, last.form
    ):
        return None
    return stretch(first.meaning, last.meaning)


def _ends_a_stretch(tenses: Tenses, text: str, first: Form, last: Form) -> bool:
    """Tell whether the words between make the two the ends of one stretch ("from Thursday to Saturday")."""
    opened = _OPENED.search(text, max(0, first.start - 9), first.start)
    dashed = {first.rule, last.rule} <= _DASHED and _DASH.fullmatch(text, first.end, last.start)
    if not dashed and not (opened and _CLOSED[opened[1].lower()].fullmatch(text, first.end, last.start)):
        return False
    return not tenses.moves_dates(first.start, first.end)


def _behind(first: Meaning, form: Form, alone: Meaning) -> Meaning:
    """Return what the second end of a stretch means: the first such day or month behind the first end.

    Alone it would look from the publication, and "shut from Thursday to Saturday" would end before it begins. An end with
    a year or week of its own, or of another grain than the first ("from 2011 to March"), stands by itself.
    """
    grains = {len(meaning.value.partition("T")[0]) for meaning in (first, alone)}
    own = form.rule not in _DASHED or any(form.get(part) for part in ("year", "which", "week"))
    if own or not first.days or len(grains) > 1 or first.days[1] == date.max:
        return alone
    day_after = datetime.combine(first.days[1] + timedelta(days=1), time(), UTC)
    return resolve(form, Setting(published=day_after, ahead=True)) or alone


def _records(text: str, found: Iterable[_Found]) -> Iterator[Timex]:
    for number, (form, meaning, _, _) in enumerate(found, 1):
        first, last = meaning.days or (None, None)
        yield Timex(
            id=f"t{number}",
            start=form.start,
            end=form.end,
            text=text[form.start : form.end],
            type=meaning.type,
            value=meaning.value,
            first=first.isoformat() if first else None,
            last=last.isoformat() if last else None,
        )
