"""Options of the whole suite, and what every function finds in its environment."""

import os
from collections.abc import Generator

import pytest

# Read when a function's module is imported, whichever test does that first (template.yaml: Globals).
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Tidings")


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
