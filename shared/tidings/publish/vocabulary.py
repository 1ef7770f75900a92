"""What words mean the same: triggers that news uses for one happening, and words that say nothing of a story."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from tidings.errors import Permanent
from tidings.tables import rows

SHORTEST = 4
"""Letters of a word that can tell one story from another."""
_WORD = re.compile(r"\w+")
_NOUN_ENDINGS = ("ment", "ation", "ing", "ion", "al")
_STEM = 4
"""Letters that must be left of a noun when its ending goes ("payment": pay is left to the table)."""


@cache
def _meanings() -> dict[str, str]:
    """Return the meaning of each listed word.

    Raises:
        Permanent: a word stands in two rows.
    """
    found: dict[str, str] = {}
    for meaning, words in rows("event_meanings.tsv", 2):
        for word in words.split():
            if found.setdefault(word, meaning) != meaning:
                raise Permanent(f"event_meanings.tsv: {word} stands in two rows")
    return found


@cache
def common() -> frozenset[str]:
    """Return the words that stand in any article."""
    text = resources.files("tidings").joinpath("data", "common_words.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


@cache
def meaning_of(lemma: str) -> str:
    """Return the meaning of a trigger: "quake" and "earthquake" have one, an unlisted word has its own.

    >>> meaning_of("temblor") == meaning_of("earthquake")
    True
    """
    word = lemma.casefold().replace(" ", "_")
    known = _meanings()
    if word in known:
        return known[word]
    last = word.rsplit("_", 1)[-1]
    if last in known and word != last and not word.startswith(f"{known[last]}_"):
        # "suicide bombing", "plane crash": the noun that ends a compound says what happened.
        return known[last]
    for ending in _NOUN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word.removesuffix(ending).rstrip("e")
    return word.rstrip("e")


def content_words(text: str) -> list[str]:
    """Return the words of a text that may tell its story from others, folded, in its order."""
    folded = (word.casefold() for word in _WORD.findall(text))
    return [word for word in folded if len(word) >= SHORTEST and word not in common()]
