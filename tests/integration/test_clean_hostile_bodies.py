"""What a hostile server sends neither hangs clean nor fills its memory: each body in a process that is measured.

All are three megabytes long, the most that clean reads of a page.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

import pytest

from tidings.clean.documents import clean_document
from tidings.errors import TidingsError
from tidings.ids import CorrelationId, document_id
from tidings.records import RawDocument

MAX_MEGABYTES = 200
"""Above what Python and the stage's modules take."""
MAX_SECONDS = 60
"""Of which the machine may be busy with other tests; none takes ten alone."""
LENGTH = 3_000_000
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
TITLE = "<h2>Harbour closed as waves rise</h2><p>Daily A | 3 hours ago</p>"
PROSE = (
    "Officials said on Friday that the bridge over the river would remain closed until engineers had looked at its pillars. "
)


def repeated(piece: str, before: str = "<html><body>") -> Callable[[], bytes]:
    return lambda: (before + piece * (LENGTH // len(piece))).encode()


def posts() -> bytes:
    updates = [{"@type": "BlogPosting", "articleBody": f"{n} {PROSE}"} for n in range(10_000)]
    node = json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": updates})
    return f'<html><script type="application/ld+json">{node}</script><body>x'.encode()


BODIES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a codec that is quadratic": (lambda: b"x-" + b"a" * LENGTH, "text/html; charset=punycode"),
    "a million lines": (repeated("a\n", ""), TEXT),
    "a line of a million words": (repeated("a ", ""), TEXT),
    "a million fields": (repeated("Title: a\nDate: b\n\n", ""), TEXT),
    "a paragraph of wide words": (repeated("“ ", "<html><body><p>"), HTML),
    "times": (repeated("<time datetime='2025-06-13T10:00:00Z'>x</time>"), HTML),
    "clock times": (repeated("<p>10:30</p>"), HTML),
    "dates": (repeated("<p>13 June 2025</p>"), HTML),
    "dates without their year": (repeated("<p>Daily A - June 13, 10:30</p>"), HTML),
    "rows of dates": (repeated("<tr><td>13 June 2025</td><td>a b c</td></tr>", "<html><body><table>"), HTML),
    "cards": (repeated(f"<article>{TITLE}<p>{PROSE * 3}</p></article>"), HTML),
    "posts": (repeated(f"<div class=a><time datetime='2025-06-13T10:00:00Z'>x</time><p>{PROSE}</p></div>"), HTML),
    "posts in posts": (repeated("<div><p>10:30</p>a "), HTML),
    "articles in articles": (repeated(f"<article>{TITLE}"), HTML),
    "headings and comments": (repeated("<p>Comments</p><p>Related</p>"), HTML),
    "small print": (repeated("<small>a", "<html><body><h2>x"), HTML),
    "classes": (lambda: b"<html><body>" + b"".join(b"<div class='ad-%d x'>a</div>" % n for n in range(90_000)), HTML),
    "a list of posts in the data": (posts, HTML),
    "nested data": (lambda: b'<html><script type="application/ld+json">' + b"[" * LENGTH, HTML),
    "comment marks in the data": (repeated("--> ", '<html><script type="application/ld+json">'), HTML),
}


def clean_in_a_process(body: bytes, content_type: str, told: Connection) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    doc = RawDocument(
        document_id=document_id("https://a.example/x", body),
        url="https://a.example/x",
        content_type=content_type,
        fetched_at=datetime(2025, 6, 13, 20, tzinfo=UTC),
        correlation_id=CorrelationId("c"),
    )
    try:
        clean_document(doc, body)
    except TidingsError as error:
        assert str(error)
    told.send((time.monotonic() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024))


@pytest.fixture(scope="module")
def processes() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tidings.clean.documents"])
    return context


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_neither_hangs_nor_fills_the_memory(name: str, processes: Any) -> None:
    make, content_type = BODIES[name]
    receiver, told = processes.Pipe(duplex=False)
    process = processes.Process(target=clean_in_a_process, args=(make(), content_type, told))
    process.start()
    told.close()
    try:
        assert receiver.poll(MAX_SECONDS), "it hangs"
        seconds, megabytes = receiver.recv()
    finally:
        process.kill()
        process.join()
    print(f"{name}: {seconds:.1f} s, {megabytes:.0f} MB")
    assert megabytes <= MAX_MEGABYTES
