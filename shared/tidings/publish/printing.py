"""Merging in memory, for `tidings publish --print`: nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tidings.ids import ArticleId, MentionId, digest
from tidings.publish.canonical import canonical
from tidings.publish.clusters import clusters
from tidings.publish.mentions import MentionSummary, summaries
from tidings.publish.profiles import profile
from tidings.records import Article, CanonicalEvent, Extraction


def merge(extractions: Iterable[Extraction], articles: Mapping[ArticleId, Article]) -> list[CanonicalEvent]:
    """Return the canonical events of these extractions, newest day first; articles add outlet, link and quotation.

    Bare happenings, which the store does without, are printed too.
    """
    mentions: dict[MentionId, MentionSummary] = {}
    for extraction in extractions:
        article = articles.get(ArticleId(extraction.article_id)) or bare_article(extraction)
        mentions |= {m.mention_id: m for m in summaries(extraction, article, bare=True)}
    groups = clusters({name: profile(mention) for name, mention in mentions.items()})
    found = [canonical([mentions[i] for i in group], most_mentions=None) for group in groups.values()]
    return sorted(found, key=lambda event: (event.day, event.event_id), reverse=True)


def bare_article(extraction: Extraction) -> Article:
    """Return what is known of an article that came as its extraction alone: one version, whichever model read it."""
    return Article(
        article_id=ArticleId(extraction.article_id),
        version=digest(extraction.article_id, str(extraction.published)),
        text="",
        published=extraction.published,
    )
