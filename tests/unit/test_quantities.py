"""Quantities: numbers, qualifiers, units and what is counted, on own sentences."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from tests.growth import grows_in_proportion
from tidings.extract.quantities import find_quantities
from tidings.extract.quantity_lexemes import Lexemes
from tidings.extract.quantity_words import LONGEST_FORM, QUALIFIERS, forms
from tidings.extract.timexes import find_timexes
from tidings.records import Qualifier, Quantity
from tidings.settings import Settings
from tidings.tables import parts, rows


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings().model_folder())


def _all(nlp: Language, text: str) -> tuple[Quantity, ...]:
    doc = nlp(text)
    return find_quantities(doc, find_timexes(doc, None))


def _first(nlp: Language, text: str) -> Quantity:
    found = _all(nlp, text)
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
        ("Two thousand five hundred sheep drowned.", "Two thousand five hundred", 2500, "sheep"),
        ("The farm lost half a million chickens.", "half a million", 500000, "chickens"),
        ("About them live a million and a half refugees.", "a million and a half", 1500000, "refugees"),
        ("She bought a dozen eggs.", "a dozen", 12, "eggs"),
        ("They sank half a dozen boats.", "half a dozen", 6, "boats"),
        ("The bodies of 40 Sudanese migrants were found.", "40", 40, "Sudanese migrants"),
        ("They carried out three drone strikes.", "three", 3, "drone strikes"),
        ("Some newspapers print 10 000 copies.", "10 000", 10000, "copies"),
        ("The province has 1.5m inhabitants.", "1.5m", 1500000, "inhabitants"),
        ("A 10,000-strong crowd sang.", "10,000-strong", 10000, "crowd"),
        ("The storm left 8 dead on the island.", "8", 8, "dead"),
        ("The rebels freed 14 Hezbollah fighters.", "14", 14, "Hezbollah fighters"),
        ("A 6.1 magnitude quake struck.", "6.1", 6.1, "magnitude"),
        ("The navy lost 12 aircraft.", "12", 12, "aircraft"),
        ("It was a choir of nine.", "nine", 9, None),
        ("They closed seven of their shops.", "seven", 7, "shops"),
        ("Two M-16 rifles were found.", "Two", 2, "M-16 rifles"),
        ("The two hostages were freed.", "two", 2, "hostages"),
    ],
)
def test_numbers_have_their_value_and_what_they_count(
    nlp: Language, text: str, words: str, value: float, of: str | None
) -> None:
    found = _first(nlp, text)
    assert (found.text, found.value, found.of, found.qualifier.value) == (words, value, of, "exact")


@pytest.mark.parametrize(
    ("text", "words", "value", "of"),
    [
        ("Two-thirds of the members abstained.", "Two-thirds", 0.666667, "members"),
        ("Fires burned a third of the forest.", "a third", 0.333333, "forest"),
        ("Half of the shops were shut.", "Half", 0.5, "shops"),
        ("Four-fifths of pupils passed.", "Four-fifths", 0.8, "pupils"),
        ("One in five drivers was fined.", "One in five", 0.2, "drivers"),
    ],
)
def test_a_share_is_a_part_of_one(nlp: Language, text: str, words: str, value: float, of: str) -> None:
    found = _first(nlp, text)
    assert (found.text, found.value, found.of, found.unit) == (words, value, of, None)


@pytest.mark.parametrize(
    ("text", "qualifier", "low", "high"),
    [
        ("More than 90 houses burned down.", "more_than", 91, None),
        ("Just over 90 houses burned down.", "more_than", 91, None),
        ("The quake killed at least 17 people.", "at_least", 17, None),
        ("No fewer than 200 villagers fled.", "at_least", 200, None),
        ("Fewer than 50 votes separated them.", "less_than", None, 49),
        ("Up to 600 jobs will go.", "at_most", None, 600),
        ("No more than 30 guests were let in.", "at_most", None, 30),
        ("The mine employed as many as 900 men.", "at_most", None, 900),
        ("Some 4,000 refugees crossed the river.", "approx", None, None),
        ("Nearly 300 schools closed.", "approx", None, None),
        ("They met 20-odd reporters.", "approx", None, None),
        ("Thirty or more ships waited outside the port.", "at_least", 30, None),
        ("A crowd of 50+ supporters waited.", "at_least", 50, None),
        ("Courts of five judges or fewer sat.", "at_most", None, 5),
        ("At least another 20 roofs leaked.", "at_least", 20, None),
        ("The hall holds only 40 guests.", "exact", None, None),
    ],
)
def test_qualifiers_bound_the_number(nlp: Language, text: str, qualifier: str, low: int | None, high: int | None) -> None:
    found = _first(nlp, text)
    assert (found.qualifier.value, found.low, found.high) == (qualifier, low, high)


def test_only_counts_are_whole_more_than_50_percent_may_be_50_and_a_bit(nlp: Language) -> None:
    assert _first(nlp, "More than 50 percent of them voted.").low == 50
    assert _first(nlp, "It costs less than $300.").high == 300


@pytest.mark.parametrize(
    ("text", "words", "qualifier"),
    [
        ("Guards handed over 1,212 corpses.", "1,212", "exact"),
        ("The clerk handed over about 30 letters.", "about 30", "approx"),
        ("Guards handed over more than 60 corpses.", "more than 60", "more_than"),
        ("The gunners shot down 3 helicopters.", "3", "exact"),
        ("The coach took on 12 apprentices.", "12", "exact"),
        ("Vandals blew up 4 pylons.", "4", "exact"),
        ("Shares were up 5 percent.", "5 percent", "exact"),
        ("The premium went up to 9 percent.", "9 percent", "exact"),
        ("They quarrelled over 3 clauses.", "3", "exact"),
        ("The ministers talked about 5 proposals.", "5", "exact"),
        ("The estate is spread over 12 acres.", "12 acres", "exact"),
        ("The car lay under 25 tons of snow.", "25 tons", "exact"),
        ("Police arrested over 200 looters.", "over 200", "more_than"),
        ("The well is over 200 metres deep.", "over 200 metres", "more_than"),
        ("The index closed below 9,000.", "below 9,000", "less_than"),
        ("The board may sack up to 40 clerks.", "up to 40", "at_most"),
        ("The gallery sold about 70 paintings.", "about 70", "approx"),
    ],
)
def test_particles_and_prepositions_say_nothing_about_the_number(
    nlp: Language, text: str, words: str, qualifier: str
) -> None:
    found = _first(nlp, text)
    assert (found.text, found.qualifier.value) == (words, qualifier)


@pytest.mark.parametrize(
    ("text", "words", "low", "high", "unit"),
    [
        ("Between 60 and 80 soldiers deserted.", "Between 60 and 80", 60, 80, None),
        ("The company will cut 1,000 to 1,200 jobs.", "1,000 to 1,200", 1000, 1200, None),
        ("The sentence is 5-10 lashes.", "5-10", 5, 10, None),
        ("Five or six houses stood.", "Five or six", 5, 6, None),
        ("From 5 to 7 guests arrive daily.", "5 to 7", 5, 7, None),
        ("Prices rose 5–7 percent.", "5–7 percent", 5, 7, "%"),
        ("The bridge would cost $5-7 million.", "$5-7 million", 5000000, 7000000, "USD"),
        ("The bridge would cost €5m-€7m.", "€5m-€7m", 5000000, 7000000, "EUR"),
        ("The bridge would cost between $5 and $7 million.", "between $5 and $7 million", 5000000, 7000000, "USD"),
        ("It flies 500,000 to 1 million passengers.", "500,000 to 1 million", 500000, 1000000, None),
        ("The path is 5 km to 7 km long.", "5 km to 7 km", 5, 7, "km"),
    ],
)
def test_ranges_have_both_ends_and_no_single_value(
    nlp: Language, text: str, words: str, low: float, high: float, unit: str | None
) -> None:
    found = _first(nlp, text)
    assert (found.text, found.qualifier.value, found.value) == (words, "range", None)
    assert (found.low, found.high, found.unit) == (low, high, unit)


def test_a_change_has_two_values_that_share_a_unit(nlp: Language) -> None:
    found = _all(nlp, "The bank raised its rate from 5 to 7 percent.")
    assert [(q.value, q.unit) for q in found] == [(5, "%"), (7, "%")]


@pytest.mark.parametrize(
    ("text", "words", "low", "of"),
    [
        ("Dozens of shops were looted.", "Dozens", 24, "shops"),
        ("Hundreds of thousands of people marched.", "Hundreds of thousands", 200000, "people"),
        ("Tens of thousands of people marched.", "Tens of thousands", 20000, "people"),
        ("Several villages were flooded.", "Several", 3, "villages"),
        ("A few hundred workers stayed.", "A few hundred", 200, "workers"),
        ("Scores of tents burned.", "Scores", 40, "tents"),
    ],
)
def test_vague_plurals_are_bounded_from_below(nlp: Language, text: str, words: str, low: int, of: str) -> None:
    found = _first(nlp, text)
    assert (found.text, found.qualifier.value, found.value, found.low, found.of) == (words, "plural", None, low, of)


@pytest.mark.parametrize(
    ("text", "words", "value", "unit"),
    [
        ("The repair cost $2.4 billion.", "$2.4 billion", 2400000000, "USD"),
        ("The repair cost US$ 40 million.", "US$ 40 million", 40000000, "USD"),
        ("The repair cost C$3bn.", "C$3bn", 3000000000, "CAD"),
        ("The repair cost A$200.", "A$200", 200, "AUD"),
        ("The repair cost EUR 70.", "EUR 70", 70, "EUR"),
        ("The repair cost 70 GBP.", "70 GBP", 70, "GBP"),
        ("The repair cost Rs. 900.", "Rs. 900", 900, "INR"),
        ("The repair cost £1.2m.", "£1.2m", 1200000, "GBP"),
        ("The repair cost billions of dollars.", "billions of dollars", None, "USD"),
        ("They paid 800 euros.", "800 euros", 800, "EUR"),
        ("They paid 800 million yuan.", "800 million yuan", 800000000, "CNY"),
        ("They paid 800 Swiss francs.", "800 Swiss francs", 800, "CHF"),
        ("They paid 60 million won.", "60 million won", 60000000, "KRW"),
        ("Output fell 3.2 percent.", "3.2 percent", 3.2, "%"),
        ("Turnout was 61%.", "61%", 61, "%"),
        ("Its lead grew by 4 percentage points.", "4 percentage points", 4, "pp"),
        ("Yields rose 25 basis points.", "25 basis points", 25, "bp"),
        ("The pipeline is 85 kilometres long.", "85 kilometres", 85, "km"),
        ("The pipeline is 85km long.", "85km", 85, "km"),
        ("The ship brought 500 tonnes of rice.", "500 tonnes", 500, "t"),
        ("They pumped two million barrels.", "two million barrels", 2000000, "[bbl_us]"),
        ("Fire swept 900 acres.", "900 acres", 900, "[acr_us]"),
        ("It was −12°C outside.", "−12°C", -12, "Cel"),
        ("It was minus 12 degrees.", "minus 12 degrees", -12, "deg"),
        ("A 200-metre mast fell.", "200-metre", 200, "m"),
        ("They seized 20 pounds of heroin.", "20 pounds", 20, "[lb_av]"),
        ("It makes 15 a year.", "15", 15, "/a"),
        ("Oil sold at $20 a barrel.", "$20", 20, "USD/[bbl_us]"),
        ("It sells 300 cars a week.", "300", 300, "/wk"),
        ("He took a $12-an-hour job.", "$12", 12, "USD/h"),
    ],
)
def test_money_percentages_and_measures_have_units(
    nlp: Language, text: str, words: str, value: float | None, unit: str
) -> None:
    found = _first(nlp, text)
    assert (found.text, found.value, found.unit) == (words, value, unit)


def test_a_point_in_time_is_no_rate(nlp: Language) -> None:
    assert _first(nlp, "They counted 300 dead a day after the flood.").unit is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("The Pakistani treasury borrowed 20 million rupees.", "PKR"),
        ("The treasury in Delhi, India, borrowed 20 million rupees.", "INR"),
        ("Manila will pay 20 million Philippine pesos.", "PHP"),
        ("The Mexican ministry paid 20 million pesos.", "MXN"),
        ("The Egyptian ministry paid 20 million pounds.", "EGP"),
        ("The Australian ministry paid 20 million dollars.", "USD"),
        ("Someone paid 20 million pesos.", None),
    ],
)
def test_a_noun_of_several_currencies_is_that_of_the_nation_that_the_article_names(
    nlp: Language, text: str, unit: str | None
) -> None:
    assert _first(nlp, text).unit == unit


def test_numbers_in_apposition_are_quantities_each(nlp: Language) -> None:
    found = _all(nlp, "The trail runs 50 miles (80 km) and cost $2 million (£1.5 million).")
    assert [(q.value, q.unit) for q in found] == [(50, "[mi_i]"), (80, "km"), (2000000, "USD"), (1500000, "GBP")]


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("They found 27 bodies in return for aid.", "bodies"),
        ("They bought 12 planes, capable of landing on water.", "planes"),
        ("They met 12 planners who had left.", "planners"),
        ("They own 12 rafts made of reed.", "rafts"),
        ("They won a $9 million (£7 million) order.", "order"),
        ("They read 300 pages of the report.", "pages of the report"),
        ("They sent several more letters.", "letters"),
    ],
)
def test_what_is_counted_is_a_noun_phrase_without_clauses(nlp: Language, text: str, of: str) -> None:
    assert _first(nlp, text).of == of


ONE_VICTIM = [
    ("Gunmen killed a policeman and an elderly nurse.", ["policeman", "elderly nurse"]),
    ("A fisherman was abducted off Jolo.", ["fisherman"]),
    ("The murder of a priest shocked the town.", ["priest"]),
    ("A policeman blocked the road and hit a drum.", []),
    ("The bill was killed by a senator.", []),
    ("Lawmakers killed a bill.", []),
]


@pytest.mark.parametrize(("text", "of"), ONE_VICTIM)
def test_an_indefinite_article_counts_one_whom_something_befell(nlp: Language, text: str, of: list[str]) -> None:
    assert [(q.value, q.of) for q in find_quantities(nlp(text), ())] == [(1, noun) for noun in of]


def test_none_of_a_plural_is_a_count_of_zero(nlp: Language) -> None:
    assert _first(nlp, "The militia released no prisoners.").value == 0
    assert _first(nlp, "The army did not find any survivors.").value == 0


@pytest.mark.parametrize(
    "text",
    [
        # ages
        "He is a 45-year-old baker.",
        "Anna Berg, 45, is a baker.",
        "The baker was 45 years old.",
        "She is 45.",
        "The thief, aged 45, fled.",
        # codes and names
        "The Boeing 737 landed safely.",
        "The F-16 and the A380 landed.",
        "The new 737 jet landed.",
        "The 737-800XL is old.",
        "The 5G network failed.",
        "The S&P 500 index fell.",
        "Read Article 5 of the treaty.",
        "Flight 370 vanished.",
        "See page two.",
        "See pages 3 and 7.",
        "They took Highway 61.",
        "She ranked No. 4.",
        "The Group of Seven met.",
        # figures that measure nothing
        "Call 020 7946 0958 or +44 1632 960983.",
        "Ajax won 3-1.",
        "Ajax beat them 6-4 6-3.",
        "The ratio was 3:2.",
        "Visit http://example.org/2345 now.",
        "1. Peel the onions.",
        # ordinals, articles, pronouns, idioms
        "The third man left on his 5th try.",
        "In the first half of the game it rained.",
        "A man saw an owl.",
        "One of the guards slept.",
        "No one was there.",
        "At one point it rained.",
        "The two companies agreed.",
        "It was a two-way street.",
        "A five-member panel met.",
        "They show zero tolerance.",
        # none of nothing in particular
        "Nobody made any comment.",
        "There was no evidence of that.",
        # times
        "In 1998 the bridge was rebuilt.",
        "On September 11 it fell.",
        "They left at 10:30.",
    ],
)
def test_names_codes_ages_years_and_empty_phrases_count_nothing(nlp: Language, text: str) -> None:
    assert _all(nlp, text) == ()


def test_a_name_s_figures_are_the_name_s_all_over_the_article(nlp: Language) -> None:
    text = "Airlines like the Boeing 767. A rival bought the final 767 on Monday. It carried 290 passengers."
    assert [q.text for q in _all(nlp, text)] == ["290"]


def test_the_table_of_units_is_what_its_builder_makes_of_babel_s_cldr() -> None:
    build_units = pytest.importorskip("infra.build_units")
    babel = pytest.importorskip("babel")
    written = build_units.OUTPUT.read_text(encoding="utf-8")
    if f"Babel {babel.__version__})" not in written:
        pytest.skip("another version of Babel is installed than the table was built with")
    assert build_units.build() == written


def test_no_form_of_the_tables_has_more_pieces_than_are_looked_at() -> None:
    blank = spacy.blank("en")
    written = [form for row in rows("quantity_words.tsv", 3) for form in parts(row[2])]
    written += [form for row in rows("quantity_units.tsv", 4) if row[0] != "currency" for form in parts(row[2])]
    assert [form for form in written if len(Lexemes(blank.make_doc(form))) > LONGEST_FORM] == []


def test_every_qualifier_but_those_of_the_value_s_own_has_words() -> None:
    assert set(Qualifier) - set(QUALIFIERS) == {Qualifier.RANGE, Qualifier.PLURAL}
    assert all(forms(qualifier.value) for qualifier in QUALIFIERS)


# ---------------------------------------------------------------- laws


PIECES = [
    "12", "1,200", "3.5", "0", "-7", "2½", "3/4", "2010", "10 000", "more than", "up to", "over", "dozens of", "twenty",
    "-",
    "five", "hundred", "million", "a", "half", "third", "$", "US$", "€", "%", "km", "pounds", "rupees", "to", "and",
    "between", "from", "men", "no", "one in", "or more", ".", ",", "(", ")", "\n\n", "per", "year", "Article", "²", "٣", "–",
]  # fmt: skip


def _holds(doc: Doc) -> None:
    end = 0
    for found in find_quantities(doc, ()):
        assert end <= found.start < found.end <= len(doc.text)
        assert doc.text[found.start : found.end] == found.text
        end = found.end
        assert found.low is None or found.high is None or found.low <= found.high
        if found.value is not None and found.qualifier not in (Qualifier.MORE_THAN, Qualifier.LESS_THAN):
            assert found.low is None or found.low <= found.value
            assert found.high is None or found.value <= found.high


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "])), min_size=1, max_size=12))
def test_every_quantity_is_where_it_says_none_overlap_and_bounds_hold(pieces: list[tuple[str, str]]) -> None:
    _holds(_NLP("".join(word + space for word, space in pieces)))


@settings(max_examples=80)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    _holds(_NLP(text))


@pytest.mark.parametrize(
    "words", ["5 men , ", "5 - ", "100 ", "five hundred and ", "hundreds of ", "5 rupees . ", "5" * 9 + " "]
)
def test_reading_takes_time_in_proportion_to_the_text(words: str) -> None:
    assert grows_in_proportion(lambda times: find_quantities(_flat(words * times), ()), 400, 4000)


def _flat(text: str) -> Doc:
    """Return a text in which every token is a root: what is measured is the reading, and not the parse."""
    words = text.split()
    return Doc(_NLP.vocab, words=words, heads=list(range(len(words))), deps=["ROOT"] * len(words), pos=["NUM"] * len(words))


_NLP = spacy.load(Settings().model_folder())
