"""Which modules and data files of the package `tidings` a handler can reach.

Found by reading the sources: every import counts, inside functions too, except those for type checkers. A file of `data`,
or a whole folder that holds no code (`web`), counts if a module that is reached names it in a string.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "tidings"


@dataclass(frozen=True)
class Reached:
    """Files of the package's folder, relative to the folder that holds it, and the modules from elsewhere."""

    files: tuple[Path, ...]
    foreign: frozenset[str]


def reached(handler: Path, shared: Path) -> Reached:
    """Return what a handler's file can reach of the package in `shared`."""
    modules = _modules(shared)
    files: set[Path] = set()
    foreign: set[str] = set()
    seen: set[Path] = set()
    waiting = [handler]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        names = {name for node in _nodes(tree) for name in _imported(node, modules)}
        foreign |= {name.partition(".")[0] for name in names} - {PACKAGE}
        waiting += [modules[name] for name in names if name in modules]
        files |= _data(tree, shared / PACKAGE)
    files |= seen - {handler}
    return Reached(tuple(sorted(path.relative_to(shared) for path in files)), frozenset(foreign))


def _modules(shared: Path) -> dict[str, Path]:
    found = {}
    for path in (shared / PACKAGE).rglob("*.py"):
        name = ".".join(path.relative_to(shared).with_suffix("").parts).removesuffix(".__init__")
        found[name] = path
    return found


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node)


def _imported(node: ast.AST, modules: dict[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        inner = [f"{node.module}.{alias.name}" for alias in node.names]
        names = [name for name in inner if name in modules] or [node.module]
        names.append(node.module)
    else:
        return
    for name in names:
        parts = name.split(".")
        yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _data(tree: ast.AST, package: Path) -> set[Path]:
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    found = {path for path in (package / "data").iterdir() if path.is_file() and path.name in words}
    for folder in package.iterdir():
        if folder.is_dir() and folder.name in words - {"data"} and not (folder / "__init__.py").exists():
            found |= {path for path in folder.rglob("*") if path.is_file()}
    return found
