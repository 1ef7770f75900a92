"""The words of a participant: a head's phrase, with the name beside it and without what belongs to the verb."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc, Span, Token

from tidings.extract.syntax import phrase
from tidings.records import Entity, EntityLabel, Timex

_LONGEST = 160
_BELONGING = frozenset({"of", "for", "from", "in", "at", "like", "such", "'s", "’s", "'", "’"})
"""Prepositions whose phrase says which people are meant; others mostly belong to the verb ("two soldiers to Niger")."""

_OPENING, _CLOSING = frozenset({"(", "["}), frozenset({")", "]"})
_CLAUSES = frozenset({"acl", "acl:relcl"})
_CORE = frozenset({"nsubj", "nsubj:pass", "obj", "iobj"})
_NATIONS = frozenset({EntityLabel.GPE, EntityLabel.NORP, EntityLabel.ORG})


class Phrases:
    """The participants' phrases of one article."""

    def __init__(self, doc: Doc, entities: Sequence[Entity], timexes: Sequence[Timex]) -> None:
        self._doc = doc
        self._entities = sorted(entities, key=lambda e: e.start)
        self._starts = [e.start for e in self._entities]
        self._dated = {i for t in timexes for i in range(t.start, t.end)}

    def entity_at(self, token: Token) -> Entity | None:
        """Return the entity that covers a token, or None."""
        k = bisect_right(self._starts, token.idx) - 1
        return self._entities[k] if k >= 0 and token.idx < self._entities[k].end else None

    def is_time(self, token: Token) -> bool:
        """Tell whether a token is part of a time expression."""
        return token.idx in self._dated

    def span(self, head: Token) -> Span:
        """Return a participant's words, a name in close apposition with them ("presidential aide Vladimir Medinsky")."""
        named = self.entity_at(head) is not None
        # "Ukraine in Istanbul": what follows a name's preposition is another phrase, attached by mistake or only loosely.
        span = phrase(head, without=("prep", "tmod") if named else ("tmod",))
        for child in head.children:
            name = phrase(child)
            if child.dep_ == "appos" and name.start == span.end and child.pos_ == "PROPN":
                span = self._doc[span.start : max(span.end, name.end)]
        entity = self.entity_at(head)
        if entity is not None:
            whole = self._doc.char_span(entity.start, entity.end, alignment_mode="expand")
            if whole is not None:
                span = self._doc[min(span.start, whole.start) : max(span.end, whole.end)]
        span = self._doc[self._start_before(head, span) : span.end]
        beside = self._beside(head, span)
        if beside is not None:
            span = self._doc[span.start : max(span.end, beside.end)]
        if span.end_char - span.start_char > _LONGEST:
            span = self._doc[head.i : head.i + 1]
        end = next((self._cut(t, head) for t in span if t.i > head.i and _is_the_verbs(t)), span.end)
        # "A group of men who hurled a bomb", "activists, opposed", "a man, 35 years old": what is added is cut off, whole.
        clauses = (t.left_edge.i for t in self._doc[head.i + 1 : end] if _is_supplement(t) and t.head.i < t.left_edge.i)
        end = min((start for start in clauses if start > head.i), default=end)
        while end < span.end and end - 1 > head.i and self._doc[end - 1].dep_ in _CLAUSES:
            end -= 1
        return self._undated(self._doc[span.start : end], head)

    @staticmethod
    def _cut(case: Token, head: Token) -> int:
        """Return where a phrase is cut at a preposition: "a priest close to the president" before "close"."""
        above = case.head.head
        return above.left_edge.i if above.pos_ == "ADJ" and head.i < above.i < case.i else case.i

    def _start_before(self, head: Token, span: Span) -> int:
        """Return where a phrase starts whose nation the parse gave the same place in the clause: "struck U.S. naval ships".

        No clause has two subjects or two objects side by side, nor an "and" that joins nothing ("U.S. and Iraqi forces").
        """
        start = span.start
        joined = start < head.i and self._doc[start].dep_ == "cc" and self._doc[start].head.i <= head.i
        if start == span.sent.start or head.dep_ not in _CORE:
            return start
        before = self._doc[start - 1]
        own = self.entity_at(before)
        if own is None or own.label not in _NATIONS or before.dep_ not in _CORE or before.head != head.head:
            return start
        whole = self._doc.char_span(own.start, own.end, alignment_mode="expand")
        bare = whole is not None and whole.end == start and (joined or not any(True for _ in before.children))
        return whole.start if bare and whole is not None and self.entity_at(head) is None else start

    def _beside(self, head: Token, span: Span) -> Span | None:
        """Return the person's name right behind a common noun that the parse gave the same place in the clause.

        No clause has two subjects or two objects side by side: "police freed opposition leader Maria Lopez".
        """
        own = self.entity_at(head)
        if (own is not None and own.label is EntityLabel.PERSON) or span.end >= len(self._doc):
            return None
        entity = self.entity_at(self._doc[span.end])
        if entity is None or entity.label is not EntityLabel.PERSON or entity.start != self._doc[span.end].idx:
            return None
        name = self._doc.char_span(entity.start, entity.end, alignment_mode="expand")
        return name if name is not None and (name.root.head, name.root.dep_) == (head.head, head.dep_) else None

    def _undated(self, span: Span, head: Token) -> Span:
        """Return a span without the days that stand in it ("President Zia today", "on Tuesday, the minister")."""
        first, last = span.start, span.end
        for token in span:
            # "The recently-formed bureau": what a word of the phrase was, and when, is its own.
            if token.idx in self._dated and token.i < head.i and not any(token.i < a.i < head.i for a in token.ancestors):
                first = token.i + 1
        for token in reversed(span):
            # A day before a word of the phrase is that word's: "victims of last month's flood".
            if token.idx in self._dated and token.i > head.i and not any(token.i < a.i < last for a in token.ancestors):
                last = token.i
        # A preposition of a word before the head belongs to the phrase: "at least 17 troops".
        while first < head.i and _is_edge(self._doc[first]) and not first < self._doc[first].head.i < head.i:
            first += 1
        while last - 1 > head.i and _is_edge(self._doc[last - 1]) and self._doc[last - 1].lower_ not in _BELONGING:
            last -= 1
        # "The Popular Liberation Army (EPL": what is not closed is left out.
        opened = next((t.i for t in self._doc[head.i + 1 : last] if t.text in _OPENING), last)
        if opened < last and not any(t.text in _CLOSING for t in self._doc[opened:last]):
            last = opened
        # "neither Chad nor Mali", "not only Norway but also Sweden": who takes part is Chad, Norway, Sweden.
        for child in head.lefts if head.pos_ != "NUM" else ():  # "more than 20" are counted so
            if child.dep_ in ("cc:preconj", "advmod") and child.left_edge.i <= first:
                first = max(first, child.right_edge.i + 1)
        return self._doc[first:last]


def _is_the_verbs(token: Token) -> bool:
    """Tell whether a token is a preposition whose phrase mostly belongs to the verb."""
    return token.dep_ == "case" and token.lower_ not in _BELONGING


def _is_supplement(token: Token) -> bool:
    """Tell whether a word heads a clause, or an adjective phrase behind a comma, that only adds something."""
    return token.dep_ in _CLAUSES or (token.dep_ == "amod" and token.left_edge.text == ",")


def _is_edge(token: Token) -> bool:
    """Tell whether a token at the edge of a phrase is none of its words."""
    return token.is_punct or token.is_space or token.dep_ in ("case", "mark", "cc", "cc:preconj") or token.pos_ == "SCONJ"
