"""Score extraction on labelled data: `python -m tests.bench.extraction DATA [--scorer score.py] [--only NAME]`.

DATA holds the labelled sets as `facts/NAME.*.jsonl`, `events/NAME.*.jsonl`, `plover/gsr.*.jsonl` and `seed/`. The scorer is
the labelled data's own program with the verbs `input SET GOLD` and `SET GOLD SYSTEM`; by default `../bench/score.py` beside
DATA. Each set goes through the installed `tidings`, as a user would run it. Under the sets of event types stands what each
type is taken for, and how right the surest event of a sentence is at each confidence; the same of the sentences that the
model's training kept aside, in which every trigger is labelled. Last comes what extraction costs over the bare language
model on the same texts, as a ratio of processor time in one process. `--long` measures an article of up to 200,000
characters instead: time and memory by its length.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.progress import counted
from tests.bench.type_errors import confusions, of_sentences, of_triggers, reliability, surest
from tidings.extract.pipeline import LONGEST_TEXT, load_extractor
from tidings.extract.schemes import load_pipeline
from tidings.ids import ArticleId
from tidings.records import BACKGROUND_TYPES
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
    "own_events": ("", ""),
}
"""A bench's name → its file and the scorer's name for its kind; of our own sentences neither."""
OWN = Path(__file__).parent.parent.parent / "models/corpus/own_events/dev.jsonl.gz"
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
    parser.add_argument("--long", action="store_true", help="measure an article of up to 200,000 characters, no sets")
    args = parser.parse_args(argv)
    if args.long:
        print(_long(args.data), flush=True)
        return 0
    scorer = args.scorer or args.data.parent / "bench" / "score.py"
    if not scorer.is_file():
        parser.error(f"no scorer at {scorer}: name it with --scorer")
    wanted = args.only or SETS
    found = [(name, path) for name in wanted if SETS[name][0] for path in _files(args.data, SETS[name][0])]
    found += [("own_events", OWN)] if "own_events" in wanted else []
    if not found:
        print(f"{args.data} holds none of: {', '.join(pattern for pattern, _ in SETS.values())}", file=sys.stderr)
        return 1
    tables: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in counted(found, "sets"):
            began = time.perf_counter()
            tables.append(_scored_own(folder) if path == OWN else _scored(name, path, scorer, folder))
            print(tables[-1], f"{time.perf_counter() - began:.0f} s\n", sep="\n", flush=True)
    tables.append(_cost(args.data))
    print(tables[-1], flush=True)
    if args.results is not None:
        args.results.write_text("\n\n".join(tables) + "\n", encoding="utf-8")
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
    if kind == "plover":
        # The scorer tells rows of one id apart.
        labelled = [g | {"id": r["id"]} for g, r in zip(_rows(gold.read_text(encoding="utf-8")), _rows(rows), strict=True)]
        told = _rows(out)
        table += "\n".join(["", confusions(of_sentences(labelled, told)), "", reliability(surest(labelled, told)), ""])
    return f"== {name} ({rows.count(chr(10))} texts)\n{table}"


def _scored_own(folder: Path) -> str:
    """Return the tables of the sentences of ours that training keeps aside, of whose triggers every one is labelled."""
    labelled = [_own(f"own{n}", row) for n, row in enumerate(_rows(gzip.decompress(OWN.read_bytes()).decode()))]
    given = folder / "own_events.input.jsonl"
    given.write_text("".join(json.dumps(row) + "\n" for row in labelled), encoding="utf-8")
    judged = list(of_triggers(labelled, _rows(_run([TIDINGS, "extract", str(given)]))))
    typed = [one for one in judged if one.told not in BACKGROUND_TYPES]
    sure = [(one.confidence, one.gold == one.told) for one in typed if one.confidence is not None]
    return "\n".join([f"== own_events ({len(labelled)} texts)", confusions(judged), "", reliability(sure), ""])


def _own(name: str, row: dict[str, Any]) -> dict[str, Any]:
    starts, text = [], ""
    for word, space in zip(row["tokens"], row["spaces"], strict=True):
        starts.append(len(text))
        text += word + " " * space
    spans = [
        (starts[e["trigger"]], starts[e["trigger"]] + len(row["tokens"][e["trigger"]]), e["type"]) for e in row["events"]
    ]
    return {"id": name, "text": text, "triggers": spans}


def _rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n") if line.strip()]


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
    return f"cost: {ours / bare:.1f} × the bare model (articles of {words // len(texts)} words)"


def _long(data: Path) -> str:
    """Return seconds of processor time and the peak of memory by the length of one article."""
    texts = [
        row["text"] for path in sorted(data.glob("facts/*.jsonl")) for row in _rows(path.read_text(encoding="utf-8"))[:100]
    ]
    whole = "\n\n".join(texts)
    if not whole:
        return "long: no text to measure on"
    whole = (whole * (LONGEST_TEXT // len(whole) + 1))[:LONGEST_TEXT]
    extractor = load_extractor(Settings())
    extractor.warm_up()
    lines = ["characters  seconds  events  peak memory, MB"]
    for part in (8, 4, 2, 1):
        began = time.process_time()
        events = len(extractor.extract(ArticleId("x"), whole[: LONGEST_TEXT // part], None).events)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        lines.append(f"{LONGEST_TEXT // part:10,}  {time.process_time() - began:7.1f}  {events:6d}  {peak:6d}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
