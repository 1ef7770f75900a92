"""Entities: boundaries, types, countries and chains, on own sentences."""

from __future__ import annotations

from itertools import pairwise

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from tests.growth import grows_in_proportion
from tidings.extract.entities import find_entities
from tidings.extract.entity_chains import Named, chain
from tidings.extract.entity_descriptions import descriptions
from tidings.extract.entity_names import initials, mended, short_keys, shorter_forms
from tidings.extract.gazetteer import load_gazetteer
from tidings.records import Entity, EntityLabel
from tidings.settings import Settings

GAZETTEER = load_gazetteer()


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings().model_folder())


def by_text(nlp: Language, text: str) -> dict[str, Entity]:
    return {entity.text: entity for entity in find_entities(nlp(text), GAZETTEER)}


@pytest.mark.parametrize(
    ("text", "person", "name"),
    [
        ("the Senate", False, "Senate"),
        ("Portugal's", False, "Portugal"),
        ("Texas’", False, "Texas"),
        ("U.S.", False, "U.S."),
        ("Acme Inc.", False, "Acme Inc."),
        ("“Acme”,", False, "Acme"),
        ("Prime Minister Anna Muster", True, "Anna Muster"),
        ("Mr. Doe", True, "Doe"),
        ("General Electric", False, "General Electric"),
    ],
)
def test_names_are_mended_at_their_edges(text: str, person: bool, name: str) -> None:
    start, end = mended(text, 0, len(text), person=person)
    assert text[start:end] == name


def is_short(short: str, full: str, label: EntityLabel) -> bool:
    return not short_keys(short, label).isdisjoint(shorter_forms(full, label))


@pytest.mark.parametrize(
    ("short", "full", "same"),
    [
        ("Muster", "Anna Muster", True),
        ("Anna", "Anna Muster", True),
        ("Anna Muster", "Anna Maria Muster", True),
        ("Doe", "Anna Muster", False),
        ("Anna Muster", "Muster", False),
        ("Must", "Anna Muster", False),
        ("Muster", "Anna Muster Jr.", True),
        ("Anna Jr", "Anna Muster Jr.", True),
    ],
)
def test_a_surname_is_its_bearer(short: str, full: str, same: bool) -> None:
    assert is_short(short, full, EntityLabel.PERSON) is same


@pytest.mark.parametrize(
    ("short", "full", "same"),
    [
        ("WTF", "World Trade Federation", True),
        ("MoD", "Ministry of Defence", False),
        ("Flood Office", "Flood Office for the Lower Delta", True),
        ("Acme", "Acme Corporation", True),
        ("Bank", "Bank of Ruritania", False),
        ("World", "World Trade Federation", False),
    ],
)
def test_initials_and_first_words_are_their_organisation(short: str, full: str, same: bool) -> None:
    assert is_short(short, full, EntityLabel.ORG) is same


def test_initials_may_leave_small_words_out() -> None:
    assert initials("Ministry of the Sea") >= {"MS", "MOTS"}


def test_mentions_of_one_person_share_chain_and_fullest_name(nlp: Language) -> None:
    text = "Finland's president Maria Virtanen met bankers in Oslo on Monday. Virtanen said that the talks went well."
    found = by_text(nlp, text)
    assert found["Virtanen"].chain == found["Maria Virtanen"].chain
    assert found["Virtanen"].name == "Maria Virtanen"
    assert found["Virtanen"].label is EntityLabel.PERSON


def test_a_country_is_one_chain_under_all_its_names_and_its_adjective_another() -> None:
    mentions = [
        Named("United States", EntityLabel.GPE),
        Named("American", EntityLabel.NORP),
        Named("U.S.", EntityLabel.GPE),
        Named("Americans", EntityLabel.NORP, collective=True),
        Named("England", EntityLabel.GPE),
        Named("Britain", EntityLabel.GPE),
    ]
    assert [c.number for c in chain(mentions, GAZETTEER)] == [1, 2, 1, 1, 3, 4]
    assert chain(mentions, GAZETTEER)[2].name == "United States"


def test_a_short_form_is_the_one_named_last_before_it_or_else_the_first_behind() -> None:
    names = ["Muster", "Anna Muster", "Otto Muster", "Muster", "Anna"]
    found = chain([Named(name, EntityLabel.PERSON) for name in names], load_gazetteer())
    assert [c.name for c in found] == ["Otto Muster", "Anna Muster", "Otto Muster", "Otto Muster", "Anna Muster"]


