"""Where in its sentence's tree a span stands: its head word, and how far that lies under a trigger."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TypeVar

from spacy.tokens import Doc, Token

from tidings.extract.syntax import preposition
from tidings.records import Entity, Quantity, Timex

_FARTHEST = 12
_DURING = frozenset({"", "in", "during", "amid", "by", "with", "through"})
"""Prepositions of what is one happening with its verb; what comes after or follows upon another has its own place."""

Found = TypeVar("Found", Entity, Timex, Quantity)


def by_sentence(doc: Doc, found: Sequence[Found]) -> dict[int, list[tuple[Found, Token]]]:
    """Return what was found with the head of its words, by the first token of their sentence."""
    several: dict[int, list[tuple[Found, Token]]] = {}
    for one in found:
        root = root_of(doc, one.start, one.end)
        if root is not None:
            several.setdefault(root.sent.start, []).append((one, root))
    return several


def root_of(doc: Doc, start: int, end: int) -> Token | None:
    """Return the head word of the words between two offsets, or None if there is none."""
    span = doc.char_span(start, end, alignment_mode="expand")
    return span.root if span is not None and len(span) else None


def distance(token: Token, head: Token, triggers: Container[int]) -> int | None:
    """Return how many edges a token lies under a head, or None if it does not, or another trigger's clause is between."""
    steps = 0
    here = token
    while here != head:
        if here.head == here or steps > _FARTHEST:
            return None
        if here != token and here.i in triggers and here.pos_ == "VERB":
            return None
        here = here.head
        steps += 1
    return steps


def is_during(noun: Token) -> bool:
    """Tell whether a noun's phrase tells of one happening with its verb: "killed in a raid", not "fled after a raid"."""
    return preposition(noun) in _DURING
