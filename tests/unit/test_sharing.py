"""Two workers never run at once what takes a fixed port, or what writes or replaces the packages in build/."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sharing import TOGETHER, scope

ROOT = Path(__file__).parents[2]
TAKES = re.compile(r'"run", "--(?:once|port)"|serve_bundled\(\)|\bpackages: Built\b')


def test_what_goes_together_is_there() -> None:
    assert [place for places in TOGETHER.values() for place in places if not (ROOT / place).exists()] == []


def test_what_takes_the_port_of_the_bundled_feeds_or_the_packages_goes_together() -> None:
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    taking = [path.relative_to(ROOT).as_posix() for path in files if TAKES.search(path.read_text(encoding="utf-8"))]
    assert len(taking) > 3
    assert [path for path in taking if scope(f"{path}::test_it") != "processes"] == []


def test_all_other_tests_go_with_their_file() -> None:
    assert scope("tests/unit/test_zones.py::test_a[1::2]") == "tests/unit/test_zones.py"
    assert scope("tests/integration/page/test_map.py::test_b") == scope("tests/integration/page/test_feeds.py::test_c")
