"""What a handler can reach of the package is found by reading the sources."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra.closure import Reached, reached

ROOT = Path(__file__).parents[2]


def found(folder: Path, **modules: str) -> Reached:
    """What `handler` reaches of a package made of the other modules; a name's "__" stands for "/"."""
    package = folder / "tidings"
    for name, text in {"tidings____init__": "", **modules}.items():
        base = folder if name in ("handler", "tidings____init__") else package
        path = base / (name.replace("____", "/__").replace("___", "/_").replace("__", "/") + ".py")
        path = package / "__init__.py" if name == "tidings____init__" else path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (package / "data").mkdir(exist_ok=True)
    for name in ("cues.tsv", "names.tsv"):
        (package / "data" / name).write_text("")
    return reached(folder / "handler.py", folder)


def names(result: Reached) -> set[str]:
    return {str(path.relative_to("tidings")) for path in result.files} - {"__init__.py"}


def test_modules_are_followed_and_those_that_nobody_imports_are_left_out(tmp_path: Path) -> None:
    result = found(tmp_path, handler="import tidings.one", one="from tidings import two", two="", three="")
    assert names(result) == {"one.py", "two.py"}


def test_an_import_inside_a_function_counts(tmp_path: Path) -> None:
    result = found(tmp_path, handler="def f():\n    from tidings.one import x", one="x = 1")
    assert names(result) == {"one.py"}


def test_an_import_for_type_checkers_does_not(tmp_path: Path) -> None:
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tidings.one"
    assert names(found(tmp_path, handler=code, one="")) == set()


def test_a_table_comes_with_the_module_that_names_it(tmp_path: Path) -> None:
    result = found(tmp_path, handler="import tidings.one", one="TABLE = 'cues.tsv'", two="TABLE = 'names.tsv'")
    assert names(result) == {"one.py", "data/cues.tsv"}


def test_modules_from_elsewhere_are_told(tmp_path: Path) -> None:
    result = found(tmp_path, handler="import tidings.one", one="import numpy.typing\nfrom spacy.tokens import Doc")
    assert result.foreign == {"numpy", "spacy"}


@pytest.mark.parametrize("stage", ["fetch", "clean", "publish", "query"])
def test_no_other_stage_than_extract_reaches_its_modules(stage: str) -> None:
    result = reached(ROOT / "functions" / stage / f"{stage}_handler.py", ROOT / "shared")
    assert not [path for path in result.files if path.parts[1] in ("extract", "language", "cli", "local")]
    assert not {"numpy", "spacy"} & result.foreign


def test_the_page_comes_with_the_function_that_serves_it() -> None:
    result = reached(ROOT / "functions" / "query" / "query_handler.py", ROOT / "shared")
    page = {path.relative_to(ROOT / "shared") for path in (ROOT / "shared" / "tidings" / "web").iterdir()}
    assert page <= set(result.files)


@pytest.mark.parametrize("stage", ["fetch", "clean", "extract", "publish", "query"])
def test_every_table_that_a_stage_reads_is_there(stage: str) -> None:
    result = reached(ROOT / "functions" / stage / f"{stage}_handler.py", ROOT / "shared")
    data = {path.name for path in result.files if path.parts[1] == "data"}
    assert ("gazetteer_places.tsv.gz" in data) == (stage == "extract")
    assert sys.stdlib_module_names.isdisjoint(data)
