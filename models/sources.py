"""Name the labelled sets the model is trained on, and where each lies in the data folder."""

from __future__ import annotations

from typing import NamedTuple

TREEBANKS: tuple[str, ...] = ("ud_ewt", "gum")

# Genres of a treebank that stay out: the source page of these recordings says CC BY-ND.
DROPPED_GENRES: frozenset[str] = frozenset({"conversation"})


class NameSource(NamedTuple):
    """A set of sentences with names, how often a pass of training sees it, and whether people labelled it."""

    folder: str
    repeat: int
    gold: bool = True


NAME_SOURCES: tuple[NameSource, ...] = (
    NameSource("gmb", 1, gold=False),
    NameSource("gum_ner", 2),
    NameSource("crossner_politics", 2),
    NameSource("uner_ewt", 2),
    NameSource("wikigold", 2),
    NameSource("redocred", 1),
    NameSource("re3d", 1),
    NameSource("crossner_other", 1),
)

# Only these choose the best checkpoint: gold labels, text nearest to news. GMB's are silver.
NAME_DEV: tuple[str, ...] = ("crossner_politics", "gum_ner", "wikigold", "redocred", "re3d")
