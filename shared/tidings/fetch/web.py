"""The guarded GET: resolve once, check every address, connect to the one that was checked, bound bytes and time."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from queue import Empty, Queue
from urllib.parse import quote, urlencode, urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError, LocationParseError
from urllib3.util.ssl_ import create_urllib3_context

import tidings
from tidings.errors import BadInput, BlockedAddress, TooLarge, Unavailable
from tidings.fetch.addresses import URL_SIGNS, Target, is_address, is_loopback, refusal, target_of
from tidings.fetch.headers import retry_after_s
from tidings.fetch.pace import Pace
from tidings.ports.web import Response
from tidings.settings import Settings

Resolve = Callable[[str, int], list[str]]
"""Addresses of a host name, best first."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_BUSY = frozenset({429, 503})
"""With a Retry-After they speak for the whole host."""
_CHUNK = 65_536
_MAX_ADDRESSES = 3
"""Addresses of a host that are tried."""
_MAX_RATIO = 200
"""How many bytes may come out of one, on average. A page of nothing but table rows reaches 50."""
_RATIO_FROM = 1_000_000
"""Bytes from which the ratio counts."""


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    target: Target
    headers: Mapping[str, str]
    body: bytes
    max_bytes: int


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
    """`tidings.ports.web.Web` over urllib3, keeping promise 4. Several threads may use it at once."""

    def __init__(self, settings: Settings, *, resolve: Resolve = resolve_name, pace: Pace | None = None) -> None:
        self._settings = settings
        self._resolve = resolve
        self._pace = pace or Pace(0.0)
        self._tls = create_urllib3_context()
        self._tls.load_default_certs()
        encodings = "gzip,deflate" + "".join(
            f",{name}" for name in ("br", "zstd") if name in urllib3.util.request.ACCEPT_ENCODING
        )
        self._headers = {
            "user-agent": user_agent(settings.contact),
            "accept-encoding": encodings,
            "accept": "*/*",
            "accept-language": "en",
        }

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        max_bytes: int | None = None,
        gap_s: float = 0,
        check: Callable[[str], object] | None = None,
    ) -> Response:
        """GET a URL, following redirects; see `tidings.ports.web.Web.get`."""
        limit = max_bytes or self._settings.max_body_bytes
        left_s = self._settings.fetch_timeout_s
        permanent = True
        permanent_url: str | None = None
        here = url
        for _ in range(self._settings.max_redirects + 1):
            target = self._target(here)
            with self._pace.turn(target.host, gap_s):
                start = time.monotonic()
                answer = self._one(_Request("GET", here, target, headers or {}, b"", limit), start + left_s)
                left_s -= time.monotonic() - start
                if answer.status in _BUSY and (wait_s := retry_after_s(answer.headers, datetime.now(UTC))):
                    self._pace.rest(target.host, wait_s)
            where = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not where:
                return Response(here, answer.status, answer.headers, answer.body, permanent_url)
            here = _joined(here, where)
            permanent = permanent and answer.status in _PERMANENT
            permanent_url = here if permanent else permanent_url
            if check is not None:
                check(here)
        raise BadInput(f"more than {self._settings.max_redirects} redirects: {url[:200]}")

    def post(self, url: str, form: Mapping[str, str]) -> Response:
        """POST a form, following no redirect; see `tidings.ports.web.Web.post`."""
        return self.send(url, urlencode(form).encode(), {"content-type": "application/x-www-form-urlencoded"})

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """POST a body with headers, following no redirect; see `tidings.ports.web.Web.send`."""
        target = self._target(url)
        with self._pace.turn(target.host):
            request = _Request("POST", url, target, headers, body, self._settings.max_body_bytes)
            return self._one(request, time.monotonic() + self._settings.fetch_timeout_s)

    def _target(self, url: str) -> Target:
        settings = self._settings
        return target_of(url, allow_loopback=settings.allow_loopback, loopback_port=settings.loopback_port)

    def _one(self, request: _Request, deadline: float) -> Response:
        addresses = self._checked_addresses(request.target, deadline)[:_MAX_ADDRESSES]
        if not addresses:
            raise Unavailable(f"the name {request.target.host} has no address")
        failure: Exception | None = None
        for untried, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            connection = self._connection(request.target, address, deadline)
            with _ended_at(deadline, connection):
                try:
                    # An address that swallows everything must leave time for the next one.
                    connection.timeout = max(0.1, (deadline - time.monotonic()) / untried)
                    connection.connect()
                except (HTTPError, OSError) as error:
                    failure = error
                else:
                    return self._exchange(connection, request, deadline)
        raise Unavailable(f"no answer from {request.target.host}: {_short(failure)}") from None

    def _exchange(self, connection: HTTPConnection, request: _Request, deadline: float) -> Response:
        url, target = request.url[:200], request.target
        if connection.sock is not None:
            connection.sock.settimeout(max(0.1, deadline - time.monotonic()))
        ours = self._headers | {k.lower(): v for k, v in request.headers.items()} | {"host": target.host_header}
        try:
            connection.request(
                request.method,
                target.path,
                body=request.body or None,
                headers=ours,
                preload_content=False,
                decode_content=True,
            )
            raw = connection.getresponse()
            known = {name.lower(): value for name, value in raw.headers.items()}
            if "link" in known:
                known["link"] = ", ".join(raw.headers.getlist("link"))
            body = b"" if raw.status in _REDIRECTS else self._read(raw, request, deadline)
            return Response(request.url, raw.status, known, body)
        except DecodeError as error:
            raise BadInput(f"the answer's content encoding is broken ({error}): {url}") from None
        except LocationParseError as error:
            raise BadInput(f"not a URL ({error}): {url}") from None
        except (HTTPError, HTTPException, OSError) as error:
            raise Unavailable(f"no answer from {target.host}: {_short(error)}") from None

    def _checked_addresses(self, target: Target, deadline: float) -> list[str]:
        addresses = _in_time(lambda: self._resolve(target.host, target.port), target.host, deadline)
        for address in addresses:
            # Of what is not written as this machine, nothing leads to it.
            reason = refusal(address, allow_loopback=self._settings.allow_loopback or is_loopback(target.host))
            if reason:
                raise BlockedAddress(f"{target.host} leads to a blocked address: {reason}")
        return addresses

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
            ssl_context=self._tls,
            cert_reqs="CERT_REQUIRED",
            server_hostname=target.host,
            assert_hostname=target.host,
        )

    def _read(self, raw: urllib3.BaseHTTPResponse, request: _Request, deadline: float) -> bytes:
        limit, url = request.max_bytes, request.url[:200]
        declared = raw.headers.get("content-length", "")
        if declared.isdecimal() and int(declared[:18]) > limit:
            raise TooLarge(f"the answer has {declared[:18]} bytes, the limit is {limit}: {url}")
        body = bytearray()
        while chunk := raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                raise TooLarge(f"the answer is over {limit} bytes: {url}")
            if len(body) > _RATIO_FROM and len(body) > _MAX_RATIO * raw.tell():
                raise TooLarge(f"the answer grows over {_MAX_RATIO}-fold when unpacked: {url}")
            if time.monotonic() > deadline:
                raise Unavailable(f"the answer took over {self._settings.fetch_timeout_s:.0f} s: {url}")
        return bytes(body)


