"""The guarded GET, against a server on this machine; names lead where the test says."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tidings.errors import BadInput, BlockedAddress, TooLarge, Unavailable
from tidings.fetch.addresses import target_of
from tidings.fetch.web import GuardedWeb, _joined
from tidings.local.server import LocalServer
from tidings.settings import Settings

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def serving(answers: dict[str, Answer]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Serve fixed answers; yield the base URL and the headers of each request."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    with LocalServer(Handler).start() as server:
        yield server.base_url, asked


def web(**settings: Any) -> GuardedWeb:
    return GuardedWeb(Settings(allow_loopback=True, **settings))


def test_a_page_comes_with_lower_case_headers_and_an_honest_user_agent() -> None:
    with serving({"/a": (200, {"ETag": '"1"'}, b"hello")}) as (base, asked):
        answer = web().get(f"{base}/a", {"If-None-Match": '"0"'})
    assert (answer.status, answer.body, answer.headers["etag"], answer.permanent_url) == (200, b"hello", '"1"', None)
    assert asked[0]["user-agent"].startswith("Tidings/")
    assert asked[0]["if-none-match"] == '"0"'


def test_redirects_are_reported_as_far_as_they_are_permanent() -> None:
    answers = {
        "/old": (301, {"Location": "/new"}, b""),
        "/mixed": (301, {"Location": "/later"}, b""),
        "/later": (302, {"Location": "/new"}, b""),
        "/late": (302, {"Location": "/old"}, b""),
        "/new": (200, {}, b"x"),
    }
    with serving(answers) as (base, _):
        moved, mixed, late = (web().get(f"{base}/{name}") for name in ("old", "mixed", "late"))
    assert (moved.url, moved.permanent_url) == (f"{base}/new", f"{base}/new")
    assert (mixed.url, mixed.permanent_url) == (f"{base}/new", f"{base}/later")
    assert (late.url, late.permanent_url) == (f"{base}/new", None)


@pytest.mark.parametrize(
    "where", ["http://169.254.169.254/latest", "http://10.0.0.1/", "file:///etc/passwd", "//[::ffff:10.0.0.1]/"]
)
def test_a_redirect_to_a_private_address_is_blocked(where: str) -> None:
    with serving({"/a": (302, {"Location": where}, b"")}) as (base, _), pytest.raises(BlockedAddress):
        web().get(f"{base}/a")


def test_with_one_port_of_this_machine_allowed_no_other_is_reached() -> None:
    with (
        serving({"/a": (200, {}, b"secret")}) as (other, asked),
        serving({"/b": (302, {"Location": f"{other}/a"}, b"")}) as (base, _),
    ):
        narrow = GuardedWeb(Settings(loopback_port=int(base.rpartition(":")[2])))
        for url in (f"{other}/a", f"{base}/b"):
            with pytest.raises(BlockedAddress):
                narrow.get(url)
        assert asked == []
        allowed = GuardedWeb(Settings(loopback_port=int(other.rpartition(":")[2])))
        assert allowed.get(f"{other}/a").body == b"secret"


def test_with_one_port_of_this_machine_allowed_a_name_that_leads_here_is_refused() -> None:
    narrow = GuardedWeb(Settings(loopback_port=8080), resolve=lambda host, port: ["127.0.0.1"])
    with pytest.raises(BlockedAddress):
        narrow.get("http://evil.example:8080/")


@pytest.mark.parametrize(
    ("where", "url"),
    [
        ("//münchen.example/straße?ä=ö#x", "http://münchen.example/stra%C3%9Fe?%C3%A4=%C3%B6"),
        ("/a b", "http://news.example/a%20b"),
        ("/caf\xe9".encode("latin-1"), "http://news.example/caf%E9"),
        ("?page=2", "http://news.example/here?page=2"),
    ],
)
def test_a_redirect_is_read_in_utf_8_and_its_host_stays_a_name(where: str | bytes, url: str) -> None:
    sent = where.encode() if isinstance(where, str) else where
    assert _joined("http://news.example/here", sent.decode("latin-1")) == url


def test_a_redirect_to_a_host_in_raw_utf_8_is_followed_to_its_name_in_the_dns() -> None:
    assert target_of(_joined("http://news.example/", "http://m\xc3\xbcnchen.example/")).host == "xn--mnchen-3ya.example"


def test_redirects_without_end_are_bad_input() -> None:
    with serving({"/a": (302, {"Location": "/a"}, b"")}) as (base, _), pytest.raises(BadInput, match="redirects"):
        web().get(f"{base}/a")


def test_every_address_of_a_name_is_checked() -> None:
    guarded = GuardedWeb(Settings(), resolve=lambda host, port: ["93.184.216.34", "10.0.0.7"])
    with pytest.raises(BlockedAddress, match=r"10\.0\.0\.7"):
        guarded.get("http://news.example/")


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to() -> None:
    calls: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        calls.append(host)
        return ["127.0.0.1"] if len(calls) == 1 else ["10.0.0.7"]

    with serving({"/a": (200, {}, b"x")}) as (base, asked):
        port = base.rpartition(":")[2]
        guarded = GuardedWeb(Settings(allow_loopback=True), resolve=rebinding)
        assert guarded.get(f"http://localhost:{port}/a").body == b"x"
    assert calls == ["localhost"]
    assert asked[0]["host"] == f"localhost:{port}"


def test_a_body_over_the_limit_is_refused() -> None:
    with serving({"/a": (200, {}, b"x" * 20_000_000)}) as (base, _), pytest.raises(TooLarge):
        web().get(f"{base}/a")


def test_a_compressed_body_that_grows_over_the_limit_is_refused() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    with serving({"/a": (200, {"Content-Encoding": "gzip"}, bomb)}) as (base, _), pytest.raises(TooLarge):
        web(max_body_bytes=1_000_000).get(f"{base}/a")


def test_a_broken_compression_is_bad_input() -> None:
    with serving({"/a": (200, {"Content-Encoding": "gzip"}, b"no gzip at all")}) as (base, _), pytest.raises(BadInput):
        web().get(f"{base}/a")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with serving({}) as (base, _):
        pass
    with pytest.raises(Unavailable):
        web().get(f"{base}/a")


def test_a_name_without_address_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        GuardedWeb(Settings(), resolve=lambda host, port: []).get("http://news.example/")


def test_a_server_that_drips_is_left_in_time() -> None:
    class Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            for _ in range(40):
                try:
                    self.wfile.write(b"x" * 10)
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.1)

        def log_message(self, *_: Any) -> None: ...

    with LocalServer(Drip).start() as server:
        start = time.monotonic()
        with pytest.raises(Unavailable):
            web(fetch_timeout_s=0.5).get(f"{server.base_url}/")
    assert time.monotonic() - start < 3.5
