"""Articles as JSON lines: which of two versions speaks follows from when they were fetched."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tidings.cli.article_lines import article_in
from tidings.errors import BadInput
from tidings.publish.editions import Edition, edition_of, with_edition

NOW = datetime(2025, 7, 1, 20, tzinfo=UTC)


def row(number: int, **more: str) -> dict[str, Any]:
    return {"id": "a", "text": f"Norway sent {number} trucks to Chad.", "published": "2025-07-01T08:00:00Z", **more}


def newest(*rows: dict[str, Any]) -> str:
    """The version that speaks once these rows came in this order."""
    editions: tuple[Edition, ...] = ()
    for one in rows:
        editions = with_edition(editions, edition_of(article_in(one, "rows", now=NOW)))
    return editions[0].version


@pytest.mark.parametrize("numbers", [(1_200, 1_212), (1_212, 1_200)])  # whichever digest is the greater one
def test_the_version_fetched_last_speaks_whichever_came_first(numbers: tuple[int, int]) -> None:
    first = row(numbers[0], fetched_at="2025-07-01T09:00:00Z")
    second = row(numbers[1], fetched_at="2025-07-01T12:00:00+02:00")  # an hour later
    assert newest(first, second) == newest(second, first) == article_in(second, "rows", now=NOW).version


@pytest.mark.parametrize("numbers", [(1_200, 1_212), (1_212, 1_200)])
def test_of_two_versions_fetched_at_once_the_one_modified_last_speaks(numbers: tuple[int, int]) -> None:
    first, second = row(numbers[0]), row(numbers[1], modified="2025-07-01T09:00:00Z")
    assert newest(first, second) == newest(second, first) == article_in(second, "rows", now=NOW).version


def test_a_row_that_does_not_say_when_it_was_fetched_is_fetched_now() -> None:
    assert article_in(row(40), "rows", now=NOW).fetched_at == NOW


@pytest.mark.parametrize("field", ["published", "modified", "fetched_at"])
def test_a_time_that_is_none_is_told_with_line_and_field(field: str) -> None:
    with pytest.raises(BadInput, match=f'rows, line 3: "{field}": .*ISO 8601'):
        article_in({**row(40), field: "yesterday"}, "rows, line 3", now=NOW)
