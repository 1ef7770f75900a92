"""Score attributions against a labelled set: `python tests/bench/attributions.py GOLD.jsonl`.

GOLD holds a JSON line for each article: {"text", "attributions": [{"source"?, "cue", "content"}]}, each part with its
"text" and "spans" [[start, end], …], as PolNeAR converts to. Prints precision, recall and F1 of cues (by overlap), and of
whole triples (source and content with a token-F1 of at least .5).
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc

from tidings.extract.attributions import find_attributions
from tidings.records import Attribution, Entity, EntityLabel
from tidings.settings import Settings


def entities(doc: Doc) -> list[Entity]:
    """Return the pipeline's names as entities."""
    return [
        Entity(id=f"e{k}", label=EntityLabel(e.label_), start=e.start_char, end=e.end_char, text=e.text, name=e.text)
        for k, e in enumerate(doc.ents, 1)
    ]


def similar(said: str, gold: str) -> bool:
    """Tell whether two texts share at least half of their words (F1)."""
    a, b = Counter(re.findall(r"\w+", said.lower())), Counter(re.findall(r"\w+", gold.lower()))
    if not a or not b:
        return a == b
    return 2 * (a & b).total() / (a.total() + b.total()) >= 0.5


def overlapping(found: Attribution, gold: dict[str, Any]) -> bool:
    """Tell whether the two cues share a character."""
    return found.cue is not None and any(s < found.cue.end and found.cue.start < e for s, e in gold["cue"]["spans"])


def right(found: Attribution, gold: dict[str, Any]) -> bool:
    """Tell whether source and content agree with the gold ones."""
    source = found.source.text if found.source else ""
    return similar(source, gold.get("source", {}).get("text", "")) and similar(found.content.text, gold["content"]["text"])


def main(path: str) -> None:
    """Print the figures."""
    nlp = spacy.load(Settings().model_folder())
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line.strip()]
    n: Counter[str] = Counter()
    seconds = 0.0
    for row, doc in zip(rows, nlp.pipe(r["text"] for r in rows), strict=True):
        started = time.perf_counter()
        found = [a for a in find_attributions(doc, entities(doc), ()) if a.cue]
        seconds += time.perf_counter() - started
        free = [a for a in row["attributions"] if "cue" in a and "content" in a]
        n["gold"] += len(free)
        n["system"] += len(found)
        for a in found:
            hit = next(
                (g for g in free if a.cue and any(s < a.cue.end and a.cue.start < e for s, e in g["cue"]["spans"])), None
            )
            if hit is not None:
                free.remove(hit)
                n["cue"] += 1
                n["triple"] += right(a, hit)
    for part in ("cue", "triple"):
        p, r, f = n[part] / max(n["system"], 1), n[part] / max(n["gold"], 1), 2 * n[part] / max(n["gold"] + n["system"], 1)
        print(f"{part:8} P {p:.3f}  R {r:.3f}  F1 {f:.3f}")
    print(f"{1000 * seconds / max(len(rows), 1):.1f} ms an article")


if __name__ == "__main__":
    main(sys.argv[1])
