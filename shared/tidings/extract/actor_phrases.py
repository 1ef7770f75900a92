"""Reading an actor's phrase: its core, with the head on the right, and the prepositional phrases behind it.

Works on the words alone, so that a phrase from anywhere (a feed, a command line) is read as one from a parsed article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from tidings.extract.gazetteer import fold
from tidings.extract.quantity_words import LONGEST_FORM, before, forms

PREPOSITIONS = frozenset(
    {
        "of",
        "in",
        "from",
        "at",
        "to",
        "for",
        "with",
        "against",
        "by",
        "on",
        "near",
        "under",
        "over",
        "about",
        "between",
        "among",
        "within",
        "across",
        "inside",
        "outside",
        "including",
        "who",
        "which",
        "that",
        "whose",
        "during",
        "after",
        "before",
        "since",
        "toward",
        "towards",
        "as",
        "than",
        "loyal",
    }
)
LONGEST_PHRASE = 60  # words; what is longer is no actor's phrase, and all sub-phrases are looked up
DETERMINERS = frozenset(
    {
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
        "your",
        "some",
        "any",
        "each",
        "every",
        "both",
    }
)
_BOUND_WORDS = frozenset(
    {
        "backed",
        "held",
        "controlled",
        "occupied",
        "run",
        "born",
        "trained",
        "funded",
        "made",
        "based",
        "style",
        "speaking",
        "aligned",
    }
)
AGAINST_OR_FOR = frozenset({"anti", "pro"})
_WORD = re.compile(r"[^\s\-‐–—/,;:()\[\]\"“”«»]+|[,;:()—]")
_POSSESSIVE = re.compile(r"(?:['’`]s?|['’`])$")


class Word(NamedTuple):
    """A word of the phrase.

    `bound`: it only tells who backs, holds or runs the rest ("Saudi-backed").
    `joined`: a hyphen joins it to the word before.
    """

    text: str
    bound: bool = False
    joined: bool = False


class Complement(NamedTuple):
    """What follows a preposition, up to the next one."""

    preposition: str
    words: tuple[Word, ...]


class Phrase(NamedTuple):
    """A phrase cut into its core and complements."""

    core: tuple[Word, ...]
    complements: tuple[Complement, ...]

    def texts(self) -> list[str]:
        """Return the core's words."""
        return [word.text for word in self.core]


def _words(text: str) -> list[Word]:
    found: list[Word] = []
    for match in islice(_WORD.finditer(text), LONGEST_PHRASE):
        raw = match.group()
        bare = _POSSESSIVE.sub("", raw) if len(raw) > 2 else "" if raw in ("'s", "’s", "'") else raw
        if not bare:
            continue
        if fold(bare) in _BOUND_WORDS and found and match.start() and text[match.start() - 1] in "-‐–":
            found[-1] = found[-1]._replace(bound=True)
        # "pro-Russian", "ethnic Russians": whose friend, foe or kin somebody is tells not where he is from.
        before = fold(found[-1].text) if found else ""
        joined = bool(found) and text[match.start() - 1] in "-‐–"
        found.append(Word(bare, bound=before == "ethnic" or (joined and before in AGAINST_OR_FOR), joined=joined))
    while found and fold(found[0].text) in DETERMINERS:
        found.pop(0)
    return found[_qualifier(found) :]


def _qualifier(words: Sequence[Word]) -> int:
    """Return how many words in front only say how exact the number behind them is ("no fewer than 40 people")."""
    for end in range(min(len(words) - 1, LONGEST_FORM), 0, -1):
        number = words[end].text
        counts = number[:1].isdigit() or number.casefold() in forms("number")
        if counts and " ".join(word.text.casefold() for word in words[:end]) in before():
            return end
    return 0


def read_phrase(text: str, known: Callable[[Sequence[str]], Iterable[tuple[int, int]]] = lambda _: ()) -> Phrase:
    """Cut a phrase; a comma, colon or bracket ends the core too (an apposition follows: preposition "").

    `known` finds names (first and end word) that must stay whole ("International Court of Justice").
    """
    words = _words(text)
    whole = {i for first, end in known([word.text for word in words]) for i in range(first, end)}
    segments: list[tuple[str, list[Word]]] = [("", [])]
    for i, word in enumerate(words):
        key = word.text.casefold()
        if i in whole:
            segments[-1][1].append(word)
        elif word.text in (",", ";", ":", "(", ")", "—"):
            segments.append(("", []))
        elif key in PREPOSITIONS and segments[0][1] and not word.joined:
            segments.append((key, []))
        elif key not in DETERMINERS or len(word.text) < 3 or word.text.isupper():
            segments[-1][1].append(word)
    core = tuple(segments[0][1])
    return Phrase(core, tuple(Complement(preposition, tuple(words)) for preposition, words in segments[1:] if words))


def display_name(text: str) -> str:
    """Return the phrase as it is shown: one line, no determiner in front, no possessive behind."""
    words = _POSSESSIVE.sub("", " ".join(text.split()).strip(" ,;:")).split(" ")
    while len(words) > 1 and words[0].casefold() in DETERMINERS:
        words.pop(0)
    return " ".join(words)
