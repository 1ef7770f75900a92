"""Numbers that count nothing: codes, parts of names, what is numbered ("Article 5"), years, ages, scores, phone numbers."""

from __future__ import annotations

from typing import NamedTuple

from spacy.tokens import Token

from tidings.extract.quantity_counted import is_plural
from tidings.extract.quantity_lexemes import Lexemes
from tidings.extract.quantity_numbers import Number
from tidings.extract.quantity_words import forms

_NAMES = frozenset({"ORG", "PRODUCT", "EVENT", "FAC", "PERSON"})
_YEARS = range(1900, 2100)
_OLDEST = 120
_THOUSAND = 1000
_FAR = 12
_CODE_JOINTS = frozenset("-–‐‑/:.,_@&=\\#'’*")
_QUOTES = frozenset("\"'“”‘’")
_DASHES = frozenset("-–—―")
_SINGLE = frozenset({"a", "an", "every", "each"})
_DEFINITE = frozenset({"the", "these", "those", "its", "his", "her", "their", "both"})
_PERSONS = frozenset({"he", "she", "who", "i"})
_LONGEST_COUNT = 9
"""Figures of more digits, and no commas, are an identifier or a time stamp."""
_DIALLED = 3
"""So many groups of figures in a row are a phone number or a table."""


class Candidate(NamedTuple):
    """A number that may be a quantity: pieces first:last with its unit, and the noun that it counts."""

    number: Number
    first: int
    last: int
    unit: str | None
    money: bool
    noun: Token | None
    ranged: bool = False


