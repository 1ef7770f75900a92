"""Splitting a page that holds several articles: by its structured data, by its markup, by its bylines; in this order.

No extractor of main text does this: they drop the further articles or run all of them together. A page is split only on
strong signs (at least two complete articles of one shape), since cutting an ordinary article up is the worse mistake.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tidings.clean.blocks import Block
from tidings.clean.bylines import Byline, is_furniture, is_prose, named_outlet, names_outlet, names_title, read_byline
from tidings.clean.heads import find_heads
from tidings.clean.tables import folded, headings
from tidings.clean.when import When, believable, machine_time

MIN_WORDS = 40
"""Words that make an article's body; a teaser has fewer."""
MIN_MEDIAN_BESIDE_LEAD = 75
"""Words of the middle child beside a main article: news sites put excerpts of up to sixty words there."""
_MAIN_TO_EXCERPT = 3
_BYLINE_WORDS = 20
_MIN_PARAGRAPH_WORDS = 15
_CUT_OFF = ("...", "…", "[…]", "[...]")
_CARD_TAGS = frozenset({"article", "section", "div", "li"})
_MORE = ("read more", "continue reading", "read the full", "full story", "view original")


@dataclass(frozen=True)
class Part:
    """One article of a shared page."""

    title: str | None
    paragraphs: tuple[str, ...]
    outlet: str | None = None
    author: str | None = None
    when: When | None = None
    url: str | None = None

    @property
    def words(self) -> int:
        """Return the number of words of the body."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


@dataclass(frozen=True)
class Pages:
    """What a shared page holds: perhaps an article of its own, and at least one other (two, if it has none)."""

    lead: Part | None
    children: tuple[Part, ...]


def split_blocks(blocks: Sequence[Block], now: datetime, title: str | None = None) -> Pages | None:
    """Split a page, given as lines; None if it is one article. `title` is the page's own, if it is known."""
    if not _may_be_shared(blocks, now):
        return None
    return _by_cards(blocks, now, title) or _by_bylines(blocks, now, title)


def _may_be_shared(blocks: Sequence[Block], now: datetime) -> bool:
    """Say whether there are two times, or two linked headings in elements of their own, by which every way below goes."""
    signs = 0
    for block in blocks:
        timed = block.words <= _BYLINE_WORDS and (block.moment or read_byline(block, now))
        signs += bool(timed or (block.is_heading and block.href and any(node.tag == "article" for node in block.path)))
        if signs == 2:
            return True
    return False


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


# ---------------------------------------------------------------- markup


def _by_cards(blocks: Sequence[Block], now: datetime, title: str | None) -> Pages | None:
    cards = _cards(blocks, now)
    children = tuple(part for inside in cards if _is_whole(part := _card_part(inside, now)))
    if len(children) < 2:
        return None
    taken = {id(block) for inside in cards for block in inside}
    last = max(at for at, block in enumerate(blocks) if id(block) in taken)
    own = [block for block in blocks[: last + 1] if id(block) not in taken]
    lead = _lead(own, now, title)
    if lead is not None and any(folded(part.title or "") == folded(lead.title or "") for part in children):
        lead = None
    return _pages(lead, children)


def _cards(blocks: Sequence[Block], now: datetime) -> list[list[Block]]:
    """Return the blocks of each card: the innermost repeated elements that hold a heading, a time and a body.

    An `<article>` whose heading is a link to a page of its own needs no time.
    """
    inside: dict[int, list[Block]] = {}
    nodes: dict[int, Any] = {}
    for block in blocks:
        for node in block.path:
            if node.tag in _CARD_TAGS:
                inside.setdefault(id(node), []).append(block)
                nodes[id(node)] = node
    whole = {key for key, lines in inside.items() if _is_card(nodes[key], lines, now)}
    outer = {id(above) for key in whole for above in nodes[key].iterancestors() if id(above) in whole}
    groups: dict[tuple[str, str, int], list[int]] = {}
    for key in inside:
        if key in whole and key not in outer:
            node = nodes[key]
            groups.setdefault((node.tag, _first_class(node), id(node.getparent())), []).append(key)
    best = max(groups.values(), key=len, default=[])
    return [inside[key] for key in best] if len(best) >= 2 else []


def _is_card(node: Any, lines: Sequence[Block], now: datetime) -> bool:
    titles = [block for block in lines if block.is_heading]
    if len(titles) != 1 or not names_title(titles[0].text.rstrip(".")) or titles[0].tag == "h1":
        return False
    if sum(block.words for block in lines) - titles[0].words < MIN_WORDS:
        return False
    # Sections of one article have headings and bodies too; what they do not have is a time of their own, or a page.
    if any(read_byline(block, now) or block.moment for block in lines if block.words <= _BYLINE_WORDS):
        return True
    return node.tag == "article" and titles[0].href is not None


def _first_class(node: Any) -> str:
    return " ".join((node.get("class") or "").split()[:1])


def _card_part(lines: Sequence[Block], now: datetime) -> Part:
    title = next(block for block in lines if block.is_heading)
    byline: Byline | None = None
    outlet: str | None = None
    body: list[Block] = []
    for at, block in enumerate(lines):
        if block is title:
            continue
        found = read_byline(block, now) if block.words <= _BYLINE_WORDS else None
        if found is None and block.words <= _BYLINE_WORDS and block.moment and not is_prose(block):
            marked = believable(machine_time(block.moment), now)
            found = Byline(marked) if marked else None
        if found is not None:
            byline = byline or found
        elif not body and not is_prose(block) and at <= 4:
            name = named_outlet(block.text.lstrip("-–— "))
            outlet = outlet or (name if names_outlet(name) else None)
        else:
            body.append(block)
    while body and body[-1].words <= 6 and not is_prose(body[-1]):
        body.pop()
    link = title.href or next((block.href for block in reversed(lines) if block.href), None)
    named = (byline.outlet if byline else None) or outlet
    author = byline.author if byline else None
    return Part(title.text, body_lines(body), named, author, byline.when if byline else None, link)


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
    whole = tuple(part for part in children if _is_whole(part))
    return _pages(_lead(lines[: heads[0].start], now, title), whole) if len(whole) >= 2 else None


def _is_whole(part: Part) -> bool:
    """Say whether a part is an article, no excerpt and no list of links."""
    if not part.title or part.words < MIN_WORDS or part.paragraphs[-1].rstrip().endswith(_CUT_OFF):
        return False
    return part.words >= _MIN_PARAGRAPH_WORDS * len(part.paragraphs)


def _pages(lead: Part | None, children: tuple[Part, ...]) -> Pages | None:
    first, others = (lead, children) if lead is not None else (children[0], children[1:])
    middle = statistics.median(part.words for part in others)
    # The main article may have the byline that its neighbours have; then it is the longest by far.
    is_main = lead is not None or first.words >= _MAIN_TO_EXCERPT * middle
    return None if is_main and middle < MIN_MEDIAN_BESIDE_LEAD else Pages(lead, children)


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
        byline = read_byline(block, now) if block.words <= _BYLINE_WORDS else None
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
