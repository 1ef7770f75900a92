"""Reading an article's body straight off a page's lines, where its markup leaves no doubt.

Some pages declare the element (schema.org's `articleBody`). On others the paragraphs of one article are siblings: they stand
in one element, or in a few of one kind. Where one such home holds nearly all prose of a page, with hardly anything else in
between, its lines are the article. All other pages are left to the thorough extraction, which costs several times as much.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tidings.clean.blocks import Block
from tidings.clean.bylines import is_furniture, is_prose
from tidings.clean.tables import folded, headings

_WRAPPERS = frozenset(
    {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "br", "pre", "span", "center"}
)
_BESIDE = frozenset({"aside", "figure", "figcaption", "caption", "table", "header", "footer", "address", "details", "dl"})
# Words in the names of classes and ids, split at hyphens, underscores and capitals.
# fmt: off
_BESIDE_NAMES = frozenset({
    "author", "bio", "byline", "caption", "comment", "comments", "copyright", "credit", "credits", "disqus", "gallery",
    "kicker", "listing", "metadata", "outbrain", "paywall", "popular", "promo", "recommendations", "recommended", "related",
    "sidebar", "slideshow", "sponsored", "subscribe", "subscription", "taboola", "tags", "teaser", "teasers", "timestamp",
    "toolbar", "trending", "widget",
})
# fmt: on
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LEAST_SHARE = 0.75
"""Share of a page's prose that stands in the body, where nothing is missing; teasers and boxes are the rest."""
_LEAST_PARAGRAPHS = 2
_LEAST_WORDS = 80
_LEAST_DECLARED_WORDS = 40
_MOST_TABLE = 0.1
_MOST_OTHER = 0.15
"""Words between the paragraphs, or after the last of them, that are no prose, as a share of the body's."""
_WORDS_PER_HOME = 60
"""Words in each of several homes on average, from which they are sections; comments and teasers are shorter."""
_SENTENCE_WORDS = 3
_LATE = 0.3
"""Share of the words below which what follows such a heading is the site's; more of them is the article going on."""


@dataclass(frozen=True)
class Reading:
    """A body as read off the lines; `sure` if the markup leaves no doubt that it is all of the article and nothing else."""

    paragraphs: tuple[str, ...]
    sure: bool


def read_body(blocks: Sequence[Block]) -> Reading:
    """Read the article's body off a page's lines (without readers' comments)."""
    lines = [block for block in blocks if block.path]
    prose = [_is_text(block) for block in lines]
    declared = _declared(lines)
    homes = declared or _homes(lines, prose)
    known: dict[Any, bool] = {}
    within = [not homes.isdisjoint(block.path) for block in lines]
    beside = [(prose[at] or within[at]) and _stands_beside(block, homes, known) for at, block in enumerate(lines)]
    inside = [at for at in range(len(lines)) if within[at] and not beside[at]]
    texts = [at for at in inside if prose[at]]
    if not texts:
        return Reading((), False)
    first, last = (inside[0], inside[-1]) if declared else _span(lines, inside, texts)
    body = [lines[at] for at in inside if first <= at <= last and not lines[at].is_link]
    words = sum(block.words for block in body)
    told = sum(lines[at].words for at in texts)
    after = sum(lines[at].words for at in inside if at > last and not lines[at].is_link)
    tables = sum(block.words for at, block in enumerate(lines) if within[at] and beside[at] and _in_table(block))
    if declared:
        return Reading(_paragraphs(body), words >= _LEAST_DECLARED_WORDS and tables <= _MOST_TABLE * words)
    total = sum(block.words for at, block in enumerate(lines) if prose[at] and not beside[at])
    plain = words - told <= _MOST_OTHER * words and after <= _MOST_OTHER * words and tables <= _MOST_TABLE * words
    much = told >= _LEAST_SHARE * total and len(texts) >= _LEAST_PARAGRAPHS and words >= _LEAST_WORDS
    return Reading(_paragraphs(body), plain and much)


