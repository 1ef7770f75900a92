"""What the reader sees of a word: its pieces, its case, and the gap before it.

The encoder was pre-trained on lower-cased text, so that a headline or a wire in capitals has the same
pieces as running text; case comes back as a feature of its own, and so does white space.
Pieces follow WordPiece (Schuster and Nakajima 2012; Devlin et al. 2019): greedy, longest match first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import IntEnum

CONTINUATION = "##"
UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 10
"""Pieces of one word that are read; the rest of a long address or hash says nothing more."""


class Case(IntEnum):
    """How a word is written."""

    MARKS = 0
    DIGITS = 1
    LETTERS_AND_DIGITS = 2
    LOWER = 3
    TITLE = 4
    UPPER = 5
    INITIAL = 6
    MIXED = 7


class Gap(IntEnum):
    """What stands before a word."""

    NONE = 0
    SPACE = 1
    LINE = 2
    PARAGRAPH = 3


# Typeset marks are read as the typewriter's, which the encoder knows best.
_MARKS = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‛": "'", "–": "-", "—": "-", "…": "..."}
)


def case_of(word: str) -> Case:
    """Return how a word is written."""
    letters = [char for char in word if char.isalpha()]
    if any(char.isdigit() for char in word):
        return Case.LETTERS_AND_DIGITS if letters else Case.DIGITS
    if not letters:
        return Case.MARKS
    if not any(char.isupper() for char in letters):
        return Case.LOWER
    if len(letters) == 1:
        return Case.INITIAL
    if all(char.isupper() for char in letters):
        return Case.UPPER
    if letters[0].isupper() and not any(char.isupper() for char in letters[1:]):
        return Case.TITLE
    return Case.MIXED


def gap_of(white_space: str) -> Gap:
    """Return what the white space between two words amounts to."""
    lines = white_space.count("\n")
    if lines:
        return Gap.PARAGRAPH if lines > 1 else Gap.LINE
    return Gap.SPACE if white_space else Gap.NONE


class WordPieces:
    """Cuts words into the numbered pieces of a fixed list."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        self._numbers = {piece: number for number, piece in enumerate(self.pieces)}
        self._longest = max(map(len, self.pieces))
        self._known: dict[str, tuple[int, ...]] = {}
        self.unknown = self._numbers[UNKNOWN]
        self.begin = self._numbers[BEGIN]
        self.end = self._numbers[END]

    def cut(self, word: str) -> tuple[int, ...]:
        """Return the numbers of a word's pieces, one at least and `LONGEST_WORD` at most."""
        numbers = self._known.get(word)
        if numbers is None:
            parts = _plain_parts(word)
            found = [number for part in parts for number in self._cut_part(part)]
            numbers = tuple(found[:LONGEST_WORD]) or (self.unknown,)
            if len(self._known) < _CACHED_WORDS:
                self._known[word] = numbers
        return numbers

    def _cut_part(self, part: str) -> list[int]:
        numbers: list[int] = []
        start = 0
        while start < len(part) and len(numbers) < LONGEST_WORD:
            prefix = CONTINUATION if start else ""
            for end in range(min(len(part), start + self._longest), start, -1):
                number = self._numbers.get(prefix + part[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return [self.unknown]
        return numbers


class Columns:
    """A window of words as the encoder takes it, in training and at run time: a column a feature."""

    def __init__(self, cutter: WordPieces) -> None:
        self._end = cutter.end
        self._pieces = [cutter.begin]
        self._case: list[int] = [Case.MARKS]
        self._gap: list[int] = [Gap.NONE]
        self._first: list[int] = []
        self._last: list[int] = []

    def add(self, pieces: Sequence[int], case: Case, gap: Gap) -> None:
        """Append a word."""
        self._first.append(len(self._pieces))
        self._pieces.extend(pieces)
        self._last.append(len(self._pieces) - 1)
        self._case.extend([case] * len(pieces))
        self._gap.extend([gap] * len(pieces))

    def ended(self) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
        """Append the end mark; return pieces, case and gap (a number a piece), first and last piece (a number a word)."""
        self._pieces.append(self._end)
        self._case.append(Case.MARKS)
        self._gap.append(Gap.NONE)
        return self._pieces, self._case, self._gap, self._first, self._last


_CACHED_WORDS = 50_000


def _plain_parts(word: str) -> list[str]:
    """Return a word in lower case without accents, each mark of punctuation apart."""
    plain = unicodedata.normalize("NFD", word.translate(_MARKS).lower())
    parts: list[str] = []
    run = ""
    for char in plain:
        category = unicodedata.category(char)
        if category == "Mn":
            continue
        if category[0] in "PS":
            parts.extend((run, char) if run else (char,))
            run = ""
        elif category[0] not in "CZ":
            run += char
    if run:
        parts.append(run)
    return parts
