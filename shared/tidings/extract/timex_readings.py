"""Which stretches of text with the form of a time expression are none: "2000 soldiers", "may", "the Sun", "30 years old"."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span, Token

from tidings.extract.timex_grammar import Form
from tidings.extract.timex_words import words

_NAMES = frozenset({"PERSON", "ORG", "PRODUCT", "FAC"})
_DURING = frozenset({"in", "by", "since", "until", "during", "through", "of", "this", "last"})
_CLOCK_BEFORE = frozenset(
    {"at", "by", "around", "about", "until", "till", "before", "after", "from", "since", "of", "to", "between"}
)
_COUNTED_BEFORE = frozenset(
    {"than", "about", "some", "nearly", "almost", "roughly", "approximately", "least", "most", "over", "no."}
)
_STRETCH_BEFORE = frozenset(
    {
        "for",
        "over",
        "in",
        "within",
        "after",
        "took",
        "take",
        "lasted",
        "of",
        "just",
        "only",
        "through",
        "throughout",
        "spent",
        "during",
        "mere",
    }
)
_STRETCH_AFTER = frozenset({"before", "after", "of", "since", "later", "earlier", "ahead", "into"})
_PARTS = frozenset({"in", "during", "through", "throughout", "until", "by"})
_SPANNING = frozenset({"over", "in", "within", "for", "during", "through", "throughout"})
_SHARED_NAMES = frozenset({"may", "march", "august", "april", "june"})


def is_time(doc: Doc, form: Form) -> bool:
    """Tell whether the stretch of text that has the form of a time expression is one."""
    span = doc.char_span(form.start, form.end, alignment_mode="expand")
    if not span:
        return False
    before = doc[span.start - 1] if span.start else None
    after = doc[span.end] if span.end < len(doc) else None
    check = _CHECKS.get(form.rule)
    return check is None or check(doc.text[form.start : form.end], span, before, after, form)


def _lower(token: Token | None) -> str:
    return token.lower_ if token is not None else ""


def _in_name(span: Span) -> bool:
    return all(token.ent_type_ in _NAMES for token in span)


def _is_month(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    if form.get("year"):
        return True
    name = form.get("month")
    if name.rstrip(".") in words("month_short"):
        return name.endswith(".") and text[-len(name)].isupper()
    if not text[-len(name)].isupper():
        return name not in _SHARED_NAMES
    return span[-1].tag_ not in ("MD", "VB", "VBP", "VBD") and not _in_name(span)


def _is_weekday(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    if _lower(before) in words("weekday_epithet"):
        return False
    if _in_name(span) and (span[0].ent_iob_ == "I" or (after is not None and after.ent_iob_ == "I")):
        return False
    name = form.get("weekday")
    if name.rstrip(".") in words("weekday_short") and not form.get("month"):
        return name.endswith(".") and (before is None or _lower(before) in ("on", "(", "late", "early", "since", ","))
    return True


def _is_year(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    """Tell a year from a number of that size by what is counted and by the words before it."""
    if _lower(before) in _COUNTED_BEFORE or _lower(before) in words("numbered") or _lower(after) in words("measure"):
        return False
    if re.match(r"[-–]\d\d?\b", span.doc.text[form.end : form.end + 4]):
        return False
    rest = span.doc[span.end : span.end + 5]
    if len(rest) > 2 and rest[0].lower_ in ("and", "to", "or", "-", "–") and rest[1].like_num:
        rest = rest[2:]
    elif int(form.get("year")) % 50 or form.get("modifier"):
        return True
    # "2000 soldiers", "1,500 to 2000 wounded men": a round number before the plural of what it counts.
    counted = next((token for token in rest if token.pos_ != "ADJ"), None)
    named = before is not None and (before.tag_ in ("DT", "PRP$", "POS") or before.lower_ in ("in", "since", "of"))
    return named or counted is None or counted.tag_ not in ("NNS", "NNPS")


def _is_season(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    return _lower(before) in _DURING and (after is None or after.pos_ not in ("NOUN", "PROPN"))


def _is_duration(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    rest = span.doc.text[form.end : form.end + 12].lower()
    if re.match(r"[ -]olds?\b|s?[ -]of[ -]age|-term", rest) or _lower(before) in ("aged", "age", "ages"):
        return False
    # "a second man", "one second", "a day" in "the first quarter": ordinals and idioms.
    if form.get("unit") in ("second", "quarter") and form.get("count") in ("a", "one", ""):
        return form.get("unit") == "second" and form.get("count") == "one"
    return not (form.get("count") in ("some",) and form.get("unit") in ("day", "year"))


def _is_stretch(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    return _lower(before) in _STRETCH_BEFORE or _lower(after) in _STRETCH_AFTER


def _is_clock(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    if form.get("noon") or form.get("zone") or form.get("named"):
        return True
    return before is None or _lower(before) in _CLOCK_BEFORE


def _is_reference(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    if form.get("object").endswith("term"):
        return True
    if form.get("object"):
        return _lower(before) in ("in", "from", "for", "of") and (
            after is None or after.pos_ not in ("NOUN", "PROPN", "NUM", "ADJ")
        )
    if form.get("reference") == "recent":
        return after is not None and after.pos_ in ("NOUN", "ADJ") and after.lower_ not in words("plural")
    if form.get("reference") == "soon" and (_lower(before) == "as" or _lower(after) == "as"):
        return False
    return not (form.get("reference") == "shortly" and _lower(after) in ("after", "before"))


def _is_this_period(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    if " in " in text:
        return True
    return before is not None and before.lemma_.lower() in ("end", "finish", "close", "start", "begin")


def _is_nearby(text: str, span: Span, before: Token | None, after: Token | None, form: Form) -> bool:
    # "over the next decade" begins now, "the next morning" after a date of the text.
    return form.get("side") != "next" or _lower(before) not in _SPANNING


_CHECKS = {
    "thisperiod": _is_this_period,
    "nearby": _is_nearby,
    "ahead": _is_duration,
    "month": _is_month,
    "weekday": _is_weekday,
    "date": lambda text, span, before, after, form: form.get("month") != "may" or "May" in text or "MAY" in text,
    "year": _is_year,
    "bareseason": _is_season,
    "duration": _is_duration,
    "vagueduration": _is_stretch,
    "time": _is_clock,
    "reference": _is_reference,
    "bareday": lambda text, span, before, after, form: _lower(before) in _PARTS,
    "overnight": lambda text, span, before, after, form: span[0].pos_ == "ADV",
    "monthday": lambda text, span, before, after, form: after is None or after.pos_ not in ("NOUN", "PROPN", "ADJ"),
}
