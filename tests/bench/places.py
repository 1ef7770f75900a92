"""Score the resolution of places: `python tests/bench/places.py GOLD.jsonl`.

GOLD holds a JSON line for each text: {"text", "events": [{"location": [{"text", "start", "end"}]}]}. Prints which share
of the gold places one of our entities covers and which share has coordinates, and the names most often not found.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import spacy

from tidings.extract.entities import find_entities
from tidings.extract.gazetteer import load_gazetteer
from tidings.extract.places import resolve_place
from tidings.settings import Settings


def main(path: str, most: int = 1000) -> None:
    """Print the figures over the first `most` texts."""
    nlp = spacy.load(Settings().model_folder())
    gazetteer = load_gazetteer()
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line.strip()][:most]
    count: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for row, doc in zip(rows, nlp.pipe(r["text"] for r in rows), strict=True):
        entities = find_entities(doc, gazetteer)
        countries = Counter(entity.country for entity in entities if entity.country)
        for place in {(p["start"], p["end"], p["text"]) for event in row["events"] for p in event["location"]}:
            start, end, text = place
            count["gold"] += 1
            count["covered"] += any(e.start < end and start < e.end and e.label in ("GPE", "LOC", "FAC") for e in entities)
            found = resolve_place(text, start, end, countries, gazetteer)
            count["located"] += found.lat is not None
            if found.lat is None:
                unknown[text] += 1
    for what in ("covered", "located"):
        print(f"{what}: {count[what]}/{count['gold']} = {count[what] / max(1, count['gold']):.3f}")
    print("not found:", ", ".join(name for name, _ in unknown.most_common(60)))


if __name__ == "__main__":
    main(*sys.argv[1:2])
