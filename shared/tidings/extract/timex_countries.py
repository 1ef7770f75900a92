"""Of which country a text tells where an expression stands: whose Independence Day, whose fiscal year. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from spacy.tokens import Span

from tidings.extract.timex_words import words
from tidings.records import Entity, EntityLabel

_OWNED = re.compile(r"(?:['’]s?)?\s(?:(?:federal|central|state|national|annual|government(?:['’]s)?)\s)?")
_LONGEST = 200
"""So many words of a sentence are asked: a hostile text may be one sentence, with thousands of fiscal years in it."""
_LABELS = frozenset({EntityLabel.GPE, EntityLabel.NORP})


class Countries:
    """The countries of one article, by where its places and peoples stand."""

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        """Take the article's text and names, in text order."""
        self._text = text
        self._named = [entity for entity in entities if entity.label in _LABELS and entity.country]
        self._starts = [entity.start for entity in self._named]
        every = {entity.country for entity in self._named}
        self._only = next(iter(every)) if len(every) == 1 else None
        self._of_sentence: dict[int, str | None] = {}

    def owner(self, start: int) -> str | None:
        """Return the country that stands right before an expression ("Kenya's Independence Day")."""
        at = bisect_left(self._starts, start)
        last = self._named[at - 1] if at else None
        return last.country if last is not None and _OWNED.fullmatch(self._text, last.end, start) else None

    def near(self, start: int, sentence: Span) -> str | None:
        """Return the owner, else the one country of the sentence, else the article's if it has but one."""
        return self.owner(start) or self._in(sentence)

    def whose_money(self, start: int, sentence: Span) -> str | None:
        """Return the owner, else the one country of a sentence that tells of public money: a firm's year is another."""
        public = any(token.lower_ in words("public_money") for token in sentence[:_LONGEST])
        return self.owner(start) or (self._in(sentence) if public else None)

    def _in(self, sentence: Span) -> str | None:
        if sentence.start not in self._of_sentence:
            first, end = (bisect_left(self._starts, at) for at in (sentence.start_char, sentence.end_char))
            here = {entity.country for entity in self._named[first:end]}
            self._of_sentence[sentence.start] = self._only if not here else here.pop() if len(here) == 1 else None
        return self._of_sentence[sentence.start]
