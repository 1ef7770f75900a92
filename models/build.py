"""Build the language model from the labelled data: `python -m models.build DATA_FOLDER`.

    convert → train both halves at once → assemble → evaluate → write the card → put in place

Takes about half an hour on two cores. Runs of the same data, code and library versions on the
same kind of machine give the same weights: every seed is fixed and each half has one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Container, Sequence
from pathlib import Path

import spacy

from models import assemble, evaluate
from models.convert import convert
from models.lemmas import lemma_tables
from models.sources import NAME_SOURCES, TREEBANKS

HERE = Path(__file__).parent
HALVES = ("parse", "names")
ALL_SOURCES = (*TREEBANKS, *(source.folder for source in NAME_SOURCES))

# Our own sentences; the pipeline must read them the same before and after it was saved.
PROBES = [
    "Norway and Chad freed 1,200 prisoners on Friday, the Foreign Ministry said.\n\nTalks go on in Oslo.",
    "“We don’t know,” Ana Pereira told reporters -- but the rebels' envoy didn't deny it.",
    "RIVAL ARMIES LEAVE BORDER TOWN AFTER NINE DAYS",
]


def train_halves(corpus: Path, work: Path) -> None:
    """Train both halves side by side, each in its own process on one thread.

    Raises:
        subprocess.CalledProcessError: a half failed; its output stands above.
    """
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "models.train"]
    running = [
        subprocess.Popen(  # noqa: S603  our own module, no shell
            [*command, half, str(corpus), str(work / half)], cwd=HERE.parent, env=one_thread
        )
        for half in HALVES
    ]
    for process in running:
        if process.wait():
            for other in running:
                other.kill()
            raise subprocess.CalledProcessError(process.returncode, process.args)


def finish(data: Path, work: Path, sources: Container[str], out: Path, card: Path) -> None:
    """Assemble the trained halves, measure the result and put it in place."""
    treebanks = [folder for folder in TREEBANKS if folder in sources]
    names = [source.folder for source in NAME_SOURCES if source.folder in sources]
    lemmas = lemma_tables(data, treebanks, names)
    ready = work / "assembled"
    joined = assemble.join(work / "parse" / "model-best", work / "names" / "model-best", lemmas)
    assemble.assemble(joined, ready, PROBES)
    nlp = spacy.load(ready)
    scores = evaluate.measure(nlp, data)
    meta = ready / "meta.json"
    described = json.loads(meta.read_text(encoding="utf-8"))
    described["performance"] = scores
    meta.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assemble.place(ready, out)
    evaluate.write_card(card, scores)
    print(evaluate.tables(scores))
    print(f"{out}: {assemble.size_of(out):,} bytes, {evaluate.words_per_second(nlp, data):,} words/s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe; see `--help`."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m models.build", description=__doc__, formatter_class=raw)
    parser.add_argument("data", type=Path, help="a folder for each labelled set (models/README.md)")
    parser.add_argument("--sources", nargs="+", choices=ALL_SOURCES, default=ALL_SOURCES, metavar="SET",
                        help=f"train on these alone, of {', '.join(ALL_SOURCES)}")  # fmt: skip
    parser.add_argument("--out", type=Path, default=HERE / "en_tidings", help="where the pipeline goes")
    parser.add_argument("--work", type=Path, help="keep what is made on the way here (default: nowhere)")
    parser.add_argument("--card", type=Path, default=HERE / "MODEL_CARD.md", help="gets the scores")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tidings-model-") as scratch:
        work: Path = (chosen.work or Path(scratch)).absolute()
        sources = frozenset(chosen.sources)
        convert(chosen.data, work / "corpus", sources)
        train_halves(work / "corpus", work)
        finish(chosen.data, work, sources, chosen.out, chosen.card)


if __name__ == "__main__":
    main()
