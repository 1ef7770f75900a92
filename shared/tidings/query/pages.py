"""The web page's files: a fixed list, so that no path can lead elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from tidings.ids import content_digest

_FOLDER = Path(__file__).parent.parent / "web"
_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class PageFile(NamedTuple):
    """One file of the page."""

    content_type: str
    text: str
    etag: str


@cache
def page_files() -> dict[str, PageFile]:
    """Return the page's files by name."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            found[path.name] = PageFile(_TYPES[path.suffix], body.decode("utf-8"), f'"{content_digest(body)[:20]}"')
    return found
