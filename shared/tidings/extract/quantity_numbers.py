"""Numbers in running text: which tokens form one number, and its value."""

from __future__ import annotations

import re
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.quantity_words import by_first_word, numbers

_FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_GLUED = re.compile(r"(\d+(?:\.\d+)?)(bn|mn|tn|m|k)", re.IGNORECASE)
_GLUED_SCALES = {"k": 1000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, "tn": 1_000_000_000_000}
_FRACTIONS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
_LONGEST = 12


class Number(NamedTuple):
    """A number's tokens doc[first:last] and its value; `vague` numbers ("dozens") are only bounded from below."""

    first: int
    last: int
    value: float | int
    vague: bool = False


def number_at(doc: Doc, i: int) -> Number | None:
    """Return the number that starts at a token, the longest reading, or None."""
    return _vague(doc, i) or _figures(doc, i) or _spelt(doc, i)


def _vague(doc: Doc, i: int) -> Number | None:
    words = numbers("vague")
    for form, value in by_first_word("vague").get(doc[i].lower_, ()):
        if tuple(t.lower_ for t in doc[i : i + len(form)]) != form:
            continue
        end = i + len(form)
        # "several dozen", "a few hundred", "hundreds of thousands"
        low = int(value)
        if end < len(doc) and doc[end].lower_ in numbers("scale") and doc[end].lower_ != "score":
            return Number(i, end + 1, low * numbers("scale")[doc[end].lower_], vague=True)
        if end + 1 < len(doc) and doc[end].lower_ == "of" and doc[end + 1].lower_ in words and form[0] in words:
            return Number(i, end + 2, low * words[doc[end + 1].lower_] // 2, vague=True)
        return Number(i, end, low, vague=True)
    return None


def _figures(doc: Doc, i: int) -> Number | None:
    text = doc[i].text
    if glued := _GLUED.fullmatch(text):
        return Number(i, i + 1, tidy(float(glued[1]) * _GLUED_SCALES[glued[2].lower()]))
    if not _FIGURES.fullmatch(text):
        return None
    value = float(text.replace(",", ""))
    end, value = _scaled(doc, i + 1, value)
    return Number(i, end, tidy(value))


def _scaled(doc: Doc, end: int, value: float) -> tuple[int, float]:
    scales = numbers("scale")
    while end < len(doc) and doc[end].lower_ in scales and not doc[end].is_sent_start:
        value *= scales[doc[end].lower_]
        end += 1
        if end < len(doc) and doc[end].text == "-" and end + 1 < len(doc) and doc[end + 1].lower_ in scales:
            end += 1
    return end, value


def _spelt(doc: Doc, i: int) -> Number | None:
    """Read a number in words: "two hundred and fifty", "twenty-five", "half a million", "a dozen"."""
    units, scales = numbers("number"), numbers("scale")
    first = doc[i].lower_
    if first in _FRACTIONS and _words(doc, i + 1, 2) and doc[i + 1].lower_ == "a" and doc[i + 2].lower_ in scales:
        return Number(i, i + 3, tidy(_FRACTIONS[first] * scales[doc[i + 2].lower_]))
    if first in ("a", "an"):
        if _words(doc, i + 1, 1) and doc[i + 1].lower_ in scales and doc[i + 1].lower_ != "score":
            end, value = _scaled(doc, i + 1, 1)
            return Number(i, end, tidy(value))
        return None
    if first not in units:
        return None
    total, group, k, end, last = 0.0, 0.0, i, i, 10**6
    while k < len(doc) and k - i < _LONGEST:
        word = doc[k].lower_
        if word in units:
            value = units[word]
            # "twenty two" goes on, "two twenty" does not: each part must be smaller than the place before it.
            if k > i and value >= last:
                break
            group, last = group + value, (10 if 20 <= value < 100 else 1)
        elif word in scales:
            scale = scales[word]
            if scale >= 1000:
                total, group, last = total + max(group, 1) * scale, 0.0, 1000
            else:
                group, last = max(group, 1) * scale, 100
        elif word in ("-", "and") and k > i and _continues(doc, k, word):
            k += 1
            continue
        else:
            break
        k += 1
        end = k
    half = [t.lower_ for t in doc[end : end + 3]] == ["and", "a", "half"]
    return Number(i, end + 3 if half else end, tidy(total + group + (0.5 if half else 0)))


def _continues(doc: Doc, k: int, word: str) -> bool:
    if k + 1 >= len(doc):
        return False
    follows = doc[k + 1].lower_
    known = follows in numbers("number") or follows in numbers("scale")
    return known and (word == "-" or doc[k - 1].lower_ in ("hundred", "thousand", "million"))


def _words(doc: Doc, i: int, count: int) -> bool:
    return i + count <= len(doc)


def tidy(value: float) -> float | int:
    """Return a number as an int where it is one."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def is_name_part(token: Token) -> bool:
    """Tell whether a figure is a part of a name or code ("S&P 500", "Boeing 787", "No. 4", "F-16")."""
    if token.ent_type_ in ("ORG", "PRODUCT", "EVENT", "FAC", "PERSON"):
        return True
    if token.dep_ in ("nummod", "flat") and token.head.i < token.i and token.head.pos_ == "PROPN":
        return True
    if token.i == 0:
        return False
    before = token.nbor(-1)
    if before.pos_ == "PROPN" and token.text.isdigit() and not (token.dep_ == "nummod" and token.head.i > token.i):
        return True  # "the Boeing 737 landed": nothing follows that it could count
    if before.text in ("No", "No.", "Nos.", "#", "№") and token.head.i <= token.i:
        return True
    if before.text in (".", "-", "–") and not before.whitespace_ and before.i > 0:
        return not _joins_numbers(before.nbor(-1)) if before.text != "." else before.nbor(-1).text == "No"
    return False


def is_age_adjective(doc: Doc, number: Number) -> bool:
    """Tell whether a number is the first part of an adjective ("a 27-year-old man", "a three-day visit")."""
    joined = [t.text for t in doc[number.last : number.last + 1]] == ["-"] and not doc[number.last].whitespace_
    return joined and number.last + 1 < len(doc) and doc[number.last + 1].is_alpha


def _joins_numbers(token: Token) -> bool:
    """Tell whether a token before a hyphen makes it a range's and not a code's."""
    return token.like_num or token.is_currency or not any(c.isalpha() for c in token.text)
