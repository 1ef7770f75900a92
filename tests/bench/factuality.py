"""Score factuality on gold predicates: `python tests/bench/factuality.py GOLD.jsonl`.

GOLD holds a JSON line for each text: {"text", "events": [{"span": [start, end], "label": −3 … 3}]} (UDS-IH2's scale: did it
happen?). ≥ 1 is read as happened, ≤ −1 as not, the rest as uncertain. Prints the confusion matrix with our six values
and polarities, and the macro-F1 over the three classes.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import spacy

from tidings.extract.attributions import find_attributions
from tidings.extract.factuality import Judgement, judge
from tidings.records import Factuality, Polarity
from tidings.settings import Settings

CLASSES = ("yes", "no", "uncertain")


def happened(label: float) -> str:
    """Return the gold class."""
    return "yes" if label >= 1 else "no" if label <= -1 else "uncertain"


def read(found: Judgement) -> str:
    """Return the class that a judgement amounts to."""
    if found.polarity is Polarity.NEGATIVE or found.factuality is Factuality.DENIED:
        return "no"
    return "yes" if found.factuality in (Factuality.CONFIRMED, Factuality.REPORTED) else "uncertain"


def main(path: str) -> None:
    """Print the figures."""
    nlp = spacy.load(Settings().model_folder())
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line.strip()]
    confusion: Counter[tuple[str, str]] = Counter()
    detail: Counter[tuple[str, str, str]] = Counter()
    for row, doc in zip(rows, nlp.pipe(r["text"] for r in rows), strict=True):
        attributions = find_attributions(doc, (), ())
        for event in row["events"]:
            trigger = doc.char_span(*event["span"], alignment_mode="expand")
            if trigger is not None:
                found = judge(doc, trigger.root, attributions)
                confusion[happened(event["label"]), read(found)] += 1
                detail[happened(event["label"]), found.factuality.value, found.polarity.value] += 1
    for (gold, factuality, polarity), count in sorted(detail.items()):
        print(f"{gold:10} {factuality:10} {polarity:9} {count}")
    scores = []
    for c in CLASSES:
        total = sum(n for (g, _), n in confusion.items() if g == c) + sum(n for (_, s), n in confusion.items() if s == c)
        scores.append(2 * confusion[c, c] / total if total else 0.0)
    print(f"macro-F1 {sum(scores) / 3:.3f}  " + "  ".join(f"{c} {s:.3f}" for c, s in zip(CLASSES, scores, strict=True)))


if __name__ == "__main__":
    main(sys.argv[1])
