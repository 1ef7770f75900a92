"""The web page's files: a fixed list, so that no path can lead elsewhere.

All parts of the page but its frame lie under a folder whose name is the digest of them all ("static/3f2a…/app.js"): they may
be kept for ever, and a new version of the page never runs with a part of the old one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from tidings.ids import content_digest

INDEX = "index.html"
_FOLDER = Path(__file__).parent.parent / "web"
# Text alone: what is binary would need the gateway told of it, and the page's only picture is drawn.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_PRELOADS = "<!-- modules -->"

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
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
    """Return the page's files by name; the frame names its parts under the folder of this version."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}
    frame = texts[INDEX].replace(
        _PRELOADS, "\n".join(f'<link rel="modulepreload" href="static/{name}">' for name in modules())
    )
    texts[INDEX] = frame.replace('"static/', f'"static/{version()}/')
    return {name: PageFile(_TYPES[Path(name).suffix], text, _etag(text)) for name, text in texts.items()}


@cache
def version() -> str:
    """Return the digest of all files of the page."""
    return content_digest(b"".join(path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES))[:12]


@cache
def modules() -> tuple[str, ...]:
    """Return the modules that the first view imports, directly or not, in alphabetical order."""
    found: set[str] = set()
    wanted = ["app.js"]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        text = (_FOLDER / name).read_text(encoding="utf-8")
        wanted += [part.split('"')[0] for part in text.split('from "./')[1:]]
    return tuple(sorted(found - {"app.js"}))


def _etag(text: str) -> str:
    return f'"{content_digest(text.encode())[:20]}"'
