"""A built package in a process of its own, under the real Lambda runtime client, with a function's limits.

What goes wrong is said as one line: the error's text.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import IO, Any

from tidings.errors import Permanent, Unavailable
from tidings.local.lambda_events import REGION
from tidings.local.runtime_api import Outcome, RuntimeApi
from tidings.local.wiring import FunctionSpec

CLIENT = "awslambdaric"
LOOK_S = 0.01
"""How often memory and clock are looked at while a function works."""
MEGABYTE = 1024 * 1024
"""Lambda's megabyte of memory."""


@dataclass(frozen=True)
class Invocation:
    """A function's answer and what it took; `init_ms` is None in an environment that was warm."""

    answer: Any
    init_ms: float | None
    duration_ms: float
    memory_mb: int
    """The most that the process has held so far (ru_maxrss); 0 where the system does not tell."""


@dataclass(frozen=True)
class Place:
    """Where a package runs: its folder, a Python of its version, and the folder of the runtime client beside it."""

    package: Path
    python: Path
    client: Path


class Sandbox:
    """One execution environment. Use as a context manager; an environment that has failed is of no more use."""

    def __init__(self, spec: FunctionSpec, place: Place, environment: Mapping[str, str], *, log: IO[str] | int) -> None:
        self._spec = spec
        self._place = place
        self._environment = environment
        self._log = log
        self._stack = ExitStack()
        self._api = RuntimeApi(spec.name)
        self._init_ms: float | None = None

    def __enter__(self) -> Sandbox:
        """Start the process and wait until it is ready (the init phase).

        Raises:
            Permanent: the handler cannot be imported, or the process ends.
            Unavailable: it takes longer than the function may, or more memory than it has.
        """
        self._stack.enter_context(self._api)
        started = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 - an interpreter of this machine and a package built here
            [str(self._place.python), "-S", "-m", CLIENT, self._spec.handler],
            cwd=self._place.package,
            env=self._variables(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        self._stack.callback(self._end)
        try:
            ready = self._wait("init")
            if ready.kind != "ready":
                raise Permanent(f"{self._spec.name}: init failed: {_told(ready.body)}")
        except BaseException:
            self._stack.close()
            raise
        self._init_ms = (ready.at - started) * 1000
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._stack.close()

    def invoke(self, event: Any) -> Invocation:
        """Have an event worked off.

        Raises:
            Permanent: the function raised, or its process ended.
            Unavailable: it took longer than it may, or more memory than it has.
        """
        started = time.perf_counter()
        self._api.send(event, self._spec.timeout_s)
        outcome = self._wait("invocation")
        self._wait("invocation")  # until it asks for the next event: only then is it ready again
        if outcome.kind != "response":
            raise Permanent(f"{self._spec.name}: {_told(outcome.body)}")
        init_ms, self._init_ms = self._init_ms, None
        return Invocation(outcome.body, init_ms, (outcome.at - started) * 1000, self._peak_mb())

    def _wait(self, phase: str) -> Outcome:
        deadline = time.perf_counter() + self._spec.timeout_s
        while True:
            try:
                outcome = self._api.outcomes.get(timeout=LOOK_S)
            except Empty:
                outcome = None
            if self._peak_mb() > self._spec.memory_mb:
                self._process.kill()
                raise Unavailable(f"{self._spec.name}: out of memory in its {phase}: it has {self._spec.memory_mb:,} MB")
            if outcome is not None:
                return outcome
            if time.perf_counter() > deadline:
                self._process.kill()
                raise Unavailable(f"{self._spec.name}: timed out in its {phase} after {self._spec.timeout_s:g} s")
            if self._process.poll() is not None and self._api.outcomes.empty():
                raise Permanent(f"{self._spec.name}: its process ended in its {phase}: {_ending(self._process.returncode)}")

    def _peak_mb(self) -> int:
        """Return the process's VmHWM, which is what getrusage calls ru_maxrss (proc(5), Linux only)."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0
        line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
        return int(line.split()[1]) * 1024 // MEGABYTE

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def _variables(self) -> dict[str, str]:
        # The developer guide's list of defined runtime environment variables, as far as a function may look at them.
        return {
            "PYTHONPATH": str(self._place.client),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": str(self._place.package),
            "_HANDLER": self._spec.handler,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_FUNCTION_NAME": self._spec.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self._spec.memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self._spec.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **self._environment,
        }


def _told(error: Any) -> str:
    """Return an error document of the runtime client as one line."""
    found = error if isinstance(error, dict) else {}
    kind = str(found.get("errorType", "error")).removeprefix("Runtime.")
    return f"{kind}: {' '.join(str(found.get('errorMessage', '')).split())}"


def _ending(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
