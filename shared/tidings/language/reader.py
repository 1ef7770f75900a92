"""The spaCy component `tidings_reader`: tags, morphology, parse, sentences and names of a text by one encoder.

Importing this module registers it; installed, `spacy.load` finds it by its entry point.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.symbols import IDS
from spacy.tokens import Doc
from spacy.vocab import Vocab

from tidings.language import weights
from tidings.language.datelines import LONGEST_DATELINE, dateline_length
from tidings.language.decoding import Integers, NameSteps, tree
from tidings.language.encoder import Encoder, Scores, Window
from tidings.language.heading import Heading
from tidings.language.told import ToldEvents, put
from tidings.language.words import Case, Columns, Gap, WordPieces, case_of, gap_of

FACTORY = "tidings_reader"
HEADING, NUMBERS = "reader.json", "weights.bin"

LONGEST_WINDOW = 180
"""Pieces read at once. A longer text is read in windows that end where a paragraph or a sentence does."""

_ATTRIBUTES = ("TAG", "POS", "MORPH", "DEP", "HEAD", "ENT_IOB", "ENT_TYPE")
_TAG, _POS, _MORPH, _DEP, _HEAD, _IOB, _TYPE = range(len(_ATTRIBUTES))
_HYPHENS = ("-", "‐", "‑")
_INSIDE, _OUTSIDE, _BEGIN = 1, 2, 3  # spaCy's codes of ENT_IOB
_ROOT, _SPACE_DEP, _SPACE_TAG, _SPACE_POS = "ROOT", "dep", "_SP", "SPACE"


class _Text(NamedTuple):
    """A document's words (white space left out): their places, pieces, cases, gaps, and where sentences begin or cannot."""

    places: list[int]
    pieces: list[tuple[int, ...]]
    cases: list[Case]
    gaps: list[Gap]
    begins: list[bool]
    joined: list[bool]
    """By a hyphen, to the word before."""


