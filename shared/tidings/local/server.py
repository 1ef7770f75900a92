"""An HTTP server of this machine, in a thread of its own. A client that goes away in the middle of an answer is no error."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HOST = "127.0.0.1"
_LOOK_S = 0.05
"""How often the thread looks whether it is to end."""


class LocalServer(ThreadingHTTPServer):
    """Serves from `start` to `close`, or to the end of a with block, on the `port` that it got; `base_url` has no path."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], *, host: str = HOST, port: int = 0) -> None:
        """Take a port; 0: any free one.

        Raises:
            OSError: it is taken.
        """
        super().__init__((host, port), handler)
        self.port = int(self.server_address[1])
        self.base_url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(_LOOK_S,), daemon=True)

    def start(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving and free the port."""
        self.shutdown()
        self.server_close()
        self._thread.join(5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away: whoever closed it knows."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()
