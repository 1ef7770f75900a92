"""What a hostile server sends neither hangs fetch nor fills its memory: each body in a process that is measured.

The whole of a poll is run: the GET through the guard, unpacking, reading, listing and, for pages, handing on.
"""

from __future__ import annotations

import gzip
import io
import multiprocessing
import resource
import socket
import struct
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import brotli
import pytest

from tidings.adapters.sqlite_store import SqliteStore
from tidings.errors import TidingsError
from tidings.fetch.registry import add_feed, get_feed
from tidings.fetch.stage import poll_feed, poll_message
from tidings.fetch.web import GuardedWeb
from tidings.ports.fakes import MemoryBlobs, MemorySender
from tidings.settings import Settings

MAX_MEGABYTES = 200
"""Of the whole process, Python and its modules included."""
MAX_SECONDS = 75
"""Of which the machine may be busy with other tests; the reader's own limit for the network is 20."""

XML = "application/rss+xml"
RSS = b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>'
END = b"</channel></rss>"
JSON_FEED = b'{"version":"https://jsonfeed.org/version/1","items":['
M = 1_000_000


@dataclass(frozen=True)
class Hostile:
    """A body, or whole answer if `raw`; made only when it is served, as some are large."""

    make: Callable[[], bytes]
    content_type: str = XML
    encoding: str = ""
    raw: bool = False


def entities(*declared: str, use: str = "&a;", root: str = "rss", encoding: str = "utf-8") -> Callable[[], bytes]:
    lines = "".join(f"<!ENTITY {one}>" for one in declared)
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE {root} [{lines}]>'
    body = f"<rss version='2.0'><channel><title>{use}</title><item><title>{use}</title></item></channel></rss>"
    return lambda: (head + body).encode(encoding)


LAUGHS = ['a0 "ha"', *(f'a{n} "{f"&a{n - 1};" * 10}"' for n in range(1, 10))]


def zstd_of(body: bytes) -> bytes:
    from urllib3.response import zstd  # type: ignore[attr-defined]

    return bytes(zstd.compress(body))


