"""Measure the main text: python -m tests.bench.clean FOLDER, which holds ground-truth*.json and html/<id>.html.gz.

The measure is that of the article-extraction benchmark (scrapinghub, MIT): precision and recall of the 4-grams of words,
averaged over the pages, and the F1 of these averages. The speed is that of the whole stage (text, title, times, language)
beside trafilatura's main text alone with its default options: CPU time, page by page in turn, the best of three.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from tidings.clean.documents import clean_document
from tidings.ids import CorrelationId, document_id
from tidings.records import RawDocument

_WORD = re.compile(r"\w+", re.UNICODE)


def pages(folder: Path) -> Iterator[tuple[str, RawDocument, bytes, str]]:
    """Iterate over a folder's pages: id, document, bytes and the body that is wanted."""
    truth = json.loads(next(folder.glob("ground-truth*.json")).read_text(encoding="utf-8"))
    for name, gold in sorted(truth.items()):
        body = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield name, _document(gold.get("url") or "https://example.org/x", body), body, gold["articleBody"]


def main(folder: Path) -> None:
    precisions: list[float] = []
    recalls: list[float] = []
    times: list[float] = []
    anchor: list[float] = []
    split = 0
    for name, doc, body, gold in pages(folder):
        articles = clean_document(doc, body)
        times.append(_best_time(lambda doc=doc, body=body: clean_document(doc, body)))
        anchor.append(_best_time(lambda body=body: trafilatura.extract(body)))
        split += len(articles) > 1
        wanted, found = _shingles(gold), _shingles(articles[0].text)
        common = sum((wanted & found).values())
        precision = common / found.total() if found else float(not wanted)
        recall = common / wanted.total() if wanted else float(not found)
        precisions.append(precision)
        recalls.append(recall)
        if "-v" in sys.argv and min(precision, recall) < 0.9:
            print(f"{precision:.2f} {recall:.2f} {len(articles)} {name} {doc.url}")
    precision, recall = statistics.fmean(precisions), statistics.fmean(recalls)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{len(times)} pages: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.4f}; split by mistake {split};")
    print(f"median {statistics.median(times) * 1000:.1f} ms, slowest {max(times) * 1000:.0f} ms a page;")
    ours, theirs = len(times) / sum(times), len(anchor) / sum(anchor)
    print(f"{ours:.0f} pages a second, trafilatura by default {theirs:.0f}: ratio {ours / theirs:.2f}")


def _best_time(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _document(url: str, body: bytes) -> RawDocument:
    return RawDocument(
        document_id=document_id(url, body),
        url=url,
        content_type="text/html",
        fetched_at=datetime.now(UTC),
        correlation_id=CorrelationId("bench"),
    )


def _shingles(text: str, n: int = 4) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + n]) for at in range(max(1, len(words) - n + 1))) if words else Counter()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
