"""The Lambda packages are made small without harm."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infra.trim import compile_ahead, drop, interpreter, keep_services, stand_in, strip, trim

TABLE: dict[str, Any] = {
    "botocore": {"services": ["sqs"]},
    "babel": {"locales": ["root", "en"]},
    "drop": [{"paths": ["**/*.pyx", "numpy/**/tests"]}, {"paths": ["click*"], "only": ["extract"]}],
    "stub": [{"path": "spacy/cli", "only": ["extract"]}],
}


def written(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n")


def held(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


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


def test_what_the_table_names_goes_and_all_else_stays(tmp_path: Path) -> None:
    kept = {"numpy/a.py", "feeds/tests/data.json", "click/core.py", "a-1.dist-info/METADATA"}
    written(tmp_path, *kept, "numpy/a.pyx", "numpy/lib/tests/test_a.py", "numpy/__pycache__/a.cpython-311.pyc")
    trim(tmp_path, "query", TABLE)
    assert held(tmp_path) == kept


def test_a_rule_for_one_function_leaves_the_others_alone(tmp_path: Path) -> None:
    written(tmp_path, "click/core.py", "click-8.dist-info/METADATA", "numpy/a.py", "spacy/cli/app.py")
    trim(tmp_path, "extract", TABLE)
    assert held(tmp_path) == {"numpy/a.py", "spacy/cli/__init__.py", "spacy/cli/info.py"}


def test_a_pattern_that_nothing_matches_is_no_error(tmp_path: Path) -> None:
    drop(tmp_path, ["nothing/**/x"])
    assert held(tmp_path) == set()


def test_a_stub_takes_the_place_of_a_whole_package_or_of_one_module(tmp_path: Path) -> None:
    stubs, folder = tmp_path / "stubs", tmp_path / "folder"
    written(stubs, "spacy/cli/__init__.py", "blis/py.py")
    written(folder, "spacy/cli/app.py", "spacy/util.py", "blis/cy.py")
    stand_in(folder, "spacy/cli", stubs)
    stand_in(folder, "blis/py.py", stubs)
    assert held(folder) == {"spacy/cli/__init__.py", "spacy/util.py", "blis/cy.py", "blis/py.py"}


def test_botocore_keeps_the_services_that_are_used(tmp_path: Path) -> None:
    written(tmp_path, "sqs/2012-11-05/service-2.json", "ec2/2016-11-15/service-2.json", "partitions.json")
    services = {"sqs": {"endpoints": {}}, "ec2": {"endpoints": {}}}
    (tmp_path / "endpoints.json").write_text(json.dumps({"partitions": [{"partition": "aws", "services": services}]}))
    keep_services(tmp_path, ["sqs"])
    assert held(tmp_path) == {"sqs/2012-11-05/service-2.json", "partitions.json", "endpoints.json"}
    (partition,) = json.loads((tmp_path / "endpoints.json").read_text())["partitions"]
    assert partition == {"partition": "aws", "services": {"sqs": {"endpoints": {}}}}


def test_modules_are_compiled_so_that_new_file_times_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(f"tau = {math.tau}\n")
    compile_ahead(tmp_path, Path(sys.executable))
    (compiled,) = (tmp_path / "__pycache__").iterdir()
    # PEP 552: flags 1 = hash-based and not checked.
    assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"


def test_a_compiled_module_names_its_source_where_lambda_has_it(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("x = 1\n")
    compile_ahead(tmp_path, Path(sys.executable))
    (compiled,) = (tmp_path / "__pycache__").iterdir()
    assert b"/var/task/module.py" in compiled.read_bytes()
    assert str(tmp_path).encode() not in compiled.read_bytes()


def test_only_a_python_of_the_runtimes_version_compiles_for_it() -> None:
    own = "{}.{}".format(*sys.version_info[:2])
    found = interpreter(own)
    assert found is not None
    assert subprocess.run([str(found), "-V"], capture_output=True, text=True, check=True).stdout.startswith(f"Python {own}.")
    assert interpreter("3.99") is None
