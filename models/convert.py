"""Read the labelled sets, and turn them into annotated spaCy documents to measure by.

A treebank becomes documents of eight sentences with the spacing of the raw text and a paragraph
break where the corpus has one; a set of names becomes documents of three sentences.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from models.sources import DROPPED_GENRES
from models.spacing import guess_spaces

PARAGRAPH_BREAK = "\n\n"
PARSE_SENTENCES = 8
NAME_SENTENCES = 3
LONG_ROW = 120  # a row of more tokens is a whole text already
NAME_BREAK_SHARE = 0.15  # of the joints between sentences of a names document
SEED = 0

# Features about spelling and style: absent from news, and they multiply the labels.
_DROPPED_FEATURES = ("Abbr", "ExtPos", "Style", "Typo")


class Word(NamedTuple):
    """A syntactic word of a treebank; `head` counts from the sentence's first word."""

    text: str
    lemma: str
    pos: str
    tag: str
    morph: str
    head: int
    dep: str
    space: bool


class Sentence(NamedTuple):
    """A sentence of a treebank; `break_before` says that a paragraph starts with it."""

    words: tuple[Word, ...]
    break_before: bool


def read_treebank(path: Path, genres: Container[str] | None = None) -> Iterator[list[Sentence]]:
    """Yield each document of a gzipped CoNLL-U file, less those of a dropped genre, or of some genres only."""
    document: list[Sentence] = []
    name = ""
    for block in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n\n"):
        lines = block.strip("\n").split("\n")
        comments = [line[1:].strip() for line in lines if line.startswith("#")]
        for comment in comments:
            if comment.startswith("newdoc id"):
                if document:
                    yield document
                document, name = [], comment.partition("=")[2].strip()
        new_paragraph = any(comment.startswith(("newdoc", "newpar")) for comment in comments)
        words = _read_words([line.split("\t") for line in lines if line[:1].isdigit()])
        genre = name.split("_")[1] if name.count("_") > 1 else ""
        if words and genre not in DROPPED_GENRES and (genres is None or genre in genres):
            document.append(Sentence(words, new_paragraph))
    if document:
        yield document


def _read_words(rows: Sequence[Sequence[str]]) -> tuple[Word, ...]:
    """Read a sentence; a multiword token's parts are written as the surface has them, unspaced."""
    inner_ends: dict[int, bool] = {}  # word id inside a multiword token → a space follows it
    for row in rows:
        if "-" in row[0]:
            first, last = map(int, row[0].split("-"))
            inner_ends.update(dict.fromkeys(range(first, last), False))
            inner_ends[last] = "SpaceAfter=No" not in row[9].split("|")
    words = []
    for row in rows:
        if row[0].isdigit():
            number, head = int(row[0]), int(row[6])
            space = inner_ends.get(number, "SpaceAfter=No" not in row[9].split("|"))
            root = head == 0
            words.append(
                Word(row[1], row[2], row[3], row[4], _features(row[5]),
                     number - 1 if root else head - 1, "ROOT" if root else row[7], space)
            )  # fmt: skip
    return tuple(words)


def _features(column: str) -> str:
    kept = [feature for feature in column.split("|") if feature.partition("=")[0] not in _DROPPED_FEATURES]
    return "|".join(kept) or "_"


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


def read_names(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a gzipped names file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def row_spaces(row: dict[str, Any]) -> list[bool]:
    """Return for each token of a row of names whether a space follows it, guessed where the set does not say."""
    return [bool(space) for space in row["spaces"]] if "spaces" in row else guess_spaces(row["tokens"])


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


def parse_documents(vocab: Vocab, data: Path, folder: str, genres: Container[str] | None = None) -> Iterator[Doc]:
    """Yield the dev part of a treebank, of some genres only if told so."""
    for document in read_treebank(data / folder / "dev.conllu.gz", genres):
        for sentences in batched(document, PARSE_SENTENCES):
            yield parse_document(vocab, sentences)


def names_documents(vocab: Vocab, data: Path, folder: str) -> Iterator[Doc]:
    """Yield the dev part of a set of names."""
    rng = random.Random(SEED)  # noqa: S311
    yield from name_documents(vocab, read_names(data / folder / "dev.jsonl.gz"), rng)
