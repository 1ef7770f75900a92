"""The Lambda packages are made small without harm."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from infra.trim import compile_ahead, main, strip


def library() -> Path:
    """A shared library that numpy loads."""
    spec = importlib.util.find_spec("numpy._core._multiarray_umath")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin)


def test_a_stripped_library_is_no_larger_and_still_loads(tmp_path: Path) -> None:
    whole = library()
    copy = tmp_path / whole.name
    copy.write_bytes(whole.read_bytes())
    saved = strip(copy)
    assert copy.stat().st_size == whole.stat().st_size - saved
    assert saved > 0
    # The copy takes the original's place, so that it finds the libraries beside it.
    code = (
        "import sys, importlib.machinery as m, importlib.util as u\n"
        f"spec = u.spec_from_loader('_multiarray_umath', m.ExtensionFileLoader('_multiarray_umath', {str(copy)!r}))\n"
        "print(u.module_from_spec(spec).__name__)"
    )
    libraries = Path(np.__file__).parent.parent / "numpy.libs"
    environment = {"LD_LIBRARY_PATH": str(libraries), "PYTHONPATH": str(libraries.parent)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout.strip() == "_multiarray_umath", done.stderr


def test_stripping_twice_saves_nothing_more(tmp_path: Path) -> None:
    copy = tmp_path / "x.so"
    copy.write_bytes(library().read_bytes())
    strip(copy)
    assert strip(copy) == 0


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"no library" * 100, b"\x7fELF\x01\x01" + bytes(100)])
def test_what_is_no_64_bit_library_is_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.so"
    path.write_bytes(data)
    assert strip(path) == 0
    assert path.read_bytes() == data


def test_sources_and_tests_go_and_code_and_data_stay(tmp_path: Path) -> None:
    gone = ["numpy/a.pyx", "numpy/a.h", "numpy/tests/test_a.py", "setuptools/x.py", "bin/spacy", "tidings/__pycache__/a.pyc"]
    kept = [
        "numpy/a.py",
        "thinc/backends/kernels.cu",
        "feeds/tests/data.json",
        "tidings/data/cues.tsv",
        "a-1.dist-info/RECORD",
    ]
    for name in gone + kept:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    main(tmp_path, "python-that-is-not-there")
    assert [name for name in gone + kept if (tmp_path / name).exists()] == kept


def test_modules_are_compiled_so_that_new_file_times_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(f"tau = {math.tau}\n")
    compile_ahead(tmp_path, sys.executable)
    (compiled,) = (tmp_path / "__pycache__").iterdir()
    # PEP 552: flags 1 = hash-based and not checked.
    assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"
