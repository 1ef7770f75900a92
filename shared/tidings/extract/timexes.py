"""Time expressions of an article: what they cover, from the publication, the tense and the dates around them.

Values follow TIMEX3 (TimeML 1.2.1, https://timeml.github.io/). What neither the publication nor the text settles
stays open: its value keeps X for the unknown figures, and it names no days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from spacy.tokens import Doc

from tidings.extract.timex_grammar import Form, forms
from tidings.extract.timex_meaning import Meaning, Setting
from tidings.extract.timex_readings import is_time
from tidings.extract.timex_resolve import resolve, stretch
from tidings.extract.timex_tense import is_of_speech, looks_ahead
from tidings.extract.timex_words import words
from tidings.records import Timex, TimexType

_TENSED = frozenset({"date", "days", "monthday", "month", "bareseason", "quarter", "weekday", "weekend", "holiday", "time", "ahead", "periodedge"})
_ANCHORED = frozenset({"later", "nearby", "weekday", "samebefore", "thisperiod"})
_REACH = 2
"""So many sentences back an anchor may lie."""
_DATES = (TimexType.DATE, TimexType.TIME)
_JOINED = re.compile(r"\s?(?:to|and|or|until|through|-|–|—|,)\s?")
_OPENED = re.compile(r"\b(from|between)\s\Z", re.IGNORECASE)
_CLOSED = {"from": re.compile(r"\s(?:to|until|till|through)\s"), "between": re.compile(r"\sand\s")}


class _Found(NamedTuple):
    form: Form
    meaning: Meaning
    sentence: int
    of_speech: bool


def find_timexes(doc: Doc, published: datetime | None) -> tuple[Timex, ...]:
    """Find the time expressions of a parsed article, in text order, none overlapping another.

    Args:
        doc: the article's text, tagged and parsed.
        published: when it was published; its day is what "today" and "Friday" are counted from. None leaves them open.
    """
    found: list[_Found] = []
    ends = [sentence.end_char for sentence in doc.sents]
    sentence, end = 0, 0
    for form in _with_shared_years(list(forms(doc.text)), doc.text):
        if form.start < end or not is_time(doc, form):
            continue
        while sentence < len(ends) - 1 and form.start >= ends[sentence]:
            sentence += 1
        setting = Setting(
            published=published,
            dates=_anchors(found, sentence) if form.rule in _ANCHORED else (),
            ahead=looks_ahead(doc, form.start, form.end) if form.rule in _TENSED else None,
            day=_day(found, sentence) if form.rule == "time" else None,
        )
        if meaning := resolve(form, setting):
            found.append(_Found(form, meaning, sentence, is_of_speech(doc, form.start, form.end)))
            end = form.end
    return tuple(_records(doc.text, list(_joined(doc, found))))


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
    near = [f for f in reversed(found) if sentence - f.sentence <= _REACH and f.meaning.type in _DATES and f.meaning.days]
    return tuple(f.meaning for f in sorted(near, key=lambda f: f.of_speech))


def _day(found: list[_Found], sentence: int) -> date | None:
    """Return the day that the sentence, or the one before, has named last."""
    for known in reversed(found):
        days = known.meaning.days
        if sentence - known.sentence <= 1 and known.meaning.type in _DATES and days and days[0] == days[1]:
            return days[0]
    return None


def _joined(doc: Doc, found: list[_Found]) -> Iterator[_Found]:
    """Join "from A to B" and "between A and B" to the stretch of days that they mean."""
    waiting: _Found | None = None
    for known in found:
        if waiting is not None:
            meaning = _stretch(doc, waiting, known)
            if meaning is not None:
                form = waiting.form._replace(end=known.form.end, rule="stretch")
                waiting = known._replace(form=form, meaning=meaning)
                continue
            yield waiting
        waiting = known
    if waiting is not None:
        yield waiting


def _stretch(doc: Doc, first: _Found, last: _Found) -> Meaning | None:
    opened = _OPENED.search(doc.text, max(0, first.form.start - 9), first.form.start)
    between = doc.text[first.form.end : last.form.start]
    closed = opened and _CLOSED[opened[1].lower()].fullmatch(between)
    if not closed or {first.meaning.type, last.meaning.type} != {TimexType.DATE}:
        return None
    span = doc.char_span(first.form.start, first.form.end, alignment_mode="expand")
    if span and any(step.lemma_.lower() in words("moving") for step in span.root.ancestors):
        return None
    return stretch(first.meaning, last.meaning)


def _records(text: str, found: list[_Found]) -> Iterator[Timex]:
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
