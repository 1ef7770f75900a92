"""Factuality and polarity, phenomenon by phenomenon, on own sentences; the trigger stands in [brackets]."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from tidings.extract.attributions import find_attributions
from tidings.extract.factuality import Judgement, judge
from tidings.settings import Settings


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings().model_folder())


def _judged(nlp: Language, marked: str) -> Judgement:
    start = marked.index("[")
    end = marked.index("]") - 1
    doc = nlp(marked.replace("[", "").replace("]", ""))
    trigger = doc.char_span(start, end, alignment_mode="expand")
    return judge(doc, trigger.root, find_attributions(doc, (), ()))


ASSERTED = [
    ("Troops [left] the town on Sunday.", "reported", "positive"),
    ("Officials said that troops [left] the town.", "reported", "positive"),
    ("Troops [left] the town, both governments confirmed on Tuesday.", "confirmed", "positive"),
    ("The pilots managed to [land] the plane.", "reported", "positive"),
    ("Who [attacked] the convoy?", "reported", "positive"),
]
RESERVED = [
    ("Ankara accused Athens of [shelling] a village.", "alleged", "positive"),
    ("The rebels claimed that they [shot] the pilot.", "alleged", "positive"),
    ("The army allegedly [burned] two villages.", "alleged", "positive"),
    ("Kenya denied that its troops [crossed] the border.", "denied", "positive"),
]
UNREAL = [
    ("Parliament will [vote] on Thursday.", "planned", "positive"),
    ("Chile vowed to [withdraw] its ambassador.", "planned", "positive"),
    ("Each side is expected to [release] forty fishermen.", "planned", "positive"),
    ("The company plans to [close] the mine.", "planned", "positive"),
    ("The dam may [fail] this winter.", "possible", "positive"),
    ("If the dam [fails], the valley will flood.", "possible", "positive"),
    ("Did the rebels [attack] the convoy?", "possible", "positive"),
    ("The crew tried to [save] the ship.", "possible", "positive"),
]
NEGATED = [
    ("Troops did not [leave] the town.", "reported", "negative"),
    ("The two sides failed to [reach] a deal.", "reported", "negative"),
    ("The envoy refused to [sign] the treaty.", "reported", "negative"),
    ("The pilots did not manage to [land] the plane.", "reported", "negative"),
    ("He did not forget to [call] the police.", "reported", "positive"),
    ("They left without [paying] the fine.", "reported", "negative"),
    ("No soldiers [died] in the clash.", "reported", "negative"),
]


@pytest.mark.parametrize(("marked", "factuality", "polarity"), ASSERTED + RESERVED + UNREAL + NEGATED)
def test_commitment_and_polarity(nlp: Language, marked: str, factuality: str, polarity: str) -> None:
    found = _judged(nlp, marked)
    assert (found.factuality.value, found.polarity.value) == (factuality, polarity)


@settings(max_examples=40, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            [
                "he",
                "will",
                "not",
                "said",
                "if",
                "to",
                "leave",
                ",",
                ".",
                "?",
                "“",
                "”",
                "denied",
                "the",
                "claim",
                "that",
                "may",
                "fail",
            ]
        ),
        min_size=1,
        max_size=15,
    )
)
def test_any_word_of_any_text_can_be_judged(nlp: Language, words: list[str]) -> None:
    doc = nlp(" ".join(words))
    attributions = find_attributions(doc, (), ())
    assert all(isinstance(judge(doc, token, attributions), Judgement) for token in doc)
