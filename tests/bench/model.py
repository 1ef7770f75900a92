"""Measure the language model: `python -m tests.bench.model DATA [--model FOLDER]`.

DATA holds the labelled sets as `model/NAME/dev.*` (see models/README.md). Printed are the dev parts' scores, from raw text
and with the words given; how fast the pipeline with entity links and coreference is beside the bare one, in one process on
one core; and how long loading and the first document take beyond `import spacy`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from spacy.language import Language

from models.documents import parse_documents
from models.evaluate import NEWS_GENRES, measure, tables
from models.sources import Folders
from tidings.extract.coreference import find_references
from tidings.extract.entities import find_entities
from tidings.extract.gazetteer import load_gazetteer
from tidings.extract.schemes import load_pipeline
from tidings.settings import Settings

FIRST = """
import time, spacy, sys
import tidings.language.reader
begun = time.perf_counter()
nlp = spacy.load(sys.argv[1])
loaded = time.perf_counter()
nlp("Norway and Chad freed 1,200 prisoners on Friday, the Foreign Ministry said.")
print(loaded - begun, time.perf_counter() - loaded)
"""


def main(argv: list[str]) -> int:
    """Print the figures; return 1 if DATA holds no labelled set for the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", type=Path, default=Settings().model_folder())
    args = parser.parse_args(argv)
    folders = Folders(args.data / "model")
    if not folders.data.is_dir():
        print(f"{args.data} holds no folder model/ with labelled sets", file=sys.stderr)
        return 1
    nlp = load_pipeline(str(args.model))
    print(tables(measure(nlp, folders)), flush=True)
    print(speed(nlp, folders), flush=True)
    print(first_document(args.model))
    return 0


def speed(nlp: Language, folders: Folders) -> str:
    """Return words a second of the bare pipeline, and what share of its speed is left with names and references linked.

    Processor time of two alternating rounds over the same texts, so that a busy machine slows both alike.
    """
    gazetteer = load_gazetteer()
    texts = [doc.text for doc in parse_documents(nlp.vocab, folders.treebank("gum", "dev"), NEWS_GENRES)]
    words = bare = linked = 0.0
    list(nlp.pipe(texts[:3]))
    for _ in range(2):
        begun = time.process_time()
        docs = list(nlp.pipe(texts))
        bare += time.process_time() - begun
        words += sum(len(doc) for doc in docs)
        begun = time.process_time()
        for doc in nlp.pipe(texts):
            find_references(doc, find_entities(doc, gazetteer))
        linked += time.process_time() - begun
    return f"speed: {words / bare:,.0f} words/s bare; with links and coreference {bare / linked:.2f} of that"


def first_document(model: Path) -> str:
    """Return what loading and the first document cost, the best of three fresh processes."""
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", FIRST, str(model)], check=True, capture_output=True, text=True)
        runs.append([float(part) for part in done.stdout.split()])
    load, first = min(runs, key=sum)
    return f"start: load {load:.2f} s + first document {first:.2f} s beyond the imports"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
