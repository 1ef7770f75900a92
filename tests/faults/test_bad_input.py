"""Promise 2 on real processes: feeds of rubbish are named with their reason, and hold up nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tidings.local.server import LocalServer

TIDINGS = str(Path(sys.executable).with_name("tidings"))
STORY = (
    b"<html><head><title>Peru frees fishermen</title>"
    b"<meta property='article:published_time' content='2024-03-15T10:00:00Z'></head><body><article>"
    b"<h1>Peru frees fishermen</h1><p>Peru released nine Chilean fishermen on Monday, the foreign ministry in Lima said. "
    b"The men had been held since February, when the navy seized their boat off the southern coast.</p>"
    b"<p>Chile thanked Peru for the release and said that both governments would hold talks on the border next month.</p>"
    b"</article></body></html>"
)
GOOD = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Coast</title>
<item><title>Peru frees fishermen</title><link>http://{host}/story.html</link></item></channel></rss>"""
LOGIN = b"<html><head><title>Sign in</title></head><body><form><input type='password' name='p'></form></body></html>"
XML, HTML = "application/rss+xml", "text/html; charset=utf-8"
BAD: dict[str, tuple[str, bytes, str]] = {
    "notxml.xml": (XML, b"this is no feed at all", "not XML"),
    "empty.xml": (XML, b"", "empty"),
    "huge.xml": (XML, b"<rss><channel>" + b"<item/>" * 3_000_000, "bytes"),
    "encoding.xml": (XML, b'<?xml version="1.0" encoding="x-no-such-code"?><rss><channel><title>\xff', "encoding"),
    "picture.xml": ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png"),
    "login.xml": (HTML, LOGIN, "login page"),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        kind, body = {"good.xml": (XML, GOOD), "story.html": (HTML, STORY)}.get(name, BAD.get(name, ("", b""))[:2])
        if name == "good.xml":
            body = body.replace(b"{host}", self.headers["Host"].encode())
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the reader has had enough of a body that is too large

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with LocalServer(_Handler).start() as server:
        yield server.base_url


def tidings(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TIDINGS_HOME": str(home), "TIDINGS_ALLOW_LOOPBACK": "true"}
    return subprocess.run([TIDINGS, *words], env=environment, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture(scope="module")
def ran(base: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    home = tmp_path_factory.mktemp("bad") / "home"
    return home, tidings(home, "run", *(f"{base}/{name}" for name in (*BAD, "good.xml")), "--once")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_feed_is_named_with_the_reason(
    name: str, base: str, ran: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    said = [line for line in ran[1].stderr.splitlines() if f"{base}/{name}" in line]
    assert said, ran[1].stderr
    assert BAD[name][2] in said[0]
    assert "Traceback" not in ran[1].stderr


def test_the_good_feed_beside_them_is_worked_off(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    assert ran[1].returncode == 0
    listed = tidings(ran[0], "events", "--format", "jsonl", "--type", "RETREAT")
    assert [json.loads(line)["actor"][0]["country"] for line in listed.stdout.splitlines()] == ["PER"]


def test_a_page_that_is_too_large_is_refused_with_its_size_and_the_limit(tmp_path: Path) -> None:
    page = tmp_path / "large.html"
    page.write_bytes(b"<p>" + b"x" * 20_000_000)
    done = tidings(tmp_path / "home", "ingest", str(page), "--url", "https://example.org/large")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"tidings: {page}: 20,000,003 bytes, the limit is")


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02\x03" * 50])
def test_a_page_without_text_ends_in_the_dead_letter_queue_with_its_reason(body: bytes, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(body)
    home = tmp_path / "home"
    done = tidings(home, "ingest", str(page), "--url", "https://example.org/page")
    assert done.returncode == 1
    assert "https://example.org/page" in done.stderr
    listed = tidings(home, "dlq", "list")
    assert "https://example.org/page" in listed.stdout
