"""The packages of this machine and this Python, built once for each state of what they are made of (build/ keeps them)."""

from __future__ import annotations

import pytest

from infra.packages import BUILD, STAGES, build_all, here
from tidings.local.packaged import Built, read_built


@pytest.fixture(scope="session")
def packages() -> Built:
    target = here()
    build_all(STAGES, target, BUILD / "packages")
    return read_built(BUILD / "packages" / target.name)
