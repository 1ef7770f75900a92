"""Build the language model from the labelled data: `python -m models.build DATA_FOLDER`.

    prepare → train → quantise → assemble with the lemmatizer's tables → evaluate → write the card → put in place

DATA_FOLDER holds `model/` and, where they are there, `facts/` (models/README.md). An accelerator is used where PyTorch finds
one; on two cores the teachers take most of a day, and `--alone` does without them in two hours. Runs of the same data,
code and library versions on the same kind of machine give the same weights: every seed is fixed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Container, Sequence
from pathlib import Path

import spacy

from models import assemble, evaluate
from models.lemmas import lemma_tables
from models.prepare import prepare
from models.quantise import quantise
from models.sources import ALL_SOURCES, FACT_SOURCES, NAME_SOURCES, TREEBANKS, Folders

HERE = Path(__file__).parent

# Our own sentences; the pipeline must read them the same before and after it was saved.
PROBES = [
    "Norway and Chad freed 1,200 prisoners on Friday, the Foreign Ministry said.\n\nTalks go on in Oslo.",
    "“We don’t know,” Ana Pereira told reporters -- but the rebels' envoy didn't deny it.",
    "RIVAL ARMIES LEAVE BORDER TOWN AFTER NINE DAYS",
]


def finish(folders: Folders, work: Path, sources: Container[str], out: Path, card: Path) -> None:
    """Assemble the pipeline round the trained reader, measure the result and put it in place."""
    treebanks = [folders.treebank(folder, "train") for folder in TREEBANKS if folder in sources]
    names = [folders.file(source.folder, "train") for source in NAME_SOURCES if source.folder in sources]
    numbers, ready = work / "weights.bin", work / "assembled"
    heading = quantise(work / "trained", numbers)
    assemble.assemble(assemble.join(heading, numbers, lemma_tables(treebanks, names)), ready, PROBES)
    nlp = spacy.load(ready)
    scores = evaluate.measure(nlp, folders)
    meta = ready / "meta.json"
    described = json.loads(meta.read_text(encoding="utf-8"))
    described["performance"] = scores
    meta.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assemble.place(ready, out)
    evaluate.write_card(card, scores)
    print(evaluate.tables(scores))
    print(f"{out}: {assemble.size_of(out):,} bytes, {evaluate.words_per_second(nlp, folders):,} words/s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe; see `--help`."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m models.build", description=__doc__, formatter_class=raw)
    parser.add_argument("data", type=Path, help="holds model/ and facts/ (models/README.md)")
    parser.add_argument("--sources", nargs="+", choices=ALL_SOURCES, default=ALL_SOURCES, metavar="SET",
                        help=f"train on these alone, of {', '.join(ALL_SOURCES)}")  # fmt: skip
    parser.add_argument("--alone", action="store_true", help="without large readers that teach: faster, somewhat worse")
    parser.add_argument("--passes", type=int, help="passes over the sets at the most: fewer than planned for a trial")
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches ahead (default: none)")
    parser.add_argument("--begin", type=Path, metavar="WEIGHTS",
                        help="settle these alone: unrounded.safetensors of a training whose --work was kept")  # fmt: skip
    parser.add_argument("--beside", type=Path, metavar="PIPELINE",
                        help="with --begin: a finished pipeline that teaches the parse and events meanwhile")  # fmt: skip
    parser.add_argument("--out", type=Path, default=HERE / "en_tidings", help="where the pipeline goes")
    parser.add_argument("--work", type=Path, help="keep what is made on the way here (default: nowhere)")
    parser.add_argument("--card", type=Path, default=HERE / "MODEL_CARD.md", help="gets the scores")
    parser.add_argument("--trained", action="store_true", help="do not train: go on from what lies in --work")
    chosen = parser.parse_args(arguments)
    if chosen.beside is not None and chosen.begin is None:
        parser.error("--beside goes with --begin")
    with tempfile.TemporaryDirectory(prefix="tidings-model-") as scratch:
        work: Path = (chosen.work or Path(scratch)).absolute()
        sources = frozenset(chosen.sources)
        rows = work / "rows"
        folders = Folders(chosen.data / "model", rows)
        prepare(chosen.data / "facts", rows)
        missing = sorted(name for name in sources & set(FACT_SOURCES) if not folders.file(name, "train").exists())
        if missing:
            print(f"without {', '.join(missing)}: {chosen.data} has no facts/ of that name")
            sources -= set(missing)
        if not chosen.trained:
            from models.train import train  # PyTorch is needed for this step alone

            train(
                folders,
                work / "trained",
                sources,
                alone=chosen.alone,
                most=chosen.passes,
                workers=chosen.workers,
                begin=chosen.begin,
                beside=chosen.beside,
            )
        finish(folders, work, sources, chosen.out, chosen.card)


if __name__ == "__main__":
    main()
