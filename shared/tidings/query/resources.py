"""What routes get at: the resources of the query function, asked for at each request."""

from __future__ import annotations

from collections.abc import Callable

from tidings.bootstrap import Resources

Tools = Callable[[], Resources]
