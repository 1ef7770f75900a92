"""Builds the functions' packages: what a handler can reach of `tidings`, the wheels it needs, and for extract the model.

    python -m infra.packages --runtime 3.13 --architecture arm64 --architecture x86_64     zips, and a table of their sizes
    python -m infra.packages --runtime 3.13 --architecture arm64 --into FOLDER extract     one package, as `sam build` asks

Wheels come for Lambda's platform, so any machine with Python 3.11 and pip can build; versions are the lock file's.
Installed wheels are kept in build/wheels until something that they depend on changes.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.archive import MEGABYTE, Sizes, pack, stamp
from infra.closure import reached
from infra.trim import compile_ahead, interpreter, trim

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
TABLE = ROOT / "infra" / "packages.toml"
RUNTIME_CLIENT = "runtime"
"""The part that is no function: what Lambda's own Python has beside a package, to run packages on this machine."""
STAGES = ("fetch", "clean", "extract", "publish", "query", "watch")
MODEL = ROOT / "models" / "en_tidings"
MODEL_STAGE = "extract"
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
PLATFORMS = ("manylinux2014", "manylinux_2_27", "manylinux_2_28")
"""Lambda's Python 3.12 and later run on Amazon Linux 2023 (glibc 2.34), which takes all these wheels."""


@dataclass(frozen=True)
class Target:
    """What a package is for: a Python version ("3.13") and one of Lambda's architectures."""

    runtime: str
    architecture: str

    @property
    def name(self) -> str:
        """The name of the folder of its packages."""
        return f"python{self.runtime}-{self.architecture}"


def here() -> Target:
    """Return what runs on this machine under this Python."""
    machine = platform.machine().lower()
    architecture = next((name for name, other in MACHINES.items() if machine in (name, other)), machine)
    return Target("{}.{}".format(*sys.version_info[:2]), architecture)


def build(stage: str, target: Target, folder: Path) -> None:
    """Make a stage's package in an empty or new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(wheels(stage, target), folder, dirs_exist_ok=True, copy_function=_link)
    handler = _handler(stage)
    for path in reached(handler, ROOT / "shared").files:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "shared" / path, place)
    if stage == MODEL_STAGE:
        shutil.copytree(MODEL, folder / "tidings" / MODEL.name)
    shutil.copy(handler, folder)
    shutil.copy(ROOT / "LICENSE", folder / "tidings")
    shutil.copy(ROOT / "NOTICE", folder / "tidings")
    python = interpreter(target.runtime)
    if python is not None:
        compile_ahead(folder, python, ["tidings", handler.name])
    stamp(folder)


def wheels(stage: str, target: Target) -> Path:
    """Return the folder of a stage's installed, trimmed and compiled wheels; made once for each state of its inputs."""
    requirements = _requirements(stage)
    kept = BUILD / "wheels" / f"{stage}-{target.name}-{_digest(stage, target, requirements)}"
    if kept.is_dir():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{stage}-", dir=kept.parent))
    try:
        _install(requirements, target, fresh)
        if stage != RUNTIME_CLIENT:
            trim(fresh, stage, _table())
        python = interpreter(target.runtime)
        if python is not None:
            compile_ahead(fresh, python)
        fresh.chmod(0o755)
        fresh.rename(kept)
        for old in kept.parent.glob(f"{stage}-{target.name}-*"):
            if old != kept:
                shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return kept


