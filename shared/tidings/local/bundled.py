"""The bundled feeds, served on this machine: what `tidings run` polls when it is given nothing else.

URLs go into identifiers, so the port is fixed: two runs give the same ids. `{{base}}` in a file stands for the server's URL.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from typing import Any

from tidings.local.server import LocalServer

PORT = 18765
LAST_MODIFIED = "Fri, 13 Jun 2025 19:30:00 GMT"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _File:
    body: bytes
    content_type: str
    date: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class BundledServer(LocalServer):
    """Serves the bundled files; `feeds` are the URLs of those that are feeds."""

    def __init__(self, port: int) -> None:
        super().__init__(_Handler, port=port)
        folder = files("tidings").joinpath("data", "bundled")
        manifest = json.loads(folder.joinpath("bundled.json").read_text(encoding="utf-8"))
        self.files: dict[str, _File] = {}
        for name, meta in manifest["files"].items():
            body = folder.joinpath(*name.split("/")).read_bytes().replace(b"{{base}}", self.base_url.encode())
            self.files[f"/{name}"] = _File(body, meta["content_type"], meta["date"])
        self.feeds = [f"{self.base_url}/{name}" for name in manifest["feeds"]]


def serve_bundled(port: int = PORT) -> BundledServer:
    """Serve the bundled feeds on 127.0.0.1; a port that is taken is replaced by a free one, with a warning.

    Port 0 asks for any free port: the ids then differ from run to run.
    """
    try:
        server = BundledServer(port)
    except OSError as error:
        _log.warning("port %d is taken (%s): the bundled feeds get another, and ids differ from other runs", port, error)
        server = BundledServer(0)
    return server.start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BundledServer

    def do_GET(self) -> None:
        found = self.server.files.get(self.path.partition("?")[0])
        if found is None:
            self._answer(404, _File(b"not found\n", "text/plain; charset=utf-8", LAST_MODIFIED), with_body=True)
            return
        unchanged = found.etag in self.headers.get("If-None-Match", "")
        self._answer(304 if unchanged else 200, found, with_body=not unchanged)

    def _answer(self, status: int, file: _File, *, with_body: bool) -> None:
        self.send_response_only(status)
        self.send_header("Date", file.date)
        self.send_header("ETag", file.etag)
        self.send_header("Last-Modified", LAST_MODIFIED)
        if with_body:
            self.send_header("Content-Type", file.content_type)
            self.send_header("Content-Length", str(len(file.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(file.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: the runner's log is about the pipeline."""
