"""Quantities: numbers, qualifiers, units and what is counted, on own sentences."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from tidings.extract.quantities import find_quantities
from tidings.records import Quantity, Timex, TimexType
from tidings.settings import Settings


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings().model_folder())


def _first(nlp: Language, text: str) -> Quantity:
    found = find_quantities(nlp(text), ())
    assert found, f"no quantity in {text!r}"
    return found[0]


@pytest.mark.parametrize(
    ("text", "words", "value", "of"),
    [
        ("The navy rescued 340 fishermen.", "340", 340, "fishermen"),
        ("Floods displaced 12,500 people in the valley.", "12,500", 12500, "people"),
        ("Twenty-two miners were trapped.", "Twenty-two", 22, "miners"),
        ("The fund holds 3.5 million shares.", "3.5 million", 3500000, "shares"),
        ("Two hundred and six delegates voted.", "Two hundred and six", 206, "delegates"),
        ("The farm lost half a million chickens.", "half a million", 500000, "chickens"),
        ("She bought a dozen eggs.", "a dozen", 12, "eggs"),
        ("The bodies of 40 Sudanese migrants were found.", "40", 40, "Sudanese migrants"),
        ("They carried out three drone strikes.", "three", 3, "drone strikes"),
    ],
)
def test_numbers_have_their_value_and_what_they_count(nlp: Language, text: str, words: str, value: float, of: str) -> None:
    found = _first(nlp, text)
    assert (found.text, found.value, found.of, found.qualifier.value) == (words, value, of, "exact")


@pytest.mark.parametrize(
    ("text", "qualifier", "low", "high"),
    [
        ("More than 90 houses burned down.", "more_than", 91, None),
        ("The quake killed at least 17 people.", "at_least", 17, None),
        ("No fewer than 200 villagers fled.", "at_least", 200, None),
        ("Fewer than 50 votes separated them.", "less_than", None, 49),
        ("Up to 600 jobs will go.", "at_most", None, 600),
        ("Some 4,000 refugees crossed the river.", "approx", None, None),
        ("Nearly 300 schools closed.", "approx", None, None),
        ("Thirty or more ships waited outside the port.", "at_least", 30, None),
    ],
)
def test_qualifiers_bound_the_number(nlp: Language, text: str, qualifier: str, low: int | None, high: int | None) -> None:
    found = _first(nlp, text)
    assert (found.qualifier.value, found.low, found.high) == (qualifier, low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Between 60 and 80 soldiers deserted.", 60, 80),
        ("The company will cut 1,000 to 1,200 jobs.", 1000, 1200),
        ("The sentence is 5-10 lashes.", 5, 10),
    ],
)
def test_ranges_have_both_ends_and_no_single_value(nlp: Language, text: str, low: int, high: int) -> None:
    found = _first(nlp, text)
    assert (found.qualifier.value, found.value, found.low, found.high) == ("range", None, low, high)


@pytest.mark.parametrize(
    ("text", "low", "of"),
    [
        ("Dozens of shops were looted.", 24, "shops"),
        ("Hundreds of thousands of people marched.", 200000, "people"),
        ("Several villages were flooded.", 3, "villages"),
        ("A few hundred workers stayed.", 200, "workers"),
    ],
)
def test_vague_plurals_are_bounded_from_below(nlp: Language, text: str, low: int, of: str) -> None:
    found = _first(nlp, text)
    assert (found.qualifier.value, found.value, found.low, found.of) == ("plural", None, low, of)


@pytest.mark.parametrize(
    ("text", "words", "value", "unit"),
    [
        ("The repair cost $2.4 billion.", "$2.4 billion", 2400000000, "USD"),
        ("They paid 800 euros.", "800 euros", 800, "EUR"),
        ("Output fell 3.2 percent.", "3.2 percent", 3.2, "%"),
        ("Turnout was 61%.", "61%", 61, "%"),
        ("The pipeline is 85 kilometres long.", "85 kilometres", 85, "km"),
        ("The ship brought 500 tonnes of rice.", "500 tonnes", 500, "t"),
    ],
)
def test_money_percentages_and_measures_have_units(nlp: Language, text: str, words: str, value: float, unit: str) -> None:
    found = _first(nlp, text)
    assert (found.text, found.value, found.unit) == (words, value, unit)


def test_none_of_a_plural_is_a_count_of_zero(nlp: Language) -> None:
    assert _first(nlp, "The militia released no prisoners.").value == 0
    assert _first(nlp, "The army did not find any survivors.").value == 0


@pytest.mark.parametrize(
    "text",
    [
        "He is a 45-year-old baker.",
        "Nobody made any comment.",
        "The Boeing 737 landed safely.",
        "No one was there.",
        "There was no evidence of that.",
        "In 1998 the bridge was rebuilt.",
    ],
)
def test_names_ages_years_and_empty_phrases_count_nothing(nlp: Language, text: str) -> None:
    year = text.find("1998")
    dated = (Timex(id="t1", start=year, end=year + 4, text="1998", type=TimexType.DATE, value="1998"),) if year >= 0 else ()
    assert find_quantities(nlp(text), dated) == ()


PIECES = ["12", "1,200", "more than", "dozens of", "twenty", "-", "five", "million", "$", "%", "to", "and", "men", "no", "."]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12))
def test_every_quantity_is_where_it_says_and_none_overlap(pieces: list[str]) -> None:
    doc = _NLP(" ".join(pieces))
    end = 0
    for found in find_quantities(doc, ()):
        assert doc.text[found.start : found.end] == found.text
        assert found.start >= end
        end = found.end
        assert found.low is None or found.high is None or found.low <= found.high


_NLP = spacy.load(Settings().model_folder())
