"""Copies of one text count for one outlet. All texts were written for these tests."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.publish.copies import SIZE, containment, is_copy, originals, sketch

AGENCY = (
    "Fishermen in the northern port of Valmere ended a nine-day blockade of the harbour on Friday after the ministry agreed "
    "to pay for fuel that has doubled in price since spring. About forty boats left their berths before noon and a tanker "
    "that had waited outside the breakwater was led in by a pilot. The union said its members would vote on the offer next "
    "week and would return to the piers if it was changed. The minister called the outcome fair to both sides and promised "
    "that the first payments would be made before the end of the month. Two men who were held after a scuffle with port "
    "guards on Tuesday have been let go without a charge, their lawyer said. Shops along the quay, which had lost most of "
    "their trade, opened again in the afternoon."
)
RIVAL = (
    "The harbour at Valmere is open again. After nine days in which no ship could pass, the fishing fleet sailed on Friday, "
    "and with it went the noise, the smoke and the burning tyres that had filled the quay. What brought the change was a "
    "promise by the fisheries minister: the state will carry part of the cost of fuel. Whether that will be enough remains "
    "open, for the crews still have to vote. 'We will be back on the piers if they touch one word of it', said a skipper. "
    "Traders near the port counted their losses, and the owner of a tanker said the wait had cost him sixty thousand euros."
)
SENTENCES = AGENCY.split(". ")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("cut", ". ".join(SENTENCES[:3])),
        ("another title", f"Blockade of Valmere is over, boats go to sea again\n\n{AGENCY}"),
        ("other paragraphs", AGENCY.replace(". ", ".\n\n")),
        ("other quotation marks and capitals", AGENCY.replace("Friday", "FRIDAY").replace("'", "’")),
        ("updated", AGENCY.replace("About forty", "Some 46").replace("next week", "on Wednesday") + " It rained all day."),
        ("another lead", "There is relief in the north, our correspondent writes. " + ". ".join(SENTENCES[1:])),
        ("in a longer page", f"{RIVAL}\n\n{AGENCY}"),
    ],
)
def test_a_changed_copy_is_still_a_copy(change: str, text: str) -> None:
    assert is_copy(sketch(AGENCY), sketch(text)), change


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("another reporter on the same event", RIVAL),
        ("one sentence quoted", f"{RIVAL} {SENTENCES[2]}."),
        ("nothing", ""),
        ("a few words", "Fishermen in the northern port of Valmere ended a nine-day blockade."),
    ],
)
def test_what_only_shares_the_story_is_no_copy(why: str, text: str) -> None:
    assert not is_copy(sketch(AGENCY), sketch(text)), why


def test_short_texts_are_copies_only_when_all_words_are_the_same() -> None:
    brief = "A bomb went off in the market of the town on Monday and killed three people."
    assert is_copy(sketch(brief), sketch(brief.upper()))
    assert not is_copy(sketch(brief), sketch(brief.replace("three", "four")))


def test_copies_of_copies_stand_for_one_text_in_any_order() -> None:
    first, second = sketch(". ".join(SENTENCES[:5])), sketch(". ".join(SENTENCES[2:]))
    whole, other = sketch(AGENCY), sketch(RIVAL)
    found = originals([first, second, whole, other])
    assert found == originals([other, whole, second, first])
    assert len({found[first], found[second], found[whole]}) == 1
    assert found[other] == other


def test_a_sketch_is_bounded() -> None:
    words = " ".join(f"word{n}" for n in range(30_000))
    assert len(sketch(words)) <= SIZE * 4 * 4 / 3 + 4


@settings(max_examples=50)
@given(st.text(max_size=2_000), st.text(max_size=2_000))
def test_containment_is_symmetric_and_whole_for_a_text_and_itself(a: str, b: str) -> None:
    one, other = sketch(a), sketch(b)
    assert containment(one, other) == containment(other, one)
    assert not one or containment(one, one) == 1.0
