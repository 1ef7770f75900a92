"""Measure the splitting of shared pages: python -m tests.bench.shared_pages

Pages of many kinds of markup (tests/data/shared) and the bundled aggregator page as HTML and as text. An article is found if
its text holds its own beginning and no other article's; an article too many counts against the found ones.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tidings.clean.documents import clean_document
from tidings.ids import CorrelationId, document_id
from tidings.records import Article, RawDocument

NOW = datetime(2025, 6, 13, 20, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SHARED = ROOT / "tests" / "data" / "shared"
BUNDLED = ROOT / "shared" / "tidings" / "data" / "bundled" / "pages"
_SEED = (
    ("Russia hands over another 1,200 bodies of soldiers to Ukraine", "Russia has handed over to Kiev", None, None),
    ("Trumps envoy outlines plan for Ukraine peace", "Keith Kellogg, US President", 2, 1),
    ("Ukraine ‘didn't exist in 12th century', Russia's Medinsky tells NATO boss", "NATO Secretary-General Mark", 4, 3),
    ("Western war hawks lack plan to defeat Russia", "Western officials who speak of", 16, 15),
)


class Wanted(NamedTuple):
    """What an article of a page should be."""

    title: str
    text: str
    earliest: datetime | None
    latest: datetime | None


def pages() -> dict[Path, list[Wanted]]:
    """Return the pages with the articles that they hold."""
    told = json.loads((SHARED / "articles.json").read_text(encoding="utf-8"))
    wanted = {SHARED / name: [_wanted(article) for article in articles] for name, articles in told.items()}
    seed = [Wanted(title, text, _hours_ago(early), _hours_ago(late)) for title, text, early, late in _SEED]
    return wanted | {BUNDLED / "seed.html": seed, BUNDLED / "seed.txt": seed}


def read(path: Path) -> list[Article]:
    """Return the articles that the clean stage finds on a page fetched at 20:00 UTC on 13 June 2025."""
    body = path.read_bytes()
    url = f"https://round-up.example/{path.name}"
    doc = RawDocument(
        document_id=document_id(url, body),
        url=url,
        content_type="text/plain" if path.suffix == ".txt" else "text/html; charset=utf-8",
        fetched_at=NOW,
        correlation_id=CorrelationId("bench"),
    )
    return clean_document(doc, body)


def score(wanted: list[Wanted], found: list[Article]) -> Counter[str]:
    """Count the articles wanted, found (less those too many), and those of right title and time."""
    counts: Counter[str] = Counter(articles=len(wanted), found=-max(0, len(found) - len(wanted)))
    for one in wanted:
        others = [other.text for other in wanted if other is not one]
        article = next((a for a in found if one.text in a.text and not any(text in a.text for text in others)), None)
        if article is not None:
            counts["found"] += 1
            counts["titles"] += article.title == one.title
            counts["times"] += (article.published_earliest, article.published_latest) == (one.earliest, one.latest)
    return counts


def main() -> None:
    total: Counter[str] = Counter()
    for path, wanted in pages().items():
        counts = score(wanted, read(path))
        total.update(counts)
        if any(counts[name] != counts["articles"] for name in ("found", "titles", "times")):
            print(f"{path.name}: {dict(counts)}")
    number = total["articles"]
    rates = ", ".join(f"{name} {total[name] / number:.3f}" for name in ("found", "titles", "times"))
    print(f"{len(pages())} pages, {number} articles: {rates}")


def _wanted(article: dict[str, str | None]) -> Wanted:
    times = [datetime.fromisoformat(text) if (text := article[name]) else None for name in ("from", "to")]
    return Wanted(str(article["title"]), str(article["text"]), *times)


def _hours_ago(hours: int | None) -> datetime | None:
    return datetime.fromtimestamp(NOW.timestamp() - hours * 3600, UTC) if hours is not None else None


if __name__ == "__main__":
    main()
