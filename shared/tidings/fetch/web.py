"""The guarded GET: resolve once, check every address, connect to the one that was checked, bound bytes and time."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from urllib.parse import urljoin

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError, LocationParseError

import tidings
from tidings.errors import BadInput, BlockedAddress, TooLarge, Unavailable
from tidings.fetch.addresses import Target, refusal, target_of
from tidings.ports.web import Response
from tidings.settings import Settings

Resolve = Callable[[str, int], list[str]]
"""Addresses of a host name, best first."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CHUNK = 65_536


def resolve_name(host: str, port: int) -> list[str]:
    """Return the addresses of a host.

    Raises:
        Unavailable: the name has no address now.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"the name {host} has no address: {error}") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def user_agent(contact: str) -> str:
    """Return the honest User-Agent: who asks, which version, whom to write to."""
    return f"Tidings/{getattr(tidings, '__version__', '0.1')} (+{contact})"


class GuardedWeb:
    """`tidings.ports.web.Web` over urllib3, keeping promise 4."""

    def __init__(self, settings: Settings, *, resolve: Resolve = resolve_name) -> None:
        self._settings = settings
        self._resolve = resolve
        encodings = "gzip,deflate" + "".join(
            f",{name}" for name in ("br", "zstd") if name in urllib3.util.request.ACCEPT_ENCODING
        )
        self._headers = {
            "user-agent": user_agent(settings.contact),
            "accept-encoding": encodings,
            "accept": "*/*",
            "accept-language": "en",
        }

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """GET a URL, following redirects; see `tidings.ports.web.Web.get`."""
        deadline = time.monotonic() + self._settings.fetch_timeout_s
        permanent = True
        permanent_url: str | None = None
        here = url
        for _ in range(self._settings.max_redirects + 1):
            answer = self._one(here, headers or {}, deadline)
            where = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not where:
                return Response(here, answer.status, answer.headers, answer.body, permanent_url)
            permanent = permanent and answer.status in _PERMANENT
            here = urljoin(here, where.strip()).partition("#")[0]
            permanent_url = here if permanent else None
        raise BadInput(f"more than {self._settings.max_redirects} redirects: {url[:200]}")

    def _one(self, url: str, headers: Mapping[str, str], deadline: float) -> Response:
        target = target_of(url, allow_loopback=self._settings.allow_loopback)
        connection = self._connection(target, self._checked_address(target), deadline)
        # A server may drip its header one byte at a time, each in time for the socket's own time-out: this ends it.
        watchdog = threading.Timer(max(0.0, deadline - time.monotonic()) + 0.5, _hang_up, [connection])
        watchdog.daemon = True
        watchdog.start()
        try:
            connection.request(
                "GET",
                target.path,
                headers=self._headers | {k.lower(): v for k, v in headers.items()} | {"host": target.host_header},
                preload_content=False,
                decode_content=True,
            )
            raw = connection.getresponse()
            known = {name.lower(): value for name, value in raw.headers.items()}
            body = b"" if raw.status in _REDIRECTS else self._read(raw, url, deadline)
            return Response(url, raw.status, known, body)
        except DecodeError as error:
            raise BadInput(f"the answer's content encoding is broken ({error}): {url[:200]}") from None
        except LocationParseError as error:
            raise BadInput(f"not a URL ({error}): {url[:200]}") from None
        except (HTTPError, HTTPException, OSError) as error:
            raise Unavailable(f"no answer from {target.host}: {_short(error)}") from None
        finally:
            watchdog.cancel()
            connection.close()

    def _checked_address(self, target: Target) -> str:
        addresses = self._resolve(target.host, target.port)
        for address in addresses:
            reason = refusal(address, allow_loopback=self._settings.allow_loopback)
            if reason:
                raise BlockedAddress(f"{target.host} leads to a blocked address: {reason}")
        if not addresses:
            raise Unavailable(f"the name {target.host} has no address")
        return addresses[0]

    def _connection(self, target: Target, address: str, deadline: float) -> HTTPConnection:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Unavailable(f"no answer from {target.host} within {self._settings.fetch_timeout_s:.0f} s")
        if target.scheme == "http":
            return HTTPConnection(address, target.port, timeout=left)
        return HTTPSConnection(
            address,
            target.port,
            timeout=left,
            cert_reqs="CERT_REQUIRED",
            server_hostname=target.host,
            assert_hostname=target.host,
        )

    def _read(self, raw: urllib3.BaseHTTPResponse, url: str, deadline: float) -> bytes:
        limit = self._settings.max_body_bytes
        declared = raw.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise TooLarge(f"the answer has {declared} bytes, the limit is {limit}: {url[:200]}")
        body = bytearray()
        while chunk := raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                raise TooLarge(f"the answer is over {limit} bytes: {url[:200]}")
            if time.monotonic() > deadline:
                raise Unavailable(f"the answer took over {self._settings.fetch_timeout_s:.0f} s: {url[:200]}")
        return bytes(body)


def _hang_up(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
