"""A stack whose busy partitions lie in shards answers as one whose partitions are whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Api

from tidings.bootstrap import embedded, resources

QUESTIONS = (
    "/v1/events?limit=4",
    "/v1/events?limit=4&sort=oldest&type=AID",
    "/v1/events?country=PER&limit=3",
    "/v1/events?text=help+Peru",
    "/v1/events?actor=NOR&recipient=TCD&since=2025-06-05",
    "/v1/statistics",
)


def answers(home: Path, shards: int, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    monkeypatch.setenv("TIDINGS_HOME", str(home))
    monkeypatch.setenv("TIDINGS_INDEX_SHARDS", str(shards))
    resources.cache_clear()
    api = Api()
    for day in range(1, 13):
        api.tell(f"s{day}", day=day, actor=("Norway", "Peru")[day % 2], to=("Chad", "Norway", "Peru")[day % 3])
    found = []
    for question in QUESTIONS:
        page = api.get(question).json
        found.append(page)
        while page.get("cursor"):
            page = api.get(f"{question}{'&' if '?' in question else '?'}cursor={page['cursor']}").json
            found.append(page)
    return found


def test_the_api_answers_the_same_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answers(tmp_path / "whole", 1, monkeypatch)
    sharded = answers(tmp_path / "sharded", 5, monkeypatch)
    assert sharded == whole
    lies = {
        item.key.pk
        for item in embedded(resources("query").settings.model_copy(update={"index_shards": 1}), "query").store.dump()
    }
    assert "EVENTS" in lies
    assert any(pk.endswith("~EVENTS") for pk in lies)
    resources.cache_clear()
