"""Which URLs and network addresses fetch may reach. Pure: no name is resolved and no socket opened here.

`ipaddress.is_global` is the base; it misses the ranges that carry an IPv4 address inside an IPv6 one (RFC 6052, RFC 3056)
and 192.0.0.192, which some clouds serve metadata on.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from tidings.errors import BadInput, BlockedAddress

URL_SIGNS = "%/:?#[]@!$&'()*+,;=~"
"""What stays as it is in a URL when the rest is percent-encoded (RFC 3986, 2.2)."""

_PORTS = {"http": 80, "https": 443}
_ALLOWED_PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443, 8888})
_ALWAYS_BLOCKED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocol assignments; 192.0.0.192 is a metadata address
        "192.88.99.0/24",  # 6to4 relay anycast, deprecated (RFC 7526)
        "168.63.129.16/32",  # a cloud's host agent, a public address by number only
        "64:ff9b::/96",  # NAT64 (RFC 6052)
        "64:ff9b:1::/48",  # local NAT64 (RFC 8215)
        "2002::/16",  # 6to4 (RFC 3056)
        "2001::/32",  # Teredo (RFC 4380)
        "::/96",  # IPv4-compatible (RFC 4291, deprecated)
        "fec0::/10",  # site-local (RFC 3879, deprecated)
        "3fff::/20",  # documentation (RFC 9637), which Python 3.11 does not know of
        "5f00::/16",  # segment routing (RFC 9602), likewise
        "100:0:0:1::/64",  # dummy prefix (RFC 9780), likewise
    )
)
_LOCAL_NAME = re.compile(r"(?:^|\.)(?:localhost|local|internal|localdomain|home\.arpa)$")
_HOST_NAME = re.compile(r"[a-z0-9_.-]{1,253}")
_NUMERIC_LABEL = re.compile(r"^(?:\d+|0x[0-9a-f]*)$")


class Target(NamedTuple):
    """Where one request goes: `host` in lower-case ASCII, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """Return the value of the Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"


def target_of(url: str, *, allow_loopback: bool = False, loopback_port: int | None = None) -> Target:
    """Take a URL apart and refuse what must not be asked for, before any name is resolved.

    This machine itself may be asked on `loopback_port` alone, or with `allow_loopback` on any port.

    Raises:
        BadInput: not a URL with a host.
        BlockedAddress: the scheme, port, name or literal address is not allowed.
    """
    parts = _split(url)
    if parts.scheme not in _PORTS:
        raise BlockedAddress(f"only http and https are fetched, not {parts.scheme or 'a bare path'}: {url[:200]}")
    if parts.username is not None or parts.password is not None:
        raise BlockedAddress(f"a URL with a user name or password is not fetched: {parts.hostname}")
    host = _ascii_host(parts.hostname or "", url)
    loopback = is_loopback(host)
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    if loopback and not allow_loopback and port != loopback_port:
        raise BlockedAddress(f"{host} is this machine itself: not fetched")
    if not loopback and port not in _ALLOWED_PORTS:
        raise BlockedAddress(f"port {port} is not fetched: {url[:200]}")
    if not loopback and _LOCAL_NAME.search(host):
        raise BlockedAddress(f"{host} is a name of the local network: not fetched")
    _check_literal(host, allow_loopback=allow_loopback or loopback)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, quote(path, safe=URL_SIGNS))


def refusal(address: str, *, allow_loopback: bool = False) -> str | None:
    """Return why a resolved address must not be connected to, or None if it may be.

    >>> refusal("169.254.169.254")
    '169.254.169.254 is not a public address'
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address!r} is not an address"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return None if allow_loopback else f"{address} is this machine itself"
    inside = any(ip in network for network in _ALWAYS_BLOCKED if network.version == ip.version)
    if inside or not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return f"{address} is not a public address"
    return None


def _split(url: str) -> SplitResult:
    if any(character <= " " or character == "\\" or character == "\x7f" for character in url):
        raise BadInput(f"not a URL (it holds a space, backslash or control character): {url[:200]!r}")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadInput(f"not a URL ({error}): {url[:200]!r}") from None
    return parts


def _ascii_host(host: str, url: str) -> str:
    if not host:
        raise BadInput(f"a URL needs a host: {url[:200]!r}")
    if ":" in host:
        return host.lower()
    try:
        name = host.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        raise BadInput(f"not a host name: {host[:100]!r}") from None
    if not name:
        raise BadInput(f"a URL needs a host: {url[:200]!r}")
    # Some letters turn into spaces and signs when a name is folded for the DNS.
    if not _HOST_NAME.fullmatch(name):
        raise BadInput(f"not a host name: {host[:100]!r}")
    return name


def is_loopback(host: str) -> bool:
    """Say whether a host is written as this machine itself."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host.partition("%")[0]).is_loopback)


def is_address(host: str) -> bool:
    """Say whether a host is an address and not a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _check_literal(host: str, *, allow_loopback: bool) -> None:
    if not is_address(host):
        # "2130706433", "0x7f.1" and "017700000001" are addresses to the C library, and to nobody who means well.
        if _NUMERIC_LABEL.match(host.rpartition(".")[2]):
            raise BlockedAddress(f"{host} is a disguised address: not fetched")
        return
    reason = refusal(host, allow_loopback=allow_loopback)
    if reason:
        raise BlockedAddress(f"{reason}: not fetched")
