"""A publisher on this machine that plays any part, and a reader of it with everything in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from tidings.documents import record_at
from tidings.fetch.discover import Found, find_feed
from tidings.fetch.pace import Pace
from tidings.fetch.registry import add_feed, get_feed
from tidings.fetch.robots import Robots
from tidings.fetch.stage import poll_feed, poll_message
from tidings.fetch.web import GuardedWeb
from tidings.local.server import LocalServer
from tidings.messages import CleanDocument
from tidings.ports.fakes import MemoryBlobs, MemorySender, MemoryStore
from tidings.records import Feed, RawDocument
from tidings.settings import Settings

NOW = datetime(2025, 6, 13, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PAGE = b"<!doctype html><html><body><h1>A story</h1><p>Its text.</p></body></html>"


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0


class Publisher:
    """A server that answers by path: with an answer, with each of a list in turn (the last stays), or with what a function
    makes of the request's headers."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.paths: dict[str, Answer | bytes | list[Answer] | Callable[[dict[str, str]], Answer]] = {}
        self.asked: list[Asked] = []
        self.latency_s = 0.0

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        found = self.paths.get(path, Answer(status=404))
        if callable(found):
            return found(headers)
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return Answer(found) if isinstance(found, bytes) else found

    def times(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    def last(self, path: str) -> Asked:
        return next(asked for asked in reversed(self.asked) if asked.path == path)


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Serve as a publisher until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, time.monotonic())
            site.asked.append(asked)
            time.sleep(site.latency_s)
            answer = site.answer(self.path, asked.headers)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            asked.ended = time.monotonic()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None: ...

    with LocalServer(Handler) as server:
        site = Publisher(server.base_url)
        server.start()
        yield site


class Reader:
    """Tidings with everything in memory, and a clock that the test moves."""

    def __init__(self, site: Publisher, pace: Pace | None = None) -> None:
        self.site, self.now = site, NOW
        self.web = GuardedWeb(Settings(allow_loopback=True, contact="mailto:desk@example.org"), pace=pace)
        self.robots = Robots(self.web)
        self.store, self.blobs, self.queue = MemoryStore(), MemoryBlobs(), MemorySender()

    def follow(self, path: str = "/feed", **fields: Any) -> Feed:
        return add_feed(self.store, self.site.base + path, now=self.now, allow_loopback=True, **fields)

    def poll(self, feed: Feed, after: timedelta = timedelta()) -> Feed:
        self.now += after
        message = poll_message(get_feed(self.store, feed.feed_id))
        poll_feed(
            message,
            web=self.web,
            blobs=self.blobs,
            store=self.store,
            clean_queue=self.queue,
            clock=lambda: self.now,
            robots=self.robots,
        )
        return get_feed(self.store, feed.feed_id)

    def find(self, path: str) -> Found:
        return find_feed(self.web, self.site.base + path, robots=self.robots, now=self.now)

    def wait(self, feed: Feed) -> timedelta:
        assert feed.next_poll is not None
        return feed.next_poll - self.now

    def documents(self) -> list[RawDocument]:
        messages = [CleanDocument.model_validate_json(body) for body in self.queue.bodies]
        return [record_at(message.blob_key, self.blobs) for message in messages]

    def marks(self, feed: Feed) -> list[dict[str, Any]]:
        return [
            dict(item.body) for item in self.store.dump() if item.key.pk == f"FEED#{feed.feed_id}" and "SEEN" in item.key.sk
        ]


def rss(*items: str, about: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>News</title>{about}{"".join(items)}</channel></rss>'.encode()


def item(name: str, *, guid: str | None = None, title: str | None = None, published: datetime | None = None) -> str:
    identity = f'<guid isPermaLink="false">{guid or name}</guid>'
    when = f"<pubDate>{format_datetime(published)}</pubDate>" if published else ""
    return f"<item><title>{title or name}</title><link>/{name}</link>{identity}{when}</item>"
