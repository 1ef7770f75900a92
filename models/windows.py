"""Training windows: short stretches of text with what each set says of their words.

A window of a treebank has tags, parse and sentence starts, and names too where a set of names has the very same
sentence; a window of a set of names has names alone. What a set does not say is `UNKNOWN` there and teaches nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from models.convert import LONG_ROW, Sentence, read_names, read_treebank, row_spaces
from tidings.language.words import Case, Columns, Gap, WordPieces, case_of

UNKNOWN = -100
"""What PyTorch's cross-entropy leaves out."""

OUTSIDE = "O"
NAME_LABELS = ("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT")
NAME_STEPS = (OUTSIDE, *(f"{step}-{label}" for label in NAME_LABELS for step in "BILU"))

LONGEST_WINDOW = 160  # pieces
LONGEST_NAME_WINDOW = 110
LONGEST_READ = 380
"""Pieces of a row that is used at all: a few of the web's "sentences" are lists of hundreds of words."""


@dataclass
class Row:
    """A sentence: its words, and for each what the sets say; heads count from the sentence's first word."""

    words: list[str]
    spaces: list[bool]
    break_before: bool = False
    tags: list[str] = field(default_factory=list)
    morphs: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)


class Window(NamedTuple):
    """Rows read together, numbered as the network takes them; W words of T pieces."""

    pieces: list[int]  # T, with the marks at both ends
    case: list[int]  # T
    gap: list[int]  # T
    first: list[int]  # W
    last: list[int]  # W
    tags: list[int]  # W or UNKNOWN each, and so on
    morphs: list[int]
    starts: list[int]
    heads: list[int]  # in the window
    relations: list[int]
    names: list[int]
    sentence: list[int]  # W: which sentence of the window
    words: list[str]


def name_steps(length: int, names: Iterable[Sequence[Any]], missing: Iterable[Sequence[int]]) -> list[str | None]:
    """Return the steps (begin, in, last, unit, outside) of a sentence's names; None where the set does not say."""
    steps: list[str | None] = [OUTSIDE] * length
    for start, end in missing:
        steps[start:end] = [None] * (end - start)
    for start, end, label in names:
        if end - start == 1:
            steps[start] = f"U-{label}"
        else:
            steps[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 2), f"L-{label}"]
    return steps


def treebank_documents(path: Path, names: dict[tuple[str, ...], list[str | None]]) -> Iterator[list[Row]]:
    """Yield the documents of a treebank, with the names of its sentences where they are known."""
    for document in read_treebank(path):
        yield [_treebank_row(sentence, names) for sentence in document]


def _treebank_row(sentence: Sentence, names: dict[tuple[str, ...], list[str | None]]) -> Row:
    words = [word.text for word in sentence.words]
    return Row(
        words=words,
        spaces=[word.space for word in sentence.words],
        break_before=sentence.break_before,
        tags=[word.tag for word in sentence.words],
        morphs=[f"{word.pos}|{word.morph}" for word in sentence.words],
        heads=[word.head for word in sentence.words],
        relations=[word.dep for word in sentence.words],
        names=names.get(tuple(words), []),
    )


def name_rows(path: Path) -> list[Row]:
    """Return the rows of a set of names, in their order."""
    rows: list[Row] = []
    for row in read_names(path):
        words: list[str] = row["tokens"]
        whole = Row(words, row_spaces(row), names=name_steps(len(words), row["ents"], row.get("missing", ())))
        rows.extend(_parts(whole) if len(words) > LONG_ROW else [whole])
    return rows


def _parts(text: Row) -> Iterator[Row]:
    """Cut a row that is a whole text after some of its full stops."""
    start = 0
    for place, word in enumerate(text.words, 1):
        if place == len(text.words) or (word == "." and place - start >= LONG_ROW // 4):
            yield Row(text.words[start:place], text.spaces[start:place], names=text.names[start:place])
            start = place


class Numbers:
    """Numbers the labels; a label that training never saw is unknown."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._numbers = {label: number for number, label in enumerate(labels)}

    def of(self, labels: Sequence[str | None], length: int) -> list[int]:
        """Return the labels' numbers, all unknown where there are none."""
        return [self._numbers.get(label or "", UNKNOWN) for label in labels] if labels else [UNKNOWN] * length


@dataclass
class Numbering:
    """All that turns words and labels into numbers."""

    cutter: WordPieces
    tags: Numbers
    morphs: Numbers
    relations: Numbers
    names: Numbers


def group(rows: Sequence[Row], cutter: WordPieces, limit: int, rng: random.Random | None) -> Iterator[list[Row]]:
    """Yield runs of rows of at most `limit` pieces (a longer row stays alone); `rng` varies where they end."""
    run: list[Row] = []
    size = 0
    bound = limit if rng is None else rng.randint(limit // 3, limit)
    for row in rows:
        length = sum(len(cutter.cut(word)) for word in row.words)
        if length > LONGEST_READ:
            continue
        if run and size + length > bound:
            yield run
            run, size = [], 0
            bound = limit if rng is None else rng.randint(limit // 3, limit)
        run.append(row)
        size += length
    if run:
        yield run


class Look(NamedTuple):
    """How a window is written this time."""

    case: Case | None = None  # all words in this case
    lines: float = 0.0  # the share of spaces that are line ends
    single: bool = False  # paragraphs are parted by one line end


def some_look(rng: random.Random) -> Look:
    """Return the look of one window in training: mostly as it stands."""
    roll = rng.random()
    if roll < 0.04:
        return Look(case=Case.UPPER)
    if roll < 0.06:
        return Look(case=Case.LOWER)
    if roll < 0.09:
        return Look(case=Case.TITLE)
    if roll < 0.12:
        return Look(lines=0.08)
    return Look(single=rng.random() < 0.25)


AS_WRITTEN = Look()


def build(rows: Sequence[Row], numbering: Numbering, look: Look = AS_WRITTEN, rng: random.Random | None = None) -> Window:
    """Number a run of rows."""
    cutter = numbering.cutter
    columns = Columns(cutter)
    window = Window(*([] for _ in Window._fields))
    for number, row in enumerate(rows):
        offset = len(window.words)
        length = len(row.words)
        for place, word in enumerate(row.words):
            if place:
                gap = Gap.SPACE if row.spaces[place - 1] else Gap.NONE
            elif not number or row.break_before:
                gap = Gap.LINE if look.single and number else Gap.PARAGRAPH
            else:
                gap = Gap.SPACE if rows[number - 1].spaces[-1] else Gap.NONE
            if rng and gap == Gap.SPACE and look.lines and rng.random() < look.lines:
                gap = Gap.LINE
            case = case_of(word)
            if look.case is not None and case in _LETTERS:
                case = look.case
            columns.add(cutter.cut(word), case, gap)
        window.words.extend(row.words)
        window.sentence.extend([number] * length)
        window.tags.extend(numbering.tags.of(row.tags, length))
        window.morphs.extend(numbering.morphs.of(row.morphs, length))
        window.relations.extend(numbering.relations.of(row.relations, length))
        window.names.extend(numbering.names.of(row.names, length))
        window.heads.extend([head + offset for head in row.heads] or [UNKNOWN] * length)
        window.starts.extend([1, *[0] * (length - 1)] if row.heads else [UNKNOWN] * length)
    pieces, cases, gaps, first, last = columns.ended()
    return window._replace(pieces=pieces, case=cases, gap=gaps, first=first, last=last)


_LETTERS = frozenset({Case.LOWER, Case.TITLE, Case.UPPER, Case.INITIAL, Case.MIXED})
