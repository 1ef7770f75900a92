"""The builder of the tables of bodies and divisions: what it takes from a country's profile."""

from __future__ import annotations

from typing import Any

import pytest

from infra.build_actors import Body, forces, legislatures, parties, text_of, words

PROFILE: dict[str, Any] = {
    "Government": {
        "Legislative branch": {"legislature name": {"text": "National Council (Rada)"}},
        "Legislative branch - lower chamber": {"chamber name": {"text": "House of Elders - Dom (Dom Starszych)"}},
        "Political parties": {"text": "Lowland Party or LLPP<br>Moor and Fen Union or MFU (formerly Bog)<br>Reeds"},
    },
    "Military and Security": {
        "Military and security forces": {
            "text": "Armed Forces of Marsh (Wojska Bagien, WBMM): Army, Navy|Marsh Police (Straz; aka SB)"
        }
    },
}


def test_a_legislature_goes_by_its_english_and_by_its_own_names() -> None:
    assert {body.name for body in legislatures("XXX", PROFILE)} >= {"National Council", "Rada", "Dom", "Dom Starszych"}


def test_a_party_goes_by_its_name_and_by_an_abbreviation_of_four_letters() -> None:
    assert list(parties("XXX", PROFILE)) == [
        Body("XXX", "PTY", "Lowland Party"),
        Body("XXX", "PTY", "LLPP"),
        Body("XXX", "PTY", "Moor and Fen Union"),
    ]


def test_forces_and_police_go_by_their_own_names() -> None:
    assert set(forces("XXX", PROFILE)) == {
        Body("XXX", "MIL", "Wojska Bagien"),
        Body("XXX", "MIL", "WBMM"),
        Body("XXX", "COP", "Straz"),
    }


@pytest.mark.parametrize(
    ("entry", "text"),
    [({"a": {"text": "x<br>y&nbsp;z"}}, "x|y z"), ({"a": {}}, ""), ({}, ""), ("x", ""), ({"a": "x"}, "x")],
)
def test_a_missing_field_is_empty_and_markup_separates(entry: object, text: str) -> None:
    assert text_of(entry, "a") == text


@pytest.mark.parametrize("kind", ["common", "direction", "municipal", "force", "police"])
def test_every_kind_of_words_is_listed(kind: str) -> None:
    assert words(kind)