def is_code(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell by the writing alone whether figures are a code: "F-16", "3G", "787-200LR", "10:30", "555-0123", "No. 4"."""
    first, last = one.number.first, one.last
    token = lexemes.token(first)
    if token.like_url or token.like_email:
        return True
    if one.first == first and _continues_before(lexemes, one):
        return True
    if lexemes.word(first - 1) == "." and lexemes.is_glued(first - 1) and lexemes.word(first - 2) in ("no", "nos"):
        return True
    if _continues_behind(lexemes, last):
        return True
    if one.unit or one.number.spelt or one.number.scale > 1:
        return False
    text = lexemes.word(first)
    return (
        (text.isdigit() and (len(text) > _LONGEST_COUNT or (len(text) > 1 and text[0] == "0")))
        or _row_of_figures(lexemes, one.number) >= _DIALLED
        or (lexemes.word(first - 1) == "+" and lexemes.is_figure(last))
        or _is_item_mark(lexemes, first)
        or (lexemes.written(first - 1) in ("#", "№", "No", "Nos") and text.isdigit())
        or lexemes.word(first - 1) == "per"
    )


def is_attribute(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell whether a number is the first part of an adjective ("a 27-year-old man", "a three-day visit", "two-way")."""
    if one.unit:
        return False  # "a $2-million-a-year job" has its measure whole
    joined = lexemes.word(one.last) == "-" and lexemes.is_glued(one.last) and lexemes.is_glued(one.last + 1)
    return joined and lexemes.is_word(one.last + 1)


def is_name_part(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell whether a number belongs to a name or tells which one is meant: "S&P 500", "page two", "the 717 jet"."""
    token = lexemes.token(one.number.first)
    if one.money or one.number.scale > _THOUSAND or lexemes.word(one.number.first - 1) in forms("gauge"):
        return False
    if token.ent_type_ in _NAMES:
        return True
    counts = one.noun is not None and one.noun.i > token.i
    part_of = one.number.spelt and lexemes.word(one.last) == "of"  # "12 Danes, eight of them sailors"
    numbered = token.dep_ in ("nummod", "flat", "compound") and token.head.i < token.i and not part_of
    if numbered and not one.unit and (token.head.pos_ == "PROPN" or token.dep_ == "flat"):
        return True
    if _is_labelled(lexemes, one.number.first) and (numbered or not counts):
        return True
    if one.unit or one.number.spelt or one.number.share:
        return False
    before = token.nbor(-1) if token.i else None
    if before is not None and before.pos_ == "PROPN" and not before.is_currency:
        if not counts:
            return True  # "the Boeing 737 landed": nothing follows that it could count
        if before.dep_ in ("compound", "flat") and before.head in (one.noun, token):
            return True  # "Model 3 owners": what is counted has its number before its other modifiers
    noun = one.noun if counts else _next_noun(lexemes, one.last)
    if noun is not None and one.number.value != 1 and not is_plural(noun):
        return True  # "the 717 jet", "the 225 index": a count above one takes a plural
    return one.noun is None and lexemes.word(one.number.first - 1) in _SINGLE


def is_moment(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell whether figures are a bare year or hour ("at 1700") that no time expression took."""
    text = lexemes.word(one.number.first)
    if one.unit or one.number.scale > 1 or len(text) != 4 or not text.isdigit():
        return False
    if lexemes.token(one.number.first).dep_ == "nummod" and one.noun is not None:
        return False
    hour = int(text[:2]) < 24 and int(text[2:]) < 60 and lexemes.word(one.number.first - 1) == "at"
    return int(text) in _YEARS or hour


def is_division(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell whether a "half" is one of two and no measure: "the first half of the game"."""
    lone = one.number.share and one.number.last - one.number.first == 1 and one.number.spelt
    return lone and one.first > 0 and lexemes.token(one.first - 1).tag_ in ("JJ", "JJS", "CD")


def is_age(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell whether a number is somebody's age: "aged 12", "Mary Smith, 34, of", "he was 45", "children under 5"."""
    number = one.number
    if one.unit or number.vague or not 0 < number.value < _OLDEST:
        return False
    if lexemes.word(number.first - 1) in ("age", "aged", "ages"):
        return True
    token = lexemes.token(number.first)
    if one.noun is not None and one.noun.lemma_.lower() in ("year", "month") and one.noun.i > token.i:
        behind = lexemes.behind(one.noun)
        return lexemes.word(behind) == "old" or lexemes.form(behind, behind + 2) == "of age"
    if one.noun is not None and one.noun.i > token.i:
        return False
    opened, closed = lexemes.word(number.first - 1), lexemes.word(one.last)
    enclosed = (opened == "," and (closed in (",", ".", ";", ")") or closed in _DASHES)) or (opened, closed) == ("(", ")")
    if enclosed and not number.spelt and number.first > 1:
        return lexemes.token(number.first - 2).ent_type_ == "PERSON"
    if any(c.dep_ == "cop" for c in token.children):
        return any(c.dep_ == "nsubj" and (c.ent_type_ == "PERSON" or c.lower_ in _PERSONS) for c in token.children)
    limited = lexemes.word(number.first - 1) in ("under", "over", "below", "above")
    return limited and token.dep_ == "nmod" and token.head.tag_ in ("NNS", "NN")


def is_pronoun(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell whether a lone number word stands for things and counts none: "one of them", "no one", "the two agreed"."""
    number = one.number
    if not number.spelt or number.vague or number.share or number.last - number.first > 1:
        return False
    token = lexemes.token(number.first)
    if number.value == 1 or lexemes.word(number.first) == "one":
        # "one point", "one thing": an indefinite article with weight.
        idiom = one.noun is not None and one.noun.lower_ in forms("idiom")
        return idiom or token.dep_ != "nummod" or token.i > token.head.i
    if number.value == 0 and one.noun is not None and not is_plural(one.noun):
        return True  # "zero tolerance"
    if number.value == 2 and lexemes.word(number.first - 1) in _DEFINITE:
        # "the two", "the two companies" are "both": they name known parties, and tell nothing about how many.
        return one.noun is None or one.noun.lemma_.lower() in forms("pair")
    # "the Big Three", "Group of Seven": a capital within a sentence is a name's, unless the line is a headline.
    capital = lexemes.written(number.first)[0].isupper() and not token.is_sent_start
    before = number.first - 1 - (lexemes.word(number.first - 1) == "of")
    return capital and one.noun is None and lexemes.written(before)[:1].isupper()


def is_score(lexemes: Lexemes, one: Candidate) -> bool:
    """Tell whether a pair with a hyphen counts nothing: "won 3-1", "6-4 6-3", "aged 18-24"; "5-7 percent" does."""
    hyphened = any(lexemes.word(i) in "-–" for i in range(one.number.last, one.last))
    return one.ranged and hyphened and not one.unit and (one.noun is None or not is_plural(one.noun))


def _continues_before(lexemes: Lexemes, one: Candidate) -> bool:
    first = one.number.first
    if not lexemes.is_glued(first):
        return False
    before = lexemes.word(first - 1)
    if lexemes.is_word(first - 1) or lexemes.is_figure(first - 1):
        return True
    if before in _QUOTES and lexemes.word(first - 2) == "=":
        return True  # an attribute in mark-up
    if before in ("'", "’"):
        if lexemes.is_figure(first - 2):
            return True  # a height, 6'3"
        counts = one.noun is not None and is_plural(one.noun)
        return len(lexemes.word(first)) == 2 and lexemes.is_figure(first) and not counts  # "iLife '11"
    return before in _CODE_JOINTS and (lexemes.is_glued(first - 1) or before in "_@")


def _continues_behind(lexemes: Lexemes, last: int) -> bool:
    if not lexemes.is_glued(last):
        return False
    if lexemes.is_word(last) or lexemes.is_figure(last):
        return True
    return lexemes.word(last) in _CODE_JOINTS and lexemes.is_glued(last + 1) and lexemes.is_figure(last + 1)


def _row_of_figures(lexemes: Lexemes, number: Number) -> int:
    """Return how many figures stand in a row with a number, or _DIALLED where they are more."""
    left, right, row = number.first - 1, number.last, 1
    while lexemes.is_figure(left) and row < _DIALLED:
        left, row = left - 1, row + 1
    while lexemes.is_figure(right) and row < _DIALLED:
        right, row = right + 1, row + 1
    return row


def _is_item_mark(lexemes: Lexemes, i: int) -> bool:
    """Tell whether figures number a list's item: "1. Take" or "2) Take" at the start of a line."""
    before = lexemes.text[lexemes[i - 1].end : lexemes[i].start] if i else "\n"
    marked = lexemes.word(i + 1) in (".", ")") and lexemes.is_glued(i + 1) and not lexemes.is_glued(i + 2)
    return marked and ("\n" in before or "  " in before)


def _next_noun(lexemes: Lexemes, last: int) -> Token | None:
    """Return the common noun in the singular right behind a number, or None."""
    token = lexemes.token(last) if lexemes.is_word(last) else None
    return token if token is not None and token.tag_ == "NN" and not token.is_sent_start else None


def _is_labelled(lexemes: Lexemes, first: int) -> bool:
    """Tell whether a number follows a noun that is numbered: "Article 5", "Flight 370", "page two", "pages 3 and 7"."""
    label = first - 1
    while lexemes.word(label) in ("and", "or", ",", "to", "-") and lexemes.is_figure(label - 1) and first - label < _FAR:
        label -= 2
    word = lexemes.word(label)
    if word == "of":
        return lexemes.written(label - 1) == "Group"
    return word != "no" and (word in forms("label") or (word.endswith("s") and word[:-1] in forms("label")))
