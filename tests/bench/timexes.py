"""Score time expressions against labelled sets: `python tests/bench/timexes.py GOLD [EXTRACTIONS]`.

GOLD is a JSON-lines file, or a folder of them: {"id", "text", "dct", "timex": [{"span": [start, end], "type", "value",
"dct"?}], "annotated_to"?}. Files without "timex" are passed over. Prints F1 by exact span and by overlap, the share of
the overlapping ones with the right value and type, and the same for dates alone; with EXTRACTIONS it writes what was
found there, an extraction a line. With TIDINGS_BENCH_MISSES set it lists what was missed, invented or misread.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import spacy

from tidings.extract.timexes import find_timexes
from tidings.records import Extraction, Timex
from tidings.settings import Settings

Gold = dict[str, Any]


def articles(path: Path) -> Iterator[Gold]:
    """Iterate over the labelled articles of a file or of a folder's files."""
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line.strip() and "timex" in (row := json.loads(line)):
                yield row


def pairs(gold: list[Gold], found: list[Timex]) -> Iterator[tuple[Gold, Timex]]:
    """Pair what overlaps, each once, in text order."""
    free = list(found)
    for wanted in gold:
        start, end = wanted["span"]
        hit = next((t for t in free if t.start < end and start < t.end), None)
        if hit:
            free.remove(hit)
            yield wanted, hit


def f1(hits: int, gold: int, system: int) -> float:
    """Return 2 · hits / (gold + system)."""
    return 2 * hits / max(1, gold + system)


def count(n: Counter[str], row: Gold, found: list[Timex], kind: str, misses: bool) -> None:
    """Add an article's figures for all types, or for the dates of gold and system alone."""
    only_dates = kind == "DATE"
    others = [t for t in row["timex"] if t.get("dct") or (only_dates and t["type"] != "DATE")]
    gold = [t for t in row["timex"] if t not in others]
    found = [t for t in found if not any(t.start < o["span"][1] and o["span"][0] < t.end for o in others)]
    found = [
        t for t in found if t.start < row.get("annotated_to", len(row["text"])) and (not only_dates or t.type == "DATE")
    ]
    paired = list(pairs(gold, found))
    n["gold"] += len(gold)
    n["found"] += len(found)
    n["overlap"] += len(paired)
    n["exact"] += sum(t.start == g["span"][0] and t.end == g["span"][1] for g, t in paired)
    n["value"] += sum(t.value == g["value"] for g, t in paired)
    n["type"] += sum(t.type == g["type"] for g, t in paired)
    if misses and not only_dates:
        report(row, gold, found, paired)


def report(row: Gold, gold: list[Gold], found: list[Timex], paired: list[tuple[Gold, Timex]]) -> None:
    """Print what differs from the gold, with some text around it."""
    text = row["text"].replace("\n", "|")

    def around(start: int, end: int) -> str:
        return f"{row['dct']} …{text[max(0, start - 40) : start]}[{text[start:end]}]{text[end : end + 25]}…"

    for g in gold:
        if not any(g is p for p, _ in paired):
            print("  missed  ", around(*g["span"]), g["type"], g["value"])
    for t in found:
        if not any(t is p for _, p in paired):
            print("  invented", around(t.start, t.end), t.type, t.value)
    for g, t in paired:
        if t.value != g["value"] or [t.start, t.end] != g["span"] or t.type != g["type"]:
            print("  misread ", around(*g["span"]), g["type"], g["value"], "≠", t.text, t.type, t.value)


def main(path: str, out: str | None = None) -> None:
    """Print the figures, and write the extractions if asked to."""
    nlp = spacy.load(Settings().model_folder())
    rows = list(articles(Path(path)))
    counts = {"all": Counter[str](), "DATE": Counter[str]()}
    seconds, lines = 0.0, []
    for row, doc in zip(rows, nlp.pipe(r["text"] for r in rows), strict=True):
        published = datetime.fromisoformat(row["dct"]).replace(hour=12, tzinfo=UTC)
        started = time.perf_counter()
        found = find_timexes(doc, published)
        seconds += time.perf_counter() - started
        lines.append(Extraction(article_id=row["id"], published=published, model="bench", timexes=found).model_dump_json())
        for kind, n in counts.items():
            count(n, row, list(found), kind, bool(os.environ.get("TIDINGS_BENCH_MISSES")))
    for kind, n in counts.items():
        exact, relaxed, value = (f1(n[what], n["gold"], n["found"]) for what in ("exact", "overlap", "value"))
        print(f"{kind:4} exact F1 {exact:.3f}  relaxed F1 {relaxed:.3f}  value F1 {value:.3f}", end="  ")
        print(
            f"value accuracy {n['value'] / max(1, n['overlap']):.3f}  type accuracy {n['type'] / max(1, n['overlap']):.3f}",
            end="  ",
        )
        print(f"({n['gold']} gold, {n['found']} found)")
    print(f"{1000 * seconds / max(1, len(rows)):.1f} ms an article")
    if out:
        Path(out).write_text("".join(line + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
