"""Quantities: numbers with how they are meant, their unit, and what they count.

"more than 6,000 slain Ukrainian soldiers" → 6000, more_than, at least 6001, of "slain Ukrainian soldiers". Numbers inside
time expressions and names are not quantities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.quantity_numbers import Number, is_age_adjective, is_name_part, number_at
from tidings.extract.quantity_words import after, before, forms
from tidings.extract.syntax import children, edges, phrase
from tidings.records import Qualifier, Quantity, Timex

_LONGEST_FORM = 4
_NOT_COUNTED = frozenset({"DET", "PUNCT", "ADP", "NUM", "PRON"})
_FURTHER = frozenset({"more", "other", "further", "additional"})
_YEARS = range(1900, 2100)


class _Draft(NamedTuple):
    """A quantity before its offsets: tokens doc[first:last], the number's own tokens, and its reading."""

    first: int
    last: int
    number: Number
    high: float | int | None = None
    unit: str | None = None
    qualifier: Qualifier = Qualifier.EXACT


def find_quantities(doc: Doc, timexes: Sequence[Timex]) -> tuple[Quantity, ...]:
    """Return a text's quantities in text order, ids q1, q2 …; none overlaps another or a time expression.

    Args:
        doc: The parsed article.
        timexes: Its time expressions.
    """
    taken = {i for t in timexes for i in range(t.start, t.end)}
    drafts = [*_counted(doc, taken), *_nones(doc, taken)]
    found: list[Quantity] = []
    for draft in sorted(drafts, key=lambda d: d.first):
        span = doc[draft.first : draft.last]
        if found and span.start_char < found[-1].end:
            continue
        found.append(_quantity(doc, draft, f"q{len(found) + 1}"))
    return tuple(found)


def _quantity(doc: Doc, draft: _Draft, name: str) -> Quantity:
    span = doc[draft.first : draft.last]
    value: float | int | None = draft.number.value
    qualifier = draft.qualifier
    low, high = _bounds(qualifier, draft.number.value)
    if draft.high is not None:
        qualifier, low, high, value = Qualifier.RANGE, draft.number.value, draft.high, None
    elif draft.number.vague:
        qualifier, low, high, value = Qualifier.PLURAL, draft.number.value, None, None
    return Quantity(
        id=name,
        start=span.start_char,
        end=span.end_char,
        text=span.text,
        value=value,
        low=low,
        high=high,
        qualifier=qualifier,
        unit=draft.unit,
        of=_counts(doc, draft),
    )


def _bounds(qualifier: Qualifier, value: float | int) -> tuple[float | int | None, float | int | None]:
    whole = isinstance(value, int)
    if qualifier is Qualifier.MORE_THAN:
        return (value + 1 if whole else value), None
    if qualifier is Qualifier.LESS_THAN:
        return None, (value - 1 if whole else value)
    if qualifier is Qualifier.AT_LEAST:
        return value, None
    if qualifier is Qualifier.AT_MOST:
        return None, value
    return None, None


# ---------------------------------------------------------------- finding


def _counted(doc: Doc, taken: set[int]) -> Iterator[_Draft]:
    i = 0
    while i < len(doc):
        number = None if doc[i].idx in taken else number_at(doc, i)
        if number is None or not _is_quantity(doc, number):
            i += 1
            continue
        draft = _draft(doc, number, taken)
        yield draft
        i = draft.last


def _is_quantity(doc: Doc, number: Number) -> bool:
    token = doc[number.first]
    if is_age_adjective(doc, number):
        return False
    figures = token.text[0].isdigit() or token.text[0] == "."
    if figures:
        if is_name_part(token):
            return False
        bare_year = token.text.isdigit() and len(token.text) == 4 and int(token.text) in _YEARS
        return not bare_year or token.dep_ == "nummod" or token.nbor(-1 if token.i else 0).is_currency
    if token.ent_type_ in ("ORG", "PRODUCT", "EVENT", "PERSON", "FAC"):
        return False
    if number.vague:
        return token.lower_ not in ("many", "various", "numerous", "multiple") or token.dep_ == "amod"
    if number.last - number.first > 1:
        return True
    # A lone number word counts something only as a modifier: "one" is mostly a pronoun, "no one", "one another".
    return token.dep_ == "nummod" and (token.lower_ != "one" or token.i < token.head.i)


