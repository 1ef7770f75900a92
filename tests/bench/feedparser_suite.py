"""Put feedparser's own test files through our parse path: python -m tests.bench.feedparser_suite SDIST [-v].

SDIST is the unpacked source distribution or its .tar.gz:

    pip download --no-binary :all: --no-deps feedparser==6.0.14

A file passes if our reader yields the entries that feedparser yields of the same bytes and headers: as many, in the same
order, each with the same id, link (made absolute) and title (without its markup). Entries alike in all of it count as one.
"""

from __future__ import annotations

import io
import re
import sys
import tarfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
from lxml import html

from tests.bench.progress import counted
from tidings.errors import Permanent
from tidings.fetch.entries import absolute
from tidings.fetch.feeds import parse

URL = "http://127.0.0.1:8097/feed"
_HEADER = re.compile(rb"^Header:\s+([^:]+):(.+)$", re.MULTILINE)
"""How a file names the HTTP headers that it is to be served with."""


class Told(NamedTuple):
    """What is compared of an entry."""

    guid: str | None
    title: str | None
    link: str | None


def main(sdist: Path, *, verbose: bool) -> None:
    warnings.simplefilter("ignore", DeprecationWarning)
    files = sorted(_files(sdist))
    passed = entries = 0
    for name, body in counted(files, "files"):
        headers = {key.decode().lower(): value.decode("utf-8", "replace").strip() for key, value in _HEADER.findall(body)}
        wanted = _wanted(body, headers)
        found, reason = _found(body, headers)
        entries += len(wanted)
        passed += wanted == found
        if verbose and wanted != found:
            print(f"{name}: feedparser {len(wanted)}, we {len(found)}: {reason or _difference(wanted, found)}")
    print(f"{passed} of {len(files)} files ({passed / len(files):.2%}) yield the entries that feedparser yields")
    print(f"({entries} entries in all)")


def _files(sdist: Path) -> Iterator[tuple[str, bytes]]:
    if sdist.is_dir():
        for path in sdist.rglob("*.xml"):
            yield str(path.relative_to(sdist)), path.read_bytes()
        return
    with tarfile.open(sdist) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".xml"):
                file = archive.extractfile(member)
                yield member.name, file.read() if file else b""


def _wanted(body: bytes, headers: dict[str, str]) -> list[Told]:
    given = {"content-type": headers.get("content-type", "application/xml")}
    found = feedparser.parse(io.BytesIO(body), response_headers=given)
    return _once(Told(_text(e.get("id")), _title(e), _linked(e)) for e in found.entries)


def _found(body: bytes, headers: dict[str, str]) -> tuple[list[Told], str]:
    try:
        feed = parse(body, headers.get("content-type", "application/xml"), URL)
    except Permanent as error:
        return [], str(error)
    return _once(Told(entry.hint.guid, entry.hint.title, entry.url) for entry in feed.entries), ""


def _linked(entry: Any) -> str | None:
    link = entry.get("link")
    # feedparser takes any guid for a link where there is no other; one without a slash is a number or a word.
    return None if entry.get("guidislink") and "/" not in str(link) else absolute(URL, link)


def _title(entry: Any) -> str | None:
    title = entry.get("title")
    if title and "html" in str(entry.title_detail.get("type")):
        title = html.fromstring(f"<div>{title}</div>").text_content()
    return _text(title)


def _once(told: Any) -> list[Told]:
    return list(dict.fromkeys(told))


def _text(value: object) -> str | None:
    return " ".join(str(value).split())[:1000] or None if value else None


def _difference(wanted: list[Told], found: list[Told]) -> str:
    for one, other in zip(wanted, found, strict=False):
        if one != other:
            return f"{tuple(one)} is {tuple(other)}"
    return "some are missing" if len(wanted) > len(found) else "some are too many"


if __name__ == "__main__":
    main(Path(sys.argv[1]), verbose="-v" in sys.argv)