def zeros(packer: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: packer(RSS + b" " * (300 * M))


def gzip_of_gzip() -> bytes:
    body = b" " * (100 * M)
    for _ in range(4):
        body = gzip.compress(body)
    return body


def lying_zip() -> bytes:
    """A gzip member that says it is short and goes on for a gigabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    out = io.BytesIO()
    for _ in range(100):
        out.write(packer.compress(b"\0" * (10 * M)))
    out.write(packer.flush())
    return out.getvalue()[:-4] + struct.pack("<I", 10)


def header(*lines: str, body: bytes = b"") -> bytes:
    return ("HTTP/1.1 200 OK\r\n" + "".join(f"{line}\r\n" for line in lines) + "\r\n").encode("latin-1") + body


BODIES: dict[str, Hostile] = {
    # entities and document types
    "billion laughs": Hostile(entities(*LAUGHS, use="&a9;")),
    "billion laughs in UTF-16": Hostile(entities(*LAUGHS, use="&a9;", encoding="utf-16")),
    "billion laughs as a page": Hostile(entities(*LAUGHS, use="&a9;", root="html"), "text/html"),
    "laughs behind a comment": Hostile(
        lambda: b"<!-- <rss> -->" + entities(*LAUGHS, use="&a9;")().partition(b"?>")[2],
    ),
    "laughs hidden by UTF-7": Hostile(
        lambda: entities(*LAUGHS, use="&a9;")().replace(b"<!ENTITY", b"+ADw-!ENTITY").partition(b"?>")[2],
        f"{XML}; charset=utf-7",
    ),
    "laughs cut up by escapes": Hostile(
        lambda: entities(*LAUGHS, use="&a9;")().replace(b"ENTITY", b"EN\x1b(BTITY").partition(b"?>")[2],
        f"{XML}; charset=iso-2022-jp",
    ),
    "laughs in EBCDIC": Hostile(lambda: entities(*LAUGHS, use="&a9;")().decode().encode("cp037"), f"{XML}; charset=cp037"),
    "laughs in a sitemap": Hostile(
        lambda: entities(*LAUGHS, use="&a9;")().replace(b"<rss version='2.0'>", b"<urlset>").replace(b"</rss>", b"</urlset>")
    ),
    "quadratic blow-up": Hostile(entities('a "' + "A" * 100_000 + '"', use="&a;" * 100_000)),
    "entities of a parser that forgives": Hostile(
        lambda: entities('a "' + "A" * 100_000 + '"', use="&a;" * 100_000)().replace(b"</rss>", b"</oops>")
    ),
    "a file of this machine": Hostile(entities('a SYSTEM "file:///etc/passwd"')),
    "a file of another": Hostile(entities('a SYSTEM "http://169.254.169.254/latest/"')),
    "parameter entities": Hostile(entities('% a SYSTEM "http://169.254.169.254/"> %a; <!ENTITY b "x"')),
    "an external document type": Hostile(lambda: b'<!DOCTYPE rss SYSTEM "http://10.0.0.1/x.dtd">' + RSS + END),
    # shapes of XML
    "a million levels": Hostile(lambda: RSS + b"<a>" * M),
    "a million levels, closed": Hostile(lambda: RSS + b"<a>" * M + b"</a>" * M + END),
    "a million empty elements": Hostile(lambda: RSS + b"<item>" + b"<a/>" * (3 * M) + b"</item>" + END),
    "half a million elements": Hostile(lambda: RSS + b"<item>" + b"<a>b</a>" * 440_000 + b"</item>" + END),
    "a million attributes": Hostile(lambda: RSS + b"<item " + b" ".join(b'a%d="x"' % n for n in range(M)) + b"/>" + END),
    "fifty thousand namespaces": Hostile(
        lambda: RSS + b"<item " + b" ".join(b'xmlns:a%d="x"' % n for n in range(50_000)) + b"/>" + END
    ),
    "a name of five megabytes": Hostile(lambda: RSS + b"<" + b"a" * (5 * M) + b"/>" + END),
    "a value of fifteen megabytes": Hostile(lambda: RSS + b'<item a="' + b"x" * (15 * M) + b'"/>' + END),
    "a title of fifteen megabytes": Hostile(lambda: RSS + b"<item><title>" + b"x " * (7 * M) + b"</title></item>" + END),
    "fifteen megabytes and one wide character": Hostile(
        lambda: RSS + b"<item><title>x</title></item>" * 500_000 + "\U0001f4f0".encode() + END
    ),
    "entries of wide characters": Hostile(
        lambda: (
            RSS
            + b"".join(
                b"<item><guid>%d</guid><description>\xf0\x9f\x93\xb0%s</description></item>" % (n, b"word " * 140)
                for n in range(20_000)
            )
            + END
        )
    ),
    "a short feed of attributes": Hostile(
        lambda: RSS + b"<item " + b" ".join(b'a%d="x"' % n for n in range(70_000)) + b"/>" + END
    ),
    "a short and broken feed of attributes": Hostile(
        lambda: RSS + b"<item " + b" ".join(b'a%d="x"' % n for n in range(70_000)) + b"/>"
    ),
    "many broken tags of attributes": Hostile(
        lambda: RSS + (b"<item " + b" ".join(b'a%d="x"' % n for n in range(4_000)) + b">") * 40
    ),
    "short and broken": Hostile(lambda: RSS + b"<item>" * 80_000),
    "a namespace that is missing": Hostile(lambda: RSS + b"<y:item>" * 80_000),
    "a reference that is missing": Hostile(
        lambda: (
            b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://10.0.0.1/rss.dtd">'
            + RSS.partition(b"?>")[2]
            + b"<item><title>&nbsp;</title></item>" * 300_000
            + END
        )
    ),
    "a title full of markup": Hostile(
        lambda: RSS + b"<item><title>" + b"&lt;b&gt;&lt;i&gt;" * 200_000 + b"</title></item>" + END
    ),
    "a date of a megabyte": Hostile(lambda: RSS + b"<item><pubDate>" + b"1" * M + b"</pubDate></item>" + END),
    "a date of many parts": Hostile(lambda: RSS + b"<item><pubDate>" + b"1:" * M + b"</pubDate></item>" + END),
    "a link of a megabyte": Hostile(lambda: RSS + b"<item><link>/" + b"a" * M + b"</link></item>" + END),
    "three million items": Hostile(lambda: RSS + b"<item/>" * (3 * M) + END),
    "items that never end": Hostile(lambda: RSS + b"<item>" * 400_000),
    "a comment that never ends": Hostile(lambda: RSS + b"<!--" * 700_000),
    "sections that never end": Hostile(lambda: RSS + b"<![CDATA[" * 300_000),
    "declarations that never end": Hostile(lambda: RSS + b"<!x " * 700_000),
    "instructions that never end": Hostile(lambda: RSS + b"<?x " * 700_000),
    "nothing but signs": Hostile(lambda: RSS + b"<" * (3 * M - 100)),
    "nothing but ampersands": Hostile(lambda: RSS + b"<item><title>" + b"&" * (3 * M - 200)),
    "nothing but references": Hostile(lambda: RSS + b"<item><title>" + b"&#65;" * 590_000),
    "quotes that never end": Hostile(lambda: RSS + b"<a b='" * 500_000),
    "a declaration as long as the feed": Hostile(
        lambda: b"<?xml version='1.0' " + b"encoding='" * 290_000 + b"?>" + RSS + END
    ),
    "a declaration on one long line": Hostile(
        lambda: b"<?xml version='1.0' encoding='utf-8'?><rss>" + b"encoding='" * 290_000
    ),
    "three million lines before the root": Hostile(
        lambda: b"<?xml version='1.0'?>" + b"\n" * (3 * M - 200) + RSS[38:] + END
    ),
    "white space alone": Hostile(lambda: b" " * (15 * M)),
    "zeros": Hostile(lambda: b"<rss>" + b"\0" * (15 * M)),
    "an endless content type": Hostile(lambda: RSS + END, XML + "; charset=" + "a" * 50_000),
    # sitemaps
    "a sitemap of three million nodes": Hostile(lambda: b"<urlset>" + b"<a/>" * (3 * M) + b"</urlset>"),
    "a sitemap with one node of millions": Hostile(lambda: b"<urlset><url>" + b"<a/>" * (3 * M) + b"</url></urlset>"),
    "a sitemap a million deep": Hostile(lambda: b"<urlset>" + b"<a>" * M),
    # JSON
    "JSON a million deep": Hostile(lambda: b'{"items":' + b"[" * M, "application/feed+json"),
    "JSON of empty objects": Hostile(
        lambda: b'{"version":"https://jsonfeed.org/version/1","items":[' + b"{}," * 1_300_000 + b"{}]}",
        "application/feed+json",
    ),
    "JSON of many megabytes": Hostile(lambda: b'{"items":[' + b"0," * (10 * M) + b"0]}", "application/feed+json"),
    "a number of a million digits": Hostile(lambda: b'{"version":' + b"9" * M + b"}", "application/feed+json"),
    "half of a character": Hostile(
        lambda: (
            b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"\\ud800","title":"\\udfff","content_text":"\\ud800"}]}'
        ),
        "application/feed+json",
    ),
    # pages
    "a page a million deep": Hostile(lambda: b"<html><body>" + b"<div>" * M, "text/html"),
    "a page of headlines in headlines": Hostile(lambda: b"<html>" + b"<h2><a href=/x>" * 90_000, "text/html"),
    "a page of headlines": Hostile(
        lambda: b"<html>" + b"".join(b"<h2><a href=/%d>a b c d</a></h2>" % n for n in range(45_000)), "text/html"
    ),
    "a page of paragraphs in paragraphs": Hostile(lambda: b"<html>" + b"<p><b>x" * 180_000, "text/html"),
    "a page of inputs": Hostile(lambda: b"<html>" + b"<input type=" * 500_000, "text/html"),
    # compression
    "a gzip bomb": Hostile(zeros(gzip.compress), encoding="gzip"),
    "a deflate bomb": Hostile(zeros(zlib.compress), encoding="deflate"),
    "a brotli bomb": Hostile(zeros(lambda body: brotli.compress(body, quality=5)), encoding="br"),
    "a zstd bomb": Hostile(zeros(zstd_of), encoding="zstd"),
    "a bomb in a bomb": Hostile(gzip_of_gzip, encoding="gzip, gzip, gzip, gzip"),
    "twenty encodings": Hostile(lambda: b"x" * 1000, encoding=", ".join(["gzip"] * 20)),
    "a bomb sent as a file": Hostile(zeros(gzip.compress), "application/gzip"),
    "a file that lies of its length": Hostile(lying_zip, "application/gzip"),
    "half a gzip": Hostile(lambda: gzip.compress(RSS + END)[:20], encoding="gzip"),
    # answers that are none
    "a hundred megabytes": Hostile(lambda: RSS + b" " * (100 * M)),
    "a length that is a lie": Hostile(lambda: header("Content-Length: 99999999999999999999", body=RSS), raw=True),
    "a length below nothing": Hostile(lambda: header("Content-Length: -1", body=RSS + END), raw=True),
    "a million header lines": Hostile(lambda: header(*("X: y" for _ in range(M))), raw=True),
    "a header line of ten megabytes": Hostile(lambda: header("X: " + "y" * (10 * M)), raw=True),
    "no end of Continue": Hostile(lambda: b"HTTP/1.1 100 Continue\r\n\r\n" * 500_000, raw=True),
    "a chunk without end": Hostile(
        lambda: header("Transfer-Encoding: chunked", body=b"ffffffff\r\n" + b"x" * (30 * M)), raw=True
    ),
    "a chunk of nonsense": Hostile(lambda: header("Transfer-Encoding: chunked", body=b"-5\r\nxx\r\n"), raw=True),
    "noise": Hostile(lambda: bytes(range(256)) * 1000, raw=True),
    "a redirect of a megabyte": Hostile(
        lambda: b"HTTP/1.1 302 Found\r\nLocation: /" + b"a" * M + b"\r\nContent-Length: 0\r\n\r\n", raw=True
    ),
}


def test_the_table_is_long_enough() -> None:
    assert len(BODIES) >= 60


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, dict[str, bytes]]]:
    """A server on this machine that sends the bytes that the test puts in, whatever it is asked."""
    answer: dict[str, bytes] = {}
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=send, args=(client,), daemon=True).start()

    def send(client: socket.socket) -> None:
        with client:
            try:
                client.recv(65_536)
                client.sendall(answer["raw"])
            except OSError:
                return  # the reader has hung up, as it should

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], answer
    listener.close()


def poll_in_a_process(port: int, told: Connection) -> None:
    """Poll once, and tell the seconds, the megabytes at the peak, and how the feed stands."""
    now = datetime(2025, 6, 13, tzinfo=UTC)
    folder = tempfile.TemporaryDirectory()
    store = SqliteStore(Path(folder.name) / "store.sqlite")
    feed = add_feed(store, f"http://127.0.0.1:{port}/feed", now=now, discover=True, allow_loopback=True)
    start = time.monotonic()
    try:
        poll_feed(
            poll_message(feed),
            web=GuardedWeb(Settings(allow_loopback=True)),
            blobs=MemoryBlobs(),
            store=store,
            clean_queue=MemorySender(),
            clock=lambda: now,
            patience_s=0,
        )
        state = get_feed(store, feed.feed_id)
        outcome = f"{state.status.value}: {state.reason or state.entries}"
    except TidingsError as error:
        outcome = f"raised {type(error).__name__}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    folder.cleanup()
    told.send((time.monotonic() - start, peak, outcome))


@pytest.fixture(scope="module")
def processes() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tidings.fetch.stage", "tidings.fetch.web", "tidings.adapters.sqlite_store"])
    return context


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_neither_hangs_nor_fills_the_memory(
    name: str, server: tuple[int, dict[str, bytes]], processes: Any, record_property: Callable[[str, object], None]
) -> None:
    port, answer = server
    hostile = BODIES[name]
    body = hostile.make()
    encoding = [f"Content-Encoding: {hostile.encoding}"] if hostile.encoding else []
    lines = [f"Content-Type: {hostile.content_type}", f"Content-Length: {len(body)}", *encoding, "Connection: close"]
    answer["raw"] = body if hostile.raw else header(*lines, body=body)
    receiver, told = processes.Pipe(duplex=False)
    process = processes.Process(target=poll_in_a_process, args=(port, told))
    process.start()
    told.close()
    try:
        assert receiver.poll(MAX_SECONDS), "it hangs"
        seconds, megabytes, outcome = receiver.recv()
    except EOFError:
        pytest.fail(f"the process died with exit status {process.exitcode}")
    finally:
        process.kill()
        process.join()
    record_property("measured", f"{seconds:.1f} s, {megabytes:.0f} MB, {outcome}")
    print(f"{name}: {seconds:.1f} s, {megabytes:.0f} MB, {outcome[:150]}")
    assert megabytes < MAX_MEGABYTES
