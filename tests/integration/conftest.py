"""The query function over a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Api

from tidings.bootstrap import resources


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    resources.cache_clear()
    yield Api()
    resources.cache_clear()