class Reader:
    """Reads documents; see `Heading` for what it needs."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._heading: Heading | None = None

    def load(self, heading: Heading, numbers: Path) -> None:
        """Take a network over."""
        self._heading = heading
        self._numbers = numbers.read_bytes()
        self._encoder = Encoder(heading.layers, heading.attention_heads, *weights.read(self._numbers))
        self._cutter = WordPieces(heading.pieces)
        self._steps = NameSteps(heading.names)
        strings, morphology = self._vocab.strings, self._vocab.morphology
        self._tag_codes = self._codes(heading.tags)
        self._relation_codes = self._codes(heading.relations)
        parts = [morph.partition("|") for morph in heading.morphs]
        self._pos_codes = np.array([_pos_code(pos) for pos, _, _ in parts], np.uint64)
        self._morph_codes = np.array([morphology.add("" if rest == "_" else rest) for _, _, rest in parts], np.uint64)
        self._name_codes = {label: strings.add(label) for label in _name_labels(heading)}
        self._root = heading.relations.index(_ROOT)

    def _codes(self, labels: Sequence[str]) -> NDArray[np.uint64]:
        return np.array([self._vocab.strings.add(label) for label in labels], np.uint64)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of names and dependencies."""
        if self._heading is None:
            return ()
        return tuple(sorted({*self._heading.relations, *_name_labels(self._heading)}))

    def __call__(self, doc: Doc) -> Doc:
        """Read one document, in place."""
        if len(doc):
            self._annotate(doc)
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 1) -> Iterator[Doc]:
        """Read documents one by one, so that what stands beside a document in a batch changes nothing in it.

        The rounding of a matrix product depends on how many rows it has, and events must not depend on their neighbours. An
        article fills its windows, so a batch would gain it nothing; lone sentences would be read 1.6 times as fast.
        """
        for doc in docs:
            yield self(doc)

    def _annotate(self, doc: Doc) -> None:
        text = self._seen(doc)
        table: Any = np.zeros((len(doc), len(_ATTRIBUTES)), np.uint64)
        heads = np.arange(len(doc))
        table[:, _IOB] = _OUTSIDE
        self._fill_spaces(doc, text, table, heads)
        told = ToldEvents.empty(len(doc), self._heading) if self._heading and self._heading.kinds else None
        start = 0
        while start < len(text.places):
            start += self._read_window(text, start, table, heads, told)
        table[:, _HEAD] = (heads - np.arange(len(doc))).astype(np.int64).view(np.uint64)
        doc.from_array(list(_ATTRIBUTES), table)
        if told is not None:
            put(doc, told)

    def _seen(self, doc: Doc) -> _Text:
        text = _Text([], [], [], [], [], [])
        words: list[str] = []
        before = "\n\n"
        for token in doc:
            word: str = token.text
            if token.is_space:
                before += word + token.whitespace_
                continue
            # "Secretary-General": no sentence begins within a word.
            text.joined.append(not before and bool(words) and words[-1] in _HYPHENS)
            words.append(word)
            text.places.append(token.i)
            text.pieces.append(self._cutter.cut(word))
            text.cases.append(case_of(word))
            text.gaps.append(gap_of(before))
            before = token.whitespace_
        text.begins.extend(gap == Gap.PARAGRAPH for gap in text.gaps)
        for i in (i for i, gap in enumerate(text.gaps) if gap in (Gap.LINE, Gap.PARAGRAPH)):
            length = dateline_length(words[i : i + LONGEST_DATELINE])
            if length and i + length < len(words) and not text.joined[i + length]:
                text.begins[i] = text.begins[i + length] = True
        return text

    def _fill_spaces(self, doc: Doc, text: _Text, table: Any, heads: Integers) -> None:
        """Hang white space on the word before it, at the beginning on the first word."""
        strings = self._vocab.strings
        words = set(text.places)
        first = text.places[0] if text.places else 0
        for i in range(len(doc)):
            if i not in words:
                heads[i] = first if i < first else max(i - 1, 0)
                if i > first and heads[i] not in words:
                    heads[i] = heads[i - 1]
                table[i, _TAG], table[i, _POS] = strings.add(_SPACE_TAG), _pos_code(_SPACE_POS)
                table[i, _DEP] = strings.add(_ROOT if heads[i] == i else _SPACE_DEP)

    def _read_window(self, text: _Text, start: int, table: Any, heads: Integers, told: ToldEvents | None) -> int:
        """Read from one word on; return how many words were read to a sentence's end."""
        end, size = start, 0
        while end < len(text.places) and (size := size + len(text.pieces[end])) <= LONGEST_WINDOW:
            end += 1
        whole = end == len(text.places)
        if not whole:
            breaks = [i for i in range(start + 1, end) if text.gaps[i] == Gap.PARAGRAPH]
            if breaks and breaks[-1] - start >= (end - start) // 2:
                end, whole = breaks[-1], True
        scores = self._encoder(self._window(text, start, end))
        starts = (scores.starts > 0) & ~np.array(text.joined[start:end])
        starts |= np.array(text.begins[start:end])
        starts[0] = True
        begins = np.flatnonzero(starts)
        kept = end - start
        if not whole and len(begins) > 1:
            kept, begins = int(begins[-1]), begins[:-1]
        self._write(text, start, kept, begins, scores, table, heads)
        if told is not None and scores.events is not None:
            places = np.array(text.places[start : start + kept])
            bounds = [*begins.tolist(), kept]
            told.take(scores.events, places, bounds, self._encoder.roles)
        return kept

    def _window(self, text: _Text, start: int, end: int) -> Window:
        columns = Columns(self._cutter)
        for i in range(start, end):
            columns.add(text.pieces[i], text.cases[i], text.gaps[i] if i > start else Gap.PARAGRAPH)
        return Window(*(np.array(column, np.intp) for column in columns.ended()))

    def _write(
        self, text: _Text, start: int, kept: int, begins: Integers, scores: Scores, table: Any, heads: Integers
    ) -> None:
        own = np.empty(len(scores.tags), np.intp)
        own[kept:] = np.arange(kept, len(own))
        for a, b in zip(begins, [*begins[1:], kept], strict=True):
            own[a:b] = tree(scores.arcs[a:b, a:b]) + a
        relations = self._encoder.relations(scores, own)[:kept]
        own = own[:kept]
        is_root = own == np.arange(kept)
        relations[:, self._root] = np.where(is_root, np.inf, -np.inf)
        places = np.array(text.places[start : start + kept])
        table[places, _TAG] = self._tag_codes[scores.tags[:kept].argmax(axis=1)]
        morphs = scores.morphs[:kept].argmax(axis=1)
        table[places, _POS] = self._pos_codes[morphs]
        table[places, _MORPH] = self._morph_codes[morphs]
        table[places, _DEP] = self._relation_codes[relations.argmax(axis=1)]
        heads[places] = places[own]
        for a, b, label in self._steps.names(self._steps.best(scores.names[:kept])):
            # A name that runs over white space takes it in.
            table[places[a] : places[b - 1] + 1, _IOB] = _INSIDE
            table[places[a], _IOB] = _BEGIN
            table[places[a] : places[b - 1] + 1, _TYPE] = self._name_codes[label]

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the network into a folder."""
        if self._heading is None:
            raise ValueError("the reader has no network to write")
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self._heading._asdict(), ensure_ascii=False)
        (folder / HEADING).write_text(text + "\n", encoding="utf-8")
        (folder / NUMBERS).write_bytes(self._numbers)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Reader:
        """Read a network from a folder."""
        folder = Path(path)
        told: dict[str, Any] = json.loads((folder / HEADING).read_text(encoding="utf-8"))
        lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
        self.load(Heading(**{**told, **lists}), folder / NUMBERS)
        return self


def _name_labels(heading: Heading) -> set[str]:
    return {step.partition("-")[2] for step in heading.names} - {""}


def _pos_code(pos: str) -> int:
    return int(IDS[pos])


@Language.factory(
    FACTORY,
    assigns=["token.tag", "token.pos", "token.morph", "token.dep", "token.head", "token.is_sent_start", "doc.ents"],
)
def create_reader(nlp: Language, name: str) -> Reader:
    """Create an empty reader; `from_disk` fills it."""
    return Reader(nlp.vocab)
