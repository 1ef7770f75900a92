"""Finds what `make build` made, and invokes a function of it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tidings.errors import BadUsage, NotFound
from tidings.local.sandbox import Invocation, Place, Sandbox
from tidings.local.wiring import FunctionSpec, default_template, read_wiring

LIST = "packages.json"
CLIENT_FOLDER = "runtime"
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Built:
    """A folder of built packages for one Python version and one of Lambda's architectures."""

    folder: Path
    runtime: str
    architecture: str

    def place(self, spec: FunctionSpec) -> Place:
        """Return where a function's package can run on this machine.

        Raises:
            NotFound: the function is not among the packages.
            BadUsage: they are for another machine, or a Python that is not here.
        """
        package = self.folder / spec.name.removesuffix("Function").lower()
        if not package.is_dir():
            raise NotFound(f"no package of {spec.name} in {self.folder}: make build RUNTIME={self.runtime}")
        if self.architecture != this_architecture():
            raise BadUsage(f"{self.folder} is for {self.architecture}, this machine is {this_architecture()}")
        return Place(package.absolute(), _python(self.runtime), (self.folder / CLIENT_FOLDER).absolute())


def this_architecture() -> str:
    """Return Lambda's name for this machine's architecture."""
    machine = platform.machine().lower()
    return ARCHITECTURES.get(machine, machine)


def default_folder() -> Path:
    """Return where `make build` puts the packages that run on this machine and this Python."""
    runtime = "{}.{}".format(*sys.version_info[:2])
    return default_template().parent / "build" / "packages" / f"python{runtime}-{this_architecture()}"


def read_built(folder: Path) -> Built:
    """Read the list of a folder of packages.

    Raises:
        NotFound: there is none.
    """
    path = folder / LIST
    if not path.is_file():
        runtime = "{}.{}".format(*sys.version_info[:2])
        raise NotFound(f"no packages in {folder}: make build RUNTIME={runtime}")
    listed = json.loads(path.read_text(encoding="utf-8"))
    return Built(folder, listed["runtime"], listed["architecture"])


def invoke_package(function: str, event: Any, folder: Path | None = None, *, verbose: bool = False) -> Invocation:
    """Start a function's package, have it work off one event on the embedded store, and end it.

    Raises:
        NotFound: no such function, or no package of it.
        BadUsage: the packages are not for this machine.
        Permanent: the function raised, or cannot be started.
        Unavailable: it took longer than it may, or more memory than it has.
    """
    spec = read_wiring().function(function)
    place = read_built(folder or default_folder()).place(spec)
    environment = {name: value for name, value in spec.environment.items() if not name.startswith("TIDINGS_")}
    # The embedded store and its names, as the command line has set them for its own process.
    passed = ("TIDINGS_", "POWERTOOLS_")
    environment |= {name: value for name, value in os.environ.items() if name.startswith(passed)}
    with Sandbox(spec, place, environment, log=sys.stderr if verbose else subprocess.DEVNULL) as sandbox:
        return sandbox.invoke(event)


def _python(runtime: str) -> Path:
    """Return a Python of a version that sees no packages but its own.

    Raises:
        BadUsage: there is none on this machine.
    """
    if runtime == "{}.{}".format(*sys.version_info[:2]):
        own = Path(sys.base_prefix) / "bin" / f"python{runtime}"
        return own if own.is_file() else Path(sys.executable)
    found = shutil.which(f"python{runtime}")
    if found is None:
        raise BadUsage(f"these packages need python{runtime}, which is not on this machine")
    return Path(found)
