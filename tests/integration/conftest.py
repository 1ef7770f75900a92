"""What tests of several parts share: the query function over a store of its own, a publisher and a reader of it, and the
packages of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Api
from publishers import Publisher, Reader, publishing

from infra.packages import BUILD, STAGES, build_all, here
from tidings.bootstrap import resources
from tidings.local.packaged import Built, read_built


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    resources.cache_clear()
    yield Api()
    resources.cache_clear()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as site:
        yield site


@pytest.fixture
def reader(publisher: Publisher) -> Reader:
    return Reader(publisher)


@pytest.fixture(scope="session")
def packages() -> Built:
    """Return the packages of this Python, built once for each state of what they are made of (build/ keeps them)."""
    target = here()
    build_all(STAGES, target, BUILD / "packages")
    return read_built(BUILD / "packages" / target.name)
