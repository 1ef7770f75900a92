"""Turn labelled sets into annotated spaCy documents to measure by.

A treebank becomes documents of eight sentences with the spacing of the raw text and a paragraph
break where the corpus has one; a set of names becomes documents of three sentences.
"""

from __future__ import annotations

import random
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from models.convert import LONG_ROW, NAME_BREAK_SHARE, Sentence, Word, read_names, read_treebank, row_spaces

PARAGRAPH_BREAK = "\n\n"
PARSE_SENTENCES = 8
NAME_SENTENCES = 3
SEED = 0


def parse_document(vocab: Vocab, sentences: Sequence[Sentence]) -> Doc:
    """Join sentences into one annotated document, a paragraph break hanging on the word before it."""
    words: list[Word] = []
    for sentence in sentences:
        if sentence.break_before and words:
            words[-1] = words[-1]._replace(space=False)
            gap = len(words)
            words.append(Word(PARAGRAPH_BREAK, PARAGRAPH_BREAK, "SPACE", "_SP", "_", gap - 1, "dep", False))
        offset = len(words)
        words.extend(word._replace(head=word.head + offset) for word in sentence.words)
    return Doc(
        vocab,
        words=[word.text for word in words],
        spaces=[word.space for word in words],
        tags=[word.tag for word in words],
        pos=[word.pos for word in words],
        morphs=["" if word.morph == "_" else word.morph for word in words],
        lemmas=[word.lemma for word in words],
        heads=[word.head for word in words],
        deps=[word.dep for word in words],
    )


def name_document(vocab: Vocab, rows: Sequence[dict[str, Any]], breaks: Sequence[bool]) -> Doc:
    """Join rows into one document; `breaks[i]` puts a paragraph break before row i.

    What a row calls missing stays unknown, never outside.
    """
    words: list[str] = []
    spaces: list[bool] = []
    names: list[tuple[int, int, str]] = []
    unknown: list[tuple[int, int]] = []
    for row, breaks_here in zip(rows, breaks, strict=True):
        if breaks_here and words:
            spaces[-1] = False
            words.append(PARAGRAPH_BREAK)
            spaces.append(False)
        offset = len(words)
        words.extend(row["tokens"])
        spaces.extend(row_spaces(row))
        names.extend((offset + a, offset + b, label) for a, b, label in row["ents"])
        unknown.extend((offset + a, offset + b) for a, b in row.get("missing", ()))
    doc = Doc(vocab, words=words, spaces=spaces)
    doc.set_ents(
        [Span(doc, a, b, label=label) for a, b, label in names],
        missing=[Span(doc, a, b) for a, b in unknown],
    )
    return doc


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of `size` items, the last one shorter."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def name_documents(vocab: Vocab, rows: Sequence[dict[str, Any]], rng: random.Random) -> Iterator[Doc]:
    """Yield documents of three sentences; a row that is a whole text stays alone."""
    for row in rows:
        if len(row["tokens"]) > LONG_ROW:
            yield name_document(vocab, [row], [False])
    for batch in batched((row for row in rows if len(row["tokens"]) <= LONG_ROW), NAME_SENTENCES):
        yield name_document(vocab, batch, [rng.random() < NAME_BREAK_SHARE for _ in batch])


def parse_documents(vocab: Vocab, path: Path, genres: Container[str] | None = None) -> Iterator[Doc]:
    """Yield the documents of a treebank, of some genres only if told so."""
    for document in read_treebank(path, genres):
        for sentences in batched(document, PARSE_SENTENCES):
            yield parse_document(vocab, sentences)


def names_documents(vocab: Vocab, path: Path) -> Iterator[Doc]:
    """Yield the documents of a set of names."""
    rng = random.Random(SEED)  # noqa: S311
    yield from name_documents(vocab, read_names(path), rng)
