"""Name the labelled sets the model is trained on, and where each lies in the data folder."""

from __future__ import annotations

from typing import NamedTuple

TREEBANKS: tuple[str, ...] = ("ud_ewt", "gum")

# Genres of a treebank that stay out: the source page of these recordings says CC BY-ND.
DROPPED_GENRES: frozenset[str] = frozenset({"conversation"})


class NameSource(NamedTuple):
    """A set of sentences with names, and which share of it a pass of training sees."""

    folder: str
    share: float = 1.0


NAME_SOURCES: tuple[NameSource, ...] = (
    NameSource("gmb", 0.35),  # silver
    NameSource("gum_ner"),
    NameSource("crossner_politics"),
    NameSource("uner_ewt"),
    NameSource("wikigold"),
    NameSource("redocred"),
    NameSource("re3d"),
    NameSource("crossner_other"),
)

ALL_SOURCES = (*TREEBANKS, *(source.folder for source in NAME_SOURCES))
PASSES = 5  # over the data
