"""JSON-LD (schema.org): what a page says of its article, and of the articles of its list or live blog."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tidings.clean.when import When, machine_time

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")
_MAX_JSON = 2_000_000
_NOBODY = frozenset({"by", "admin", "administrator", "editor", "staff", "webmaster", "unknown", "null", "none"})


@dataclass(frozen=True)
class LinkedArticle:
    """An article as JSON-LD describes it."""

    headline: str | None = None
    body: str | None = None
    published: When | None = None
    modified: When | None = None
    publisher: str | None = None
    author: str | None = None
    section: str | None = None
    image: str | None = None
    url: str | None = None
    language: str | None = None
    free: bool = True


NO_ARTICLE = LinkedArticle()


def one_line(text: str | None) -> str | None:
    """Return a text on one line with entities resolved; None if nothing is left."""
    return " ".join(html.unescape(text or "").split())[:1000] or None


def site_name(name: str | None) -> str | None:
    """Return a site's name without its handle's @ and without what some append to it: "The Post | ThePost.com"."""
    return one_line((name or "").lstrip("@").split(" | ")[0])


def person(text: str | None) -> str | None:
    """Return the author that a text names, without "By"; a link to a profile names nobody."""
    name = re.sub(r"^by:?\s+", "", one_line(text) or "", flags=re.IGNORECASE)
    return name if name and "://" not in name and name.casefold() not in _NOBODY else None


def json_ld(script: Any) -> Iterator[dict[str, Any]]:
    """Iterate over the nodes of a script element; none if it holds no JSON-LD, or none that can be read."""
    if (script.get("type") or "").lower() != "application/ld+json" or not script.text or len(script.text) > _MAX_JSON:
        return
    try:
        data = json.loads(script.text, strict=False)
    except (ValueError, RecursionError):
        return
    for node in data if isinstance(data, list) else [data]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            yield from (below for below in (graph if isinstance(graph, list) else []) if isinstance(below, dict))


def page_published(nodes: list[dict[str, Any]]) -> When | None:
    """Return the time of a node that describes the page, for sites whose JSON-LD has no article."""
    pages = (node for node in nodes if any(name.endswith("Page") for name in _types(node)))
    return next((when for node in pages if (when := machine_time(_string(node.get("datePublished"))))), None)


def linked_articles(nodes: list[dict[str, Any]]) -> tuple[LinkedArticle, tuple[LinkedArticle, ...]]:
    """Return the article that a page is about (an empty one if it names none), and those of its lists that have a text."""
    listed = [found for node in nodes for item in _items(node) if (found := _linked_article(item)) and found.body]
    inner = {id(item) for node in nodes for item in _items(node)}
    own = [found for node in nodes if id(node) not in inner and _is_article(node) and (found := _linked_article(node))]
    return max(own, key=lambda article: len(article.body or ""), default=NO_ARTICLE), tuple(listed)


def _items(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    entries = node.get("itemListElement") if "ItemList" in _types(node) else node.get("liveBlogUpdate")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            item = entry.get("item", entry)
            if isinstance(item, dict):
                yield item


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [str(name) for name in kind] if isinstance(kind, list) else [str(kind)]


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE_TYPES.search(name) for name in _types(node))


def _linked_article(node: dict[str, Any]) -> LinkedArticle | None:
    if not _is_article(node):
        return None
    return LinkedArticle(
        headline=one_line(_string(node.get("headline"))),
        body=_string(node.get("articleBody")),
        published=machine_time(_string(node.get("datePublished"))),
        modified=machine_time(_string(node.get("dateModified"))),
        publisher=site_name(_name(node.get("publisher"))),
        author=person(_name(node.get("author"))),
        section=one_line(_string(node.get("articleSection"))),
        image=_image(node.get("image")),
        url=_string(node.get("url")) or _string(node.get("@id")),
        language=(_string(node.get("inLanguage")) or "")[:2].lower() or None,
        free=str(node.get("isAccessibleForFree", "true")).lower() != "false",
    )


def _string(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) and value.strip() else None


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        names = [name for name in (_name(item) for item in value[:10]) if name]
        return ", ".join(names) or None
    return _string(value.get("name")) if isinstance(value, dict) else _string(value)


def _image(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return _string(value.get("url")) if isinstance(value, dict) else _string(value)
