"""Measure the main text: python tests/bench/clean.py FOLDER, which holds ground-truth*.json and html/<id>.html.gz.

The measure is that of the article-extraction benchmark (scrapinghub, MIT): precision and recall of the 4-grams of words,
averaged over the pages, and the F1 of these averages.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tidings.clean.documents import clean_document
from tidings.ids import BlobKey, CorrelationId, content_digest, document_id
from tidings.records import RawDocument

_WORD = re.compile(r"\w+", re.UNICODE)


def main(folder: Path) -> None:
    truth = json.loads(next(folder.glob("ground-truth*.json")).read_text(encoding="utf-8"))
    precisions: list[float] = []
    recalls: list[float] = []
    times: list[float] = []
    split = 0
    for name, gold in sorted(truth.items()):
        body = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        start = time.perf_counter()
        articles = clean_document(_document(gold.get("url") or "https://example.org/x", body), body)
        times.append(time.perf_counter() - start)
        split += len(articles) > 1
        wanted, found = _shingles(gold["articleBody"]), _shingles(articles[0].text)
        common = sum((wanted & found).values())
        precision = common / found.total() if found else float(not wanted)
        recall = common / wanted.total() if wanted else float(not found)
        precisions.append(precision)
        recalls.append(recall)
        if "-v" in sys.argv and min(precision, recall) < 0.9:
            print(f"{precision:.2f} {recall:.2f} {len(articles)} {name} {gold.get('url')}")
    precision, recall = statistics.fmean(precisions), statistics.fmean(recalls)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{len(truth)} pages: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}; split by mistake {split};")
    print(f"median {statistics.median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms a page")


def _document(url: str, body: bytes) -> RawDocument:
    return RawDocument(
        document_id=document_id(url, body),
        url=url,
        body_key=BlobKey(f"raw/{content_digest(body)}"),
        content_type="text/html",
        fetched_at=datetime.now(UTC),
        correlation_id=CorrelationId("bench"),
    )


def _shingles(text: str, n: int = 4) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + n]) for at in range(max(1, len(words) - n + 1))) if words else Counter()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
