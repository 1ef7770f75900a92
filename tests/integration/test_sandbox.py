"""A process under the real Lambda runtime client: what it answers, and what is said when it fails."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from tidings.errors import Permanent, Unavailable
from tidings.local.packaged import Built
from tidings.local.sandbox import Place, Sandbox
from tidings.local.wiring import FunctionSpec, read_wiring

SPEC = FunctionSpec("ProbeFunction", "probe.handler", timeout_s=20, environment={}, memory_mb=256)

pytestmark = pytest.mark.timeout(1200)
"""The first test may have to build the packages."""


@pytest.fixture(scope="session")
def python(packages: Built) -> Place:
    """Any package's place: tests put a folder of their own in it."""
    return packages.place(read_wiring().function("query"))


def sandbox(place: Place, folder: Path, code: str, spec: FunctionSpec = SPEC) -> Sandbox:
    (folder / "probe.py").write_text(code)
    return Sandbox(spec, replace(place, package=folder), {"GREETING": "hello"}, log=subprocess.DEVNULL)


def test_an_event_is_answered_by_a_handler_that_knows_its_environment(python: Place, tmp_path: Path) -> None:
    code = "import os\ndef handler(event, context): return [event, os.environ['GREETING'], context.function_name]"
    with sandbox(python, tmp_path, code) as running:
        assert running.invoke({"text": "Київ"}).answer == [{"text": "Київ"}, "hello", "ProbeFunction"]


def test_the_first_call_pays_for_the_start_and_the_next_finds_it_warm(python: Place, tmp_path: Path) -> None:
    code = "import time\ntime.sleep(.3)\ncount = 0\ndef handler(event, context):\n global count\n count += 1\n return count"
    with sandbox(python, tmp_path, code) as running:
        cold, warm = running.invoke({}), running.invoke({})
    assert (cold.answer, warm.answer) == (1, 2)
    assert cold.init_ms is not None and cold.init_ms > 300
    assert warm.init_ms is None


def test_a_warm_call_costs_a_few_milliseconds(python: Place, tmp_path: Path) -> None:
    # Headers and body in two writes would make it 44.
    with sandbox(python, tmp_path, "def handler(event, context): return 1") as running:
        assert median(running.invoke({}).duration_ms for _ in range(30)) < 20


def test_the_context_tells_the_time_that_is_left(python: Place, tmp_path: Path) -> None:
    with sandbox(python, tmp_path, "def handler(event, context): return context.get_remaining_time_in_millis()") as running:
        assert 15_000 < running.invoke({}).answer <= 20_000


def test_memory_is_that_of_the_process(python: Place, tmp_path: Path) -> None:
    with sandbox(python, tmp_path, "def handler(event, context): return len(bytearray(event))") as running:
        small, large = running.invoke(1), running.invoke(100 * 2**20)
    assert 90 <= large.memory_mb - small.memory_mb <= 120


# ---------------------------------------------------------------- failures


def test_a_handler_that_raises_is_told_with_its_error_and_the_next_event_is_served(python: Place, tmp_path: Path) -> None:
    with sandbox(python, tmp_path, "def handler(event, context): return 1 // event") as running:
        with pytest.raises(Permanent, match=r"^ProbeFunction: ZeroDivisionError: integer division or modulo by zero$"):
            running.invoke(0)
        assert running.invoke(1).answer == 1


def test_a_handler_that_takes_too_long_is_ended_at_its_deadline(python: Place, tmp_path: Path) -> None:
    spec = replace(SPEC, timeout_s=2)
    with (
        sandbox(python, tmp_path, "import time\ndef handler(event, context): time.sleep(60)", spec) as running,
        pytest.raises(Unavailable, match=r"^ProbeFunction: timed out in its invocation after 2 s$"),
    ):
        running.invoke({})


def test_a_handler_that_takes_too_much_memory_is_ended(python: Place, tmp_path: Path) -> None:
    with (
        sandbox(python, tmp_path, "def handler(event, context):\n while True: event.append('x' * 10**6)") as running,
        pytest.raises(Unavailable, match=r"^ProbeFunction: out of memory in its invocation: it has 256 MB$"),
    ):
        running.invoke([])


def test_a_process_that_ends_is_told_with_its_status(python: Place, tmp_path: Path) -> None:
    with (
        sandbox(python, tmp_path, "import os\ndef handler(event, context): os._exit(3)") as running,
        pytest.raises(Permanent, match=r"^ProbeFunction: its process ended in its invocation: exit status 3$"),
    ):
        running.invoke({})


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nowhere", "ImportModuleError: Unable to import module 'probe': No module named 'nowhere'"),
        ("raise ValueError('no model')", "ValueError: no model"),
        ("def handle(event, context): ...", "HandlerNotFound: Handler 'handler' missing on module 'probe'"),
        ("def handler(", "UserCodeSyntaxError: Syntax error in module 'probe'"),
    ],
)
def test_a_handler_that_cannot_be_imported_is_told_with_the_reason(
    python: Place, tmp_path: Path, code: str, reason: str
) -> None:
    with pytest.raises(Permanent) as told, sandbox(python, tmp_path, code):
        pass
    assert str(told.value).startswith(f"ProbeFunction: init failed: {reason}")


def test_an_init_without_end_is_ended(python: Place, tmp_path: Path) -> None:
    spec = replace(SPEC, timeout_s=2)
    with (
        pytest.raises(Unavailable, match=r"^ProbeFunction: timed out in its init after 2 s$"),
        sandbox(python, tmp_path, "import time\ntime.sleep(60)", spec),
    ):
        pass


def test_an_init_out_of_memory_is_ended(python: Place, tmp_path: Path) -> None:
    with (
        pytest.raises(Unavailable, match=r"^ProbeFunction: out of memory in its init: it has 256 MB$"),
        sandbox(python, tmp_path, "x = []\nwhile True: x.append('x' * 10**6)"),
    ):
        pass
