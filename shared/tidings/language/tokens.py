"""Tokenizers: one that is filled from disk alone, and one whose time is linear in the text.

The second never sees a stretch without white space that it could not take.

spaCy's tokenizer takes marks off either end of such a stretch one by one, and searches the whole stretch for each: a hundred
thousand quotation marks in a row take it an hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import registry

EMPTY = "tidings_tokenizer"
"""spaCy's registered name of the tokenizer that the shipped pipeline is made with, before its rules are read."""

MARKS = 50
"""Marks in a row that are no writing but a rule or rubbish: they are one token, so that they cost no more than a word."""
LONGEST = 500
"""Characters without white space behind which a stretch is cut, whatever they are; longer than any but freak addresses."""
_RULE = re.compile(rf"(?P<rule>(?:[^\w\s]|_){{{MARKS},{LONGEST}}})(?P<space> ?)")
_STRETCH = re.compile(rf"\S{{{LONGEST}}}(?=\S)")


def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """Return what makes a tokenizer without rules; `from_disk` brings them.

    spaCy's own makes the language's rules first, 1,347 of them, and then those from disk in their place: a quarter of
    the time that loading the pipeline took.
    """
    return lambda nlp: Tokenizer(nlp.vocab)


registry.tokenizers.register(EMPTY, func=create_tokenizer)


class BoundedTokenizer:
    """Puts another tokenizer's tokens of the pieces of a text together; all else is that tokenizer's."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, text: str) -> Doc:
        """Return the tokens of a text; they cover it without a gap."""
        docs = list(self._docs(text))
        return docs[0] if len(docs) == 1 else Doc.from_docs(docs, ensure_whitespace=False)

    def _docs(self, text: str) -> Iterator[Doc]:
        end = 0
        for found in _RULE.finditer(text):
            if end < found.start():
                yield from map(self.inner, _pieces(text[end : found.start()]))
            yield Doc(self.inner.vocab, words=[found["rule"]], spaces=[bool(found["space"])])
            end = found.end()
        if end < len(text) or not text:
            yield from map(self.inner, _pieces(text[end:]))

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterator[Doc]:
        """Iterate over the tokens of each text."""
        return map(self, texts)

    def __getattr__(self, name: str) -> Any:
        """Return what the other tokenizer has under this name: spaCy stores and loads a pipeline by it."""
        if name == "inner":  # asked for before it is set, when a copy is made
            raise AttributeError(name)
        return getattr(self.inner, name)


def _pieces(text: str) -> Iterator[str]:
    """Iterate over the pieces of a text, cut inside stretches that are too long; together they are the text."""
    cuts = [found.end() for found in _STRETCH.finditer(text)]
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        yield text[start:end]
