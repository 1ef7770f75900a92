"""What an event was done with, and what else its words' neighbours claim, on sentences that no rule was made for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId
from tidings.records import EventMention
from tidings.settings import Settings


def events(text: str) -> tuple[EventMention, ...]:
    extractor = load_extractor(Settings())
    return extractor.extract(ArticleId("a"), text, datetime(2024, 3, 15, 18, tzinfo=UTC)).events


def of_type(text: str, type_: str) -> EventMention:
    return next(e for e in events(text) if e.type == type_)


TOOLS = [
    ("Villagers attacked the herders with machetes and spears.", ["machetes"]),
    ("A landmine killed two farmers in Chad.", ["A landmine"]),
    ("Four policemen were wounded by a grenade in Karachi.", ["a grenade"]),
    ("Militants used mortars to attack the airport.", ["mortars"]),
    ("A missile strike killed a Houthi commander.", ["missile"]),
    ("Protesters pelted the police with bottles.", ["bottles"]),
]


@pytest.mark.parametrize(("text", "tools"), TOOLS)
def test_an_event_tells_what_it_was_done_with(text: str, tools: list[str]) -> None:
    told = [i.text for e in events(text) for i in e.instrument]
    assert set(tools) <= set(told)


@pytest.mark.parametrize(
    "text",
    [
        "The envoy met the general with his deputy.",
        "Portugal agreed with Spain on fishing rights.",
        "Qatar promised Lebanon 200 trucks.",
        "Police arrested the singer with two friends.",
    ],
)
def test_company_and_gifts_are_no_tools(text: str) -> None:
    assert not any(e.instrument for e in events(text))


def test_a_bomb_is_no_actor_and_tells_of_no_attack_besides_its_verb() -> None:
    attacks = [e for e in events("A truck bomb killed six soldiers in Gao.") if e.type == "ASSAULT"]
    assert [(e.trigger.text, e.actor) for e in attacks] == [("killed", ())]


def test_nobody_takes_part_where_no_one_does() -> None:
    told = events("Officials said no one was hurt by the blast that hit the mayor's convoy.")
    assert not any("no one" in p.text for e in told for p in e.recipient)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Soldiers shot two men in the West Bank city of Nablus.", "Nablus"),
        ("Students protested outside the French embassy in Ouagadougou.", "Ouagadougou"),
        ("A bomb exploded in the Karrada district of Baghdad.", "Karrada"),
    ],
)
def test_the_narrowest_name_of_a_phrase_is_the_place(text: str, place: str) -> None:
    assert place in {e.place.text for e in events(text) if e.place is not None}
