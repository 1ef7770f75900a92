"""Every error that Tidings raises on purpose. The queue cares about the two trunks only.

TidingsError
├── Permanent              trying again cannot help: to the dead-letter queue at once, with the reason
│   ├── BadInput           the document, feed or message cannot be read
│   ├── BlockedAddress     a fetch would reach a private, loopback, link-local or metadata address
│   ├── TooLarge           more bytes, entries or decompression than the limits allow
│   ├── NotFound           a thing that a message or a user names does not exist
│   └── BadUsage           a command line or a query that makes no sense (exit status 2, HTTP 400)
└── Transient              trying again may help: the message comes back
    ├── Conflict           another writer was first (optimistic locking)
    ├── NotYet             it is another's turn: the message comes back after `after_s`, and that is no failure of it
    └── Unavailable        a server, a network or a service does not answer; `retry_after_s` if it said when
        └── Resting        a host that has asked to be left alone for a while; it was not asked again
"""

from __future__ import annotations

import math


class TidingsError(Exception):
    """Base of all errors raised on purpose; its text is one line that says what is wrong and what to do."""


class Permanent(TidingsError):
    """Trying again cannot help."""


class BadInput(Permanent):
    """The document, feed or message cannot be read."""


class BlockedAddress(Permanent):
    """The address must never be fetched."""


class TooLarge(Permanent):
    """The input is over a limit on bytes, entries or decompression."""


class NotFound(Permanent):
    """The named thing does not exist."""


class BadUsage(Permanent):
    """The command line or the query makes no sense."""


class Transient(TidingsError):
    """Trying again may help."""


class Conflict(Transient):
    """Another writer changed the item first."""


class NotYet(Transient):
    """It is another's turn now; after `after_s` seconds it may be ours."""

    def __init__(self, message: str, *, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class Unavailable(Transient):
    """A server or service does not answer now."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Resting(Unavailable):
    """A host has asked to be left alone (Retry-After) for another `after_s` seconds, and is."""

    def __init__(self, host: str, *, after_s: float) -> None:
        super().__init__(f"{host} asked to be left alone for another {math.ceil(after_s):,} s", retry_after_s=after_s)
        self.after_s = after_s
