"""Name the labelled sets the model is trained on, where each lies, and which share of it a pass sees."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

OWN = Path(__file__).parent / "corpus"
"""The sets made for this project; they lie in this repository."""

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
    NameSource("own_names"),
)
EVENT_SOURCES: tuple[str, ...] = ("own_events",)
FACT_SOURCES: tuple[str, ...] = ("meantime", "uds_ih")

PARSE, NAMES, EVENTS = "parse", "names", "events"
"""The subjects that the sets teach; hardly a sentence is labelled for two of them."""

SUBJECTS: dict[str, tuple[str, ...]] = {
    PARSE: TREEBANKS,
    NAMES: tuple(source.folder for source in NAME_SOURCES),
    EVENTS: (*EVENT_SOURCES, *FACT_SOURCES),
}

ALL_SOURCES = (*TREEBANKS, *(source.folder for source in NAME_SOURCES), *EVENT_SOURCES, *FACT_SOURCES)


class Folders(NamedTuple):
    """Where the sets lie."""

    data: Path
    """The labelled sets: a folder each."""
    rows: Path | None = None
    """What `models.prepare` made of the sets that are plain text with spans; None where none of them is read."""

    def file(self, name: str, part: str) -> Path:
        """Return where a part ("train", "dev") of a set of rows lies.

        Raises:
            ValueError: for a set that is plain text with spans, where nothing was prepared.
        """
        home = OWN if name.startswith("own_") else self.rows if name in FACT_SOURCES else self.data
        if home is None:
            raise ValueError(f"{name}: not prepared (models.prepare)")
        return home / name / f"{part}.jsonl.gz"

    def treebank(self, name: str, part: str) -> Path:
        """Return where a part of a treebank lies."""
        return self.data / name / f"{part}.conllu.gz"
