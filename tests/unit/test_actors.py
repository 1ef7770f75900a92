"""Actors' phrases: country or PLOVER code, and sector."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.extract.actor_leaders import leader
from tidings.extract.actor_names import is_abbreviation, organisation
from tidings.extract.actor_phrases import display_name, read_phrase
from tidings.extract.actors import resolve_actor
from tidings.extract.gazetteer import load_gazetteer
from tidings.extract.sectors import load_roles, singular
from tidings.tables import rows

GAZETTEER = load_gazetteer()
CODES = frozenset({"IGO", "UNO", "EUR", "NGO", "ISM", "IMG", "MNC"})
SECTORS = frozenset(
    [
        "COP",
        "GOV",
        "JUD",
        "LEG",
        "MIL",
        "PRM",
        "PTY",
        "REB",
        "SPY",
        "UAF",
        "UNK",
        "AGR",
        "BUS",
        "CRM",
        "CVL",
        "EDU",
        "ELI",
        "JRN",
        "LAB",
        "MED",
        "REF",
        "OPP",
        "PRE",
        "REL",
        "SOC",
        "NGO",
    ]
)


def resolved(text: str, day: date | None = None, context: dict[str, str] | None = None) -> tuple[str | None, str | None]:
    found = resolve_actor(text, GAZETTEER, date=day, context=context)
    return found.country, found.sector


@pytest.mark.parametrize(
    ("text", "country", "sector"),
    [
        # A head noun tells the sector, a nation's word the country.
        ("Peruvian soldiers", "PER", "MIL"),
        ("the Danish prime minister", "DNK", "GOV"),
        ("Swedish lawmakers", "SWE", "LEG"),
        ("three Belgian judges", "BEL", "JUD"),
        ("Kenya's police", "KEN", "COP"),
        ("a group of Finnish doctors", "FIN", "MED"),
        ("members of the Greek parliament", "GRC", "LEG"),
        ("fishermen from Iceland", "ISL", "AGR"),
        ("masked gunmen", None, "UAF"),
        ("villagers", None, "CVL"),
        ("the opposition leader", None, "OPP"),
        ("refugees from Eritrea", "ERI", "REF"),
        # The head stands on the right.
        ("a military hospital", None, "MED"),
        ("an army spy agency", None, "SPY"),
        # A title before a name, whoever bears it.
        ("Austrian Chancellor Anna Muster", "AUT", "GOV"),
        ("Colonel Jane Doe", None, "MIL"),
        ("Archbishop John Doe", None, "REL"),
        # Out of office.
        ("a former Dutch minister", "NLD", "ELI"),
        ("Peru's ex-president", "PER", "ELI"),
        # A state, its seat and its people.
        ("Ghana", "GHA", "GOV"),
        ("the Kremlin", "RUS", "GOV"),
        ("Moscow", "RUS", "GOV"),
        ("Ankara", "TUR", "GOV"),
        ("Norwegians", "NOR", "CVL"),
        ("the Turkish side", "TUR", "GOV"),
        ("Lyon", "FRA", "CVL"),
        ("Transnistria", "MDA", "PRE"),
        # Organisations.
        ("NATO", "IGO", "MIL"),
        ("the UN", "UNO", None),
        ("the European Union", "EUR", None),
        ("International Criminal Court", "IGO", "JUD"),
        ("a Hamas spokesman", "PSE", "REB"),
        ("commanders of the FARC", "COL", "REB"),
        ("a White House spokeswoman", "USA", "GOV"),
        ("speaker of the Bundestag", "DEU", "LEG"),
        ("UN peacekeepers", "UNO", "MIL"),
        # Whom the phrase names first acts; who backs it does not; whither it is sent does not.
        ("Canada's envoy to Chile", "CAN", "GOV"),
        ("Saudi-backed Yemeni militia", "YEM", "PRM"),
        # Nothing known.
        ("they", None, "UNK"),
        ("the object", None, "UNK"),
        ("Xyzzy Plugh", None, None),
    ],
)
def test_a_phrase_resolves(text: str, country: str | None, sector: str | None) -> None:
    found = resolved(text)
    assert (found[0], found[1]) == (country, sector)


@pytest.mark.parametrize("text", ["Jordan Smith", "Paris Doe", "his chad"])
def test_a_person_named_like_a_country_or_a_city_comes_from_nowhere(text: str) -> None:
    assert resolved(text)[0] is None


def test_a_leader_holds_office_on_a_day_and_not_on_another() -> None:
    assert resolved("Tony Blair", date(2001, 5, 1)) == ("GBR", "GOV")
    assert resolved("Tony Blair", date(2011, 5, 1)) == ("GBR", "ELI")
    assert leader("Tony Blair", date(1990, 1, 1)) is None


def test_a_bare_name_is_resolved_by_what_the_article_calls_it() -> None:
    context = {"Novak": "Czech defence minister Jan Novak"}
    assert resolved("Novak", context=context) == ("CZE", "GOV")
    assert resolved("Novak") == (None, None)


def test_context_does_not_overrule_the_phrase_itself() -> None:
    assert resolved("German police", context={"German police": "French soldiers"}) == ("DEU", "COP")


def test_the_name_is_shown_without_determiner_and_possessive() -> None:
    assert display_name("the  Irish premier's") == "Irish premier"


def test_names_with_prepositions_inside_stay_whole() -> None:
    phrase = read_phrase(
        "judges of the Court of Appeal in Rome", lambda words: [(words.index("Court"), words.index("Appeal") + 1)]
    )
    assert [(c.preposition, [w.text for w in c.words]) for c in phrase.complements] == [
        ("of", ["Court", "of", "Appeal"]),
        ("in", ["Rome"]),
    ]


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("ministries", "ministry"),
        ("judges", "judge"),
        ("women", "woman"),
        ("churches", "church"),
        ("police", "police"),
        ("press", "press"),
    ],
)
def test_plurals_are_read_as_their_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_abbreviations_need_their_own_case() -> None:
    assert is_abbreviation("WHO")
    assert organisation("WHO") is not None
    assert organisation("who") is None


def test_every_role_has_a_sector_of_the_ontology() -> None:
    assert {sector for sector, _ in load_roles().sectors.values()} <= SECTORS


def test_every_organisation_has_a_country_or_a_code_and_a_known_sector() -> None:
    nations = {row[0] for row in rows("gazetteer_nations.tsv", 5)}
    for code, sector, names in rows("actor_organisations.tsv", 3):
        assert code in nations | CODES, names
        assert sector == "-" or sector in SECTORS, names


def test_every_leader_of_the_table_has_a_term_that_ends_after_it_begins() -> None:
    for _, first, last, name, _ in rows("actor_leaders.tsv", 5):
        assert last == "-" or date.fromisoformat(first) < date.fromisoformat(last), name


@given(st.text(max_size=60))
def test_any_text_resolves_to_known_codes(text: str) -> None:
    country, sector = resolved(text)
    assert country is None or len(country) == 3
    assert sector is None or sector in SECTORS
