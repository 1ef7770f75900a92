"""The local runner: worker processes for every function that has a queue, over the embedded store.

At-least-once, as on AWS: a message leaves its queue only when its function has succeeded. `kill -9` of the runner or of
a worker at any moment loses nothing; whatever was in flight is delivered again at the next start.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tidings.bootstrap import EmbeddedQueue, embedded_queue
from tidings.errors import BadUsage, NotFound, Unavailable
from tidings.local.log import begin, log_file
from tidings.local.wiring import FunctionSpec, default_template, read_wiring
from tidings.local.worker import CANNOT_LOAD
from tidings.settings import Settings

POLL_S = 0.1
TELLS = "WatchFunction"
"""Tells strangers' servers, which may not answer for hours."""
TELLING_S = 10.0
"""Seconds that it gets when all else is done; what is left waits for the next run."""
LOG_LEVEL = "INFO"
"""What workers log to the home folder; the command line itself is silent below CRITICAL."""


@dataclass(frozen=True)
class Progress:
    """Counts of one function: messages done, deliveries that failed, waiting, and set aside."""

    done: int = 0
    failed: int = 0
    waiting: int = 0
    dead: int = 0


class LocalRunner:
    """Runs the pipeline of a template. Use as a context manager; one runner for each home folder."""

    def __init__(self, settings: Settings, template: Path | None = None, *, workers: int = 1) -> None:
        if settings.home is None:
            raise BadUsage("the local runner needs a home folder (TIDINGS_HOME)")
        self._settings = settings
        self._home = settings.home
        self._template = template or default_template()
        self._wiring = read_wiring(self._template)
        self._workers = workers
        self._specs = [spec for spec in self._wiring.functions.values() if spec.queue]
        self._queues = {spec.name: self._queue(spec) for spec in self._specs}
        self._dead = {spec.name: self._dead_queue(spec) for spec in self._specs}
        self._counts = {spec.name: [0, 0] for spec in self._specs}
        self._processes: list[tuple[FunctionSpec, subprocess.Popen[str]]] = []
        self._listeners: list[threading.Thread] = []
        self._counting = threading.Lock()
        self._lock: IO[str] | None = None

    def __enter__(self) -> LocalRunner:
        """Take the home folder, release what an earlier runner left in flight, and start the workers.

        Raises:
            Unavailable: another runner has the folder.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        self._lock = (self._home / "runner.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise Unavailable(f"another tidings is running in {self._home}; stop it or choose another --home") from None
        begin(log_file(self._settings))
        for queue in self._queues.values():
            queue.release_all()
        for spec in self._specs:
            for _ in range(self._workers):
                self._start(spec)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the workers; what they hold comes again at the next start."""
        for _spec, process in self._processes:
            process.terminate()
        for _spec, process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for listener in self._listeners:
            listener.join()
        self._processes.clear()
        self._listeners.clear()
        if self._lock is not None:
            self._lock.close()

    def progress(self) -> Mapping[str, Progress]:
        """Return each function's counts, in the order of the pipeline."""
        return {
            name: Progress(done, failed, self._queues[name].depth(), self._dead[name].depth())
            for name, (done, failed) in self._counts.items()
        }

    def run_until_idle(self, on_progress: Callable[[Mapping[str, Progress]], None] | None = None) -> Mapping[str, Progress]:
        """Wait until no queue holds a message (hidden ones count); restart workers that died.

        Raises:
            NotFound: a function's handler cannot be imported.
        """
        idle_since: float | None = None
        while True:
            self._revive()
            now = self.progress()
            if on_progress is not None:
                on_progress(now)
            # Two looks, because a message is on no queue only after its successors are on theirs.
            waiting = _waiting(now) | _waiting(self.progress())
            if not waiting:
                return now
            if waiting != {TELLS}:
                idle_since = None
            elif idle_since is None:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > TELLING_S:
                return now
            time.sleep(POLL_S)

    def keep_alive(self) -> None:
        """Restart workers that died.

        Raises:
            NotFound: a function's handler cannot be imported.
        """
        self._revive()

    def _revive(self) -> None:
        for index, (spec, process) in enumerate(list(self._processes)):
            if process.poll() is not None:
                self._processes.pop(index)
                if process.returncode == CANNOT_LOAD:
                    raise NotFound(f"{spec.name}: its handler {spec.handler} cannot be imported (see above)")
                if not any(s == spec and p.poll() is None for s, p in self._processes):
                    self._queues[spec.name].release_all()
                self._start(spec)
                return

    def _start(self, spec: FunctionSpec) -> None:
        environment = os.environ | {"AWS_LAMBDA_FUNCTION_NAME": spec.name}
        environment |= {k: v for k, v in spec.environment.items() if not k.startswith("TIDINGS_")}
        environment |= {k: os.environ[k] for k in spec.environment if k in os.environ}
        environment |= self._settings.environment()
        environment["POWERTOOLS_LOG_LEVEL"] = LOG_LEVEL
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "tidings.local.worker", spec.name, str(self._template)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._processes.append((spec, process))
        listener = threading.Thread(target=self._listen, args=(spec.name, process), daemon=True)
        self._listeners.append(listener)
        listener.start()

    def _listen(self, name: str, process: subprocess.Popen[str]) -> None:
        counts = self._counts[name]
        if process.stdout is None:
            return
        with process.stdout as reports:
            for line in reports:
                report = json.loads(line)
                with self._counting:
                    counts[0] += report["done"]
                    counts[1] += report["failed"]

    def _queue(self, spec: FunctionSpec) -> EmbeddedQueue:
        limits = self._wiring.queues[spec.queue or ""]
        return embedded_queue(self._settings, limits.name, limits.max_receive_count)

    def _dead_queue(self, spec: FunctionSpec) -> EmbeddedQueue:
        limits = self._wiring.queues[spec.queue or ""]
        return embedded_queue(self._settings, limits.dead_letter or f"{limits.name}-none")


def _waiting(progress: Mapping[str, Progress]) -> set[str]:
    return {name for name, one in progress.items() if one.waiting}
