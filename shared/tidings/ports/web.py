"""The network port of fetch: a guarded GET. Whoever implements it keeps promise 4 (addresses, sizes, time)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Response:
    """An answer after redirects. Header names are lower case; `body` is decoded from its content encoding and bounded.

    `permanent_url` is where the redirects led as far as they were 301 or 308 from the first on, else None.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    permanent_url: str | None = None


class Web(Protocol):
    """The outside world as fetch sees it."""

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        max_bytes: int | None = None,
        gap_s: float = 0,
        check: Callable[[str], object] | None = None,
    ) -> Response:
        """GET a URL, following redirects.

        A host gets one request at a time, at least the usual time after the last one, and `gap_s` if that is more.
        `max_bytes` stands in for the usual limit of a body. `check` gets the URL of each redirect before it is followed, and
        may raise an error of its own.

        Raises:
            BlockedAddress: the scheme, port or resolved address is not allowed, here or after a redirect.
            TooLarge: the body or its decompression is over the limit.
            BadInput: the URL or the answer cannot be understood.
            NotYet: another process asks the host now.
            Resting: the host has asked to be left alone, and was not asked.
            Unavailable: no connection, time-out, or the connection broke.
        """

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """POST a body with headers, following no redirect. Raises what `get` raises."""

    def post(self, url: str, form: Mapping[str, str]) -> Response:
        """POST a form, following no redirect. Raises what `get` raises."""
