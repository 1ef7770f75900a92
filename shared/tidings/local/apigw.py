"""A small API Gateway: HTTP requests become REST proxy events for the query function; with keys, and gzip."""

from __future__ import annotations

import base64
import gzip
import hmac
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tidings.errors import Unavailable
from tidings.local.delivery import Handler, load_handler
from tidings.local.lambda_events import LocalContext, api_event
from tidings.local.server import LocalServer
from tidings.local.wiring import read_wiring

MAX_REQUEST_BYTES = 1_000_000
FUNCTION = "QueryFunction"
COMPRESSED_FROM = 1024
"""Bytes of an answer from which it is compressed for those who take gzip (template.yaml: MinimumCompressionSize)."""
ADMIN = "admin"
READER = "reader"


@dataclass(frozen=True)
class Keys:
    """The API's keys: one for reading, one for changing things as well. None at all: whoever reaches the API may both."""

    read: str | None = None
    admin: str | None = None

    def scope(self, sent: str | None) -> str | None:
        """Return the id of the key that was sent, None if it is no key of the API."""
        for name, key in ((ADMIN, self.admin), (READER, self.read)):
            if key is not None and hmac.compare_digest(key.encode(), (sent or "").encode()):
                return name
        return None


def serve_api(host: str, port: int, template: Path | None = None, *, keys: Keys | None = None) -> LocalServer:
    """Serve the query function of a template over HTTP in background threads; with `keys`, everything under /v1 needs one.

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
            answer = _answer(self, handler, turn, LocalContext(spec.name, spec.timeout_s), keys)
            _write(self, answer)

        def __getattr__(self, name: str) -> Any:
            # Whatever the method, the function says what its paths take.
            if name.startswith("do_"):
                return self.handle_request
            raise AttributeError(name)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the function logs."""

    try:
        return LocalServer(Gateway, host=host, port=port).start()
    except OSError as error:
        raise Unavailable(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from None


def _answer(
    request: BaseHTTPRequestHandler, handler: Handler, turn: threading.Lock, context: LocalContext, keys: Keys | None
) -> Mapping[str, Any]:
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length) > MAX_REQUEST_BYTES:
        return {"statusCode": 413, "body": "request too large\n"}
    body = request.rfile.read(int(length))
    # HEAD is GET without a body; API Gateway leaves that to the function, and the resolver knows GET only.
    method = "GET" if request.command == "HEAD" else request.command
    event = api_event(method, request.path, dict(request.headers.items()), body, str(request.client_address[0]))
    if keys is not None and event["path"].startswith("/v1/") and method != "OPTIONS":
        scope = keys.scope(request.headers.get("X-Api-Key"))
        if scope is None:
            return _NO_KEY
        event["requestContext"]["identity"]["apiKeyId"] = scope
    with turn:
        try:
            answer = handler(event, context)
        except Exception:
            return {"statusCode": 502, "body": '{"message": "Internal server error"}'}
    return answer if isinstance(answer, Mapping) else {"statusCode": 502, "body": ""}


_NO_KEY = {
    "statusCode": 403,
    "headers": {"Content-Type": "application/problem+json", "Access-Control-Allow-Origin": "*"},
    "body": json.dumps(
        {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "send a key of the API as x-api-key"}
    ),
}
"""What the stack's API Gateway answers to a request without a key (template.yaml: GatewayResponses)."""


def _write(request: BaseHTTPRequestHandler, answer: Mapping[str, Any]) -> None:
    text = answer.get("body") or ""
    body = base64.b64decode(text) if answer.get("isBase64Encoded") else str(text).encode()
    headers: dict[str, list[str]] = {name: [str(value)] for name, value in (answer.get("headers") or {}).items()}
    headers |= {name: [str(v) for v in values] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    if len(body) >= COMPRESSED_FROM and _takes_gzip(request.headers.get("Accept-Encoding", "")):
        body = gzip.compress(body, compresslevel=5, mtime=0)
        headers["Content-Encoding"] = ["gzip"]
        headers["Vary"] = [*headers.get("Vary", []), "Accept-Encoding"]
    request.send_response(int(answer.get("statusCode", 200)))
    for name, values in headers.items():
        for value in values:
            request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.send_header("Connection", "close")
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)


def _takes_gzip(accepted: str) -> bool:
    for offer in accepted.split(","):
        name, _, quality = offer.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return quality.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
