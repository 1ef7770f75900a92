"""A Lambda Runtime API on 127.0.0.1, for one process at a time: what the real runtime client asks for its work.

Paths and headers: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from queue import Queue
from typing import Any, ClassVar

from tidings.local.lambda_events import ACCOUNT, REGION
from tidings.local.server import HOST, LocalServer

PREFIX = "/2018-06-01/runtime/"


@dataclass(frozen=True)
class Outcome:
    """What the process said: that it is ready, its answer to an event, or how it failed (Lambda's error document)."""

    kind: str
    """"ready", "response", "error" or "init-error"."""
    body: Any = None
    at: float = field(default_factory=time.perf_counter)
    """When it was said, in seconds of `time.perf_counter`."""


class RuntimeApi:
    """Hands events out and takes answers in. Use as a context manager."""

    def __init__(self, function: str) -> None:
        self._events: Queue[tuple[dict[str, str], bytes] | None] = Queue()
        self.outcomes: Queue[Outcome] = Queue()
        self._function = function
        self._count = 0
        self._server = _Server(self)

    @property
    def address(self) -> str:
        """Host and port: the runtime client's AWS_LAMBDA_RUNTIME_API."""
        return f"{HOST}:{self._server.port}"

    def __enter__(self) -> RuntimeApi:
        """Listen."""
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of whoever waits for an event, and close."""
        self._events.put(None)
        self._server.close()

    def send(self, event: Any, timeout_s: float) -> None:
        """Hand an event to the process; its time is up in `timeout_s` seconds."""
        self._count += 1
        headers = {
            "Lambda-Runtime-Aws-Request-Id": f"{self._count:08}-0000-4000-8000-000000000000",
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + timeout_s) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self._function}",
        }
        self._events.put((headers, json.dumps(event, ensure_ascii=False).encode()))

    def next(self) -> tuple[dict[str, str], bytes] | None:
        """Wait for an event; None when the API closes."""
        self.outcomes.put(Outcome("ready"))
        return self._events.get()


class _Server(LocalServer):
    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(_Request)
        self.api = api


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one write: in two, the client's delayed acknowledgement costs 40 ms a call.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server
    kinds: ClassVar = {"response": "response", "error": "error"}

    def do_GET(self) -> None:
        found = self.server.api.next() if self.path == f"{PREFIX}invocation/next" else None
        if found is None:
            self._answer(410, {}, b"")
            return
        headers, body = found
        self._answer(200, headers, body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        what = self.path.removeprefix(PREFIX)
        kind = "init-error" if what == "init/error" else self.kinds.get(what.rpartition("/")[2])
        if kind is None:
            self._answer(404, {}, b"")
            return
        # An outcome that is heard first may end the process before it has its answer, which it does not mind.
        self._answer(202, {}, b'{"status":"OK"}')
        self.wfile.flush()
        self.server.api.outcomes.put(Outcome(kind, json.loads(body or b"null")))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the function's own log is what counts."""
