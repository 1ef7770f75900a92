"""Places: one point on the map for the words of a place."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.extract.gazetteer import load_gazetteer
from tidings.extract.places import country_of, resolve_place

GAZETTEER = load_gazetteer()


@pytest.mark.parametrize(
    ("text", "countries", "name", "country"),
    [
        ("Madrid", {}, "Madrid", "ESP"),
        ("Paris", {}, "Paris", "FRA"),
        # What follows the name.
        ("Paris, Texas", {}, "Paris", "USA"),
        ("Córdoba, Argentina", {}, "Cordoba", "ARG"),
        # What the article is about.
        ("Córdoba", {"ESP": 6}, "Cordoba", "ESP"),
        ("Cordoba", {"ESP": 6}, "Cordoba", "ESP"),
        ("Tripoli", {"LBN": 4}, "Tripoli", "LBN"),
        ("Georgia", {"USA": 4}, "Georgia", "USA"),
        ("Georgia", {"RUS": 2}, "Georgia", "GEO"),
        # One mention of another country moves no big city.
        ("London", {"CAN": 1}, "London", "GBR"),
        # Words around the name.
        ("the northern Italian city of Turin", {}, "Turin", "ITA"),
        ("southern Bolivia", {}, "Bolivia", "BOL"),
        ("the outskirts of Nairobi", {}, "Nairobi", "KEN"),
        # Regions and seats.
        ("Catalonia", {}, "Catalonia", "ESP"),
        ("the Kremlin", {}, "Russia", "RUS"),
        ("Peruvian territory", {}, "Peru", "PER"),
    ],
)
def test_a_place_resolves(text: str, countries: dict[str, int], name: str, country: str) -> None:
    place = resolve_place(text, 10, 10 + len(text), Counter(countries), GAZETTEER)
    assert (place.name, place.country) == (name, country)
    assert (place.start, place.end, place.text) == (10, 10 + len(text), text)
    assert place.lat is not None
    assert place.lon is not None


@pytest.mark.parametrize("text", ["the village", "Qwertzuiop", "an undisclosed location", ""])
def test_unknown_places_keep_their_words_and_get_no_point(text: str) -> None:
    place = resolve_place(text, 0, len(text), Counter(), GAZETTEER)
    assert (place.text, place.name, place.lat, place.geonameid) == (text, None, None, None)


@pytest.mark.parametrize(
    ("text", "country"), [("Caqueta Department", "COL"), ("Kapisa Province", "AFG"), ("Blyme Province", None)]
)
def test_of_a_division_that_no_town_is_called_after_the_country_is_known(text: str, country: str | None) -> None:
    place = resolve_place(text, 0, len(text), Counter(), GAZETTEER)
    assert (place.country, place.lat) == (country, None)


def test_a_city_has_its_geonames_id_and_coordinates() -> None:
    place = resolve_place("Lisbon", 0, 6, Counter(), GAZETTEER)
    assert place.geonameid == 2267057
    assert (round(place.lat or 0), round(place.lon or 0)) == (39, -9)


def test_the_country_of_a_name_is_the_nation_itself_unless_the_article_is_about_its_namesake() -> None:
    assert country_of("Georgia", Counter(), GAZETTEER) == "GEO"
    assert country_of("Georgia", Counter(USA=4), GAZETTEER) == "USA"


@given(st.text(max_size=50), st.dictionaries(st.sampled_from(["USA", "FRA", "IRQ"]), st.integers(1, 9)))
def test_any_words_resolve_to_a_point_on_the_globe_or_to_none(text: str, countries: dict[str, int]) -> None:
    place = resolve_place(text, 0, len(text), Counter(countries), GAZETTEER)
    assert place.lat is None or -90 <= place.lat <= 90
    assert place.lon is None or -180 <= place.lon <= 180
