"""A page as the lines a reader sees, in order, each with what its markup says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from tidings.errors import BadInput

# fmt: off
_INVISIBLE = frozenset({
    "script", "style", "noscript", "template", "iframe", "svg", "select", "option", "textarea", "input", "button",
    "nav", "footer", "head", "object", "canvas", "dialog",
})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
    "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookie|consent|gdpr|navbar|breadcrumbs?|share|sharing|social|newsletter|advert|ads?|promo|popup|modal|"
    r"skip-link|sr-only|visually-hidden|pagination)(?:$|[\s_-])"
)
_VOID = frozenset({"br", "hr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TITLES = _HEADINGS | {"dt", "summary"}
_LINE_TAGS = _HEADINGS | {"li"}
_NEVER_FURNITURE = frozenset({"body", "html", "main", "article"})
_FIELD = re.compile(r"[A-Za-z]{2,11} ?: +\S")
_MAX_DEPTH = 400
_MAX_BLOCKS = 50_000
_LONGEST_LINE = 200_000
"""Characters of one line: no paragraph is longer, and splitting it into words would take twenty times as many bytes."""
_LINK_LINE = 0.7
_TOO_MUCH = 0.4
"""Share of a page's words from which an element is its content, whatever its class says: some pages are one form, and
class names such as `modal-enabled` or `non-ad-column` stand on whole articles."""


@dataclass(frozen=True)
class Block:
    """One line of a page. `path` holds the elements around it, outermost first; `linked` counts characters in links."""

    text: str
    tag: str = "p"
    href: str | None = None
    moment: str | None = None
    path: tuple[Any, ...] = ()
    linked: int = 0

    @property
    def is_heading(self) -> bool:
        """Whether the markup calls it a heading."""
        return self.tag in _HEADINGS

    @property
    def is_link(self) -> bool:
        """Whether it is a link, or a list of links, and no sentence."""
        return self.linked > _LINK_LINE * len(self.text)

    @cached_property
    def words(self) -> int:
        """The number of words."""
        return self.text.count(" ") + bool(self.text) if self.text.isascii() else len(self.text.split())


def parse_html(text: str) -> Any:
    """Return the tree of an HTML page.

    Raises:
        BadInput: there is no element in it.
    """
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise BadInput(f"not readable as HTML: {str(error).splitlines()[0][:200]}") from None


def html_blocks(tree: Any) -> list[Block]:
    """Return the visible lines of a page, without navigation, forms, cookie bars and the like."""
    gatherer = _Gatherer()
    gatherer.walk(tree, ())
    gatherer.flush(())
    if not gatherer.furniture:
        return gatherer.blocks
    return _unfurnished(gatherer.blocks, gatherer.furniture)


def keep_only(tree: Any, blocks: Iterable[Block]) -> None:
    """Take out of a tree, in place, all that none of these lines stands in: scripts, furniture, empty elements."""
    kept = {node for block in blocks for node in block.path}
    waiting = [tree]
    while waiting:
        for child in list(waiting.pop()):
            if child.tag in _VOID or child in kept:
                waiting.append(child)
            elif child.tag in _BLOCKS or child.tag in _INVISIBLE:
                child.drop_tree()
            else:
                waiting.append(child)


def shares(blocks: Iterable[Block]) -> dict[Any, int]:
    """Return how many words of these lines each element holds."""
    held: dict[Any, int] = {}
    for block in blocks:
        for node in block.path:
            held[node] = held.get(node, 0) + block.words
    return held


def _unfurnished(blocks: list[Block], furniture: set[Any]) -> list[Block]:
    held = shares(blocks)
    limit = _TOO_MUCH * sum(block.words for block in blocks)
    dropped = {node for node in furniture if held.get(node, 0) < limit}
    return [block for block in blocks if dropped.isdisjoint(block.path)]


def text_blocks(text: str) -> list[Block]:
    """Return the lines of a plain text; paragraphs that were wrapped to a fixed width are joined again."""
    paragraphs = (paragraph for group in _groups(text) for paragraph in _unwrapped(group))
    return [Block(one_spaced(paragraph)) for paragraph in islice(paragraphs, _MAX_BLOCKS)]


def one_spaced(text: str) -> str:
    """Return a line's text with single spaces."""
    return " ".join(text[:_LONGEST_LINE].split())


