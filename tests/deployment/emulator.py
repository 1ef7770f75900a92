"""An AWS emulator on this machine, and a stack deployed to it by the SAM command line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.packages import here

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin"
GUARD = Path(__file__).with_name("guard.py")
EMULATOR = ROOT / ".venv-emulator" / "bin"
REGION = "eu-west-1"
CLOCK = "2025-06-13T20:00:00Z"
"""The moment of the bundled feeds."""
MEMORY, MEMORY_WANTED = Path("/dev/shm"), 4_000_000_000
BUILT = ROOT / "build" / "deployment"
INPUTS = ("requirements.lock", "template.yaml", "infra", "shared", "functions", "models/en_tidings")
"""What a build is made of: packages are built again only if one of them has changed."""
THIS_MACHINE = {"RUNTIME": here().runtime, "ARCHITECTURE": here().architecture}
"""The emulator runs functions with its own interpreter, whatever runtime the stack asks for."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator; `environment` points AWS clients and SAM at it."""

    port: int
    environment: Mapping[str, str]
    log: Path

    def client(self, service: str) -> Any:
        return boto3.session.Session().client(
            service,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """Start the emulator on a free port of 127.0.0.1; whatever happens, nothing of it is left behind."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TIDINGS_", "POWERTOOLS_"))}
    shared = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }
    scratch = _scratch(folder)
    log = folder / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, GUARD, scratch, EMULATOR / "ministack"],
            # Functions inherit these: they fetch the bundled feeds from this machine, at the feeds' own time.
            env=clean
            | shared
            | {
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(port),
                "MINISTACK_REGION": REGION,
                "TMPDIR": str(scratch),
                "TIDINGS_ALLOW_LOOPBACK": "true",
                "TIDINGS_CLOCK": CLOCK,
                "OPENBLAS_NUM_THREADS": "1",
            },
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdin is not None
        try:
            until("the emulator answers", lambda: _answers(port, process), timeout_s=60)
            yield Emulator(port, clean | shared, log)
        finally:
            process.stdin.close()
            process.wait(120)


def _scratch(folder: Path) -> Path:
    """Make the folder where the emulator unpacks a package for each worker: to delete 20,000 files takes a disk minutes."""
    in_memory = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_WANTED
    return Path(tempfile.mkdtemp(prefix="emulator-", dir=MEMORY if in_memory else folder))


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"the emulator ended with status {process.returncode}")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def built() -> Path:
    """Return the template of packages built from the sources of now, for this machine's Python."""
    digest = hashlib.sha256(json.dumps(THIS_MACHINE).encode())
    for name in INPUTS:
        path = ROOT / name
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and p.suffix != ".pyc")
        for file in files:
            digest.update(f"{file.relative_to(ROOT)}\0".encode())
            digest.update(file.read_bytes())
    folder = BUILT / digest.hexdigest()[:16]
    if not (folder / "template.yaml").exists():
        shutil.rmtree(BUILT, ignore_errors=True)
        making = folder.with_name("making")
        sam("build", "--build-dir", str(making), environment=os.environ | THIS_MACHINE | {"AWS_DEFAULT_REGION": REGION})
        making.rename(folder)
    return folder / "template.yaml"


def sam(*words: str, environment: Mapping[str, str]) -> str:
    """Run the SAM command line from the project's root."""
    done = subprocess.run([SAM / "sam", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"sam {' '.join(words)}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def until(what: str, answer: Callable[[], Any], *, timeout_s: float, every_s: float = 0.5) -> Any:
    """Ask again and again until the answer is true; return it."""
    end = time.monotonic() + timeout_s
    while not (found := answer()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout_s:g} s in vain: {what}")
        time.sleep(every_s)
    return found
