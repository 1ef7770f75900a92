"""Options of the whole suite, how it is shared out among workers, and what every function finds in its environment."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    # These start all that the product has: the pipeline, whose bundled feeds have one port; an emulator; the packages in
    # build/. At the same time they would take each other's port, folders and cores.
    "processes": (
        "tests/deployment/",
        "tests/faults/",
        "tests/integration/test_packages.py",
        "tests/integration/test_pipeline.py",
        "tests/integration/test_sandbox.py",
        "tests/integration/test_site_commands.py",
    ),
    # One browser, and one store that its page shows.
    "page": ("tests/integration/page/",),
}
"""Files and folders whose tests go to one worker, one after another (`pytest -n`); of any other file, all its tests do."""

# Read when a function's module is imported, whichever test does that first (template.yaml: Globals).
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Tidings")

# How long one example takes says how busy the machine is; whether time grows as the input does, tests/growth.py can tell.
settings.register_profile("tidings", deadline=None)
settings.load_profile("tidings")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fail-on-skip", action="store_true", help="count a skipped test as a failed one (CI)")
    parser.addoption("--update-golden", action="store_true", help="accept what the golden tests see now")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.config.getoption("--fail-on-skip"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and --fail-on-skip is set: {report.longrepr}"
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    # In the order of the folders the longest, "processes", begins early, and short ones are left for the end.
    config.option.loadscopereorder = False
    return ByFile(config, log)


def scope(nodeid: str) -> str:
    """Return the name of what a test goes to a worker with."""
    path = nodeid.partition("::")[0]
    return next((name for name, places in TOGETHER.items() if path.startswith(places)), path)