def _joined(base: str, where: str) -> str:
    try:
        # http.client reads headers as Latin-1; servers send UTF-8. The host is spelled for the DNS when it is asked.
        sent = where.strip().encode("latin-1", "replace").decode("utf-8", "surrogateescape")
        parts = urlsplit(urljoin(base, sent))
        path, query = (quote(part, safe=URL_SIGNS, errors="surrogateescape") for part in (parts.path, parts.query))
        return parts._replace(path=path, query=query, fragment="").geturl()
    except ValueError as error:
        raise BadInput(f"a redirect that is no URL ({error}): {where[:200]!r}") from None


def _in_time(work: Callable[[], list[str]], host: str, deadline: float) -> list[str]:
    """Resolve a name, which the C library may take minutes for, in a thread that is left to itself when time is up."""
    done: Queue[list[str] | Exception] = Queue()

    def run() -> None:
        try:
            done.put(work())
        except Exception as error:
            done.put(error)

    if is_address(host):
        return work()
    threading.Thread(target=run, daemon=True, name="resolve").start()
    try:
        found = done.get(timeout=max(0.1, deadline - time.monotonic()))
    except Empty:
        raise Unavailable(f"the name {host} was not resolved in time") from None
    if isinstance(found, Exception):
        raise found
    return found


@contextlib.contextmanager
def _ended_at(deadline: float, connection: HTTPConnection) -> Iterator[None]:
    """Close the connection at the end of the block, and cut it off soon after the deadline.

    A server may drip its greeting or its header a byte at a time, each in time for the socket's own time-out.
    """
    watchdog = threading.Timer(max(0.0, deadline - time.monotonic()) + 0.5, _hang_up, [connection])
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
        connection.close()


def _hang_up(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _short(error: Exception | None) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
