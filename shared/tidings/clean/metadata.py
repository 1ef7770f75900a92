"""What a page says of itself: meta elements, titles, `<time>`, and its JSON-LD."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from tidings.clean.linked_data import (
    NO_ARTICLE,
    LinkedArticle,
    json_ld,
    linked_articles,
    one_line,
    page_free,
    page_published,
    person,
    site_name,
)
from tidings.clean.when import When, machine_time, marked_time

_URL_DAY = re.compile(r"/(\d{4})[/-](\d{2})[/-](\d{2})(?:/|-|_|\.|$)")
_MOST_NAME_WORDS = 6
_OWN_PORTS = {"http": ":80", "https": ":443"}
_EDITIONS = frozenset({"www", "m", "amp", "mobile"})
_META_DATES = (
    "article:published_time", "article:published", "article.published", "datepublished", "date.published",
    "og:article:published_time", "og:published_time", "og:datepublished", "og:pubdate", "publishdate", "publish_date",
    "publication_date", "published_at", "published", "pub_date", "pubdate", "date_published", "parsely-pub-date",
    "sailthru.date", "rnews:datepublished", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created",
    "dcterms.date", "dc.date", "citation_publication_date", "date",
)  # fmt: skip
_META_SECTIONS = ("article:section", "article.section", "section", "parsely-section", "og:section", "dc.subject.section")
_META_CHANGES = (
    "article:modified_time", "article:modified", "article.updated", "datemodified", "date.modified",
    "og:article:modified_time", "og:updated_time", "dc.date.modified", "dcterms.modified", "last-modified",
)  # fmt: skip


@dataclass(frozen=True)
class PageMeta:
    """A page's own words about itself; `listed` are the articles of an item list or live blog."""

    article: LinkedArticle = NO_ARTICLE
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
    locale: str | None = None
    free: bool = True
    """Whether nothing in the page's data says that one has to pay for it."""

    def titles(self) -> tuple[str, ...]:
        """Return all titles that the page gives itself, best first, each without the site's name."""
        name = self.article.publisher or self.site_name
        found = (self.article.headline, self.og_title, self.h1, self.head_title)
        return tuple(without_site(title, name) for title in found if title)

    def published(self) -> When | None:
        """Return when the page says in its data that it was published."""
        return self.article.published or self.meta_published or self.page_published

    def times(self) -> tuple[When, ...]:
        """Return all times in the page's data and markup."""
        found = (self.article.published, self.article.modified, self.meta_published, self.meta_modified, self.page_published)
        posts = (item.published for item in self.listed[:5])
        return tuple(when for when in (*found, self.time_element, *posts) if when is not None)

    def own_title(self) -> str | None:
        """Return the best title of the page itself, without the site's name."""
        return next(iter(self.titles()), None)


def read_meta(tree: Any, url: str) -> PageMeta:
    """Read what a page says of itself; `url` is where it came from."""
    metas = _metas(tree)
    nodes = [node for script in tree.iter("script") for node in json_ld(script)]
    linked, listed = linked_articles(nodes)
    h1s = [text for node in tree.iter("h1") if (text := one_line(node.text_content()))]
    h1 = h1s[0] if len(h1s) == 1 else None
    og_title = one_line(metas.get("og:title") or metas.get("twitter:title"))
    head_title = next((one_line(node.text) for node in tree.iter("title") if node.text), None)
    site = one_line(metas.get("og:site_name") or metas.get("application-name")) or _site_in_title(
        head_title, (linked.headline, og_title, h1)
    )
    image = linked.image or metas.get("og:image") or metas.get("og:image:url") or metas.get("twitter:image")
    return PageMeta(
        article=linked,
        listed=listed,
        og_title=og_title,
        h1=h1,
        head_title=head_title,
        site_name=site_name(site),
        canonical=_canonical(tree, metas, url),
        meta_published=_first_time(metas, _META_DATES),
        meta_modified=_first_time(metas, _META_CHANGES),
        page_published=page_published(nodes),
        time_element=_time_element(tree),
        author=person(metas.get("author")) or person(metas.get("article:author")) or _author_element(tree),
        section=next((one_line(metas[name]) for name in _META_SECTIONS if name in metas), None),
        image=_absolute(image, url),
        language=(tree.get("lang") or metas.get("og:locale") or "")[:2].lower() or None,
        locale=(metas.get("og:locale") or tree.get("lang") or "")[:12] or None,
        free=linked.free and page_free(nodes) and metas.get("article:content_tier", "").strip().lower() != "locked",
    )


