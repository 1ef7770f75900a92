"""What has the words of violence and is nobody's deed, on own sentences; and what of the same words is one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId
from tidings.settings import Settings
from tidings.tables import rows

PUBLISHED = datetime(2024, 3, 15, 18, tzinfo=UTC)


def types(text: str) -> list[str]:
    return [event.type for event in load_extractor(Settings()).extract(ArticleId("a"), text, PUBLISHED).events]


@pytest.mark.parametrize(
    "text",
    [
        "Vets slaughtered 4,000 hens after the outbreak.",
        "Poachers in Gabon shot six elephants last month.",
        "A gas explosion in Kazan injured nine tenants.",
        "Two workers were hurt in a refinery blast.",
        "Floods killed eleven people in Accra.",
        "The crash of a cargo plane killed ten villagers.",
        "A tram hit a cyclist in Graz on Friday.",
        "The teacher died after her van was struck by a lorry.",
        "Two girls were struck and killed by a train in Ohio.",
        "A landslide and heavy rain destroyed forty houses.",
    ],
)
def test_nature_machines_and_what_is_done_to_animals_are_no_assault(text: str) -> None:
    assert "ASSAULT" not in types(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rebels killed four farmers and their cattle.",
        "A bomb explosion in Kazan injured nine tenants.",
        "A wave of attacks killed eleven people in Accra.",
        "Gunmen blew up a gas pipeline near Basra.",
    ],
)
def test_people_who_do_harm_to_others_commit_assault(text: str) -> None:
    assert "ASSAULT" in types(text)


def test_what_a_verb_is_said_with_tells_of_its_act_once() -> None:
    assert types("Norway expressed dismay at the ruling by the Chilean court.").count("ACCUSE") == 1


def test_what_a_protest_demands_is_the_protests_own() -> None:
    assert "REQUEST" not in types("Nurses marched in Quito, demanding higher pay.")


def test_a_campaign_is_violence_only_by_its_kind() -> None:
    assert "ASSAULT" not in types("The ministry launched a vaccination campaign in Kano.")


def test_words_of_the_classes_are_sorted_and_of_one_class() -> None:
    several = [words.split() for _, words in rows("event_mishaps.tsv", 2)]
    assert all(words == sorted(set(words)) for words in several)
    assert sum(map(len, several)) == len({word for words in several for word in words})


def test_verbs_of_harm_that_hang_on_each_other_without_a_doer_end() -> None:
    assert types("He was killed hitting a wall, and was injured hurting himself.")