class _Gatherer:
    """Collects inline text until a block element begins or ends; notes the block elements that look like furniture."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.furniture: set[Any] = set()
        self._parts: list[str] = []
        self._href: str | None = None
        self._moment: str | None = None
        self._linked = 0
        self._tag = "p"

    def walk(self, node: Any, path: tuple[Any, ...]) -> None:
        tag = node.tag
        if not isinstance(tag, str) or tag in _INVISIBLE or len(path) > _MAX_DEPTH or len(self.blocks) > _MAX_BLOCKS:
            return
        is_block = tag in _BLOCKS
        attributes = dict(node.items())
        furnishes = tag == "form"
        if attributes:
            if "hidden" in attributes or attributes.get("aria-hidden") == "true":
                return
            furnishes = furnishes or _is_furniture(tag, attributes)
            if furnishes and not is_block:
                return
        inside = path
        if is_block:
            inside = (*path, node)
            self.flush(path)
            self._tag = tag
            if furnishes:
                self.furniture.add(node)
        elif tag == "a":
            self._href = self._href or attributes.get("href")
        elif tag == "time":
            self._moment = self._moment or attributes.get("datetime")
        elif tag == "small" and self._parts and any(above.tag in _TITLES for above in path[-2:]):
            self.flush(path)  # small print by a title is no part of it
            self._tag = tag
        parts = self._parts
        before = len(parts)
        if text := node.text:
            if len(text) > _LONGEST_LINE:
                node.text = text = text[:_LONGEST_LINE]  # in the tree too, which the thorough extraction reads
            parts.append(text)
        for child in node:
            self.walk(child, inside)
            if tail := child.tail:
                if len(tail) > _LONGEST_LINE:
                    child.tail = tail = tail[:_LONGEST_LINE]
                self._parts.append(tail)
            elif child.getnext() is not None:
                self._parts.append(" ")  # styles part the outlet from the time, where no space does
        if is_block or self._tag == tag == "small":
            self.flush(inside)
        elif tag == "a":
            own = self._parts[before:] if self._parts is parts else self._parts
            self._linked += sum(map(len, own))

    def flush(self, path: tuple[Any, ...]) -> None:
        text = one_spaced("".join(self._parts)) if self._parts else ""
        if text:
            small = self._tag == "small"
            tag = "p" if small else next((n.tag for n in reversed(path) if n.tag in _LINE_TAGS), self._tag)
            self.blocks.append(Block(text, tag, self._href, self._moment, path, min(self._linked, len(text))))
        self._parts, self._href, self._moment, self._linked, self._tag = [], None, None, 0, "p"


def _is_furniture(tag: str, attributes: Mapping[str, str]) -> bool:
    names = attributes.get("class", "")
    if "id" in attributes or "role" in attributes:
        names = f"{names} {attributes.get('id', '')} {attributes.get('role', '')}"
    return bool(names) and len(names) < 500 and tag not in _NEVER_FURNITURE and _names_furniture(names)


@lru_cache(maxsize=4096)
def _names_furniture(names: str) -> bool:
    return bool(_FURNITURE.search(names.casefold()))


def _groups(text: str) -> Iterator[list[str]]:
    group: list[str] = []
    for line in text.split("\n", 2 * _MAX_BLOCKS)[: 2 * _MAX_BLOCKS]:
        if line.strip():
            group.append(line.strip())
        elif group:
            yield group
            group = []
    if group:
        yield group


def _unwrapped(group: list[str]) -> list[str]:
    inner = group[:-1]
    if sum(bool(_FIELD.match(line)) for line in group) > 1:
        return group
    wrapped = [line for line in inner if 45 <= len(line) <= 100 and line[-1] not in ".!?\"”'’:"]
    if len(inner) >= 2 and len(wrapped) * 2 > len(inner) and all(len(line) <= 100 for line in group):
        return [" ".join(group)]
    return group
