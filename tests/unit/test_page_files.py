"""The page's files: what ships, under which names, and that generated ones are what their sources make."""

from __future__ import annotations

import json
import re

import pytest

from infra.build_page_codes import OUT as CODES
from infra.build_page_codes import build as build_codes
from infra.build_world_map import OUT as WORLD
from infra.build_world_map import build as build_world
from infra.build_world_map import within_the_map
from tidings.query.pages import INDEX, modules, page_files, version


def test_the_frame_names_its_parts_under_this_versions_folder() -> None:
    named = re.findall(r'(?:src|href)="(static/[^"]*)"', page_files()[INDEX].text)
    assert len(named) > 15
    assert {name.split("/")[1] for name in named} == {version()}
    assert {name.split("/")[2] for name in named} <= page_files().keys()


def test_the_browser_is_told_of_every_module_that_the_first_view_imports() -> None:
    assert {"api.js", "cards.js", "sentence.js", "words.js", "codes.js"} <= set(modules())
    assert not {"event_view.js", "article_view.js", "actor_view.js"} & set(modules())


def test_nothing_in_the_frame_runs_or_styles_inline() -> None:
    frame = page_files()[INDEX].text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", frame)


@pytest.mark.parametrize("name", sorted(name for name in page_files() if name.endswith(".js")))
def test_no_module_makes_markup_of_text_or_asks_elsewhere(name: str) -> None:
    text = page_files()[name].text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    addresses = set(re.findall(r"https?://[^\s\"'`)]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "https://example.org/"}


def test_codes_are_what_the_tables_say() -> None:
    assert CODES.read_text(encoding="utf-8") == build_codes(), "run python -m infra.build_page_codes"


def test_the_map_has_the_countries_by_their_codes_and_is_small() -> None:
    countries = json.loads(WORLD.read_text(encoding="utf-8"))["countries"]
    assert {"UKR", "RUS", "FJI", "KOS", "SDN"} <= countries.keys()
    assert "ATA" not in countries
    assert WORLD.stat().st_size < 50_000


def test_a_country_across_the_antimeridian_is_drawn_on_both_edges() -> None:
    ring = [(170.0, 60.0), (190.0, 60.0), (190.0, 70.0), (170.0, 70.0)]
    parts = list(within_the_map(ring))
    assert sorted((min(x for x, _ in part), max(x for x, _ in part)) for part in parts) == [(-180, -170), (170, 180)]


def test_outlines_are_paths_of_whole_units() -> None:
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[0, 0], [10, 0], [0, 10], [-10, -10]]],
        "objects": {
            "countries": {"geometries": [{"type": "Polygon", "arcs": [[0]], "id": "804", "properties": {"name": "Ukraine"}}]}
        },
    }
    drawn = build_world(topology)["countries"]
    assert list(drawn) == ["UKR"]
    assert re.fullmatch(r"M0 0l\d+ 0.*z", drawn["UKR"])
