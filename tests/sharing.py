"""How the suite is shared out among the workers of `pytest -n`: file by file, but for what would get in its own way."""

from __future__ import annotations

import pytest
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
"""Files and folders whose tests go to one worker, which runs one after another."""


def scope(nodeid: str) -> str:
    """Return the name of what a test goes to a worker with: of a group, or of its file."""
    path = nodeid.partition("::")[0]
    return next((name for name, places in TOGETHER.items() if path.startswith(places)), path)


class ByFile(LoadScopeScheduling):
    """Gives a worker that is nearly done the next scope, in the order in which tests are collected.

    So "processes", which takes longest, begins early, and what is left for the end is short.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)
