"""Score a reader on windows of the dev parts, gold words in gold sentences: only to watch training by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch

from models.batches import Batch, collate, grouped, tensors
from models.losses import arcs_of, scores_of
from models.network import Reader, Scores
from models.sources import EVENT_SOURCES, NAME_SOURCES, TREEBANKS, Folders
from models.windows import (
    LONGEST_NAME_WINDOW,
    LONGEST_WINDOW,
    NAME_STEPS,
    UNKNOWN,
    Numbering,
    Window,
    build,
    event_rows,
    group,
    name_rows,
    treebank_documents,
)
from tidings.language.decoding import NameSteps

BATCH = 4096
_STEPS = NameSteps(NAME_STEPS)

Tally = tuple[Counter[str], Counter[str]]
"""What was right, and what was there, by figure."""


def dev_windows(folders: Folders, numbering: Numbering, sources: frozenset[str]) -> dict[str, list[Window]]:
    """Return the dev parts that are there, of sets that training sees or not."""
    found: dict[str, list[Window]] = {}
    for folder in TREEBANKS:
        found[folder] = [
            build(run, numbering)
            for document in treebank_documents(folders.treebank(folder, "dev"), {})
            for run in group(document, numbering.cutter, LONGEST_WINDOW, None)
        ]
    sets = [(source.folder, name_rows) for source in NAME_SOURCES] + [(name, event_rows) for name in EVENT_SOURCES]
    for name, read in sets:
        path = folders.file(name, "dev")
        if path.exists():
            runs = group(read(path), numbering.cutter, LONGEST_NAME_WINDOW, None)
            found[name] = [build(run, numbering) for run in runs]
    return found


@torch.no_grad()
def quick_scores(reader: Reader, windows: Sequence[Window], device: torch.device) -> dict[str, float]:
    """Return percentages by figure."""
    was_training = reader.training
    reader.eval()
    tally: Tally = Counter(), Counter()
    for some in grouped(windows, BATCH, None):
        batch = tensors(collate(some)).to(device)
        scores = scores_of(reader, batch)
        _parse(reader, scores, batch, tally)
        _names(scores, some, tally)
        _events(reader, scores, batch, tally)
    reader.train(was_training)
    right, seen = tally
    return {name: round(100 * right[name] / seen[name], 2) for name in seen if seen[name]}


def _parse(reader: Reader, scores: Scores, batch: Batch, tally: Tally) -> None:
    right, seen = tally
    known = batch.tags >= 0
    seen["tag"] += int(known.sum())
    right["tag"] += int((scores.tags.argmax(-1) == batch.tags)[known].sum())
    relations = reader.labels.relations
    punct = relations.index("punct") if "punct" in relations else -1
    parsed = (batch.heads >= 0) & (batch.relations != punct)
    heads = arcs_of(scores, batch).argmax(-1)
    window, word = parsed.nonzero(as_tuple=True)
    if len(window):
        head = heads[window, word]
        found = reader.relations(scores.dependents[window, word], scores.governors[window, head]).argmax(-1)
        attached = head == batch.heads[window, word]
        seen["uas"] += len(window)
        seen["las"] += len(window)
        right["uas"] += int(attached.sum())
        right["las"] += int((attached & (found == batch.relations[window, word])).sum())
    begun = batch.starts >= 0
    seen["start"] += int(((batch.starts == 1) | ((scores.starts > 0) & begun)).sum())
    right["start"] += int(((batch.starts == 1) & (scores.starts > 0)).sum())


def _names(scores: Scores, windows: Sequence[Window], tally: Tally) -> None:
    right, seen = tally
    for window, own in zip(windows, scores.names.float().cpu().numpy(), strict=True):
        size = len(window.words)
        true = window.names[:size]
        if UNKNOWN in true:
            continue
        found = _STEPS.best(own[:size])
        ours, theirs = (set(_STEPS.names(np.array(steps))) for steps in (found, true))
        right["names"] += 2 * len(ours & theirs)
        seen["names"] += len(ours) + len(theirs)


def _events(reader: Reader, scores: Scores, batch: Batch, tally: Tally) -> None:
    """F1 of triggers and of typed ones; shares of right modes, facts, and, on gold triggers, F1 of participants."""
    right, seen = tally
    known = batch.kinds >= 0
    found = scores.kinds.argmax(-1)
    gold, ours = (batch.kinds > 0) & known, (found > 0) & known
    for name, hits in (("trigger", gold & ours), ("kind", gold & (found == batch.kinds))):
        right[name] += 2 * int(hits.sum())
        seen[name] += int(gold.sum()) + int(ours.sum())
    for name in ("modes", "facts"):
        column = getattr(batch, name)
        told = (column >= 0) & gold
        seen[name] += int(told.sum())
        right[name] += int((getattr(scores, name).argmax(-1) == column)[told].sum())
    if len(batch.triggers):
        window, word = batch.triggers.unbind(1)
        roles = reader.roles(scores.participants[window], scores.triggers[window, word]).argmax(-1)
        for number, name in enumerate(reader.labels.roles[1:], 1):
            want, got = batch.roles == number, (roles == number) & (batch.roles >= 0)
            right[name] += 2 * int((want & got).sum())
            seen[name] += int(want.sum()) + int(got.sum())
