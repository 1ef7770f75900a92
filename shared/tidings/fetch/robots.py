"""robots.txt (RFC 9309) for what we come to by ourselves, kept for a while in the process.

RFC 9309 speaks to crawlers, which go from page to page by themselves. So robots.txt is asked for the pages that entries and
index pages link to, for the sitemaps of an index, and for links of which we guess that they are feeds.

It is not asked for the URL that a user gave, nor for a feed that the page at this URL offers: a person wants to read it. So
do the readers that publishers know: Feedly (feedly.com/fetcher.html), Inoreader (inoreader.com/feed-fetcher), Google's
Feedfetcher (developers.google.com/crawling/docs/crawlers-fetchers/feedfetcher), BazQux (bazqux.com/fetcher) and selfoss
(fossar/selfoss, issue 1496). What a publisher can do instead says docs/fetching.md.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from protego import Protego

from tidings.errors import BadInput, BlockedAddress, TooLarge, Unavailable
from tidings.ports.web import Web

KEEP = timedelta(hours=24)
"""RFC 9309, 2.4: not longer than a day."""
MAX_BYTES = 512_000
"""RFC 9309, 2.5: at least 500 kibibytes must be read."""
AGENT = "Tidings"
LONGEST_DELAY_S = 30.0
"""Most seconds of a crawl-delay that are heeded: longer ones are meant for crawlers that take the whole site."""
_MAX_HOSTS = 500
_VERSIONED = re.compile(
    rf"^([ \t]{{0,20}}user[ -]?agent[ \t]{{0,20}}:[ \t]{{0,20}}{AGENT})/[^\r\n#]{{0,200}}", re.IGNORECASE | re.MULTILINE
)
"""Our name as servers log it: RFC 9309, 2.2.1 wants the name alone, and who writes a version means us all the same."""


@dataclass(frozen=True)
class Rules:
    """What a host's robots.txt says to us."""

    parsed: Protego

    @classmethod
    def read(cls, text: str) -> Rules:
        """Read a robots.txt; what makes no sense in it is left out, and a BOM is not its first letter."""
        return cls(Protego.parse(_VERSIONED.sub(r"\1", text.removeprefix("\ufeff"))))

    def allows(self, url: str) -> bool:
        """Say whether a page may be fetched."""
        return bool(self.parsed.can_fetch(url, AGENT))

    @property
    def delay_s(self) -> float:
        """Seconds between two requests that the host asks for."""
        asked = float(self.parsed.crawl_delay(AGENT) or 0)
        return min(max(asked, 0.0), LONGEST_DELAY_S) if math.isfinite(asked) else 0.0


class _Kept(NamedTuple):
    rules: Rules
    until: datetime


class Robots:
    """The rules of each host, asked once a day at most."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._kept: dict[str, _Kept] = {}

    def rules(self, url: str, now: datetime) -> Rules:
        """Return the rules of a page's host.

        Raises:
            Unavailable: the host does not give its rules; RFC 9309 then forbids every page for now.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        kept = self._kept.get(origin)
        if kept is None or kept.until <= now:
            if len(self._kept) >= _MAX_HOSTS:
                self._kept.clear()
            kept = _Kept(self._read(origin), now + KEEP)
            self._kept[origin] = kept
        return kept.rules

    def permitted(self, url: str, now: datetime) -> Rules:
        """Return the rules of a page's host, as `rules` does.

        Raises:
            BadInput: they do not allow the page.
            Unavailable: the host does not give its rules.
        """
        rules = self.rules(url, now)
        if not rules.allows(url):
            raise BadInput(f"{url}: robots.txt does not allow it")
        return rules

    def _read(self, origin: str) -> Rules:
        try:
            response = self._web.get(f"{origin}/robots.txt")
        except (BadInput, BlockedAddress, TooLarge):
            # Redirects without end and the like are "unavailable" in the RFC's sense (2.3.1.3): everything is allowed.
            return Rules.read("")
        if response.status == 429 or response.status >= 500:
            raise Unavailable(f"{origin}/robots.txt: the server answers {response.status}")
        if response.status != 200:
            return Rules.read("")
        return Rules.read(response.body[:MAX_BYTES].decode("utf-8", "replace"))
