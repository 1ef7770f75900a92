"""Who did it where no verb of doing says so, and what a bomb was put at; on own sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId
from tidings.records import EventMention
from tidings.settings import Settings


def assault(text: str) -> EventMention:
    events = load_extractor(Settings()).extract(ArticleId("a"), text, datetime(2024, 3, 15, tzinfo=UTC)).events
    return next(event for event in events if event.type == "ASSAULT")


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("A Maoist group claimed responsibility for the bombing of a depot.", ["A Maoist group"]),
        ("Responsibility for the attack on the barracks was claimed by a separatist militia.", ["a separatist militia"]),
        ("Basque separatists took credit for the killing of two policemen.", ["Basque separatists"]),
        ("The sabotage, which has been attributed to the rebels, cut a power line.", ["the rebels"]),
        ("The murder of the judge was blamed on drug traffickers.", ["drug traffickers"]),
        # Who took part in a deed did it, too.
        ("She was one of the commandos who participated in the bombing of the bank.", ["the commandos"]),
        ("Two sergeants took part in the killing of the priest.", ["Two sergeants"]),
        # Nobody is nobody, and who answers for something else did not do it.
        ("Nobody has claimed responsibility for the kidnapping of the priest.", []),
        ("The army took responsibility for the airport after the bombing of a depot.", []),
    ],
)
def test_who_claims_a_deed_or_has_it_ascribed_did_it(text: str, actor: list[str]) -> None:
    assert [one.text for one in assault(text).actor] == actor


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("A bomb exploded in front of the Peruvian Embassy in La Paz.", ["the Peruvian Embassy"]),
        ("A grenade exploded at the entrance of the Danish Embassy in Recife.", ["the Danish Embassy"]),
        ("A bomb went off outside the home of General Soto.", ["General Soto"]),
        ("A car bomb went off near a market in Mosul.", []),
        ("A bomb exploded in Lima.", []),
    ],
)
def test_a_bomb_is_meant_for_whom_it_was_put_at(text: str, recipient: list[str]) -> None:
    assert [one.text for one in assault(text).recipient] == recipient


def test_what_a_joined_clause_takes_up_as_it_may_be_a_bomb() -> None:
    event = assault("A farmer lifted the grenade and it exploded, killing him.")
    assert (event.trigger.text, event.mode) == ("exploded", "explosives")
    assert "it" not in [one.text for one in event.recipient]
