"""Actors' phrases: country or PLOVER code, and sector."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import Permanent
from tidings.extract.actor_leaders import first_day, last_day, leader
from tidings.extract.actor_names import is_abbreviation, organisation
from tidings.extract.actor_phrases import display_name, read_phrase
from tidings.extract.actors import resolve_actor, sovereign
from tidings.extract.gazetteer import load_gazetteer
from tidings.extract.sectors import load_roles, singular
from tidings.tables import parts, rows

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
        # How many they are, and how exactly that is known, says nothing of who they are.
        ("More than 40 villagers", None, "CVL"),
        ("no fewer than two Danish soldiers", "DNK", "MIL"),
        ("as many as 300 nurses", None, "MED"),
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
        # Titles and offices.
        ("Mongolia's deputy prime minister", "MNG", "GOV"),
        ("Lithuania's permanent representative to the OSCE", "LTU", "GOV"),
        ("the Malaysian high commissioner in Canberra", "MYS", "GOV"),
        ("Malawi's undersecretary of state", "MWI", "GOV"),
        ("the emperor of Ethiopia", "ETH", "GOV"),
        ("Chief of the Defence Staff", None, "MIL"),
        ("Sen. Jane Doe", None, "LEG"),
        ("Slovenia's public prosecutor", "SVN", "JUD"),
        # Ministries, agencies, central banks.
        ("Ministry of Foreign Affairs of Paraguay", "PRY", "GOV"),
        ("Jamaica's tax authority", "JAM", "GOV"),
        ("Bank of Namibia", "NAM", "GOV"),
        ("the National Bank of Moldova", "MDA", "GOV"),
        # Police and forces, under their own names too.
        ("Royal Bahamas Police Force", "BHS", "COP"),
        ("immigration officers", None, "COP"),
        ("Bolivian border guards", "BOL", "COP"),
        ("the Seychelles People's Defence Forces", "SYC", "MIL"),
        ("the Bundeswehr", "DEU", "MIL"),
        ("a Danish patrol ship", "DNK", "MIL"),
        ("Mozambique's presidential guard", "MOZ", "MIL"),
        ("a Nimitz-class aircraft carrier", "USA", "MIL"),
        ("three Slava-class cruisers", "RUS", "MIL"),
        # Legislatures and courts.
        ("the Jogorku Kenesh", "KGZ", "LEG"),
        ("members of the Althing", "ISL", "LEG"),
        ("the Chamber of Deputies of Paraguay", "PRY", "LEG"),
        ("the Senate of Liberia", "LBR", "LEG"),
        ("Bulgaria's National Assembly", "BGR", "LEG"),
        ("Honduran appeals court", "HND", "JUD"),
        # Parties and their people, opposition.
        ("Sierra Leone People's Party", "SLE", "PTY"),
        ("Awami League activists", "BGD", "PTY"),
        ("anti-junta protesters", None, "OPP"),
        ("the Gambian opposition alliance", "GMB", "OPP"),
        # Rebels, militias, gangs.
        ("the Oromo Liberation Army", "ETH", "REB"),
        ("a Tuareg rebel movement", "MLI", "REB"),
        ("Karenni fighters", "MMR", "UAF"),
        ("Tren de Aragua", "VEN", "CRM"),
        # Media, unions, business, farming, schools, health, faith.
        ("the Phnom Penh Post", "KHM", "JRN"),
        ("COSATU", "ZAF", "LAB"),
        ("Portuguese dockers", "PRT", "LAB"),
        ("Ericsson", "SWE", "BUS"),
        ("Paraguayan soybean growers", "PRY", "AGR"),
        ("Tunisian economists", "TUN", "EDU"),
        ("hospital staff in Lusaka", "ZMB", "MED"),
        ("the Serbian Orthodox Church", "SRB", "REL"),
        # Intergovernmental organisations and their organs, non-governmental ones.
        ("UN-Habitat", "UNO", None),
        ("the Pacific Islands Forum", "IGO", None),
        ("the Court of Justice of the European Union", "EUR", "JUD"),
        ("the Inter-American Court of Human Rights", "IGO", "JUD"),
        ("Mercy Corps", "NGO", "NGO"),
        ("Greenpeace activists", "NGO", "NGO"),
        # A word that tells little beside one that tells more.
        ("local officials", None, "GOV"),
        ("locals", None, "CVL"),
        ("Nepali nationals", "NPL", "CVL"),
        ("government forces", None, "MIL"),
        ("hill tribesmen", None, "SOC"),
        # Displaced people, peoples, dwellers.
        ("displaced families", None, "REF"),
        ("Hazara women", "AFG", "CVL"),
        ("Papuans", "IDN", "CVL"),
        ("a Malagasy", "MDG", "CVL"),
        ("Quebecers", "CAN", "CVL"),
        # Official, former and dependent names of nations.
        ("the Hellenic Republic", "GRC", "GOV"),
        ("Upper Volta", "BFA", "GOV"),
        ("Rhodesian soldiers", "ZWE", "MIL"),
        ("Faroese fishermen", "DNK", "AGR"),
        ("the governor of Guam", "USA", "GOV"),
        # Cities and regions, by old names and with the sort of region behind them.
        ("Gwangju residents", "KOR", "CVL"),
        ("Calcutta police", "IND", "COP"),
        ("villagers in Masvingo", "ZWE", "CVL"),
        ("the governor of Borno State", "NGA", "GOV"),
        ("New Mexico lawmakers", "USA", "LEG"),
        ("Niger Delta militants", "NGA", "REB"),
        ("New South Wales farmers", "AUS", "AGR"),
        ("Ontario nurses", "CAN", "MED"),
        ("residents of Santa Cruz de la Sierra", "BOL", "CVL"),
        ("San José traders", "CRI", "BUS"),
        ("people in Rostov-on-Don", "RUS", "CVL"),
        # Somebody known owns a body, or a spokesman speaks for him.
        ("the Jokowi administration", "IDN", "GOV"),
        ("Mobutu's soldiers", "COD", "MIL"),
        ("a spokesman for Javier Milei", "ARG", "GOV"),
        ("supporters of Raila Odinga", "KEN", "CVL"),
        ("Foreign Secretary Cleverly", "GBR", "GOV"),
    ],
)
def test_a_phrase_resolves(text: str, country: str | None, sector: str | None) -> None:
    found = resolved(text)
    assert (found[0], found[1]) == (country, sector)


@pytest.mark.parametrize("text", ["Jordan Smith", "Paris Doe", "his chad", "Charlotte", "Colonel Leon"])
def test_a_person_named_like_a_country_or_a_city_comes_from_nowhere(text: str) -> None:
    assert resolved(text)[0] is None


@pytest.mark.parametrize(
    "text",
    [
        "a red car",
        "NINE",
        "Federal officials",
        "Better way",
        "its own forces",
        "the army",
        "a split",
        "Mayor Johnson",
        "President Muster",
    ],
)
def test_ordinary_words_and_common_surnames_tell_no_country(text: str) -> None:
    assert resolved(text)[0] is None


@pytest.mark.parametrize(
    ("text", "country", "sector"),
    [
        ("pro-Iranian militia", None, "PRM"),
        ("pro-Kremlin bloggers", None, "JRN"),
        ("anti-American protesters in Manila", "PHL", "CVL"),
        ("ethnic Russians in Estonia", "EST", "CVL"),
        ("pro-European lawmakers in Georgia", "GEO", "LEG"),
    ],
)
def test_friends_foes_and_kin_of_a_nation_do_not_belong_to_it(text: str, country: str | None, sector: str | None) -> None:
    assert resolved(text) == (country, sector)


def test_a_president_s_namesake_has_not_his_office() -> None:
    assert resolved("Hunter Biden", date(2022, 1, 1)) == ("USA", None)
    assert resolved("President Biden", date(2022, 1, 1)) == ("USA", "GOV")


def test_a_dependent_territory_counts_for_its_state_and_any_other_for_itself() -> None:
    assert [sovereign(code) for code in ("BMU", "HKG", "PSE", "IGO", None)] == ["GBR", "HKG", "PSE", "IGO", None]


def test_a_leader_holds_office_on_a_day_and_not_on_another() -> None:
    assert resolved("Tony Blair", date(2001, 5, 1)) == ("GBR", "GOV")
    assert resolved("Tony Blair", date(2011, 5, 1)) == ("GBR", "ELI")
    assert resolved("Tony Blair", date(1990, 5, 1)) == ("GBR", None)


@pytest.mark.parametrize(
    ("name", "day", "country", "sector"),
    [
        # An office in government outweighs the seat in parliament held with it; the seat stays when the office is gone.
        ("Theresa May", date(2018, 1, 1), "GBR", "GOV"),
        ("Theresa May", date(2020, 1, 1), "GBR", "LEG"),
        ("Theresa May", date(2025, 1, 1), "GBR", "ELI"),
        # Two terms, and the years between them.
        ("Benigno Aquino", date(2012, 1, 1), "PHL", "GOV"),
        ("John Mahama", date(2020, 1, 1), "GHA", "ELI"),
        ("John Mahama", date(2025, 6, 1), "GHA", "GOV"),
        # From a state's service to an organisation's.
        ("Anders Fogh Rasmussen", date(2005, 1, 1), "DNK", "GOV"),
        ("Anders Fogh Rasmussen", date(2012, 1, 1), "IGO", "GOV"),
        # Without a day, the office somebody is known by.
        ("Anders Fogh Rasmussen", None, "IGO", "GOV"),
        ("Kofi Annan", None, "UNO", "GOV"),
        # A rebel stays one; middle names and the mother's surname may be left out or added.
        ("Jonas Savimbi", date(2010, 1, 1), "AGO", "REB"),
        ("Iván Duque Márquez", date(2020, 1, 1), "COL", "GOV"),
        ("Andry Nirina Rajoelina", date(2020, 1, 1), "MDG", "GOV"),
        ("Umaro Embaló", date(2022, 1, 1), "GNB", "GOV"),
    ],
)
def test_somebody_known_by_name_is_what_his_office_is_on_the_day(
    name: str, day: date | None, country: str, sector: str
) -> None:
    assert leader(name, day) == (country, sector)


@pytest.mark.parametrize("name", ["Carlos Pérez López", "Mohammed Ali Hassan", "Jane Muster", "Muster", ""])
def test_somebody_of_a_common_name_is_nobody_known(name: str) -> None:
    assert leader(name, None) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2011-02-28", date(2011, 2, 28), date(2011, 2, 28)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("1999", date(1999, 1, 1), date(1999, 12, 31)),
    ],
)
def test_a_term_may_begin_in_a_month_or_a_year(text: str, first: date, last: date) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize("text", ["", "1999-13", "2011-02-30", "May", "1-2-3-4"])
def test_what_is_no_date_is_named(text: str) -> None:
    with pytest.raises(Permanent, match="is no date"):
        first_day(text)


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
        ("tribesmen", "tribesman"),
        ("regimen", "regimen"),
        ("hindus", "hindu"),
    ],
)
def test_plurals_are_read_as_their_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_abbreviations_need_their_own_case() -> None:
    assert is_abbreviation("WHO")
    assert organisation("WHO") is not None
    assert organisation("who") is None


_GOVERNS_OR_PRAYS = {"Westminster": "LEG", "Capitol Hill": "LEG", "the Vatican": "REL"}
"""Seats that stand for a parliament or a church rather than a government."""


def test_every_nation_s_words_tell_its_state() -> None:
    for code, names, adjectives, people, seats in rows("gazetteer_nations.tsv", 5):
        state = sovereign(code)
        for name in parts(names):
            assert resolved(f"protesters in {name}") == (state, "CVL")
            assert resolved(f"the Supreme Court of {name}") == (state, "JUD")
        for adjective in parts(adjectives):
            assert resolved(f"the {adjective} foreign minister") == (state, "GOV")
            assert resolved(f"a former {adjective} president") == (state, "ELI")
        for noun in parts(people):
            assert resolved(f"three {noun}") == (state, "CVL")
        for seat in parts(seats):
            assert resolved(seat) == (state, _GOVERNS_OR_PRAYS.get(seat, "GOV"))


def test_every_role_has_a_sector_of_the_ontology() -> None:
    assert {sector for sector, _ in load_roles().sectors.values()} <= SECTORS


def test_every_organisation_has_a_country_or_a_code_and_a_known_sector() -> None:
    nations = {row[0] for row in rows("gazetteer_nations.tsv", 5)}
    for table in ("actor_organisations.tsv", "actor_bodies.tsv"):
        for code, sector, names in rows(table, 3):
            assert code in nations | CODES, names
            assert sector == "-" or sector in SECTORS, names


def test_every_office_holder_has_a_country_or_a_code_and_a_known_sector() -> None:
    nations = {row[0] for row in rows("gazetteer_nations.tsv", 5)}
    for code, sector, *_, names in rows("actor_leaders.tsv", 5):
        assert code in nations | CODES, names
        assert sector in SECTORS, names


def test_names_of_derived_bodies_need_their_capitals() -> None:
    assert organisation("Prosperity Party") is not None
    assert organisation("Free national movement") is None


def test_every_leader_of_the_table_has_a_term_that_ends_after_it_begins() -> None:
    for _, _, first, last, names in rows("actor_leaders.tsv", 5):
        assert last == "-" or first_day(first) < last_day(last), names


@given(st.text(max_size=60))
def test_any_text_resolves_to_known_codes(text: str) -> None:
    country, sector = resolved(text)
    assert country is None or len(country) == 3
    assert sector is None or sector in SECTORS
