"""Cards: the repeated elements in which the markup of a shared page holds its articles, or a live page its posts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tidings.clean.blocks import Block
from tidings.clean.bylines import Byline, is_prose, named_outlet, names_outlet, names_title, read_byline
from tidings.clean.parts import MIN_WORDS, Part, body_lines, first_sentence
from tidings.clean.when import believable, machine_time
from tidings.records import Precision

BYLINE_WORDS = 20
_CARD_TAGS = frozenset({"article", "section", "div", "li"})
_COMMENTS = re.compile(r"(?:^|\s)(?:comments?|comment[-_]\S*|commentlist|repl(?:y|ies)|disqus\S*|reviews?)(?:$|\s)")
"""Names of elements that hold what readers wrote: that has times and sentences too."""
_MOST_LINES = 400
"""Lines of one card."""
Stamps = Mapping[int, bool]
"""The lines that are times, by their identity, and whether they tell more than a day."""
_ABOVE_BODY = 4
_MOST_STAMPS = 3
"""Times of one post: when it was written, when changed."""


class Cards:
    """The elements of a page that may be cards, with their lines."""

    def __init__(self, blocks: Sequence[Block], now: datetime) -> None:
        self._inside: dict[Any, list[Block]] = {}
        self._stamps = _stamps(blocks, now)
        readers: dict[Any, bool] = {}
        for block in blocks:
            if any(_is_readers(node, readers) for node in block.path):
                continue
            for node in block.path:
                if node.tag in _CARD_TAGS and len(lines := self._inside.setdefault(node, [])) <= _MOST_LINES:
                    lines.append(block)

    def find(self, *, titled: bool) -> list[list[Block]]:
        """Return the lines of each card of the page's largest group, if it has two cards or more; else none.

        A card has a heading, a time and a body; an `<article>` whose heading is a link to a page of its own needs no time.
        Not `titled`: it has no heading, as posts of live pages. What has the same place and name as two cards is one too,
        however short.
        """
        inside, stamps = self._inside, self._stamps
        whole = {node for node, lines in inside.items() if _is_card(node, lines, stamps, titled=titled)}
        if len(whole) < 2:
            return []
        whole -= {above for node in whole for above in node.iterancestors()}
        around = Counter(above for node in whole for above in node.iterancestors())
        groups: dict[tuple[str, str, Any], list[Any]] = {}
        for node in inside:
            if node in whole:
                groups.setdefault(_kind(node, around), []).append(node)
        kind, best = max(groups.items(), key=lambda item: len(item[1]))
        if len(best) < 2:
            return []
        cards = set(best)
        outer = {above for node in best for above in node.iterancestors()}
        same = [node for node in inside if node.tag == kind[0] and node not in outer and _kind(node, around) == kind]
        same = [node for node in same if node in cards or cards.isdisjoint(node.iterancestors())]
        return [inside[node] for node in same if node in cards or _tells(inside[node], stamps)]


def _is_readers(node: Any, named: dict[Any, bool]) -> bool:
    if node not in named:
        named[node] = node.tag != "body" and bool(_COMMENTS.search((node.get("class") or "")[:300].lower()))
    return named[node]


def _kind(node: Any, around: Counter[Any]) -> tuple[str, str, Any]:
    """Return what the cards of one group have in common: tag, first class, and the element that holds them all."""
    holder = next((above for above in node.iterancestors() if around[above] > 1), None)
    return node.tag, " ".join((node.get("class") or "").split()[:1]), holder


def _is_card(node: Any, lines: Sequence[Block], stamps: Stamps, *, titled: bool) -> bool:
    if len(lines) > _MOST_LINES:
        return False
    titles = [block for block in lines if block.is_heading and id(block) not in stamps]
    times = sum(id(block) in stamps for block in lines)
    # A chronicle has days, where a live page's posts have clock times.
    posted = any(stamps.get(id(block)) for block in lines) and _told(lines) and _link(lines, stamps) is None
    if not titled:
        return not titles and times <= _MOST_STAMPS and posted
    if len(titles) != 1 or not names_title(titles[0].text.rstrip(".")) or titles[0].tag == "h1":
        return False
    # Sections of one article have headings and bodies too; what they do not have is a time of their own, or a page.
    if sum(block.words for block in lines) - titles[0].words < MIN_WORDS:
        return posted
    return times > 0 or (node.tag == "article" and titles[0].href is not None)


def _tells(lines: Sequence[Block], stamps: Stamps) -> bool:
    return _told(lines) and any(block.is_heading or id(block) in stamps for block in lines)


def _told(lines: Sequence[Block]) -> bool:
    return any(is_prose(block) and not block.is_link and not block.is_heading for block in lines)


def _stamps(blocks: Sequence[Block], now: datetime) -> Stamps:
    found = ((block, _stamp(block, now)) for block in blocks if block.words <= BYLINE_WORDS)
    return {id(block): byline.when.precision is not Precision.DAY for block, byline in found if byline is not None}


def _stamp(block: Block, now: datetime) -> Byline | None:
    """Read the byline that a line is, or the time that its markup names."""
    found = read_byline(block, now)
    if found is None and block.moment and not is_prose(block):
        marked = believable(machine_time(block.moment), now)
        found = Byline(marked) if marked else None
    return found


def _link(lines: Sequence[Block], stamps: Stamps) -> str | None:
    """Return the link to a page of its own that a card's heading has, or a line above its text."""
    for block in lines:
        if is_prose(block) and not block.is_link:
            return None
        linked = block.is_heading or block.is_link
        if linked and block.href and "#" not in block.href and id(block) not in stamps:
            return block.href
    return None


def card_part(lines: Sequence[Block], now: datetime) -> Part:
    """Read the article of a card."""
    stamps = _stamps(lines, now)
    title = next((block for block in lines if block.is_heading and id(block) not in stamps), None)
    byline: Byline | None = None
    outlet: str | None = None
    permalink: str | None = None
    body: list[Block] = []
    for at, block in enumerate(lines):
        if block is title:
            continue
        found = _stamp(block, now) if block.words <= BYLINE_WORDS else None
        if found is not None:
            byline, permalink = byline or found, permalink or block.href
        elif not body and not is_prose(block) and at <= _ABOVE_BODY:
            name = named_outlet(block.text.lstrip("-–— "))
            outlet = outlet or (name if names_outlet(name) else None)
        else:
            body.append(block)
    while body and body[-1].words <= 6 and not is_prose(body[-1]):
        body.pop()
    paragraphs = body_lines(body)
    own = any(stamps.values()) and _link(lines, stamps) is None
    link = (title.href if title else None) or permalink
    if not own:
        link = link or next((block.href for block in reversed(lines) if block.href), None)
    headline = title.text if title else first_sentence(paragraphs)
    if byline is None:
        return Part(headline, paragraphs, outlet, url=link)
    return Part(headline, paragraphs, byline.outlet or outlet, byline.author, byline.when, link, own)
