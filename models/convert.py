"""Read the labelled sets: treebanks, and rows of names."""

from __future__ import annotations

import gzip
import json
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.sources import DROPPED_GENRES
from models.spacing import guess_spaces

LONG_ROW = 120  # a row of more tokens is a whole text already
NAME_BREAK_SHARE = 0.15  # of the joints between sentences of a names document

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


def read_names(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a gzipped names file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def row_spaces(row: dict[str, Any]) -> list[bool]:
    """Return for each token of a row of names whether a space follows it, guessed where the set does not say."""
    return [bool(space) for space in row["spaces"]] if "spaces" in row else guess_spaces(row["tokens"])
