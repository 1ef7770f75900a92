"""Feed autodiscovery: the feeds that a page names in its head."""

from __future__ import annotations

from lxml import etree
from lxml import html as lxml_html

from tidings.fetch.entries import absolute

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})


def discover(page: str, url: str) -> list[str]:
    """Return the URLs of the feeds that `<link rel="alternate">` names, in the page's order."""
    try:
        tree = lxml_html.document_fromstring(page.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return []
    links = (
        absolute(url, node.get("href"))
        for node in tree.iter("link")
        if "alternate" in (node.get("rel") or "").lower().split()
        and (node.get("type") or "").partition(";")[0].strip().lower() in _TYPES
    )
    return list(dict.fromkeys(link for link in links if link))
