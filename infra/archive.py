"""Zip files that are the same, byte for byte, whenever their contents are; and what folders weigh."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

STAMP = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the earliest that a zip file can hold."""
STAMP_S = 315_532_800
"""The same in seconds since 1970, UTC."""
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Sizes:
    """Bytes of a package: without bytecode, with it, and zipped; and the zip file's SHA-256."""

    sources: int
    unzipped: int
    zipped: int
    digest: str


def stamp(folder: Path) -> None:
    """Give every file of a folder the one time, so that whoever zips it gets the same file."""
    for path in folder.rglob("*"):
        os.utime(path, (STAMP_S, STAMP_S))
    os.utime(folder, (STAMP_S, STAMP_S))


def pack(folder: Path, archive: Path) -> Sizes:
    """Zip a folder's files in the order of their names; readable by all, as Lambda asks."""
    sources = unzipped = 0
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
            if not path.is_file():
                continue
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, whatever the machine
            info.external_attr = (0o755 if ".so" in path.suffixes else 0o644) << 16
            body = path.read_bytes()
            packed.writestr(info, body)
            unzipped += len(body)
            sources += len(body) if path.suffix != ".pyc" else 0
    whole = archive.read_bytes()
    return Sizes(sources, unzipped, len(whole), hashlib.sha256(whole).hexdigest())