def _draft(doc: Doc, number: Number, taken: set[int]) -> _Draft:
    first, last = number.first, number.last
    unit = None
    for size in (2, 1):
        sign = _form(doc, first - size, first)
        if sign in forms("currency") and (size > 1 or not doc[first - 1].is_alpha or doc[first - 1].is_upper):
            unit, first = forms("currency")[sign], first - size
            break
    qualifier, start = _qualifier(doc, first)
    first = first if start is None else start
    high = None
    other = _range_end(doc, last, qualified=qualifier, first=first)
    if other is not None and not number.vague and other.value > number.value and doc[other.first].idx not in taken:
        high, last = other.value, other.last
        if first > 0 and doc[first - 1].lower_ == "between":
            first -= 1
    for kind in ("percent", "currency", "unit"):
        for size in (2, 1):
            form = _form(doc, last, last + size)
            if (unit is None or kind == "currency") and form in forms(kind):
                unit, last = unit or forms(kind)[form], last + size
                break
    for form, meant in after().items():
        if _form(doc, last, last + len(form)) == form:
            qualifier, last = meant, last + len(form)
            break
    return _Draft(first, last, number, high, unit, qualifier)


def _form(doc: Doc, first: int, last: int) -> tuple[str, ...]:
    return tuple(t.lower_ for t in doc[first:last]) if 0 <= first < last <= len(doc) else ()


def _qualifier(doc: Doc, first: int) -> tuple[Qualifier, int | None]:
    """Return how the words before a number have it meant, and where they start."""
    for size in range(_LONGEST_FORM, 0, -1):
        form = _form(doc, first - size, first)
        if form in before():
            # "under 25 Ukrainian captives" bounds a number, "the car under 25 tons" does not: both are read as bounds.
            return before()[form], first - size
    return Qualifier.EXACT, None


def _range_end(doc: Doc, last: int, *, qualified: Qualifier, first: int) -> Number | None:
    if last + 1 >= len(doc) or qualified is not Qualifier.EXACT:
        return None
    joint = doc[last].lower_
    opened = doc[first - 1].lower_ if first > 0 else ""
    fits = (joint in ("-", "–") or (joint == "to" and opened != "from")) or (joint == "and" and opened == "between")
    second = last + 1
    if fits and doc[second].is_currency and second + 1 < len(doc):
        second += 1
    return number_at(doc, second) if fits else None


def _nones(doc: Doc, taken: set[int]) -> Iterator[_Draft]:
    """Find what is counted as none, plurals only: "no bodies", "did not receive any bodies"; "no comment" counts nothing."""
    for token in doc:
        if token.idx in taken or token.dep_ != "det" or token.head.tag_ not in ("NNS", "NNPS"):
            continue
        if token.lower_ == "no" or (token.lower_ == "any" and _under_negation(token.head)):
            yield _Draft(token.i, token.i + 1, Number(token.i, token.i + 1, 0))


def _under_negation(noun: Token) -> bool:
    verb = noun.head
    return noun.dep_ == "obj" and any(c.lower_ in ("not", "n't", "n’t", "never") for c in verb.children)


# ---------------------------------------------------------------- what is counted


def _counts(doc: Doc, draft: _Draft) -> str | None:
    """Return the words of what is counted, without the number, or None."""
    noun = _noun(doc, draft)
    if noun is None:
        return None
    words = phrase(noun, without=("nummod", "det"))
    start = max(words.start, draft.last) if words.start < draft.last <= noun.i else words.start
    while start < noun.i and (doc[start].pos_ in _NOT_COUNTED or doc[start].lower_ in _FURTHER):
        start += 1
    end = max(words.end, noun.i + 1)
    # "27 bodies in return": what follows another preposition than "of" says where or how, not what.
    end = next((t.i for t in doc[noun.i + 1 : end] if t.dep_ == "case" and t.lower_ != "of"), end)
    span = doc[start:end]
    return " ".join(span.text.split()) or None


def _noun(doc: Doc, draft: _Draft) -> Token | None:
    inside = range(draft.first, draft.last)
    for token in doc[draft.number.first : draft.last]:
        if token.dep_ in ("nummod", "det", "amod", "compound", "advmod", "nmod") and token.head.i >= draft.last:
            return token.head if token.head.pos_ in ("NOUN", "PROPN", "ADJ", "SYM") else None
    head = next((t for t in doc[draft.number.first : draft.last] if t.head.i not in inside), doc[draft.number.first])
    for edge in edges(head):
        if edge.relation == "prep" and edge.prep == "of":
            # "hundreds of thousands of people": the inner number's own complement is what is counted.
            inner = [e.child for e in edges(edge.child) if e.relation == "prep" and e.prep == "of"]
            return inner[0] if edge.child.i in inside and inner else edge.child
    if head.dep_ in ("nummod", "det") and head.head.pos_ in ("NOUN", "PROPN"):
        return head.head
    return next(iter(children(head, "nmod")), None)
