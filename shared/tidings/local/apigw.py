"""A small API Gateway: HTTP requests become REST proxy events for the query function."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tidings.errors import Unavailable
from tidings.local.delivery import Handler, load_handler
from tidings.local.lambda_events import LocalContext, api_event
from tidings.local.wiring import read_wiring

MAX_REQUEST_BYTES = 1_000_000
FUNCTION = "QueryFunction"


class ApiServer:
    """A running server; `port` is the one that it got."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.port = int(server.server_address[1])
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def serve_api(host: str, port: int, template: Path | None = None) -> ApiServer:
    """Serve the query function of a template over HTTP in background threads.

    Raises:
        Unavailable: the port is taken.
    """
    spec = read_wiring(template).function(FUNCTION)
    handler = load_handler(spec)
    # A Lambda environment answers one request at a time, and its module state relies on that.
    turn = threading.Lock()

    class Gateway(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "tidings"
        sys_version = ""

        def handle_request(self) -> None:
            self.close_connection = True
            answer = _answer(self, handler, turn, LocalContext(spec.name, spec.timeout_s))
            _write(self, answer)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_request  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the function logs."""

    try:
        server = ThreadingHTTPServer((host, port), Gateway)
    except OSError as error:
        raise Unavailable(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from None
    server.daemon_threads = True
    return ApiServer(server)


def _answer(
    request: BaseHTTPRequestHandler, handler: Handler, turn: threading.Lock, context: LocalContext
) -> Mapping[str, Any]:
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length) > MAX_REQUEST_BYTES:
        return {"statusCode": 413, "body": "request too large\n"}
    body = request.rfile.read(int(length))
    # HEAD is GET without a body; API Gateway leaves that to the function, and the resolver knows GET only.
    method = "GET" if request.command == "HEAD" else request.command
    event = api_event(method, request.path, dict(request.headers.items()), body, str(request.client_address[0]))
    with turn:
        try:
            answer = handler(event, context)
        except Exception:
            return {"statusCode": 502, "body": '{"message": "Internal server error"}'}
    return answer if isinstance(answer, Mapping) else {"statusCode": 502, "body": ""}


def _write(request: BaseHTTPRequestHandler, answer: Mapping[str, Any]) -> None:
    text = answer.get("body") or ""
    body = base64.b64decode(text) if answer.get("isBase64Encoded") else str(text).encode()
    headers: dict[str, list[str]] = {name: [str(value)] for name, value in (answer.get("headers") or {}).items()}
    headers |= {name: [str(v) for v in values] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    request.send_response(int(answer.get("statusCode", 200)))
    for name, values in headers.items():
        for value in values:
            request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.send_header("Connection", "close")
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)
