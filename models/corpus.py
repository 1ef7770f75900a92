"""All training text: read once, and made into windows anew for each pass."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from models.convert import NAME_BREAK_SHARE
from models.network import Labels
from models.sources import EVENT_SOURCES, FACT_SOURCES, NAME_SOURCES, TREEBANKS, Folders
from models.windows import (
    LONGEST_NAME_WINDOW,
    LONGEST_WINDOW,
    NAME_STEPS,
    Numbering,
    Row,
    Window,
    build,
    event_rows,
    fact_rows,
    group,
    name_rows,
    some_look,
    treebank_documents,
)
from tidings.language.heading import NO_EVENT, NO_MODE, NO_ROLE

RARE_MORPH = 2  # a bundle of features seen less often is not learnt
FACTS = ("happened", "planned", "possible", "negated")
ROLES = (NO_ROLE, "actor", "recipient", "object", "place", "time")


class Corpus:
    """The labelled sets that training sees."""

    def __init__(self, folders: Folders, sources: frozenset[str], *, part: str = "train") -> None:
        known: dict[tuple[str, ...], list[str | None]] = {}
        self.rows: list[tuple[list[Row], float]] = []
        for source in NAME_SOURCES:
            if source.folder not in sources:
                continue
            rows = name_rows(folders.file(source.folder, part))
            if source.folder == "gum_ner" and "gum" in sources:
                known = {tuple(row.words): row.names for row in rows}
                continue
            self.rows.append((rows, source.share))
        for names, read in ((EVENT_SOURCES, event_rows), (FACT_SOURCES, fact_rows)):
            self.rows += [(read(folders.file(name, part)), 1.0) for name in names if name in sources]
        self.documents = [
            document
            for folder in TREEBANKS
            if folder in sources
            for document in treebank_documents(folders.treebank(folder, part), known if folder == "gum" else {})
        ]

    def labels(self) -> Labels:
        """Return the labels that training sees."""
        rows = [row for document in self.documents for row in document]
        others = [row for found, _ in self.rows for row in found]
        morphs = Counter(morph for row in rows for morph in row.morphs)
        kinds = {kind for row in others for kind in row.kinds if kind}
        modes = {mode for row in others for mode in row.modes if mode}
        return Labels(
            tags=tuple(sorted({tag for row in rows for tag in row.tags})),
            morphs=tuple(sorted(morph for morph, times in morphs.items() if times >= RARE_MORPH)),
            relations=tuple(sorted({relation for row in rows for relation in row.relations if relation})),
            names=NAME_STEPS,
            kinds=(NO_EVENT, *sorted(kinds - {NO_EVENT})),
            modes=(NO_MODE, *sorted(modes - {NO_MODE})),
            facts=FACTS,
            roles=ROLES,
        )

    def windows(self, numbering: Numbering, rng: random.Random, *, silver: float | None = None) -> Iterator[Window]:
        """Yield the windows of one pass, in no order; `silver` is the share of sets that are not read whole."""
        for document in self.documents:
            for run in group(document, numbering.cutter, LONGEST_WINDOW, rng):
                yield build(run, numbering, some_look(rng), rng)
        for rows, share in self.rows:
            wanted = share if share >= 1 or silver is None else silver
            for run in group(rows, numbering.cutter, LONGEST_NAME_WINDOW, rng):
                if wanted >= 1 or rng.random() < wanted:
                    for row in run:
                        row.break_before = rng.random() < NAME_BREAK_SHARE
                    yield build(run, numbering, some_look(rng), rng)
