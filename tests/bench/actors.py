"""Score actors' resolution: `python tests/bench/actors.py GOLD.jsonl`; prints shares right and every error.

GOLD holds a JSON line for each phrase: {"text", "country"?, "sector"?, "date"?}; an absent or empty
field is not scored.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

from tidings.extract.actors import resolve_actor
from tidings.extract.gazetteer import load_gazetteer


def main(path: str) -> None:
    """Print the figures."""
    gazetteer = load_gazetteer()
    count: Counter[str] = Counter()
    began = time.perf_counter()
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            continue
        row = json.loads(line)
        found = resolve_actor(row["text"], gazetteer, date=date.fromisoformat(row["date"]) if row.get("date") else None)
        for field in ("country", "sector"):
            if row.get(field):
                right = getattr(found, field) == row[field]
                count[field] += 1
                count[field + " right"] += right
                if not right:
                    print(f"{field:8} {row[field]:5} {getattr(found, field) or '-':5} {row['text']}")
    for field in ("country", "sector"):
        print(f"{field}: {count[field + ' right']}/{count[field]} = {count[field + ' right'] / max(1, count[field]):.3f}")
    print(f"{time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1])
