"""Makes a folder of installed packages fit for a Lambda: without what no function uses, and compiled ahead.

A Lambda's packages may take 250 MB unzipped, and spaCy's wheels alone take more. What goes stands in packages.toml.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

STUBS = Path(__file__).parent / "stubs"
"""Modules that take the place of a package's own, laid out like the package."""
TASK = "/var/task"
"""Where Lambda unpacks a function's package: compiled modules name their sources there in tracebacks."""
LOADED = 1
"""ELF program header type PT_LOAD."""


def trim(folder: Path, stage: str, table: Mapping[str, Any]) -> None:
    """Trim the packages in `folder`, in place, as the table (packages.toml) says for a stage's function."""
    for rule in table["drop"]:
        if stage in rule.get("only", [stage]):
            drop(folder, rule["paths"])
    for path in list(folder.rglob("__pycache__")):
        shutil.rmtree(path)  # of this machine's interpreter
    for path in sorted(folder.rglob("*")):
        # Libraries in *.libs are cut to size by their wheel's builder already; NumPy's break if they are cut again.
        if path.is_file() and ".so" in path.suffixes and not path.parent.name.endswith(".libs"):
            strip(path)
    keep_services(folder / "botocore" / "data", table["botocore"]["services"])
    keep_locales(folder / "babel" / "locale-data", table["babel"]["locales"])
    for rule in table["stub"]:
        if stage in rule["only"]:
            stand_in(folder, rule["path"])


def drop(folder: Path, patterns: Iterable[str]) -> None:
    """Delete the files and folders that match."""
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()


def stand_in(folder: Path, name: str, stubs: Path = STUBS) -> None:
    """Put a stub, a module or a package of modules, in the place of what it stands for."""
    stub, place = stubs / name, folder / name
    if stub.is_file():
        shutil.copy(stub, place)
        return
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(stub, place, ignore=shutil.ignore_patterns("__pycache__"))


def keep_services(data: Path, services: Sequence[str]) -> None:
    """Cut botocore's descriptions of services and endpoints down to the services given."""
    if not data.is_dir():
        return
    for path in sorted(data.iterdir()):
        if path.is_dir() and path.name not in services:
            shutil.rmtree(path)
    endpoints = data / "endpoints.json"
    known = json.loads(endpoints.read_text(encoding="utf-8"))
    for partition in known["partitions"]:
        partition["services"] = {name: body for name, body in partition["services"].items() if name in services}
    endpoints.write_text(json.dumps(known, separators=(",", ":")), encoding="utf-8")


def keep_locales(data: Path, locales: Sequence[str]) -> None:
    """Cut babel's locales down to those given."""
    for path in sorted(data.glob("*.dat")):
        if path.stem not in locales:
            path.unlink()


def strip(path: Path) -> int:
    """Cut off whatever a shared library does not load: symbols and debug information. Return the bytes saved.

    The loader reads program headers only, so the section headers go too. It works for any machine's ELF files, which the
    `strip` of a machine with another processor does not.
    """
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        return 0
    header = bytearray(data[:64])
    (first,) = struct.unpack_from("<Q", header, 32)
    size, count = struct.unpack_from("<HH", header, 54)
    segments = [struct.unpack_from("<IIQQQQ", data, first + k * size) for k in range(count)]
    end = max((offset + stored for kind, _flags, offset, _v, _p, stored in segments if kind == LOADED), default=0)
    end = int(max(end, first + size * count))
    if not 64 < end < len(data):
        return 0
    struct.pack_into("<Q", header, 40, 0)
    struct.pack_into("<HHH", header, 58, 0, 0, 0)
    path.write_bytes(bytes(header) + data[64:end])
    return len(data) - end


def compile_ahead(folder: Path, python: Path, parts: Sequence[str] = (".",)) -> None:
    """Compile modules, with hashes that are not checked: zip files do not keep the times that Python would compare.

    `parts` are the files and folders of the package's folder that are compiled. The same sources give the same bytes:
    names of sources are those on Lambda, and sets are written in one order.
    """
    command = [str(python), "-S", "-m", "compileall", "-q", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", TASK, *(str(folder / part) for part in parts)]
    # Not checked: some packages ship templates that are no valid modules.
    subprocess.run(command, check=False, env={**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S603


def interpreter(runtime: str) -> Path | None:
    """Return this machine's Python of a version ("3.13"), in the path or of pyenv, or None: only it can compile for it."""
    found = [shutil.which(f"python{runtime}")]
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += [
        str(path) for path in versions.glob(f"{runtime}.*/bin/python{runtime}") if re.fullmatch(r"[\d.]+", path.parts[-3])
    ]
    return next((Path(name) for name in found if name is not None and _is(Path(name), runtime)), None)


def _is(python: Path, runtime: str) -> bool:
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        # The program itself, not a shim that looks it up anew each time.
        done = subprocess.run([str(python), "-c", ask], check=False, capture_output=True, text=True)  # noqa: S603
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == runtime
