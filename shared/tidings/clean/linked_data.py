"""JSON-LD (schema.org): what a page says of its article, and of the articles of its list or live blog."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tidings.clean.charset import tidied
from tidings.clean.when import When, machine_time

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")
_MAX_JSON = 2_000_000
_MAX_NESTED = 5
"""Levels of lists and nodes below one another in which a name is looked for."""
_MOST_NODES = 5_000
_WRAPPED = re.compile(
    r"^\s{0,99}(?://|/\*)?\s{0,9}(?:<!\[CDATA\[|<!--)\s{0,9}(?:\*/)?|(?://|/\*)?\s{0,9}(?:\]\]>|-->)\s{0,9}(?:\*/)?\s{0,99}$"
)
_LAST_COMMA = re.compile(r",(?=\s{0,50}[}\]])")
_LIVE = "BlogPosting"
"""What an entry of a live blog is, where it does not say so itself."""
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
    country: str | None = None
    """The publisher's, as ISO 3166-1 alpha-2."""
    live: bool = False
    """Whether it is an entry of a live blog, which may be a sentence long and have no headline."""


NO_ARTICLE = LinkedArticle()


def one_line(text: str | None) -> str | None:
    """Return a text on one line with entities resolved; None if nothing is left."""
    return " ".join(tidied(html.unescape(text or "")).split())[:1000] or None


def site_name(name: str | None) -> str | None:
    """Return a site's name without its handle's @ and without what some append to it: "The Post | ThePost.com"."""
    return one_line((name or "").lstrip("@").split(" | ")[0])


def person(text: str | None) -> str | None:
    """Return the author that a text names, without "By"; a link to a profile names nobody."""
    name = re.sub(r"^by:?\s+", "", one_line(text) or "", flags=re.IGNORECASE)
    return name if name and "://" not in name and name.casefold() not in _NOBODY else None


def json_ld(script: Any) -> Iterator[dict[str, Any]]:
    """Iterate over the nodes of a script element; none if it holds no JSON-LD, or none that can be read."""
    media = (script.get("type") or "").partition(";")[0].strip().lower()
    if media != "application/ld+json" or not script.text or len(script.text) > _MAX_JSON:
        return
    data = _json(_WRAPPED.sub("", script.text))
    for node in _dicts(data):
        yield node
        for name in ("@graph", "mainEntity"):
            yield from _dicts(node.get(name))


def _json(text: str) -> Any:
    for tried in (text, _LAST_COMMA.sub("", text)):
        try:
            return json.loads(tried, strict=False)
        except RecursionError:
            return None
        except ValueError:
            continue
    return None


def _dicts(value: Any) -> list[dict[str, Any]]:
    values = value[:_MOST_NODES] if isinstance(value, list) else [value]
    return [below for below in values if isinstance(below, dict)]


def page_published(nodes: list[dict[str, Any]]) -> When | None:
    """Return the time of a node that describes the page, for sites whose JSON-LD has no article."""
    return next((when for node in _pages(nodes) if (when := machine_time(_string(node.get("datePublished"))))), None)


def page_free(nodes: list[dict[str, Any]]) -> bool:
    """Say whether no node that describes the page says that it is not free."""
    return all(_is_free(node) for node in _pages(nodes))


def _pages(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (node for node in nodes if any(name.endswith("Page") for name in _types(node)))


def linked_articles(nodes: list[dict[str, Any]]) -> tuple[LinkedArticle, tuple[LinkedArticle, ...]]:
    """Return the article that a page is about (an empty one if it names none), and those of its lists that have a text."""
    named = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    items = [entry for node in nodes for entry in _items(node)]
    listed = [_linked_article(item, named, live=live) for item, live in items if _is_article(item)]
    inner = {id(item) for item, _ in items}
    own = [_linked_article(node, named) for node in nodes if id(node) not in inner and _is_article(node)]
    return max(own, key=lambda article: len(article.body or ""), default=NO_ARTICLE), tuple(
        filter(lambda article: article.body, listed)
    )


def _items(node: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Iterate over the entries of a list or of a live blog; the second of each pair says whether it is a live blog's."""
    if "ItemList" in _types(node):
        for entry in _dicts(node.get("itemListElement")):
            yield from ((item, False) for item in _dicts(entry.get("item", entry)))
    else:
        yield from (({"@type": _LIVE, **entry}, True) for entry in _dicts(node.get("liveBlogUpdate")))


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [str(name) for name in kind] if isinstance(kind, list) else [str(kind)]


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE_TYPES.search(name) for name in _types(node))


def _linked_article(node: dict[str, Any], named: Mapping[str, dict[str, Any]], *, live: bool = False) -> LinkedArticle:
    return LinkedArticle(
        headline=one_line(_string(node.get("headline"))),
        body=_string(node.get("articleBody")),
        published=machine_time(_string(node.get("datePublished"))),
        modified=machine_time(_string(node.get("dateModified"))),
        publisher=site_name(_name(node.get("publisher"), named)),
        author=person(_name(node.get("author"), named)),
        section=one_line(_string(node.get("articleSection"))),
        image=_image(node.get("image")),
        url=_string(node.get("url")) or _string(node.get("@id")),
        language=(_string(node.get("inLanguage")) or "")[:2].lower() or None,
        free=_is_free(node),
        country=_country(node.get("publisher"), named),
        live=live,
    )


def _is_free(node: dict[str, Any]) -> bool:
    """Say whether nobody has to pay for a node: by its own word, else by that of its parts."""
    told = [node] if "isAccessibleForFree" in node else _dicts(node.get("hasPart"))
    return not any(str(part.get("isAccessibleForFree", "true")).lower() == "false" for part in told)


def _string(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return tidied(value) or None if isinstance(value, str) and value.strip() else None


def _name(value: Any, named: Mapping[str, dict[str, Any]], depth: int = 0) -> str | None:
    if depth > _MAX_NESTED:
        return None
    if isinstance(value, list):
        names = [name for name in (_name(item, named, depth + 1) for item in value[:10]) if name]
        return ", ".join(names) or None
    if isinstance(value, dict):
        told = value if "name" in value else named.get(str(value.get("@id")), value)
        return _string(told.get("name"))
    return _string(value)


def _country(publisher: Any, named: Mapping[str, dict[str, Any]]) -> str | None:
    for node in _dicts(publisher)[:1]:
        for address in _dicts(named.get(str(node.get("@id")), node).get("address"))[:1]:
            country = address.get("addressCountry")
            code = _string(country.get("name") if isinstance(country, dict) else country) or ""
            return code.upper() if re.fullmatch(r"[A-Za-z]{2}", code) else None
    return None


def _image(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return _string(value.get("url")) or _string(value.get("contentUrl")) if isinstance(value, dict) else _string(value)
