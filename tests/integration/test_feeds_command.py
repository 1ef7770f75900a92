"""`tidings feeds` and `tidings fetch` against a site on this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tidings.adapters.sqlite_queue import SqliteQueue
from tidings.bootstrap import resources
from tidings.cli.main import main
from tidings.local.server import LocalServer

SITE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body><p>News</p></body></html>'
PAGE = b"<html><body><h1>Story</h1><p>Text.</p></body></html>"
FILES = {"/": SITE, "/page": PAGE, "/a": PAGE, "/b": PAGE}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            items = "".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in "ab")
            feed = f'<rss version="2.0"><channel><title>The Post</title>{items}</channel></rss>'.encode()
            body = feed if self.path == "/feed" else FILES.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None: ...

    with LocalServer(Handler).start() as server:
        yield server.base_url


Tidings = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tidings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Tidings]:
    monkeypatch.setenv("TIDINGS_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str, str]:
        resources.cache_clear()
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments))
        captured = capsys.readouterr()
        return int(stopped.value.code or 0), captured.out, captured.err

    yield run
    resources.cache_clear()


def test_a_site_is_added_by_the_feed_that_it_names(tidings: Tidings, site: str) -> None:
    status, out, err = tidings("feeds", "add", f"{site}/")
    assert (status, out.split()[1], err) == (0, f"{site}/feed", f"{site}/ names {site}/feed\n")


def test_a_page_is_added_as_it_is_when_the_user_says_so(tidings: Tidings, site: str) -> None:
    status, out, _ = tidings("feeds", "add", "--page", f"{site}/")
    assert (status, out.split()[1]) == (0, f"{site}/")


def test_what_cannot_be_read_is_not_added(tidings: Tidings, site: str) -> None:
    status, _, err = tidings("feeds", "add", f"{site}/missing")
    assert (status, err) == (1, f"tidings: {site}/missing: the server answers 404\n")
    assert "No feeds" in tidings("feeds", "list")[1]


def test_a_server_that_is_down_can_be_added_all_the_same(tidings: Tidings) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/feed"
    status, _, err = tidings("feeds", "add", url)
    assert status == 1
    assert "--unchecked adds it anyway" in err
    assert tidings("feeds", "add", "--unchecked", url)[0] == 0


def test_feeds_that_are_due_are_polled_and_the_list_tells_how_they_are(tidings: Tidings, site: str, tmp_path: Path) -> None:
    tidings("feeds", "add", f"{site}/feed")
    tidings("feeds", "add", "--unchecked", f"{site}/missing")
    assert tidings("feeds", "poll")[:2] == (0, "polled 2 feeds\n")
    assert SqliteQueue(tmp_path / "queues.sqlite", "CleanQueue").depth() == 2
    listed = tidings("feeds", "list")[1]
    assert "healthy" in listed
    assert "failing" in listed
    assert "404" in listed
    assert tidings("feeds", "poll")[:2] == (0, "polled 0 feeds\n")


def test_an_opml_list_is_added_but_for_what_may_not_be_fetched(tidings: Tidings, tmp_path: Path) -> None:
    urls = ["https://a.example/feed", "file:///etc/passwd", "http://10.0.0.1/feed", "https://b.example/feed"]
    outlines = "".join(f'<outline type="rss" text="A &amp; B" xmlUrl="{url}"/>' for url in urls)
    path = tmp_path / "list.opml"
    path.write_text(f'<opml version="2.0"><body><outline text="Folder">{outlines}</outline></body></opml>', encoding="utf-8")
    status, out, err = tidings("feeds", "import", str(path))
    assert (status, out) == (0, "added 2 feeds\n")
    assert err.count("not added: ") == 2
    assert tidings("feeds", "import", str(path))[1] == "added 0 feeds; followed already: 2\n"
    exported = tidings("feeds", "export")[1]
    assert 'text="A &amp; B"' in exported
    assert "passwd" not in exported


def test_fetch_prints_the_raw_documents_of_a_feed_and_stores_nothing(tidings: Tidings, site: str) -> None:
    status, out, _ = tidings("fetch", f"{site}/feed")
    documents = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert {document["url"] for document in documents} == {f"{site}/a", f"{site}/b"}
    assert base64.b64decode(documents[0]["body"]) == PAGE
    assert "No feeds" in tidings("feeds", "list")[1]
