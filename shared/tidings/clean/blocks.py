"""A page as the lines a reader sees, in order, each with what its markup says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from tidings.errors import BadInput

# fmt: off
_INVISIBLE = frozenset({
    "script", "style", "noscript", "template", "iframe", "svg", "select", "option", "textarea", "input", "button", "form",
    "nav", "footer", "head", "object", "canvas", "dialog",
})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookie|consent|gdpr|navbar|breadcrumbs?|share|sharing|social|newsletter|advert|ads?|promo|popup|modal|"
    r"skip-link|sr-only|visually-hidden|pagination)(?:$|[\s_-])"
)
_MAX_DEPTH = 400


@dataclass(frozen=True)
class Block:
    """One line of a page. `path` holds the elements around it, outermost first."""

    text: str
    tag: str = "p"
    href: str | None = None
    moment: str | None = None
    path: tuple[Any, ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether the markup calls it a heading."""
        return len(self.tag) == 2 and self.tag[0] == "h" and self.tag[1].isdigit()

    @property
    def words(self) -> int:
        """Return the number of words."""
        return len(self.text.split())


def parse_html(text: str) -> Any:
    """Return the tree of an HTML page.

    Raises:
        BadInput: there is no element in it.
    """
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise BadInput(f"not readable as HTML: {str(error).splitlines()[0][:200]}") from None


def html_blocks(tree: Any) -> list[Block]:
    """Return the visible lines of a page, without navigation, forms, cookie bars and the like."""
    gatherer = _Gatherer()
    gatherer.walk(tree, ())
    gatherer.flush(())
    return gatherer.blocks


def text_blocks(text: str) -> list[Block]:
    """Return the lines of a plain text; paragraphs that were wrapped to a fixed width are joined again."""
    return [Block(" ".join(paragraph.split())) for group in _groups(text) for paragraph in _unwrapped(group)]


class _Gatherer:
    """Collects inline text until a block element begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._href: str | None = None
        self._moment: str | None = None
        self._tag = "p"

    def walk(self, node: Any, path: tuple[Any, ...]) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _INVISIBLE or len(path) > _MAX_DEPTH or _is_furniture(node):
            return
        is_block = tag in _BLOCKS
        inside = (*path, node) if is_block else path
        if is_block:
            self.flush(path)
            self._tag = tag
        if tag == "a" and node.get("href"):
            self._href = self._href or node.get("href")
        if tag == "time" and node.get("datetime"):
            self._moment = self._moment or node.get("datetime")
        self._parts.append(node.text or "")
        for child in node:
            self.walk(child, inside)
            self._parts.append(child.tail or "")
        if is_block:
            self.flush(inside)

    def flush(self, path: tuple[Any, ...]) -> None:
        text = " ".join("".join(self._parts).split())
        if text:
            tag = next((n.tag for n in reversed(path) if n.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "li")), self._tag)
            self.blocks.append(Block(text, tag, self._href, self._moment, path))
        self._parts, self._href, self._moment, self._tag = [], None, None, "p"


def _is_furniture(node: Any) -> bool:
    if node.get("hidden") is not None or node.get("aria-hidden") == "true":
        return True
    names = f"{node.get('class') or ''} {node.get('id') or ''} {node.get('role') or ''}".casefold()
    return len(names) < 500 and bool(_FURNITURE.search(names)) and node.tag not in ("body", "html", "main", "article")


def _groups(text: str) -> Iterator[list[str]]:
    group: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            group.append(line.strip())
        elif group:
            yield group
            group = []
    if group:
        yield group


def _unwrapped(group: list[str]) -> list[str]:
    inner = group[:-1]
    wrapped = [line for line in inner if 45 <= len(line) <= 100 and line[-1] not in ".!?\"”'’:"]
    if len(inner) >= 2 and len(wrapped) * 2 > len(inner) and all(len(line) <= 100 for line in group):
        return [" ".join(group)]
    return group
