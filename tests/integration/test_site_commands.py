"""`tidings ingest` and `tidings run` on a site's URL, as a user gives it: all stages, real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tidings.local.server import LocalServer

TIDINGS = str(Path(sys.executable).with_name("tidings"))
OFFER = '<link rel="alternate" type="application/rss+xml" href="/feed">'
FRONT = f"<html><head><title>The Post</title>{OFFER}</head><body><p>Welcome to The Post.</p></body></html>"
STORY = f"""<html lang="en"><head><title>Police arrest 12 protesters in Nairobi</title>{OFFER}</head><body><article>
<h1>Police arrest 12 protesters in Nairobi</h1><p>Kenyan police arrested 12 protesters in Nairobi on Friday, the interior
ministry said. They had marched against a new tax on fuel since the early morning, and all streets were closed.</p>
<p>The protesters were taken to a police station in the west of the capital. A lawyer for the protesters said that they had
been peaceful, and called on the government to release them.</p></article></body></html>"""
FEED = """<rss version="2.0"><channel><title>The Post</title><item><title>Police arrest 12 protesters in Nairobi</title>
<link>/story</link><guid>1</guid><pubDate>Fri, 13 Jun 2025 09:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.fixture
def asked() -> list[str]:
    """The paths that the site was asked for."""
    return []


@pytest.fixture
def site(asked: list[str]) -> Iterator[str]:
    pages = {"/": FRONT, "/story": STORY, "/feed": FEED}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    with LocalServer(Handler).start() as server:
        yield server.base_url


def tidings(home: Path, *words: str, loopback: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TIDINGS_HOME": str(home), "TIDINGS_ALLOW_LOOPBACK": str(loopback).lower()}
    return subprocess.run([TIDINGS, *words], env=environment, capture_output=True, text=True, timeout=240, check=False)


def stories(output: str) -> set[str]:
    return {mention["url"] for line in output.splitlines() for mention in json.loads(line)["mentions"]}


@pytest.mark.slow
def test_ingest_reads_the_feed_of_a_front_page_and_says_so_and_an_article_for_itself(site: str, tmp_path: Path) -> None:
    front = tidings(tmp_path / "front", "ingest", f"{site}/", "--format", "jsonl")
    assert (front.returncode, stories(front.stdout)) == (0, {f"{site}/story"})
    assert f"read the feed that the page names: {site}/feed  (--page reads the page itself)" in front.stderr
    story = tidings(tmp_path / "story", "ingest", f"{site}/story", "--format", "jsonl")
    assert (story.returncode, stories(story.stdout)) == (0, {f"{site}/story"})
    page = tidings(tmp_path / "page", "ingest", "--page", f"{site}/", "--format", "jsonl")
    assert (page.returncode, page.stdout) == (0, "")
    assert not [done for done in (story, page) if "names" in done.stderr]


@pytest.mark.slow
def test_run_follows_the_feed_of_a_site_and_says_so(site: str, tmp_path: Path) -> None:
    done = tidings(tmp_path, "run", f"{site}/", "--once")
    assert done.returncode == 0, done.stderr
    assert f"{site}/ is followed as {site}/feed" in done.stderr
    assert f"{site}/feed" in tidings(tmp_path, "feeds", "list").stdout


@pytest.mark.slow
def test_a_plain_run_reads_feeds_that_were_added_by_the_real_clock_and_no_port_of_this_machine_but_its_own(
    site: str, asked: list[str], tmp_path: Path
) -> None:
    assert tidings(tmp_path, "feeds", "add", "--unchecked", f"{site}/feed").returncode == 0
    refused = tidings(tmp_path, "run", "--once", loopback=False)
    assert (refused.returncode, asked) == (0, [])
    assert f"failing: {site}/feed: 127.0.0.1 is this machine itself" in refused.stderr
    assert "RETREAT" in refused.stdout  # the bundled feeds are read all the same

    assert tidings(tmp_path, "feeds", "add", "--unchecked", f"{site}/feed?2").returncode == 0
    pages = asked.copy()
    running = tidings_running(tmp_path)
    try:
        assert next(line for line in running.stdout or () if "API and page" in line)
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
    assert pages == []
    assert asked == ["/feed?2"]
    listed = next(line for line in tidings(tmp_path, "feeds", "list").stdout.splitlines() if "/feed?2" in line)
    assert f" {datetime.now(UTC):%Y-%m-%d} " in listed


def tidings_running(home: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "TIDINGS_HOME": str(home), "TIDINGS_ALLOW_LOOPBACK": "true", "PYTHONUNBUFFERED": "1"}
    words = [TIDINGS, "run", "--port", "0"]
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
