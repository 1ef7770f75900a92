"""What stands for an entry: its page, or the feed's own text of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tidings.errors import BadInput, Unavailable
from tidings.fetch.entries import Entry
from tidings.fetch.headers import retry_after_s, served_at
from tidings.fetch.robots import Robots
from tidings.ids import digest
from tidings.ports.web import Response, Web
from tidings.records import Feed

LONG_TEXT = 1500
"""Characters of HTML from which a feed's own text can stand for the page."""

BUSY_S = 120.0
"""How long a server that is busy is left alone if it does not say."""


@dataclass(frozen=True)
class Page:
    """A document's bytes and where they are from."""

    url: str
    body: bytes
    content_type: str
    served_at: datetime | None
    from_feed: bool = False


def fetch_page(url: str, web: Web, robots: Robots, now: datetime) -> Page:
    """GET an entry's page, as far as robots.txt allows it and as slowly as it asks for.

    Raises:
        Unavailable: the server does not answer, or says that it cannot now; `retry_after_s` if it said when.
        Permanent: there is no page.
    """
    rules = robots.permitted(url, now)
    response = web.get(url, gap_s=rules.delay_s, check=lambda there: robots.permitted(there, now))
    if response.status == 429 or response.status >= 500:
        wait = retry_after_s(response.headers, now)
        busy = response.status in (429, 503)
        raise Unavailable(
            f"{url}: the server answers {response.status}", retry_after_s=BUSY_S if busy and wait is None else wait
        )
    if response.status != 200 or not response.body.strip():
        raise BadInput(f"{url}: the server answers {response.status} with {len(response.body)} bytes")
    media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media and not (media.startswith("text/") or "html" in media or "xml" in media):
        raise BadInput(f"{url}: not a page but {media}")
    return page_of(response, now)


def page_of(response: Response, now: datetime) -> Page:
    """Return the page that an answer is."""
    kind = response.headers.get("content-type", "")
    return Page(response.url, response.body, kind, served_at(response.headers, now))


def page_from_feed(entry: Entry, feed: Feed) -> Page | None:
    """Return what the feed itself tells, if it is enough to stand for the page."""
    content = entry.hint.content_html or ""
    summary = entry.hint.summary_html or ""
    text = content if len(content) >= len(summary) else summary
    if len(text) < LONG_TEXT and not entry.hint.content_html and (entry.url or not text):
        return None
    return Page(entry.url or f"{feed.url}#{digest(entry.key)}", text.encode(), "text/html; charset=utf-8", None, True)
