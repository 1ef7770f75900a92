"""Imports go one way, handlers are thin, and the outside world is behind ports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = ("fetch", "clean", "extract", "publish", "query", "watch")
SERVICES = {"boto3", "botocore", "sqlite3"}
"""Packages that reach a service: for adapters."""
BUILDERS = {"tidings.bootstrap", "tidings.deployed"}
"""Modules that may name adapters; they import boto3 too, to make the clients."""
ENVIRONMENT = {
    "tidings": "sets what is unset, for NumPy",
    "tidings.settings": "reads it",
    "tidings.cli.main": "sets what is unset, for Powertools",
    "tidings.local.packaged": "hands its own on to a package",
    "tidings.local.runner": "hands its own on to the workers",
}


@cache
def modules() -> dict[str, ast.Module]:
    shared = ROOT / "shared"
    found = {}
    for path in sorted([*(shared / "tidings").rglob("*.py"), *ROOT.glob("functions/*/*.py")]):
        base = shared if shared in path.parents else path.parent
        name = ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imports(name: str, *, deferred: bool = True) -> set[str]:
    """The modules that a module imports; `deferred`: inside functions too. Type-checking imports do not count."""
    return {target for node in _nodes(modules()[name], deferred) for target in _targets(node)}


def _nodes(tree: ast.AST, deferred: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if not deferred and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield node
        yield from _nodes(node, deferred)


def _targets(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return set()
    inner = {f"{node.module}.{alias.name}" for alias in node.names}
    return {full if full in modules() else node.module for full in inner}


def under(package: str) -> list[str]:
    return [name for name in modules() if name == package or name.startswith(f"{package}.")]


def reaches(name: str, *packages: str) -> set[str]:
    return {t for t in imports(name) if any(t == p or t.startswith(f"{p}.") for p in packages)}


def test_there_is_something_to_check() -> None:
    assert {"tidings.bootstrap", "tidings.adapters.sqs_queue", "clean_handler"} <= modules().keys()


def test_the_package_never_imports_a_function() -> None:
    handlers = [name for name in modules() if name.endswith("_handler")]
    assert len(handlers) == len(STAGES)
    assert not {name: found for name in under("tidings") if (found := reaches(name, *handlers))}


@pytest.mark.parametrize("stage", STAGES)
def test_a_handler_is_thin(stage: str) -> None:
    (path,) = (ROOT / "functions" / stage).glob("*.py")
    assert path.name == f"{stage}_handler.py"
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


@pytest.mark.parametrize("stage", STAGES)
def test_a_handler_imports_its_own_stage_and_no_other(stage: str) -> None:
    others = [f"tidings.{other}" for other in STAGES if other != stage]
    assert not reaches(f"{stage}_handler", *others, "tidings.adapters", "tidings.local", "tidings.cli", *SERVICES)


def test_adapters_are_named_where_the_program_is_put_together_and_nowhere_else() -> None:
    users = {name for name in modules() if reaches(name, "tidings.adapters")}
    assert users - set(under("tidings.adapters")) == BUILDERS


def test_services_are_reached_through_adapters_only() -> None:
    users = {name for name in modules() if reaches(name, *SERVICES)}
    assert users - set(under("tidings.adapters")) <= BUILDERS


def test_ports_know_nothing_but_ids_and_errors() -> None:
    allowed = {*under("tidings.ports"), "tidings.ids", "tidings.errors"}
    assert not {name: found for name in under("tidings.ports") if (found := reaches(name, "tidings") - allowed)}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_knows_neither_the_runner_nor_the_command_line(stage: str) -> None:
    assert not {
        name: found for name in under(f"tidings.{stage}") if (found := reaches(name, "tidings.local", "tidings.cli"))
    }


@pytest.mark.parametrize("stage", STAGES[:4])
def test_a_stage_of_the_pipeline_knows_no_other(stage: str) -> None:
    others = [f"tidings.{other}" for other in STAGES if other != stage]
    assert not {name: found for name in under(f"tidings.{stage}") if (found := reaches(name, *others))}


def test_what_all_stages_share_knows_no_stage() -> None:
    stages = [f"tidings.{stage}" for stage in STAGES]
    shared = [*under("tidings.ports"), *under("tidings.adapters")]
    shared += [f"tidings.{name}" for name in ("batch", "errors", "ids", "keys", "messages", "records", "settings")]
    assert not {name: found for name in shared if (found := reaches(name, *stages))}


def test_no_import_goes_in_a_circle() -> None:
    graph = {name: imports(name, deferred=False) & modules().keys() for name in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_environment_is_read_in_the_settings_only() -> None:
    users = {name for name, tree in modules().items() if _mentions(tree, "os", {"environ", "getenv", "putenv"})}
    assert users == ENVIRONMENT.keys()


def test_nobody_edits_the_module_search_path() -> None:
    assert not [name for name, tree in modules().items() if _mentions(tree, "sys", {"path", "meta_path", "path_hooks"})]


def _mentions(tree: ast.Module, module: str, names: set[str]) -> bool:
    return any(
        (
            isinstance(node, ast.Attribute)
            and node.attr in names
            and isinstance(node.value, ast.Name)
            and node.value.id == module
        )
        or (isinstance(node, ast.ImportFrom) and node.module == module and bool({a.name for a in node.names} & names))
        for node in ast.walk(tree)
    )
