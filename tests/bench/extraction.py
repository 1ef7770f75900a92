"""Score extraction on labelled data: `python -m tests.bench.extraction DATA [--scorer score.py] [--only NAME]`.

DATA holds the labelled sets as `facts/NAME.*.jsonl`, `events/NAME.*.jsonl`, `plover/gsr.*.jsonl` and `seed/`. The scorer is
the labelled data's own program with the verbs `input SET GOLD` and `SET GOLD SYSTEM`; by default `../bench/score.py` beside
DATA. Each set goes through the installed `tidings`, as a user would run it. Last comes what extraction costs over the bare
language model on the same texts, as a ratio of processor time in one process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.progress import counted
from tidings.extract.pipeline import load_extractor
from tidings.extract.schemes import load_pipeline
from tidings.ids import ArticleId
from tidings.settings import Settings

SETS = {
    "seed": ("seed/main_article.facts.json", "seed"),
    "meantime": ("facts/meantime.*.jsonl", "meantime"),
    "te3": ("facts/te3.*.jsonl", "te3"),
    "polnear": ("facts/polnear.*.jsonl", "polnear"),
    "uds_ih": ("facts/uds_ih.*.jsonl", "uds_ih"),
    "muc4": ("facts/muc4.*.jsonl", "muc4"),
    "plover": ("events/plover.*.jsonl", "plover"),
    "gsr": ("plover/gsr.*.jsonl", "plover"),
    "places": ("events/places.*.jsonl", "places"),
    "actors": ("events/actors.*.jsonl", "actors"),
    "ecb": ("facts/ecb.*.jsonl", "ecb"),
}
"""A bench's name → its file and the scorer's name for its kind."""
TIDINGS = str(Path(sys.executable).with_name("tidings"))
SAMPLE = 40
"""Texts on which the cost over the bare model is measured."""


def main(argv: list[str]) -> int:
    """Print the figures of every set that DATA holds; return 1 if it holds none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--scorer", type=Path, default=None)
    parser.add_argument("--only", action="append", choices=sorted(SETS), help="this set only (may be repeated)")
    parser.add_argument("--keep", type=Path, default=None, help="folder in which the extractions stay")
    parser.add_argument(
        "--results", type=Path, default=None, help="file that keeps the tables, so that a diff shows a change"
    )
    args = parser.parse_args(argv)
    scorer = args.scorer or args.data.parent / "bench" / "score.py"
    if not scorer.is_file():
        parser.error(f"no scorer at {scorer}: name it with --scorer")
    found = [(name, path) for name in args.only or SETS for path in _files(args.data, SETS[name][0])]
    if not found:
        print(f"{args.data} holds none of: {', '.join(pattern for pattern, _ in SETS.values())}", file=sys.stderr)
        return 1
    tables: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in counted(found, "sets"):
            began = time.perf_counter()
            tables.append(_scored(name, path, scorer, folder))
            print(tables[-1], f"{time.perf_counter() - began:.0f} s\n", sep="\n", flush=True)
    if args.results is not None:
        args.results.write_text("\n\n".join(tables) + "\n", encoding="utf-8")
    print(_cost(args.data), flush=True)
    return 0


def _files(data: Path, pattern: str) -> Iterator[Path]:
    yield from sorted(data.glob(pattern))


def _scored(name: str, gold: Path, scorer: Path, folder: Path) -> str:
    kind = SETS[name][1]
    text = ["--text", str(gold.with_name("main_article.txt"))] if kind == "seed" else []
    rows = _run([sys.executable, str(scorer), "input", kind, str(gold), *text])
    given, system = folder / f"{name}.input.jsonl", folder / f"{name}.system.jsonl"
    given.write_text(rows, encoding="utf-8")
    out = _run([TIDINGS, "resolve" if kind == "actors" else "extract", str(given)])
    if kind == "ecb":
        system.with_suffix(".extractions").write_text(out, encoding="utf-8")
        out = _run([TIDINGS, "publish", "--print", str(system.with_suffix(".extractions"))])
    system.write_text(out, encoding="utf-8")
    table = _run([sys.executable, str(scorer), kind, str(gold), str(system), *text])
    return f"== {name} ({rows.count(chr(10))} texts)\n{table}"


def _run(command: list[str]) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} … failed: {done.stderr.strip()[-800:]}")
    return done.stdout


def _cost(data: Path) -> str:
    """Return the ratio of our processor time to the bare model's on the same texts."""
    texts: list[str] = []
    for path in sorted(data.glob("facts/*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:SAMPLE] if line.strip()]
        texts += [row["text"] for row in rows if len(row.get("text", "")) > 500]
    texts = texts[:SAMPLE]
    if not texts:
        return "cost: no text of more than 500 characters to measure on"
    settings = Settings()
    nlp, extractor = load_pipeline(str(settings.model_folder())), load_extractor(settings)
    for text in texts[:2]:
        extractor.extract(ArticleId("warm"), text, None)
    began = time.process_time()
    for text in texts:
        nlp(text)
    bare = time.process_time() - began
    began = time.process_time()
    for text in texts:
        extractor.extract(ArticleId("x"), text, None)
    ours = time.process_time() - began
    words = sum(len(text.split()) for text in texts)
    each = f"{ours * 1000 / len(texts):.0f} ms an article of {words // len(texts)} words"
    return f"cost: {ours / bare:.2f} × the bare model ({each})"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
