"""What a page says of itself: JSON-LD, meta elements, `<time>`, headings."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from tidings.clean.when import When, machine_time, marked_time

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")
_URL_DAY = re.compile(r"/(\d{4})[/-](\d{2})[/-](\d{2})(?:/|-|_|\.|$)")
_MAX_JSON = 2_000_000
_META_DATES = (
    "article:published_time", "article:published", "article.published", "datepublished", "date.published",
    "og:article:published_time", "og:published_time", "og:datepublished", "og:pubdate", "publishdate", "publish_date",
    "publication_date", "published_at", "published", "pub_date", "pubdate", "date_published", "parsely-pub-date",
    "sailthru.date", "rnews:datepublished", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created",
    "dcterms.date", "dc.date", "citation_publication_date", "date",
)  # fmt: skip
_META_CHANGES = (
    "article:modified_time", "article:modified", "article.updated", "datemodified", "date.modified",
    "og:article:modified_time", "og:updated_time", "dc.date.modified", "dcterms.modified", "last-modified",
)  # fmt: skip


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


@dataclass(frozen=True)
class PageMeta:
    """A page's own words about itself; `listed` are the articles of an item list or live blog."""

    article: LinkedArticle = LinkedArticle()
    listed: tuple[LinkedArticle, ...] = ()
    og_title: str | None = None
    h1: str | None = None
    head_title: str | None = None
    site_name: str | None = None
    canonical: str | None = None
    meta_published: When | None = None
    meta_modified: When | None = None
    page_published: When | None = None
    time_element: When | None = None
    author: str | None = None
    section: str | None = None
    image: str | None = None
    language: str | None = None

    def titles(self) -> tuple[str, ...]:
        """Return all titles that the page gives itself, best first, each without the site's name."""
        name = self.article.publisher or self.site_name
        found = (self.article.headline, self.og_title, self.h1, self.head_title)
        return tuple(without_site(title, name) for title in found if title)

    def own_title(self) -> str | None:
        """Return the best title of the page itself, without the site's name."""
        return next(iter(self.titles()), None)


def read_meta(tree: Any, url: str) -> PageMeta:
    """Read what a page says of itself; `url` is where it came from."""
    metas = _metas(tree)
    nodes = [node for script in tree.iter("script") for node in _json_ld(script)]
    linked, listed = _linked(nodes)
    h1s = [text for node in tree.iter("h1") if (text := one_line(node.text_content()))]
    return PageMeta(
        article=linked,
        listed=listed,
        og_title=one_line(metas.get("og:title") or metas.get("twitter:title")),
        h1=h1s[0] if len(h1s) == 1 else None,
        head_title=next((one_line(node.text) for node in tree.iter("title") if node.text), None),
        site_name=one_line(metas.get("og:site_name") or metas.get("application-name")),
        canonical=_canonical(tree, metas, url),
        meta_published=_first_time(metas, _META_DATES),
        meta_modified=_first_time(metas, _META_CHANGES),
        page_published=_page_published(nodes),
        time_element=_time_element(tree),
        author=one_line(metas.get("author") or metas.get("article:author")),
        section=one_line(metas.get("article:section")),
        image=metas.get("og:image") or None,
        language=(tree.get("lang") or metas.get("og:locale") or "")[:2].lower() or None,
    )


def one_line(text: str | None) -> str | None:
    """Return a text on one line with entities resolved; None if nothing is left."""
    return " ".join(html.unescape(text or "").split())[:1000] or None


def without_site(title: str, name: str | None) -> str:
    """Return a title without " | The Site" at its end, where the site's name is known."""
    if name:
        for mark in (" | ", " - ", " – ", " — ", " :: "):
            head, found, tail = title.rpartition(mark)
            if found and len(head) > 10 and tail.casefold().strip() == name.casefold():
                return head.strip()
    return title


def url_day(url: str) -> When | None:
    """Return the day that a URL's path names (/2025/06/13/)."""
    found = _URL_DAY.search(urlsplit(url).path)
    return machine_time("-".join(found.groups())) if found else None


def canonical_url(url: str) -> str:
    """Return a URL without fragment and campaign parameters, its host in lower case."""
    parts = urlsplit(url)
    kept = [
        pair
        for pair in parts.query.split("&")
        if pair and not re.match(r"(?:utm_[a-z]+|fbclid|gclid|mc_[ce]id|cmpid|ocid|at_[a-z]+)=", pair)
    ]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", "&".join(kept), ""))


def _metas(tree: Any) -> dict[str, str]:
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        if name and node.get("content"):
            metas.setdefault(name, node.get("content"))
    return metas


def _canonical(tree: Any, metas: dict[str, str], url: str) -> str | None:
    links = [node.get("href") for node in tree.iter("link") if (node.get("rel") or "").lower() == "canonical"]
    for link in [*links, metas.get("og:url")]:
        try:
            joined = urljoin(url, (link or "").strip())
            there, here = urlsplit(joined), urlsplit(url)
        except ValueError:
            continue
        # A canonical link to the front page, or to another site, would make one article of many.
        if link and there.scheme in ("http", "https") and there.netloc == here.netloc and len(there.path) > 1:
            return canonical_url(joined)
    return None


def _first_time(metas: dict[str, str], names: tuple[str, ...]) -> When | None:
    return next((when for name in names if (when := machine_time(metas.get(name))) is not None), None)


def _time_element(tree: Any) -> When | None:
    """Return the time that the markup names the publication's, or that of the page's only line with times."""
    times = [node for node in tree.iter("time") if node.get("datetime") and not _is_comments(node)]
    marked = [n for n in times if "datepublished" in (n.get("itemprop") or "").lower() or n.get("pubdate") is not None]
    alone = len({node.getparent() for node in times}) == 1 or len({node.get("datetime") for node in times}) == 1
    first = next(iter(marked or times), None)
    return marked_time(first.get("datetime"), first.text_content()) if first is not None and (marked or alone) else None


def _is_comments(node: Any) -> bool:
    return any("comment" in f"{n.get('class') or ''} {n.get('itemtype') or ''} {n.get('id') or ''}".lower()
               for n in node.iterancestors() if n.tag not in ("body", "html"))  # fmt: skip


def _page_published(nodes: list[dict[str, Any]]) -> When | None:
    """Return the time of a node that describes the page, for sites whose JSON-LD has no article."""
    pages = (node for node in nodes if any(name.endswith("Page") for name in _types(node)))
    return next((when for node in pages if (when := machine_time(_string(node.get("datePublished"))))), None)


def _linked(nodes: list[dict[str, Any]]) -> tuple[LinkedArticle, tuple[LinkedArticle, ...]]:
    listed = [found for node in nodes for item in _items(node) if (found := _linked_article(item)) and found.body]
    inner = {id(item) for node in nodes for item in _items(node)}
    own = [found for node in nodes if id(node) not in inner and _is_article(node) and (found := _linked_article(node))]
    return max(own, key=lambda article: len(article.body or ""), default=LinkedArticle()), tuple(listed)


def _json_ld(script: Any) -> Iterator[dict[str, Any]]:
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
        publisher=one_line(_name(node.get("publisher"))),
        author=one_line(_name(node.get("author"))),
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
