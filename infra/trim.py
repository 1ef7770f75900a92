"""Makes a folder of installed packages fit for a Lambda: no sources, tests or debug symbols, and bytecode compiled ahead.

A Lambda's packages may take 250 MB unzipped, and spaCy's wheels alone take more. Run as `trim.py FOLDER INTERPRETER`.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

SOURCES = frozenset({".a", ".c", ".cpp", ".h", ".hh", ".hpp", ".pxd", ".pyi", ".pyx"})
"""No .cu: thinc reads its own when it is imported."""
TESTS = frozenset({"test", "tests"})
TESTED = ("spacy", "thinc", "numpy", "blis", "srsly", "preshed", "cymem", "murmurhash", "confection", "babel", "wasabi")
"""Packages whose folders of tests are known to be tests."""
UNUSED = ("bin", "setuptools", "_distutils_hack", "pip")
LOADED = 1
"""ELF program header type PT_LOAD."""


def main(folder: Path, interpreter: str) -> None:
    """Trim `folder` in place; compile it if `interpreter` (python3.13, say) is on this machine."""
    for name in UNUSED:
        shutil.rmtree(folder / name, ignore_errors=True)
    for package in TESTED:
        for path in sorted((folder / package).rglob("*")):
            if path.name in TESTS and path.is_dir():
                shutil.rmtree(path)
    for path in list(folder.rglob("__pycache__")):
        shutil.rmtree(path)  # of this machine's interpreter
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in SOURCES:
            path.unlink()
        elif path.is_file() and ".so" in path.suffixes and not path.parent.name.endswith(".libs"):
            strip(path)
    compile_ahead(folder, interpreter)


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


def compile_ahead(folder: Path, interpreter: str) -> None:
    """Compile all modules, with hashes that are not checked: zip files do not keep the times that Python would compare."""
    if not _runs(interpreter):
        sys.stderr.write(f"{interpreter} is not on this machine: modules are left to compile at each cold start\n")
        return
    command = [interpreter, "-m", "compileall", "-q", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run(command, check=False)  # noqa: S603 - some packages ship templates that are no valid modules


def _runs(interpreter: str) -> bool:
    try:
        return subprocess.run([interpreter, "-c", ""], check=False, capture_output=True).returncode == 0  # noqa: S603
    except OSError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