def build_all(stages: Sequence[str], target: Target, out: Path) -> dict[str, Sizes]:
    """Make the packages and zip files of a target, with the list packages.json beside them, in `out`/target.

    A package that is there already, made of the same, is left as it is.
    """
    folder = out / target.name
    known = _listed(folder)
    folder.mkdir(parents=True, exist_ok=True)
    compiled = interpreter(target.runtime) is not None

    def one(stage: str) -> Sizes:
        if (old := known.get(stage)) is not None and old.get("inputs") == inputs[stage] and (folder / stage).is_dir():
            return Sizes(**{name: value for name, value in old.items() if name != "inputs"})
        shutil.rmtree(folder / stage, ignore_errors=True)
        build(stage, target, folder / stage)
        return pack(folder / stage, folder / f"{stage}.zip")

    inputs = {stage: _inputs(stage, target) for stage in stages}

    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        sizes = dict(zip(stages, workers.map(one, stages), strict=True))
    shutil.rmtree(folder / RUNTIME_CLIENT, ignore_errors=True)
    shutil.copytree(wheels(RUNTIME_CLIENT, target), folder / RUNTIME_CLIENT, copy_function=_link)
    if not compiled:
        sys.stderr.write(f"python{target.runtime} is not on this machine: modules are left to compile at each cold start\n")
    made = {stage: {**asdict(found), "inputs": inputs[stage]} for stage, found in sizes.items()}
    listed = {**asdict(target), "compiled": compiled, "packages": {**known, **made}}
    (folder / "packages.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    return sizes


def report(target: Target, sizes: dict[str, Sizes], limits: dict[str, dict[str, float]]) -> str:
    """Return the table of sizes, in megabytes."""
    lines = [f"{target.name:<18} without .pyc   unzipped (limit)   zipped (limit)   sha256"]
    for stage, found in sizes.items():
        plain, unzipped, zipped = (size / MEGABYTE for size in (found.sources, found.unzipped, found.zipped))
        limit = limits[stage]
        lines.append(
            f"  {stage:<16} {plain:12.1f}   {unzipped:8.1f} ({limit['unzipped']:5g})   {zipped:6.1f} ({limit['zipped']:5g})"
            f"   {found.digest[:16]}"
        )
    return "\n".join(lines)


def outgrown(sizes: dict[str, Sizes], limits: dict[str, dict[str, float]]) -> list[str]:
    """Return a line for each package that is larger than its limit."""
    return [
        f"{stage} is {size / MEGABYTE:.1f} MB {kind}; its limit is {limits[stage][kind]:g}"
        for stage, found in sizes.items()
        for kind, size in (("unzipped", found.unzipped), ("zipped", found.zipped))
        if size > limits[stage][kind] * MEGABYTE
    ]


def limits() -> dict[str, dict[str, float]]:
    """Return each stage's limits in megabytes, by kind ("unzipped", "zipped")."""
    found: dict[str, dict[str, float]] = _table()["limits"]
    return found


def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def _requirements(part: str) -> list[Path]:
    if part == RUNTIME_CLIENT:
        return [ROOT / "infra" / "requirements-runtime.txt"]
    return [ROOT / "shared" / "requirements.txt", ROOT / "functions" / part / "requirements.txt"]


def _install(requirements: Sequence[Path], target: Target, folder: Path) -> None:
    """Install from the wheelhouse alone: no index is asked again for each package."""
    command = ["install", "--no-compile", "--no-index", "--find-links", str(wheelhouse(target)), "--target", str(folder)]
    _pip(target, requirements, command)


def wheelhouse(target: Target) -> Path:
    """Return the folder of all parts' wheels, downloaded once for each lock file."""
    requirements = [path for part in (*STAGES, RUNTIME_CLIENT) for path in _requirements(part)]
    found = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in requirements:
        found.update(path.read_bytes())
    kept = BUILD / "wheelhouse" / f"{target.name}-{found.hexdigest()[:16]}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    # SAM's build makes several packages at once, each by a process of its own.
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            with tempfile.TemporaryDirectory(dir=kept.parent) as fresh:
                _pip(target, sorted(set(requirements)), ["download", "--dest", fresh])
                shutil.copytree(fresh, kept)
    return kept


def _pip(target: Target, requirements: Sequence[Path], command: Sequence[str]) -> None:
    whole = [sys.executable, "-m", "pip", *command, "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    whole += ["--implementation", "cp", "--python-version", target.runtime, "-c", str(ROOT / "requirements.lock")]
    for tag in PLATFORMS:
        whole += ["--platform", f"{tag}_{MACHINES[target.architecture]}"]
    for path in requirements:
        whole += ["-r", str(path)]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    done = subprocess.run(whole, check=False, capture_output=True, text=True, env=environment)  # noqa: S603 - our own files
    if done.returncode:
        raise SystemExit(f"pip {command[0]} failed:\n{done.stderr}")


def _digest(stage: str, target: Target, requirements: Sequence[Path]) -> str:
    """Digest all that the installed wheels depend on."""
    files = [ROOT / "requirements.lock", TABLE, ROOT / "infra" / "trim.py", *requirements]
    files += sorted(path for path in (ROOT / "infra" / "stubs").rglob("*.py"))
    found = hashlib.sha256(f"{stage} {target.name} {interpreter(target.runtime) is not None}".encode())
    for path in files:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _inputs(stage: str, target: Target) -> str:
    """Digest all that a package is made of."""
    handler = _handler(stage)
    files = [handler, *(ROOT / "shared" / path for path in reached(handler, ROOT / "shared").files)]
    files += [ROOT / "LICENSE", ROOT / "NOTICE"]
    files += [ROOT / "infra" / f"{name}.py" for name in ("archive", "closure", "packages", "trim")]
    files += [path for path in MODEL.rglob("*") if path.is_file()] if stage == MODEL_STAGE else []
    found = hashlib.sha256(_digest(stage, target, _requirements(stage)).encode())
    for path in sorted(files):
        found.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _listed(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / "packages.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["packages"] if path.is_file() else {}
    return found


def _handler(stage: str) -> Path:
    return ROOT / "functions" / stage / f"{stage}_handler.py"


def _link(source: str, place: str) -> None:
    # The wheels never change again: a second name for the same bytes will do, except across file systems.
    try:
        os.link(source, place)
    except OSError:
        shutil.copy2(source, place)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build what the command line asks for; exit with 1 if a package has outgrown its limit."""
    parser = argparse.ArgumentParser(prog="infra.packages", description="Builds the functions' packages.")
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"of {', '.join(STAGES)} [default: all]")
    parser.add_argument("--runtime", default="3.13", help="Python version")
    parser.add_argument("--architecture", action="append", choices=sorted(MACHINES), help="may be given twice")
    parser.add_argument("--here", action="store_true", help="for this machine and this Python instead")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--out", type=Path, default=BUILD / "packages", help="folder of all packages")
    where.add_argument("--into", type=Path, help="folder of the one package of a stage")
    given = parser.parse_args(arguments)
    stages = tuple(given.stages or STAGES)
    if unknown := set(stages) - set(STAGES):
        parser.error(f"no stage {', '.join(sorted(unknown))}")
    targets = [Target(given.runtime, architecture) for architecture in given.architecture or ["arm64"]]
    for target in [here()] if given.here else targets:
        if given.into is not None:
            # Whoever asks for one package zips it himself, which takes longer than all else: no sizes are told.
            build(stages[0], target, given.into)
            continue
        sizes = build_all(stages, target, given.out)
        print(report(target, sizes, limits()))
        if complaints := outgrown(sizes, limits()):
            sys.exit("\n".join(complaints))


if __name__ == "__main__":
    main()
