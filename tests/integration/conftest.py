"""The packages of this machine and this Python, built once for each state of what they are made of (build/ keeps them)."""

from __future__ import annotations

import sys

import pytest

from infra.packages import BUILD, STAGES, Target, build_all
from tidings.local.packaged import Built, read_built, this_architecture


@pytest.fixture(scope="session")
def packages() -> Built:
    target = Target("{}.{}".format(*sys.version_info[:2]), this_architecture())
    build_all(STAGES, target, BUILD / "packages")
    return read_built(BUILD / "packages" / target.name)
