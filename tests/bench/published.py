"""Measure the published day: python -m tests.bench.published FOLDER (as tests.bench.clean) on pages that show one.

A moment is right if it falls on the shown day by the outlet's clock; a bare day if it is that day.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta, timezone
from pathlib import Path

from tests.bench.clean import pages
from tidings.clean.documents import clean_document
from tidings.records import Article, Precision

SHOWN = Path(__file__).parents[1] / "data" / "published_days.tsv"


def main(folder: Path) -> None:
    lines = [line.split("\t") for line in SHOWN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    shown = {name: (day, float(offset)) for name, day, offset in lines}
    outcomes: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    for name, doc, body, _ in pages(folder):
        article = clean_document(doc, body)[0]
        if name not in shown:
            continue
        day, offset = shown[name]
        found = _day(article, offset)
        outcome = "right" if found == day else "missing" if found is None else "wrong"
        outcomes[outcome] += 1
        sources[article.published_source.value] += 1
        if outcome != "right":
            print(f"{outcome}: {name} shows {day}, found {article.published} ({article.published_source.value})")
    total = outcomes.total()
    print(f"{total} pages that show a day: {dict(outcomes)}; right {outcomes['right'] / total:.3f}; from {dict(sources)}")


def _day(article: Article, offset: float) -> str | None:
    if article.published is None:
        return None
    if article.published_precision is Precision.DAY:
        return article.published.date().isoformat()
    return article.published.astimezone(timezone(timedelta(hours=offset))).date().isoformat()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