def test_a_list_of_thousands_of_names_is_chained_in_linear_time() -> None:
    def chained(count: int) -> None:
        names = [f"Kenya {'Ltd' if n % 2 else ''} {n} Bank" for n in range(count)] + ["Kenya", "Bank"] * count
        assert len(chain([Named(name, EntityLabel.ORG) for name in names], load_gazetteer())) == 3 * count

    assert grows_in_proportion(chained, 500, 4000)


def test_one_city_is_one_chain_under_two_spellings() -> None:
    first, second = chain([Named("Kiev", EntityLabel.GPE), Named("Kyiv", EntityLabel.GPE)], GAZETTEER)
    assert first.number == second.number


def test_an_acronym_joins_the_name_that_it_shortens() -> None:
    mentions = [Named("National Salt Council", EntityLabel.ORG), Named("NSC", EntityLabel.ORG)]
    assert [tuple(c) for c in chain(mentions, GAZETTEER)] == [(1, "National Salt Council"), (1, "National Salt Council")]


def test_a_lone_surname_goes_to_the_bearer_named_last_before_it() -> None:
    names = ["John Doe", "Jane Doe", "Doe"]
    chains = chain([Named(name, EntityLabel.PERSON) for name in names], GAZETTEER)
    assert [c.number for c in chains] == [1, 2, 2]


@pytest.mark.parametrize(
    ("text", "name", "label", "country"),
    [
        ("Lawmakers in Kenya's capital voted on Monday.", "Kenya", EntityLabel.GPE, "KEN"),
        ("The Brazilian economy shrank, officials said.", "Brazilian", EntityLabel.NORP, "BRA"),
        ("Talks were held in Oslo, and Oslo will host them again.", "Oslo", EntityLabel.GPE, "NOR"),
        ("The trial began in Atlanta, Georgia, on Monday.", "Georgia", EntityLabel.GPE, "USA"),
        ("The case went to the International Criminal Court.", "International Criminal Court", EntityLabel.ORG, None),
        ("Chile's Supreme Court rejected the appeal.", "Supreme Court", EntityLabel.ORG, "CHL"),
        ("The Swedish Foreign Ministry said that the talks had failed.", "Swedish Foreign Ministry", EntityLabel.ORG, "SWE"),
    ],
)
def test_a_name_gets_its_type_and_country(
    nlp: Language, text: str, name: str, label: EntityLabel, country: str | None
) -> None:
    found = by_text(nlp, text)[name]
    assert (found.label, found.country) == (label, country)


@pytest.mark.parametrize("text", ["The turkey was roasted and served to us.", "Several POWs and one CEO were there."])
def test_common_nouns_are_no_names(nlp: Language, text: str) -> None:
    assert find_entities(nlp(text), GAZETTEER) == ()


def test_one_name_has_one_type_across_the_article(nlp: Language) -> None:
    text = (
        "Zorbex Motors cut jobs on Friday. Zorbex said that sales fell. Shares in Zorbex dropped, and Zorbex closed a plant."
    )
    labels = {e.label for e in find_entities(nlp(text), GAZETTEER) if e.text.startswith("Zorbex")}
    assert labels == {EntityLabel.ORG}


def test_descriptions_tell_what_the_article_calls_a_person(nlp: Language) -> None:
    doc = nlp("Norwegian defence minister Kari Berg arrived on Monday. Berg then left for Oslo.")
    assert "minister" in descriptions(doc, find_entities(doc, GAZETTEER))["Berg"]


WORDS = st.sampled_from(
    [
        "the",
        "President",
        "of",
        "Russia",
        "Anna",
        "Muster",
        "'s",
        "U.S.",
        "and",
        "said",
        ",",
        ".",
        "Kiev",
        "NATO",
        "(",
        ")",
        "“",
        "”",
        "Paris",
        "Texas",
        "\n\n",
        "Acme",
        "Inc.",
    ]
)


@settings(max_examples=30)
@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_entities_are_in_order_disjoint_and_say_what_the_text_says(text: str) -> None:
    nlp_ = _loaded()
    found = find_entities(nlp_(text), GAZETTEER)
    assert [e.id for e in found] == [f"e{i}" for i in range(1, len(found) + 1)]
    assert all(text[e.start : e.end] == e.text and e.text for e in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


_CACHE: list[Language] = []


def _loaded() -> Language:
    if not _CACHE:
        _CACHE.append(spacy.load(Settings().model_folder()))
    return _CACHE[0]


def test_a_full_line_may_break_a_name_and_an_item_of_a_list_may_not(nlp: Language) -> None:
    wrapped = "Ministers of four countries met on the last day of June in the city of San\nSalvador, a spokesman said."
    assert "San\nSalvador" in by_text(nlp, wrapped)
    assert not [name for name in by_text(nlp, "LIMA\nUnited Nations officials said so.") if "\n" in name]
