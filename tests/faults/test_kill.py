"""Promise 1: any process may die at any moment, and the store ends as that of a calm run."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

TIDINGS = str(Path(sys.executable).with_name("tidings"))
KILLS = 20
LONGEST_S = 6.0
"""A calm run takes some seconds; a kill comes at any moment of it."""


def start(home: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "TIDINGS_HOME": str(home)}
    return subprocess.Popen(
        [TIDINGS, "run", "--once"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def run_to_the_end(home: Path) -> None:
    assert start(home).wait(240) == 0


def state(home: Path) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """Return all items of the store, and the digest of every blob."""
    with sqlite3.connect(home / "store.sqlite") as base:
        items = base.execute("SELECT CAST(pk AS TEXT), CAST(sk AS TEXT), body FROM items ORDER BY pk, sk").fetchall()
    base.close()
    folder = home / "blobs"
    blobs = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    return items, blobs


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_random_moments_and_started_again_the_pipeline_ends_in_the_same_state(tmp_path: Path) -> None:
    run_to_the_end(tmp_path / "calm")
    seed = random.SystemRandom().randrange(10**6)
    rng = random.Random(seed)  # noqa: S311 - a test's dice
    home = tmp_path / "killed"
    for _ in range(KILLS):
        process = start(home)
        time.sleep(rng.uniform(0.2, LONGEST_S))
        # The whole group: the runner and its workers die at once, as when a machine loses power.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    run_to_the_end(home)
    assert state(home) == state(tmp_path / "calm"), f"kills drawn with seed {seed}"
