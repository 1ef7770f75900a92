"""Which stretches of text with the form of a time expression are none: "2000 soldiers", "may", "the Sun", "30 years old"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from spacy.tokens import Doc, Span, Token

from tidings.extract.timex_grammar import Form
from tidings.extract.timex_words import words

_NAMES = frozenset({"PERSON", "ORG", "PRODUCT", "FAC"})
_MONTHS_AND_WORDS = frozenset({"may", "march", "august"})
_WITHIN = frozenset({"in", "during", "through", "throughout", "until", "by", "since"})
_SEASON_BEFORE = _WITHIN | {"of"}
_SPANNING = frozenset({"over", "in", "within", "for", "during", "through", "throughout"})
_CLOCK_BEFORE = frozenset({"at", "by", "around", "until", "till", "before", "after", "from", "since", "between"})
_CLOCK_HEDGES = frozenset({"about", "approximately", "exactly", "roughly", "almost", "nearly"})
_COUNT_BEFORE = frozenset(
    {"than", "about", "some", "nearly", "almost", "roughly", "approximately", "least", "most", "over", "no."}
)
_STRETCH_BEFORE = _SPANNING | {"after", "took", "take", "lasted", "of", "just", "only", "spent", "mere"}
_STRETCH_AFTER = frozenset({"before", "after", "of", "since", "later", "earlier", "ahead", "into"})
_OVER_BEFORE = frozenset({"in", "for", "after", "of", "by", "to", "just", "well", "lasted", "took", "since"})
_EDGES = frozenset({"end", "finish", "close", "start", "begin"})


class _Candidate(NamedTuple):
    """A form where it stands: its text, the text behind it, its tokens, and the ones before and behind if there are."""

    form: Form
    text: str
    rest: str
    span: Span
    before: Token | None
    after: Token | None

    @property
    def word_before(self) -> str:
        return str(self.before.lower_) if self.before is not None else ""

    @property
    def word_after(self) -> str:
        return str(self.after.lower_) if self.after is not None else ""

    def follows(self, pattern: str) -> bool:
        return re.match(pattern, self.rest, re.IGNORECASE) is not None


def is_time(doc: Doc, text: str, form: Form) -> bool:
    """Tell whether the stretch of text that has the form of a time expression is one.

    `text` is the document's text: spaCy builds it anew at each asking.
    """
    span = doc.char_span(form.start, form.end, alignment_mode="expand")
    if not span:
        return False
    check = _CHECKS.get(form.rule)
    if check is None:
        return True
    before = doc[span.start - 1] if span.start else None
    after = doc[span.end] if span.end < len(doc) else None
    return check(_Candidate(form, text[form.start : form.end], text[form.end : form.end + 12], span, before, after))


def _in_name(span: Span) -> bool:
    return all(token.ent_type_ in _NAMES for token in span)


def _is_date(c: _Candidate) -> bool:
    return c.form.get("month") not in _MONTHS_AND_WORDS or c.form.get("month") not in c.text


def _is_month(c: _Candidate) -> bool:
    name = c.form.get("month")
    capital = name not in c.text
    if c.form.get("year"):
        return True
    if name.rstrip(".") in words("month_short"):
        return capital and name.endswith(".")
    if not capital:
        return name not in _MONTHS_AND_WORDS
    return c.span[-1].tag_ not in ("MD", "VB", "VBP", "VBD") and not _in_name(c.span)


def _is_weekday(c: _Candidate) -> bool:
    if c.word_before in words("weekday_epithet"):
        return False
    # "The Saturday Evening Post"
    if c.form.get("part") and c.text.endswith(c.form.get("part").title()):
        return False
    if _in_name(c.span) and (c.span[0].ent_iob_ == "I" or (c.after is not None and c.after.ent_iob_ == "I")):
        return False
    name = c.form.get("weekday")
    if name.rstrip(".") in words("weekday_short"):
        return name.endswith(".") and c.word_before in ("", "on", "(", "late", "early", "since", ",")
    return True


def _is_year(c: _Candidate) -> bool:
    """Tell a year from a number of that size by what is counted and by the words before it."""
    if c.word_before in _COUNT_BEFORE or c.word_before in words("numbered") or c.word_after in words("measure"):
        return False
    # "at 1700", "the 2024-25 season"
    if c.word_before == "at" or c.follows(r"[-–]\d\d?\b"):
        return False
    rest = c.span.doc[c.span.end : c.span.end + 5]
    if len(rest) > 2 and rest[0].lower_ in ("and", "to", "or", "-", "–") and rest[1].like_num:
        rest = rest[2:]
    elif int(c.form.get("year")) % 50 or c.form.get("modifier"):
        return True
    # "2000 soldiers", "1,500 to 2000 wounded men": a round number before the plural of what it counts.
    counted = next((token for token in rest if token.pos_ != "ADJ"), None)
    named = c.before is not None and (c.before.tag_ in ("DT", "PRP$", "POS") or c.word_before in ("in", "since", "of"))
    return named or counted is None or counted.tag_ not in ("NNS", "NNPS")


def _is_season(c: _Candidate) -> bool:
    return c.word_before in _SEASON_BEFORE and (c.after is None or c.after.pos_ not in ("NOUN", "PROPN"))


def _is_duration(c: _Candidate) -> bool:
    if c.follows(r"[ -]olds?\b|[ -]of[ -]age|-term") or c.word_before in ("aged", "age", "ages"):
        return False
    # "over three days" is how long it took, "in over three days" how long at least.
    if c.form.get("hedge") == "over" and c.word_before not in _OVER_BEFORE:
        return False
    # "the second attack in as many days"
    if c.form.get("vague") == "many" and c.word_before == "as":
        return False
    # "the second man", "a quarter of the money"
    if c.form.get("unit") in ("second", "quarter") and c.form.get("count") in ("a", "one", ""):
        return (c.form.get("unit"), c.form.get("count")) == ("second", "one")
    return not (c.form.get("vague") == "some" and c.form.get("unit") in ("day", "year"))


def _is_deictic(c: _Candidate) -> bool:
    # "Russia Today"
    return not (c.before is not None and c.before.pos_ == "PROPN" and c.text.istitle())


def _is_stretch(c: _Candidate) -> bool:
    if c.follows(r" of age") or (c.before is not None and c.before.like_num):
        return False
    return c.word_before in _STRETCH_BEFORE or c.word_after in _STRETCH_AFTER


def _is_clock(c: _Candidate) -> bool:
    spelt = c.form.get("noon") or c.form.get("zone") or c.form.get("named")
    if spelt or c.before is None:
        return True
    # "at approximately 2230"
    hedged = c.word_before in _CLOCK_HEDGES and c.before.i > 0
    return (c.before.nbor(-1).lower_ if hedged else c.word_before) in _CLOCK_BEFORE


def _is_reference(c: _Candidate) -> bool:
    word = c.form.get("reference")
    if c.form.get("object"):
        noun_next = c.after is not None and c.after.pos_ in ("NOUN", "PROPN", "NUM", "ADJ")
        return c.text.endswith("term") or (c.word_before in ("in", "from", "for", "of") and not noun_next)
    if word == "recent":
        return c.after is not None and c.after.pos_ in ("NOUN", "ADJ") and c.word_after not in words("plural")
    if word == "soon":
        return "as" not in (c.word_before, c.word_after)
    return not (word == "shortly" and c.word_after in ("after", "before"))


def _is_this_period(c: _Candidate) -> bool:
    return " " in c.text.removeprefix("the ") or (c.before is not None and c.before.lemma_.lower() in _EDGES)


def _is_nearby(c: _Candidate) -> bool:
    # "over the next decade" begins now, "the next morning" after a date of the text.
    return c.form.get("side") != "next" or c.word_before not in _SPANNING


def _is_holiday(c: _Candidate) -> bool:
    # "the Good Friday Agreement"; and a "victory day" or "national day" in small letters is any.
    begins = c.text.lower().find(c.form.get("holiday"))
    return c.text[begins : begins + 1].isupper() and c.word_after not in words("holiday_name")


def _is_month_day(c: _Candidate) -> bool:
    return c.after is None or c.after.pos_ not in ("NOUN", "PROPN", "ADJ")


_CHECKS: dict[str, Callable[[_Candidate], bool]] = {
    "date": _is_date,
    "month": _is_month,
    "weekday": _is_weekday,
    "year": _is_year,
    "bareseason": _is_season,
    "monthday": _is_month_day,
    "holiday": _is_holiday,
    "thisperiod": _is_this_period,
    "nearby": _is_nearby,
    "ahead": _is_duration,
    "duration": _is_duration,
    "vagueduration": _is_stretch,
    "deictic": _is_deictic,
    "time": _is_clock,
    "reference": _is_reference,
    "frequency": lambda c: c.span[0].pos_ in ("ADV", "ADJ") and (c.after is None or c.after.pos_ != "PROPN"),
    "rolling": lambda c: c.span[0].pos_ not in ("VERB", "AUX"),
    "bareday": lambda c: c.word_before in _WITHIN,
    "overnight": lambda c: c.span[0].tag_ == "RB" or c.span[0].dep_.startswith("obl"),
}
"""Rule → what speaks for a time; the forms of other rules are times wherever they stand."""
