"""How a number is meant: the words around it that bound it or make it rough, and the bounds that follow.

"over", "about", "up to" also are prepositions ("argued over 3 issues") and particles ("handed over 1,212 bodies"); the
parse tells which, and a table names verbs that are hardly ever seen without their particle, where parses go wrong.
"""

from __future__ import annotations

from typing import NamedTuple

from spacy.tokens import Token

from tidings.extract.quantity_lexemes import Lexemes
from tidings.extract.quantity_words import after, before, beginning, ending, forms, particle_verbs
from tidings.records import Qualifier

_SCALES_OF_LEVELS = frozenset({"above", "below"})
_UP_TO = "up to"


class Meant(NamedTuple):
    """A qualifier and the pieces first:last that it and its number cover."""

    qualifier: Qualifier
    first: int
    last: int


def qualify(lexemes: Lexemes, first: int, last: int, *, counted: Token | None, measured: bool) -> Meant:
    """Return how the number of pieces first:last is meant, and the pieces that it covers with its qualifiers.

    Args:
        lexemes: The text's pieces.
        first: Where the number starts, with a currency's sign.
        last: Where it ends, with its unit.
        counted: The noun that it counts, if any.
        measured: Whether its unit measures length, area, mass or the like: no money, no percentage.
    """
    qualifier, start = _before(lexemes, first, counted, measured=measured)
    behind = beginning(lexemes, last, after())
    if behind is not None and (lexemes.is_word(last) or lexemes.is_glued(last)):
        last, qualifier = behind
    elif counted is not None and qualifier is Qualifier.EXACT:
        after_noun = lexemes.behind(counted)
        # "12 people or fewer": the noun is not the quantity's, so neither is what follows it.
        if after_noun and lexemes.word(after_noun) == "or" and (found := beginning(lexemes, after_noun, after())):
            qualifier = found[1]
    return Meant(qualifier, start, last)


def bounds(qualifier: Qualifier, value: float | int, *, counts: bool) -> tuple[float | int | None, float | int | None]:
    """Return the least and the most that a qualified number can be, both inclusive; None is no bound.

    More than 6,000 men are at least 6,001, for a count (`counts`) is whole; more than 50 percent are only not less than 50.
    """
    whole = counts and isinstance(value, int)
    if qualifier is Qualifier.MORE_THAN:
        return (value + 1 if whole else value), None
    if qualifier is Qualifier.LESS_THAN:
        return None, (value - 1 if whole else value)
    if qualifier is Qualifier.AT_LEAST:
        return value, None
    if qualifier is Qualifier.AT_MOST:
        return None, value
    return None, None


def _before(lexemes: Lexemes, first: int, counted: Token | None, *, measured: bool) -> tuple[Qualifier, int]:
    found = ending(lexemes, first, before())
    if found is None:
        return Qualifier.EXACT, first
    start, qualifier = found
    if lexemes.form(start, first) in forms("spatial") and _is_spatial(lexemes, start, first, counted, measured=measured):
        return Qualifier.EXACT, first
    if qualifier is Qualifier.EXACT and (more := ending(lexemes, start, before())) is not None:
        start, qualifier = more  # "at least another 20"
    if qualifier in (Qualifier.MORE_THAN, Qualifier.LESS_THAN) and (degree := ending(lexemes, start, forms("degree"))):
        start = degree[0]
    return qualifier, start


def _is_spatial(lexemes: Lexemes, start: int, first: int, counted: Token | None, *, measured: bool) -> bool:
    """Tell whether a word before a number is a particle or a preposition there, and so says nothing about the number."""
    word, form = lexemes.token(start), lexemes.form(start, first)
    if start > 0 and lexemes.token(start - 1).lemma_.lower() in particle_verbs().get(form, ()):
        return True
    if form == _UP_TO:
        return False
    if word.dep_ == "compound:prt":
        return True
    if word.dep_ == "advmod" and word.head.i < word.i and word.head.pos_ == "VERB":
        return form in ("over", "around")  # "brought over 30 children"; other words are no adverbs of place before a number
    # "fell below 9,000", "under 5 percent" bound a level; "under 25 tons", "around 5 fires" tell where.
    tells_where = counted is not None or measured
    return word.dep_ == "case" and tells_where and not (form in _SCALES_OF_LEVELS and measured)
