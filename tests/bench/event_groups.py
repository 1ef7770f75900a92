"""Merge the groups of tests/data/event_groups.txt: python -m tests.bench.event_groups [FILE] prints those that are wrong.

A group is right if all articles that tell of a happening share an event there, and no event is shared by two happenings.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tidings import ids
from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId
from tidings.publish.printing import merge
from tidings.records import Article, CanonicalEvent
from tidings.settings import Settings

GROUPS = Path(__file__).parents[1] / "data" / "event_groups.txt"
_MARK = re.compile(r"\[(\w+): ([^]]+)\]")


@dataclass
class Telling:
    """One article, and which stretches of its text tell of which happening."""

    article: Article
    spans: dict[str, list[tuple[int, int]]]


@dataclass
class Group:
    """Articles about one happening or a few, of which some are easily mixed up."""

    kind: str
    name: str
    tellings: list[Telling] = field(default_factory=list)


def read_groups(path: Path = GROUPS) -> Iterator[Group]:
    """Iterate over the groups of a file."""
    body = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    for part in re.split(r"^== ", body, flags=re.MULTILINE)[1:]:
        head, *articles = re.split(r"^-- ", part, flags=re.MULTILINE)
        kind, name = head.strip().split(": ")
        group = Group(kind, name)
        for number, told in enumerate(articles):
            outlet, rest = told.split(" | ", 1)
            published, marked = rest.split("\n", 1)
            group.tellings.append(_telling(f"{name}-{number}", outlet, published, marked.strip()))
        yield group


def _telling(name: str, outlet: str, published: str, marked: str) -> Telling:
    text, spans, at = "", defaultdict(list), 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        spans[mark[1]].append((len(text), len(text) + len(mark[2])))
        text, at = text + mark[2], mark.end()
    text += marked[at:]
    article = Article(
        article_id=ArticleId(name),
        version=ids.digest(text),
        text=text,
        outlet=outlet,
        published=datetime.fromisoformat(published),
    )
    return Telling(article, dict(spans))


def fault(group: Group, events: list[CanonicalEvent]) -> str | None:
    """Return what is wrong with a group, None if it is right."""
    found: dict[str, list[set[str]]] = defaultdict(list)
    for telling in group.tellings:
        for name, spans in telling.spans.items():
            found[name].append(_told(telling.article.article_id, spans, events))
    for name, sets in found.items():
        if not all(sets):
            return f"{name}: not extracted from article {[n for n, s in enumerate(sets) if not s]}"
        if not set.intersection(*sets):
            return f"{name}: not one event"
    everything = {name: set.union(*sets) for name, sets in found.items()}
    for a in everything:
        for b in everything:
            if a < b and everything[a] & everything[b]:
                return f"{a} and {b}: one event"
    return None


def _told(article: ArticleId, spans: list[tuple[int, int]], events: list[CanonicalEvent]) -> set[str]:
    return {
        event.event_id
        for event in events
        for mention in event.mentions
        if mention.article_id == article and any(mention.start < end and start < mention.end for start, end in spans)
    }


def faults(path: Path = GROUPS) -> dict[str, str | None]:
    """Extract and merge all groups at once, as one day's news; return what is wrong with each."""
    groups = list(read_groups(path))
    extractor = load_extractor(Settings())
    articles = {t.article.article_id: t.article for group in groups for t in group.tellings}
    extractions = [extractor.extract(a.article_id, a.text, a.published) for a in articles.values()]
    events = merge(extractions, articles)
    return {f"{group.kind}: {group.name}": fault(group, events) for group in groups}


if __name__ == "__main__":
    result = faults(*map(Path, sys.argv[1:]))
    for name, wrong in result.items():
        if wrong:
            print(f"{name}: {wrong}")
    print(f"{sum(wrong is None for wrong in result.values())} of {len(result)} groups are right")
