"""Measure how names are read in text of a source that nobody trained on: `python -m models.leave_out DATA_FOLDER`.

For each set of names with a dev part the small network learns, alone, from all other sets of names, and is measured on that
dev part beside one that learnt from all of them. MEANTIME, whose names are scored by the bench, is in neither. A pass is
enough to see what a source is worth; the scores themselves are lower than the shipped model's.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from models import pretrained
from models.network import Reader
from models.sources import ALL_SOURCES, FACT_SOURCES, NAMES, SUBJECTS, Folders
from models.train import ALONE, SEED, Plan, Trainer, describe, material, save
from models.watch import dev_windows, quick_scores

SILVER = 0.15
"""The share of the silver set in a pass: with it a reader takes a quarter of an hour on one core."""


def measure(folders: Folders, sets: Sequence[str], plan: Plan, keep: Path | None = None) -> dict[str, tuple[float, float]]:
    """Return F on each set's dev part: of a reader that learnt from all sets of names, and of one without that set.

    Args:
        folders: Where the sets lie.
        sets: Those to leave out, one after the other.
        plan: How each reader is trained.
        keep: Where the reader of all sets goes, if it is wanted for more.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sources = frozenset(ALL_SOURCES).difference(FACT_SOURCES)
    trainer = Trainer(material(folders, sources), device, workers=0)
    dev = dev_windows(folders, trainer.found.numbering, sources)

    def reader_without(out: str | None) -> Reader:
        torch.manual_seed(SEED)
        left = frozenset(name for name in SUBJECTS[NAMES] if name != out)
        narrow = trainer.with_material(trainer.found.narrowed(folders, left))
        reader = narrow.reader(load=lambda reader: pretrained.load_small(reader, trainer.found.pieces))
        narrow.learn(reader, plan)
        return reader

    whole = reader_without(None)
    if keep is not None:
        describe(whole, trainer.found.pieces, keep)
        save(whole, keep / "reader.safetensors")
    found = {}
    for name in sets:
        with_it, without = (quick_scores(r, dev[name], device)["names"] for r in (whole, reader_without(name)))
        found[name] = (with_it, without)
        print(json.dumps({name: {"with": with_it, "without": without}}), f"at {time.strftime('%H:%M')}", flush=True)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and print a table for the card."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m models.leave_out", description=__doc__, formatter_class=raw)
    parser.add_argument("data", type=Path, help="holds model/ (models/README.md)")
    parser.add_argument("--sets", nargs="+", choices=SUBJECTS[NAMES], metavar="SET",
                        default=["gmb", "gum_ner", "crossner_politics", "uner_ewt", "wikigold", "redocred"],
                        help="leave out these, each by itself (default: all of size that have a dev part)")  # fmt: skip
    parser.add_argument("--passes", type=int, default=1, help="passes over the sets (default: 1)")
    parser.add_argument("--keep", type=Path, help="write the reader of all sets there")
    chosen = parser.parse_args(arguments)
    plan = ALONE._replace(passes=chosen.passes, silver=SILVER)
    found = measure(Folders(chosen.data / "model"), chosen.sets, plan, chosen.keep)
    print("\n| names F on | with it | without it |\n| --- | --- | --- |")
    for name, (with_it, without) in found.items():
        print(f"| {name} | {with_it:.1f} | {without:.1f} |")


if __name__ == "__main__":
    main()
