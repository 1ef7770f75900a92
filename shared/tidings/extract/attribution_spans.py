"""Spans that attributions are made of: stretches of text that hold one sentence, noun phrases, trimmed offsets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.quotations import Quotation

Offsets = tuple[int, int]
"""First and past-the-last character."""

_KEPT_BEFORE = frozenset(
    (
        "det",
        "amod",
        "compound",
        "nummod",
        "nmod",
        "nmod:poss",
        "nmod:desc",
        "flat",
        "appos",
        "det:predet",
        "advmod",
    )
)
_KEPT_AFTER = frozenset(
    (
        "flat",
        "flat:name",
        "compound",
        "nmod",
        "nmod:poss",
        "nmod:desc",
        "nmod:npmod",
        "nmod:unmarked",
        "appos",
        "amod",
        "nummod",
        "conj",
        "fixed",
    )
)
_NOMINAL = frozenset(("DET", "ADJ", "NOUN", "PROPN", "NUM", "PRON", "PART", "SYM"))
_JOINING = frozenset(("of", "for", "at", "in", "and", "&", "from", "on", "-", "’s", "'s"))
_QUOTES = "\"“”‘’'«»„"


class Draft(NamedTuple):
    """An attribution not yet bound to entities: offsets of source, cue and content; the token that is its cue."""

    cue_token: Token
    cue: Offsets
    source: Offsets | None
    content: Offsets


class Stretch(NamedTuple):
    """A sentence within one paragraph, as tokens `first` to `last` (past the last), with the article's quotations."""

    doc: Doc
    text: str  # doc.text is rebuilt at every call
    first: int
    last: int
    quotes: Sequence[Quotation]

    def offsets(self, first: int, last: int) -> Offsets | None:
        """Return the trimmed offsets of tokens `first` to `last` (past the last), None if nothing is left."""
        first, last = max(first, self.first), min(last, self.last)
        return trimmed(self.doc, first, last)

    def quote_ending(self, token: int) -> Quotation | None:
        """Return the quotation that ends just before a token: only white space and a comma between."""
        at = self.doc[token].idx if token < len(self.doc) else len(self.text)
        k = bisect_right(self.quotes, at, key=lambda q: q.end) - 1
        if k < 0:
            return None
        between = self.text[self.quotes[k].end : at]
        return self.quotes[k] if len(between) < 8 and between.strip() in ("", ",", "-", "—", "–", "--") else None

    def quote_from(self, token: int) -> Quotation | None:
        """Return the first quotation that starts at or after a token."""
        at = self.doc[token].idx if token < len(self.doc) else len(self.text)
        k = bisect_right(self.quotes, at - 1, key=lambda q: q.start)
        return self.quotes[k] if k < len(self.quotes) else None


def stretches(doc: Doc, text: str, quotes: Sequence[Quotation]) -> Iterator[Stretch]:
    """Iterate over the sentences, cut at line breaks too, since a parse may run over a paragraph's end."""
    first = 0
    starts = {sent.start for sent in doc.sents}
    for i, token in enumerate(doc):
        if token.is_space and "\n" in token.text:
            if i > first:
                yield Stretch(doc, text, first, i, quotes)
            first = i + 1
        elif i in starts and i > first and _ends_sentence(doc, i - 1):
            yield Stretch(doc, text, first, i, quotes)
            first = i
    if first < len(doc):
        yield Stretch(doc, text, first, len(doc), quotes)


def _ends_sentence(doc: Doc, i: int) -> bool:
    """Tell whether a token can end a sentence: parsers cut at a comma now and then."""
    while i > 0 and doc[i].is_space:
        i -= 1
    return doc[i].text not in (",", "“", "``", "(")


def trimmed(doc: Doc, first: int, last: int) -> Offsets | None:
    """Return the offsets of tokens without commas and white space at either end, None if no word is left."""
    while first < last and (doc[first].is_space or (doc[first].is_punct and doc[first].text not in "([" + _QUOTES)):
        first += 1
    while first < last and (
        doc[last - 1].is_space or (doc[last - 1].is_punct and doc[last - 1].text not in ")]?!" + _QUOTES)
    ):
        last -= 1
    if not any(not (doc[i].is_punct or doc[i].is_space) for i in range(first, last)):
        return None
    return doc[first].idx, doc[last - 1].idx + len(doc[last - 1])


def noun_range(head: Token) -> tuple[int, int]:
    """Return the token range of a nominal head's phrase: modifiers, names, appositions, conjuncts, but no clauses."""
    first = head.i
    for child in sorted(head.lefts, key=lambda t: -t.i):
        if child.dep_ not in _KEPT_BEFORE:
            if child.dep_ in ("punct",):
                continue
            break
        first = child.left_edge.i
    return first, _noun_end(head, 0)


def _noun_end(head: Token, depth: int) -> int:
    last = head.i + 1
    for child in head.rights:
        if child.dep_ == "punct":
            continue
        if child.dep_ == "case" and child.lower_ in ("'s", "’s", "'", "’"):
            last = child.i + 1
        elif child.dep_ in _KEPT_AFTER and child.pos_ != "VERB" and depth < 8:
            last = max(last, _noun_end(child, depth + 1))
        elif child.dep_ in ("acl", "acl:relcl") and child.left_edge.i == last and depth < 8:
            # A clause without a comma restricts whom the phrase means ("people who know him").
            last = max(last, child.right_edge.i + 1)
        else:
            break
    # Parsers cut unknown names in two: what follows a name without a mark is the name's rest.
    while last < len(head.doc) and head.doc[last].pos_ == "PROPN" and head.doc[last - 1].pos_ == "PROPN":
        last += 1
    return last


def noun_range_before(stretch: Stretch, end: int) -> tuple[int, int] | None:
    """Return the longest run of nominal words that ends before token `end`, None if there is none."""
    doc, first = stretch.doc, _before_parenthesis(stretch, end)
    while first > stretch.first and _nominal(doc[first - 1]):
        first -= 1
        if doc[first].lower_ == "on" and first + 1 < end:
            # "the minister on Monday": a day is no part of who speaks.
            first += 1
            break
    while first < end and doc[first].lower_ in _JOINING:
        first += 1
    return (first, end) if first < end and _has_noun(doc, first, end) else None


def _before_parenthesis(stretch: Stretch, end: int) -> int:
    """Return the token before which a parenthesis opens that closes right before `end` ("Smith (R-Ohio) said"), or `end`."""
    if end - 1 > stretch.first and stretch.doc[end - 1].text == ")":
        for i in range(end - 2, max(end - 9, stretch.first), -1):
            if stretch.doc[i].text == "(":
                return i
    return end


def noun_range_after(stretch: Stretch, start: int) -> tuple[int, int] | None:
    """Return the longest run of nominal words from token `start` on, None if there is none."""
    doc, last = stretch.doc, start
    if start < stretch.last and doc[start].lower_ in _JOINING:
        return None
    while last < stretch.last and _nominal(doc[last]):
        last += 1
    while last > start and doc[last - 1].lower_ in _JOINING and doc[last - 1].pos_ != "PART":
        last -= 1
    return (start, last) if last > start and _has_noun(doc, start, last) else None


def _nominal(token: Token) -> bool:
    return (token.pos_ in _NOMINAL and token.lower_ not in ("to", "not", "n't", "that")) or token.lower_ in _JOINING


def _has_noun(doc: Doc, first: int, last: int) -> bool:
    return any(doc[i].pos_ in ("NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ") for i in range(first, last))
