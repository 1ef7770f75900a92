"""The parts of a shared page, and what makes a part an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tidings.clean.blocks import Block
from tidings.clean.bylines import is_furniture, is_prose
from tidings.clean.tables import folded, headings
from tidings.clean.when import When

MIN_WORDS = 40
"""Words that make an article's body; a teaser has fewer."""
_MIN_PARAGRAPH_WORDS = 15
_SENTENCE_WORDS = 6
"""Words of the shortest post."""
_CUT_OFF = ("...", "…", "[…]", "[...]")
_MORE = ("read more", "continue reading", "read the full", "full story", "view original")
_SENTENCE = re.compile(r"\S.{10,198}?[.!?][\"”’)]{0,2}(?=\s|$)")
_PROSE_WORDS = 25
_TITLE_WORDS = 20


@dataclass(frozen=True)
class Part:
    """One article of a shared page."""

    title: str | None
    paragraphs: tuple[str, ...]
    outlet: str | None = None
    author: str | None = None
    when: When | None = None
    url: str | None = None
    own: bool = False
    """Whether it stands here only: it has a time and no link to a page of its own, so that it is no teaser."""

    @property
    def words(self) -> int:
        """Return the number of words of the body."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


def body_lines(blocks: Sequence[Block], *, author_lines: bool = False) -> tuple[str, ...]:
    """Return the paragraphs of an article up to the first heading that ends it, without the site's own lines."""
    kept: list[str] = []
    for block in blocks:
        line = folded(block.text)
        if line in headings() and kept:
            break
        if is_furniture(block.text) or (block.words <= 6 and line.startswith(_MORE)):
            continue
        if author_lines and not kept and not is_prose(block) and block.words < 12:
            continue
        kept.append(block.text)
    return tuple(kept)


def is_whole(part: Part) -> bool:
    """Say whether a part is an article, no excerpt and no list of links."""
    if not part.title or not is_told(part):
        return False
    return part.own or (part.words >= MIN_WORDS and part.words >= _MIN_PARAGRAPH_WORDS * len(part.paragraphs))


def is_told(part: Part) -> bool:
    """Say whether a part tells something to its end, if only in one sentence, as a post of a live page does."""
    if not part.paragraphs or part.paragraphs[-1].rstrip().endswith(_CUT_OFF):
        return False
    return any(_is_sentence(text) for text in part.paragraphs)


def _is_sentence(text: str) -> bool:
    words = len(text.split())
    return words >= _PROSE_WORDS or (words >= _SENTENCE_WORDS and text.rstrip("\"'”’)")[-1:] in (".", "!", "?"))


def first_sentence(paragraphs: Sequence[str]) -> str | None:
    """Return the title of a text that has none: its first sentence, or how it begins."""
    if not paragraphs:
        return None
    found = _SENTENCE.match(paragraphs[0])
    if found is not None:
        return found.group()
    words = paragraphs[0].split()
    return " ".join(words[:_TITLE_WORDS])[:200] + ("…" if len(words) > _TITLE_WORDS else "")
