"""Splitting a page that holds several articles: by its structured data, by its markup, by its bylines; in this order.

No extractor of main text does this: they drop the further articles or run all of them together. A page is split only on
strong signs (at least two complete articles of one shape), since cutting an ordinary article up is the worse mistake.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from tidings.clean.blocks import Block
from tidings.clean.bylines import Byline, is_prose, named_outlet, names_outlet, names_title, read_byline
from tidings.clean.cards import BYLINE_WORDS, Cards, card_part
from tidings.clean.heads import find_heads
from tidings.clean.page_day import PageDay, completed
from tidings.clean.parts import MIN_WORDS, Part, body_lines, is_told, is_whole
from tidings.clean.tables import folded, headings

MIN_MEDIAN_BESIDE_LEAD = 75
"""Words of the middle child beside a main article: news sites put excerpts of up to sixty words there."""
_MOST_LINES = 20_000
"""Lines of a page from which it is a table or a trap."""
_MAIN_TO_EXCERPT = 3
_MOST_BESIDE = 0.5
"""Words of prose beside a live page's posts, as a share of theirs: what stands above them."""


@dataclass(frozen=True)
class Pages:
    """What a shared page holds: perhaps an article of its own, and at least one other (two, if it has none)."""

    lead: Part | None
    children: tuple[Part, ...]


def split_blocks(
    blocks: Sequence[Block],
    now: datetime,
    title: str | None = None,
    *,
    published: date | None = None,
    changed: date | None = None,
) -> Pages | None:
    """Split a page, given as lines; None if it is one article.

    `title` is the page's own, `published` and `changed` its days, where they are known.
    """
    if len(blocks) > _MOST_LINES:
        return None
    whole = completed(blocks, PageDay(now, published, changed))
    if not _may_be_shared(whole, now):
        return None
    cards = Cards(whole, now)
    titled = _by_cards(whole, now, title, cards, titled=True)
    if titled is not None:
        return titled
    found = (_by_bylines(whole, now, title), _by_cards(whole, now, title, cards, titled=False))
    return max(filter(None, found), key=lambda pages: len(pages.children), default=None)


def _may_be_shared(blocks: Sequence[Block], now: datetime) -> bool:
    """Say whether there are two times, or two linked headings in elements of their own, by which every way below goes."""
    signs = 0
    for block in blocks:
        timed = block.words <= BYLINE_WORDS and (block.moment or read_byline(block, now))
        signs += bool(timed or (block.is_heading and block.href and any(node.tag == "article" for node in block.path)))
        if signs == 2:
            return True
    return False


# ---------------------------------------------------------------- markup


def _by_cards(blocks: Sequence[Block], now: datetime, title: str | None, found: Cards, *, titled: bool) -> Pages | None:
    cards = found.find(titled=titled)
    if not cards:
        return None
    parts = [card_part(inside, now) for inside in cards]
    taken = {id(block) for inside in cards for block in inside}
    if not _is_most(blocks, taken):
        # Beside an article stand teasers, timelines and what readers say: only what is long enough is an article too.
        parts = [replace(part, own=False) for part in parts] if titled else []
    children = tuple(part for part in parts if is_whole(part))
    if len(children) < 2:
        return None
    last = max(at for at, block in enumerate(blocks) if id(block) in taken)
    own = [block for block in blocks[: last + 1] if id(block) not in taken]
    lead = _lead(own, now, title)
    if lead is not None and any(folded(part.title or "") == folded(lead.title or "") for part in children):
        lead = None
    return _pages(lead, children, parts)


def _is_most(blocks: Sequence[Block], taken: Set[int]) -> bool:
    """Say whether the cards hold most of a page's prose."""
    prose = [block for block in without_comments(blocks) if is_prose(block) and not block.is_link]
    inside = sum(block.words for block in prose if id(block) in taken)
    return sum(block.words for block in prose) - inside <= _MOST_BESIDE * inside


# ---------------------------------------------------------------- bylines


def _by_bylines(blocks: Sequence[Block], now: datetime, title: str | None) -> Pages | None:
    lines = without_comments(blocks)
    heads = find_heads(lines, now)
    children: list[Part] = []
    for at, head in enumerate(heads):
        end = heads[at + 1].start if at + 1 < len(heads) else len(lines)
        body = body_lines(lines[head.body : end])
        line = lines[head.title]
        byline = head.byline
        children.append(Part(line.text, body, byline.outlet, byline.author, byline.when, line.href))
    whole = tuple(part for part in children if is_whole(part))
    return _pages(_lead(lines[: heads[0].start], now, title), whole, children) if len(whole) >= 2 else None


def _pages(lead: Part | None, children: tuple[Part, ...], parts: Sequence[Part]) -> Pages | None:
    """Return the page's articles: all `parts` that tell something, if the whole ones, `children`, are no excerpts."""
    first, others = (lead, children) if lead is not None else (children[0], children[1:])
    middle = statistics.median(part.words for part in others)
    # The main article may have the byline that its neighbours have; then it is the longest by far.
    is_main = lead is not None or first.words >= _MAIN_TO_EXCERPT * middle
    excerpts = is_main and middle < MIN_MEDIAN_BESIDE_LEAD and not all(part.own for part in children)
    return None if excerpts else Pages(lead, tuple(part for part in parts if part.title and is_told(part)))


def without_comments(blocks: Sequence[Block]) -> list[Block]:
    """Return the lines without those between a heading of readers' comments and the next heading of the site.

    Comments follow an article: the same word above it is a link down to them.
    """
    kept: list[Block] = []
    commenting = False
    told = 0
    for block in blocks:
        kind = headings().get(folded(block.text))
        if kind is not None:
            commenting = kind == "comments" and told >= MIN_WORDS
        if not commenting or kind is not None:
            kept.append(block)
            told += block.words if is_prose(block) else 0
    return kept


def _lead(blocks: Sequence[Block], now: datetime, title: str | None) -> Part | None:
    at = _title_at(blocks, title)
    if at is None:
        return None
    below = blocks[at + 1 :]
    start = next((n for n, block in enumerate(below) if is_prose(block) and read_byline(block, now) is None), len(below))
    outlet: str | None = None
    byline: Byline | None = None
    for before, block in zip([None, *below[:start]], below[:start], strict=False):
        byline = read_byline(block, now) if block.words <= BYLINE_WORDS else None
        if byline is not None:
            named = before is not None and names_outlet(before.text)
            outlet = byline.outlet or (named_outlet(before.text) if named and before is not None else None)
            break
    paragraphs = body_lines(below[start:], author_lines=True)
    author, when = (byline.author, byline.when) if byline else (None, None)
    part = Part(blocks[at].text, paragraphs, outlet, author, when)
    return part if part.words >= MIN_WORDS else None


def _title_at(blocks: Sequence[Block], title: str | None) -> int | None:
    wanted = folded(title or "")
    tests: tuple[Callable[[Block], bool], ...] = (
        lambda block: bool(wanted) and folded(block.text) == wanted,
        lambda block: block.tag == "h1" and names_title(block.text.rstrip(".")),
        lambda block: names_title(block.text),
    )
    for test in tests:
        at = next((at for at, block in enumerate(blocks) if test(block)), None)
        if at is not None:
            return at
    return None
