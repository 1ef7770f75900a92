"""The gazetteer: names of countries, peoples, seats of government and places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import Permanent
from tidings.extract.gazetteer import PlaceKind, TermKind, fold, load_gazetteer, plain
from tidings.tables import parts, rows

GAZETTEER = load_gazetteer()


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("Norway", "NOR", TermKind.COUNTRY),
        ("U.S.", "USA", TermKind.COUNTRY),
        ("US", "USA", TermKind.COUNTRY),
        ("Côte d’Ivoire", "CIV", TermKind.COUNTRY),
        ("Norwegian", "NOR", TermKind.ADJECTIVE),
        ("Norwegians", "NOR", TermKind.PEOPLE),
        ("Kosovo", "KOS", TermKind.COUNTRY),
        ("Oslo", "NOR", TermKind.SEAT),
        ("Kiev", "UKR", TermKind.SEAT),
        ("the Kremlin", "RUS", TermKind.SEAT),
    ],
)
def test_words_for_a_nation_give_its_code_and_how_they_name_it(text: str, code: str, kind: TermKind) -> None:
    assert GAZETTEER.term(text) == (code, kind)


@pytest.mark.parametrize("text", ["us", "turkey", "poles", "Atlantis", "", "Victoria"])
def test_ordinary_words_and_unknown_names_name_no_nation(text: str) -> None:
    assert GAZETTEER.term(text) is None


def test_longest_term_wins_in_a_sequence_of_words() -> None:
    words = ["South", "Korean", "and", "North", "Macedonian", "envoys", "in", "Addis", "Ababa"]
    assert [(m.first, m.end, m.term.code) for m in GAZETTEER.terms_in(words)] == [
        (0, 2, "KOR"),
        (3, 5, "MKD"),
        (7, 9, "ETH"),
    ]


def test_places_of_one_name_come_with_most_people_first() -> None:
    first, *others = GAZETTEER.places("Valencia")
    assert (first.country, first.primary) == ("VEN", True)
    assert {place.country for place in others} >= {"ESP"}


@pytest.mark.parametrize(
    ("name", "shown", "country", "kind"),
    [
        ("Lisbon", "Lisbon", "PRT", PlaceKind.CAPITAL),
        ("Lisboa", "Lisbon", "PRT", PlaceKind.CAPITAL),
        ("München", "Munich", "DEU", PlaceKind.CITY),
        ("Ohio", "Ohio", "USA", PlaceKind.ADMIN),
        ("Abkhazia", "Abkhazia", "GEO", PlaceKind.ADMIN),
        ("Peru", "Peru", "PER", PlaceKind.COUNTRY),
        ("Fallujah", "Al Fallujah", "IRQ", PlaceKind.CITY),
        # A town is shown as English-language wires print it, a country as it calls itself.
        ("Bogotá", "Bogota", "COL", PlaceKind.CAPITAL),
        ("Bogota", "Bogota", "COL", PlaceKind.CAPITAL),
        ("Łódź", "Łódź", "POL", PlaceKind.CITY),
        ("Sao Tome and Principe", "São Tomé and Príncipe", "STP", PlaceKind.COUNTRY),
    ],
)
def test_a_place_is_found_by_its_own_and_by_its_other_names(name: str, shown: str, country: str, kind: PlaceKind) -> None:
    best = GAZETTEER.places(name)[0]
    assert (best.name, best.country, best.kind) == (shown, country, kind)


@pytest.mark.parametrize(
    ("name", "code"),
    [("Masvingo", "ZWE"), ("Uttar Pradesh", "IND"), ("Andijon", "UZB"), ("Punjab", None), ("Central", None), ("", None)],
)
def test_a_division_is_known_where_only_one_country_has_its_name(name: str, code: str | None) -> None:
    assert GAZETTEER.division(name) == code


@pytest.mark.parametrize(
    ("text", "code"), [("Oromo", "ETH"), ("Acehnese", "IDN"), ("Kurds", None), ("Faroese", "FRO"), ("Moldavian", "MDA")]
)
def test_a_people_is_a_nation_s_where_it_lives_in_one(text: str, code: str | None) -> None:
    term = GAZETTEER.term(text)
    assert (term.code if term else None) == code


def test_no_nation_s_word_is_lost_to_lower_case() -> None:
    assert GAZETTEER.term("car") is None
    assert GAZETTEER.is_common_word("Federal")


def test_breakaway_territories_are_known_as_such() -> None:
    assert GAZETTEER.is_breakaway("Transnistria")
    assert not GAZETTEER.is_breakaway("Bavaria")


@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(text: str) -> None:
    assert all(place.country for place in GAZETTEER.places(text))
    GAZETTEER.term(text)


def test_every_place_in_the_table_is_found_by_its_name() -> None:
    lines = GAZETTEER._places.splitlines()
    for line in [lines[0], *lines[:: len(lines) // 500], lines[-1]]:
        key = line.split(b"\t")[0].decode()
        assert any(plain(place.name) == plain(line.split(b"\t")[1].decode()) for place in GAZETTEER.places(key)), key


def test_a_table_row_with_a_column_missing_is_named() -> None:
    with pytest.raises(Permanent, match=r"gazetteer_regions\.tsv, line \d+: a row needs 4 columns, this has 5"):
        list(rows("gazetteer_regions.tsv", 4))


@pytest.mark.parametrize(("name", "columns"), [
    ("gazetteer_nations.tsv", 5), ("gazetteer_regions.tsv", 5), ("gazetteer_ordinary.tsv", 2),
    ("actor_organisations.tsv", 3),
    ("actor_bodies.tsv", 3), ("actor_sovereigns.tsv", 2), ("gazetteer_divisions.tsv", 2), ("gazetteer_peoples.tsv", 2),
    ("actor_leaders.tsv", 5), ("actor_roles.tsv", 3), ("entity_titles.tsv", 2), ("entity_endings.tsv", 3),
])  # fmt: skip
def test_every_table_has_its_columns(name: str, columns: int) -> None:
    assert list(rows(name, columns))


def test_every_code_of_a_nation_is_three_capitals_and_stands_once() -> None:
    codes = [row[0] for row in rows("gazetteer_nations.tsv", 5)]
    assert all(len(code) == 3 and code.isupper() for code in codes)
    assert len(codes) == len(set(codes))


def test_no_two_nations_share_a_name() -> None:
    seen: dict[str, str] = {}
    for code, *columns in rows("gazetteer_nations.tsv", 5):
        for name in (name for column in columns for name in parts(column)):
            assert seen.setdefault(fold(name), code) == code, name
