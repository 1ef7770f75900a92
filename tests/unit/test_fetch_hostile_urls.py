"""No URL, name or redirect leads fetch to an address inside: with the sockets stubbed, so that nothing is connected to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tidings.errors import BadInput, BlockedAddress, TidingsError, Unavailable
from tidings.fetch.addresses import refusal
from tidings.fetch.web import GuardedWeb
from tidings.local.server import LocalServer
from tidings.settings import Settings

HOSTILE = [
    # this machine
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "http://127.255.255.254/",
    "http://localhost/",
    "http://LocalHost./",
    "http://x.localhost/",
    "http://localhost.localdomain/",
    "http://0.0.0.0/",
    "http://0/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::1%25lo]/",
    # in disguise
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://4294967295/",
    "http://00000177.0.0.1/",
    "http://127.0.0.1./",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://127\u30020\u30020\u30021/",
    "http://loc\u00adalhost/",
    "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
    # IPv4 inside IPv6
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::10.0.0.1]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:a9fe:a9fe::]/",
    "http://[::ffff:0:127.0.0.1]/",
    # the network around
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://192.0.2.1/",
    "http://224.0.0.251/",
    "http://239.255.255.250:8080/",
    "http://255.255.255.255/",
    "http://240.0.0.1/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://router.local/",
    "http://db.internal/",
    "http://nas.home.arpa/",
    # metadata services
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://192.0.0.192/opc/v1/instance/",
    "http://168.63.129.16/machine",
    # other schemes, ports and tricks of the syntax
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "ftp://example.org/feed.xml",
    "gopher://example.org/_GET",
    "dict://example.org:11211/stats",
    "ldap://example.org/",
    "data:text/xml,<rss/>",
    "javascript:alert(1)",
    "//127.0.0.1/",
    "example.org/feed",
    "http://example.org:22/",
    "http://example.org:25/",
    "http://example.org:6379/",
    "http://example.org:11211/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\.127.0.0.1/",
    "http://exam ple.org/",
    "http://example.org/\r\nHost: inside",
    "http://example.org\x00.evil.example/",
    "http:///path",
    "http://[::1/",
    "http://[]/",
    "http://./",
    "http://..../",
    "",
    "http://" + "a" * 300 + ".example/",
]
"""URLs that are refused before anything is sent, whoever gives them."""

INSIDE = [
    ("loopback", ["127.0.0.1"]),
    ("loopback in six", ["::1"]),
    ("mapped", ["::ffff:10.0.0.1"]),
    ("private", ["192.168.1.10"]),
    ("link-local", ["169.254.169.254"]),
    ("unique local", ["fd00::1"]),
    ("translated", ["64:ff9b::a00:1"]),
    ("six to four", ["2002:7f00:1::1"]),
    ("public first, private behind", ["93.184.216.34", "10.0.0.7"]),
    ("public six, loopback four", ["2606:2800:220:1::1", "127.0.0.1"]),
    ("zero", ["0.0.0.0"]),
    ("scoped", ["fe80::1%eth0"]),
    ("no address at all", ["not-an-address"]),
]
"""What a name in the hands of an attacker may lead to."""


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that anybody tried to connect to; nobody succeeds."""
    tried: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError("stubbed")

    def resolve(host: str, *_: Any, **__: Any) -> Any:
        raise AssertionError(f"{host} was looked up")

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return tried


def test_the_table_is_long_enough() -> None:
    assert len(set(HOSTILE)) >= 90


@pytest.mark.timeout(10)
@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_before_a_name_is_looked_up_or_a_socket_opened(url: str, connected: list[Any]) -> None:
    with pytest.raises((BlockedAddress, BadInput)):
        GuardedWeb(Settings()).get(url)
    with pytest.raises((BlockedAddress, BadInput)):
        GuardedWeb(Settings()).post(url, {"hub.mode": "subscribe"})
    assert connected == []


@pytest.mark.parametrize(("name", "addresses"), INSIDE)
def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(
    name: str, addresses: list[str], connected: list[Any]
) -> None:
    with pytest.raises(BlockedAddress):
        GuardedWeb(Settings(), resolve=lambda host, port: addresses).get("http://news.example/")
    assert connected == []


def test_a_name_is_looked_up_once_for_a_request_and_never_again_by_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[Any] = []
    asked: list[str] = []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError("stubbed")

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["169.254.169.254"]

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    with pytest.raises(Unavailable):
        GuardedWeb(Settings(), resolve=rebinding).get("https://news.example/")
    assert asked == ["news.example"]
    assert {address[0] for address in tried} == {"93.184.216.34"}


@pytest.fixture(scope="module")
def redirector() -> Iterator[tuple[str, dict[str, str]]]:
    """A server on this machine that sends to where the test says."""
    target: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", target["to"])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    with LocalServer(Handler).start() as server:
        yield f"{server.base_url}/", target


def _by_redirect() -> list[str]:
    # What a header cannot carry, what only repeats the server's own address, and what is relative there, is left out.
    own = ("http://127", "http://localhost", "http://LocalHost", "http://[::1", "http://[0:0:0:0:0:0:0:1]")
    own += ("http://[::ffff:127", "http://[::ffff:7f00:1]", "http:///")
    return [url for url in HOSTILE if "://" in url and url.isascii() and url.isprintable() and not url.startswith(own)]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("url", _by_redirect())
def test_a_redirect_to_a_hostile_url_is_refused_even_where_this_machine_is_allowed(
    url: str, redirector: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, target = redirector
    target["to"] = url
    tried: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address[0])
        assert address[0] == "127.0.0.1"
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    web = GuardedWeb(Settings(allow_loopback=True, max_redirects=2), resolve=lambda host, port: ["127.0.0.1"])
    with pytest.raises((BlockedAddress, BadInput)):
        web.get(base)
    assert tried == ["127.0.0.1"]


def test_no_address_inside_is_let_through() -> None:
    inside = ["10.1.2.3", "::ffff:a00:1", "169.254.0.1", "64:ff9b::1", "2002::1", "::", "0.0.0.0", "fe80::1%1", "x"]
    assert all(refusal(address) for address in inside)
    assert refusal("93.184.216.34") is None


@pytest.mark.timeout(10)
def test_a_name_that_takes_for_ever_to_resolve_is_left_in_time() -> None:
    held = threading.Event()

    def never(host: str, port: int) -> list[str]:
        held.wait(30)
        return []

    try:
        with pytest.raises(Unavailable, match="not resolved in time"):
            GuardedWeb(Settings(fetch_timeout_s=0.3), resolve=never).get("http://news.example/")
    finally:
        held.set()


def test_another_address_of_a_name_is_tried_when_the_first_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError("stubbed")

    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    with pytest.raises(TidingsError):
        GuardedWeb(Settings(), resolve=lambda host, port: ["93.184.216.34", "93.184.216.35"]).get("http://news.example/")
    assert tried == ["93.184.216.34", "93.184.216.35"]
