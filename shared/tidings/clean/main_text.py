"""The main text of a page that is one article."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from typing import Any

import trafilatura

from tidings.clean.blocks import Block, html_blocks, keep_only, parse_html
from tidings.clean.body import read_body, until_end
from tidings.clean.parts import body_lines
from tidings.clean.split import without_comments

# Its complaints are about pages, and what comes of a page is told by the article's kind.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

MAX_CHARS = 3_000_000
"""Characters of markup that are looked at; no article is longer."""
FAST_FROM = 600_000
"""Characters from which the thorough extraction would take seconds."""
MOST_LINES = 10_000
"""Lines of a page from which it is a table or a trap: the thorough extraction's time grows faster than their number."""
_MUCH_LONGER = 1.3


def main_paragraphs(tree: Any, blocks: Sequence[Block], url: str, *, chars: int = 0) -> tuple[str, ...]:
    """Return the paragraphs of the article that a page is about.

    `blocks` are the page's lines without readers' comments, `chars` is the length of its markup. The tree is used up.
    """
    reading = read_body(blocks)
    if reading.sure or len(blocks) > MOST_LINES:
        return reading.paragraphs
    # The extraction's time goes with the elements that it has to look at.
    keep_only(tree, blocks)
    return _thorough(tree, blocks, url, fast=chars > FAST_FROM)


def _thorough(tree: Any, blocks: Sequence[Block], url: str, *, fast: bool) -> tuple[str, ...]:
    found = trafilatura.bare_extraction(
        tree,
        url=url,
        fast=fast,
        # Precision alone is the better setting; together with fast it is a worse one than either.
        favor_precision=not fast,
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        with_metadata=False,
    )
    return until_end(_paragraphs(str(getattr(found, "text", None) or "")), blocks)


def fragment_paragraphs(fragment: str | None) -> tuple[str, ...]:
    """Return the paragraphs of a piece of HTML that is all article: a feed's own text."""
    if not fragment or not fragment.strip():
        return ()
    if "<" not in fragment:
        return _paragraphs(html.unescape(fragment))
    return body_lines(without_comments(html_blocks(parse_html(f"<html><body>{fragment[:MAX_CHARS]}</body></html>"))))


def plain_paragraphs(text: str | None) -> tuple[str, ...]:
    """Return the paragraphs of JSON-LD's articleBody, which some sites fill with markup."""
    if text and "<p" in text:
        return fragment_paragraphs(text)
    return _paragraphs(html.unescape(text or ""))


def best_paragraphs(page: tuple[str, ...], linked: tuple[str, ...], feed: tuple[str, ...]) -> tuple[str, ...]:
    """Choose among the page's text, JSON-LD's and the feed's.

    The page's has paragraphs and is complete as a rule; another wins only where it is clearly longer (a page behind a
    wall, a page of which the extraction took the wrong part).
    """
    best = page
    for other in (linked, feed):
        if _size(other) > _MUCH_LONGER * _size(best) and (len(other) > 1 or _size(best) < 300):
            best = other
    return best


def _size(paragraphs: tuple[str, ...]) -> int:
    return sum(len(paragraph) for paragraph in paragraphs)


def _paragraphs(text: str) -> tuple[str, ...]:
    lines: list[Any] = [Block(" ".join(line.split()).removeprefix("- ")) for line in text.split("\n") if line.strip()]
    return body_lines(lines)
