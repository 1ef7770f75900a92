"""Training windows: short stretches of text with what each set says of their words.

A window of a treebank has tags, parse and sentence starts, and names too where a set of names has the very same
sentence; a window of a set of names has names alone, one of a set of events what its words tell of, and who takes part.
What a set does not say is `UNKNOWN` there and teaches nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from models.convert import LONG_ROW, Sentence, read_names, read_treebank, row_spaces
from tidings.language.heading import NO_EVENT, NO_MODE, NO_ROLE
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
    heads: list[int | None] = field(default_factory=list)
    relations: list[str | None] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    kinds: list[str | None] = field(default_factory=list)
    modes: list[str | None] = field(default_factory=list)
    facts: list[str | None] = field(default_factory=list)
    happened: list[float | None] = field(default_factory=list)
    roles: dict[int, list[str]] = field(default_factory=dict)  # trigger → what each word is to its event


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
    kinds: list[int]
    modes: list[int]
    facts: list[int]
    happened: list[float]
    roles: list[tuple[int, list[int]]]  # a trigger's word, and W or UNKNOWN each: what the words are to its event
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


def event_rows(path: Path) -> list[Row]:
    """Return the rows of a set of events: what each word tells of, and what the words are to each event."""
    return [_event_row(row) for row in read_names(path)]


def _event_row(told: dict[str, Any]) -> Row:
    words: list[str] = told["tokens"]
    columns = {name: told[name] for name in ("tags", "morphs", "heads", "relations") if name in told}
    row = Row(words, row_spaces(told), **columns)
    row.kinds = [NO_EVENT] * len(words)
    row.modes, row.facts = [None] * len(words), [None] * len(words)
    for event in told["events"]:
        trigger: int = event["trigger"]
        row.kinds[trigger] = event["type"]
        row.modes[trigger] = event["mode"] or NO_MODE
        row.facts[trigger] = event["fact"]
        row.roles[trigger] = [NO_ROLE] * len(words)
        for role, heads in event["roles"].items():
            for head in heads:
                row.roles[trigger][head] = role
    return row


def fact_rows(path: Path) -> list[Row]:
    """Return the rows of a set that says of some words whether what they tell of happened."""
    return [
        Row(
            told["tokens"],
            row_spaces(told),
            names=name_steps(len(told["tokens"]), told["ents"], told["missing"]) if "ents" in told else [],
            facts=told.get("facts", []),
            happened=told.get("happened", []),
        )
        for told in read_names(path)
    ]


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
    kinds: Numbers
    modes: Numbers
    facts: Numbers
    roles: Numbers


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
        for name in ("tags", "morphs", "relations", "names", "kinds", "modes", "facts"):
            getattr(window, name).extend(getattr(numbering, name).of(getattr(row, name), length))
        window.happened.extend(UNKNOWN if value is None else value for value in row.happened or [None] * length)
        for trigger, roles in row.roles.items():
            window.roles.append((trigger + offset, [UNKNOWN] * offset + numbering.roles.of(roles, length)))
        window.heads.extend([UNKNOWN if head is None else head + offset for head in row.heads or [None] * length])
        window.starts.extend([1, *[0] * (length - 1)] if row.heads else [UNKNOWN] * length)
    pieces, cases, gaps, first, last = columns.ended()
    return window._replace(pieces=pieces, case=cases, gap=gaps, first=first, last=last)


_LETTERS = frozenset({Case.LOWER, Case.TITLE, Case.UPPER, Case.INITIAL, Case.MIXED})
