"""The pieces that quantities are read from: figures, words and marks, each with its place in the text.

A tokenizer for parsing cuts "US$5m", "5–7" and "€5m-€7m" in one way here and in another there, so numbers are read from
pieces of their own. Each piece knows the token that it begins in, through which the parse is asked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from enum import Enum, auto
from typing import NamedTuple

from spacy.tokens import Doc, Token

VULGAR = {
    "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5,
    "⅙": 1 / 6, "⅚": 5 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8,
}  # fmt: skip
"""Fractions of one character, Unicode's "vulgar fractions"."""
HYPHENS = frozenset("-–—‐‑−")
_SPACES = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_PIECE = re.compile(
    r"(?P<figure>"
    r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"  # 1,200 and 1,200.50
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}(?![0-9])"  # 1.200.000: more than one point can only group
    r"|[0-9]{1,3}(?:[\u00a0\u2009\u202f][0-9]{3})+(?![0-9])"  # 1 200 with the spaces that ISO 80000-1 groups by
    r"|[0-9]+(?:\.[0-9]+)?"
    r"|(?<![\w.])\.[0-9]+)"
    r"|(?P<vulgar>[" + "".join(VULGAR) + r"])"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<mark>\S)"
)


class Kind(Enum):
    """What a piece is."""

    FIGURE = auto()
    VULGAR = auto()
    WORD = auto()
    MARK = auto()


class Lexeme(NamedTuple):
    """A piece of text: its offsets, its text in lower case, the token that it begins in, no white space before it."""

    start: int
    end: int
    text: str
    kind: Kind
    token: int
    glued: bool


def pieces(form: str) -> list[str]:
    """Return the pieces of a table's form."""
    return [match[0] for match in _PIECE.finditer(form)]


class Lexemes:
    """The pieces of one text, to be looked at by position; beyond either end there is nothing."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = doc.text  # kept, for spaCy puts it together anew each time that it is asked
        self._all: list[Lexeme] = []
        token, end = 0, -1
        begins = [t.idx for t in doc]
        for match in _PIECE.finditer(self.text):
            while token + 1 < len(begins) and begins[token + 1] <= match.start():
                token += 1
            kind = Kind[str(match.lastgroup).upper()]
            self._all.append(Lexeme(*match.span(), match[0].lower(), kind, token, match.start() == end))
            end = match.end()

    def __len__(self) -> int:
        """Return how many pieces there are."""
        return len(self._all)

    def __getitem__(self, i: int) -> Lexeme:
        """Return a piece by its position."""
        return self._all[i]

    def token(self, i: int) -> Token:
        """Return the token that a piece begins in."""
        return self.doc[self._all[i].token]

    def behind(self, token: Token | None) -> int:
        """Return the first piece behind a token, 0 if there is no token or nothing behind it."""
        if token is None:
            return 0
        i = bisect_left(self._all, token.idx + len(token), key=lambda lexeme: lexeme.start)
        return i if i < len(self._all) else 0

    def is_figure(self, i: int) -> bool:
        """Tell whether there is a piece of figures there."""
        return 0 <= i < len(self._all) and self._all[i].kind is Kind.FIGURE

    def is_word(self, i: int) -> bool:
        """Tell whether there is a piece of letters there."""
        return 0 <= i < len(self._all) and self._all[i].kind is Kind.WORD

    def is_glued(self, i: int) -> bool:
        """Tell whether a piece has the one before it and no white space between."""
        return 0 < i < len(self._all) and self._all[i].glued

    def word(self, i: int) -> str:
        """Return a piece in lower case, "" beyond the ends."""
        return self._all[i].text if 0 <= i < len(self._all) else ""

    def written(self, i: int) -> str:
        """Return a piece as it is written, "" beyond the ends."""
        return self.text[self._all[i].start : self._all[i].end] if 0 <= i < len(self._all) else ""

    def form(self, first: int, last: int) -> str:
        """Return pieces first:last as tables have them: lower case, single spaces, straight apostrophes.

        It is "" beyond the ends and where an empty line lies between: a form does not go on in the next paragraph.
        """
        if not 0 <= first < last <= len(self._all):
            return ""
        text = self.text[self._all[first].start : self._all[last - 1].end]
        return "" if _PARAGRAPH.search(text) else _SPACES.sub(" ", text.lower().replace("’", "'"))