def until_end(paragraphs: Sequence[str], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the paragraphs without links and without what stands on the page below a heading that ends the article.

    An extraction gives bare text: which of its lines were links alone, and which headings it left out between them, only
    the page's own lines tell.
    """
    links = {block.text for block in blocks if block.is_link}
    kept = [paragraph for paragraph in paragraphs if paragraph not in links]
    places = {block.text: at for at, block in enumerate(blocks)}
    ends = [at for at, block in enumerate(blocks) if headings().get(folded(block.text)) == "end"]
    start = next((places[text] for text in kept if text in places), None)
    end = next((at for at in ends if start is not None and at > start), None)
    if end is None:
        return tuple(kept)
    cut = next((n for n, text in enumerate(kept) if places.get(text, -1) > end), len(kept))
    words = [len(text.split()) for text in kept]
    return tuple(kept[:cut] if sum(words[cut:]) < _LATE * sum(words) else kept)


def _span(lines: Sequence[Block], inside: Sequence[int], texts: Sequence[int]) -> tuple[int, int]:
    """Return where the body begins and ends: at its first and last paragraphs, and the short sentences next to them."""
    first, last = inside.index(texts[0]), inside.index(texts[-1])
    for at in reversed(range(first)):
        if _is_sentence(lines[inside[at]]):
            first = at
        elif not is_furniture(lines[inside[at]].text):
            break
    for at in range(last + 1, len(inside)):
        if _is_sentence(lines[inside[at]]):
            last = at
        elif not is_furniture(lines[inside[at]].text):
            break
    return inside[first], inside[last]


def _is_sentence(block: Block) -> bool:
    ends = block.text.rstrip("\"'”’)")[-1:] in (".", "!", "?", "…")
    plain = ends and block.tag in ("p", "div") and not block.is_link
    return plain and block.words >= _SENTENCE_WORDS and not is_furniture(block.text)


def _in_table(block: Block) -> bool:
    return any(node.tag == "table" for node in block.path)


def _declared(lines: Sequence[Block]) -> frozenset[Any]:
    """Return the outermost element that schema.org's markup names the article's body; none where there are several."""
    nodes = dict.fromkeys(node for block in lines for node in block.path)
    found = {node for node in nodes if "articlebody" in (node.get("itemprop") or "").lower().split()}
    outer = [node for node in found if not any(above in found for above in node.iterancestors())]
    return frozenset(outer) if len(outer) == 1 else frozenset()


def _is_text(block: Block) -> bool:
    return is_prose(block) and not block.is_link


def _homes(lines: Sequence[Block], prose: Iterable[bool]) -> frozenset[Any]:
    """Return the elements that hold most prose directly: one, or several of one kind near each other."""
    held = Counter(node for block in lines for node in block.path)
    weights: Counter[Any] = Counter()
    for block, is_text in zip(lines, prose, strict=True):
        if is_text:
            weights[_home(block, held)] += block.words
    if not weights:
        return frozenset()
    best, most = max(weights.items(), key=lambda item: item[1])
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for node in weights:
        for key in _kinds(node):
            groups.setdefault(key, []).append(node)
    for key in _kinds(best):
        nodes = groups[key]
        words = sum(weights[node] for node in nodes)
        # Readers' comments and teasers are many and short; sections are few and long.
        if words > most and words >= _WORDS_PER_HOME * len(nodes):
            return frozenset(node for node in held if key in _kinds(node))
    return frozenset({best})


def _home(block: Block, held: Counter[Any]) -> Any:
    around = reversed(block.path)
    return next((node for node in around if node.tag not in _WRAPPERS and held[node] > 1), block.path[0])


def _kinds(node: Any) -> list[tuple[Any, ...]]:
    above = node.getparent()
    if above is None or not node.get("class"):
        return []
    own = (node.tag, node.get("class"))
    return [(*own, above), (*own, above.tag, above.get("class"), above.getparent())]


def _stands_beside(block: Block, homes: frozenset[Any], known: dict[Any, bool]) -> bool:
    for node in reversed(block.path):
        if node in homes:
            return False
        if node not in known:
            known[node] = node.tag in _BESIDE or not _BESIDE_NAMES.isdisjoint(_names(node))
        if known[node]:
            return True
    return False


def _names(node: Any) -> list[str]:
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return [name.lower() for name in _NAME.findall(names[:300])]


def _paragraphs(body: Sequence[Block]) -> tuple[str, ...]:
    """Return the body's lines without the site's own, up to a heading that ends it, if hardly any prose comes after that."""
    words = sum(block.words for block in body)
    kept: list[str] = []
    seen = 0
    for block in body:
        if folded(block.text) in headings() and words - seen < _LATE * words:
            break
        seen += block.words
        if not is_furniture(block.text):
            kept.append(block.text)
    return tuple(kept)