def without_site(title: str, name: str | None) -> str:
    """Return a title without " | The Site" at its end or "The Site | " at its beginning, where the site's name is known."""
    if name:
        wanted = name.casefold()
        for mark in (" | ", " - ", " – ", " — ", " :: "):
            head, found, tail = title.rpartition(mark)
            if found and len(head) > 10 and tail.casefold().strip() == wanted:
                return head.strip()
            head, found, tail = title.partition(mark)
            if found and len(tail) > 10 and head.casefold().strip() == wanted:
                return tail.strip()
    return title


def _site_in_title(head_title: str | None, titles: tuple[str | None, ...]) -> str | None:
    """Return the site's name from the window's title, where that is the article's title with something after it."""
    for title in titles:
        if head_title and title and head_title.startswith(title):
            found = re.fullmatch(r"\s+[|–—-]\s+(.*[|–—]\s+)?(\S.{0,50})", head_title[len(title) :])
            if found is not None and len(found.group(2).split()) <= _MOST_NAME_WORDS:
                return found.group(2)
    return None


def _author_element(tree: Any) -> str | None:
    """Return the author that the markup of a line names."""
    for node in tree.iter("a", "span", "p", "div"):
        if "author" in ((node.get("rel") or "").lower(), (node.get("itemprop") or "").lower()):
            name = person(node.text_content())
            if name is not None and len(name.split()) <= _MOST_NAME_WORDS:
                return name
    return None


def _absolute(link: str | None, url: str) -> str | None:
    try:
        joined = urljoin(url, (link or "").strip())
        return joined if link and urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def url_day(url: str) -> When | None:
    """Return the day that a URL's path names (/2025/06/13/)."""
    found = _URL_DAY.search(urlsplit(url).path)
    return machine_time("-".join(found.groups())) if found else None


def canonical_url(url: str) -> str:
    """Return a URL without fragment, campaign parameters and its scheme's own port, its host in lower case."""
    parts = urlsplit(url)
    host = parts.netloc.lower().removesuffix(_OWN_PORTS.get(parts.scheme, ":"))
    kept = [
        pair
        for pair in parts.query.split("&")
        if pair and not re.match(r"(?:utm_[a-z]+|fbclid|gclid|mc_[ce]id|cmpid|ocid|at_[a-z]+)=", pair)
    ]
    return urlunsplit((parts.scheme, host, parts.path or "/", "&".join(kept), ""))


def _metas(tree: Any) -> dict[str, str]:
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        if name and node.get("content"):
            metas.setdefault(name, node.get("content"))
    return metas


def _canonical(tree: Any, metas: dict[str, str], url: str) -> str | None:
    links = [node.get("href") for node in tree.iter("link") if "canonical" in (node.get("rel") or "").lower().split()]
    for link in [*links, metas.get("og:url")]:
        try:
            joined = urljoin(url, (link or "").strip())
            there, here = urlsplit(joined), urlsplit(url)
            same = _site(there) == _site(here)
        except ValueError:
            continue
        # A canonical link to the front page, or to another site, would make one article of many.
        if link and there.scheme in ("http", "https") and same and len(there.path) > 1:
            return canonical_url(joined)
    return None


def _site(parts: SplitResult) -> tuple[str, int | None]:
    """Return the host, whichever edition of the site it names (www., m., amp.), and a port that is not the scheme's own."""
    host = (parts.hostname or "").rstrip(".")
    edition, _, rest = host.partition(".")
    port = parts.port
    return rest if edition in _EDITIONS and "." in rest else host, None if port in (80, 443) else port


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
