"""The extractor: from an article's text to its extraction. One parse; each layer builds on those before."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from spacy.language import Language

from tidings.extract.components import add_layers
from tidings.extract.schemes import load_pipeline
from tidings.extract.syntax import sentence_spans
from tidings.ids import ArticleId
from tidings.records import Extraction
from tidings.settings import Settings

LONGEST_TEXT = 200_000
"""Characters of one article; a longer text is no article and would hold a worker for minutes."""
_FIRST = "On Friday Russia handed over the bodies of more than 1,200 soldiers to Kiev, officials in both countries said."
"""A sentence that every layer has work with."""


class Extractor:
    """Extracts with one loaded pipeline, to whose end it adds the components of the layers."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self.model = f"{nlp.meta.get('lang', 'en')}_{nlp.meta.get('name', 'model')} {nlp.meta.get('version', '0')}"
        add_layers(nlp)

    def extract(self, article_id: ArticleId, text: str, published: datetime | None) -> Extraction:
        """Return all that a text says; of one longer than an article can be, an empty extraction that says so.

        Args:
            article_id: The article's id, which the extraction bears.
            text: The text; all offsets are code points into it.
            published: When it was published (with zone): what "Friday" is relative to; None leaves such words unresolved.
        """
        if len(text) > LONGEST_TEXT:
            reason = f"{len(text):,} characters; at most {LONGEST_TEXT:,} are extracted"
            return Extraction(article_id=article_id, published=published, model=self.model, not_extracted=reason)
        doc = self._nlp.make_doc(text)
        doc._.published = published
        doc = self._nlp(doc)
        return Extraction(
            article_id=article_id,
            published=published,
            model=self.model,
            sentences=tuple(sentence_spans(doc)),
            entities=doc._.entities,
            timexes=doc._.timexes,
            quantities=doc._.quantities,
            attributions=doc._.attributions,
            events=doc._.events,
        )

    def warm_up(self) -> None:
        """Read one sentence, so that whatever is made at the first use is made now, before the first article waits."""
        self.extract(ArticleId("warm-up"), _FIRST, datetime(2025, 6, 13, tzinfo=UTC))


def load_extractor(settings: Settings) -> Extractor:
    """Return the extractor of the model that the settings name, loaded once for each process.

    Raises:
        BadUsage: there is no model there, or it lacks a part that the rules need.
    """
    return _load(settings.model_folder())


@cache
def _load(folder: Path) -> Extractor:
    return Extractor(load_pipeline(str(folder)))
