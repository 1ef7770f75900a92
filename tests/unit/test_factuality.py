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
    ("Kenya denied that its troops sold the [stolen] cars.", "reported", "positive"),
    ("Kenya denied that its troops [crossed] the border.", "denied", "positive"),
    ("Kenya denied [shelling] the market.", "denied", "positive"),
    ("The [theft] was denied by the guards.", "denied", "positive"),
    ("That guards [burned] the hut is denied by the warden.", "denied", "positive"),
    ("The [sale] of the mine was confirmed by both firms.", "confirmed", "positive"),
    ("The mayor admitted [taking] bribes.", "confirmed", "positive"),
    ("The judge regretted [jailing] the boy.", "reported", "positive"),
    ("Bandits are believed to have [burned] the farm.", "alleged", "positive"),
    ("Bandits are said to be [hiding] in the hills.", "alleged", "positive"),
    ("Sato denies what Brandt [said].", "reported", "positive"),
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
GOVERNED = [
    # What one had to do is done (Hacquard 2006); what one has to do may not be.
    ("The ferry had to [turn] back.", "reported", "positive"),
    ("Drivers have to [pay] a toll.", "possible", "positive"),
    # Factives project: what is regretted or remembered is taken for granted, in orders and questions too.
    ("Remember [paying] the fine?", "reported", "positive"),
    ("Do the miners know that the shaft [collapsed]?", "reported", "positive"),
    ("They were lucky to [escape] the flood.", "reported", "positive"),
    # A gerund behind a preposition is what its governor is about.
    ("The board is committed to [closing] the mine.", "planned", "positive"),
    ("Farmers talked about [blocking] the road.", "possible", "positive"),
    ("They were fined for [blocking] the road.", "reported", "positive"),
    ("He sold the house instead of [renting] it out.", "reported", "negative"),
    # A clause of time shares the future of its main clause.
    ("The ferry will leave when the storm [ends].", "planned", "positive"),
    ("The ferry left when the storm [ended].", "reported", "positive"),
    # Verbs under one "if" are one condition.
    ("If miners strike and [block] the port, exports will fall.", "possible", "positive"),
    # How something ended is no aim.
    ("Copper fell two percent to [close] at 40 dollars.", "reported", "positive"),
    ("Guards came to [close] the gate.", "planned", "positive"),
    ("He used the grant to [buy] a boat.", "reported", "positive"),
    # "Would" may only be polite.
    ("The mayor would like to thank the crews, and I would [recommend] them to anyone.", "reported", "positive"),
    ("The envoy would [recommend] a truce.", "possible", "positive"),
    # Futures without "will".
    ("The firm is going to [sell] the mine.", "planned", "positive"),
    ("The minister is [flying] home tomorrow.", "planned", "positive"),
    ("The minister is [flying] home.", "reported", "positive"),
    # Only an inverted question asks whether it is so.
    ("You [sold] the boat?", "reported", "positive"),
    ("What else did the miners [demand]?", "reported", "positive"),
    # What only describes a thing is not planned with it.
    ("The union urged the firm to sell the ships [built] in Gdansk.", "reported", "positive"),
]
NEGATED = [
    ("The crew was too tired to [sail].", "reported", "negative"),
    ("Farmers wish that the rain had [come] earlier.", "possible", "negative"),
    ("If the guards had [locked] the gate, the lion would be here.", "possible", "negative"),
    ("Had the guards [locked] the gate, the lion would be here.", "possible", "negative"),
    ("Togo would have [sent] ships.", "possible", "negative"),
    ("Neither Chad nor Togo [sent] ships.", "reported", "negative"),
    ("Hardly any ships [sank].", "reported", "negative"),
    ("None of the ships [sank].", "reported", "negative"),
    ("The planned [race] was called off.", "planned", "negative"),
    ("The treaty was neither signed nor [read].", "reported", "negative"),
    ("The striker nearly [scored] twice.", "reported", "negative"),
    ("Troops did not [leave] the town.", "reported", "negative"),
    ("The two sides failed to [reach] a deal.", "reported", "negative"),
    ("The envoy refused to [sign] the treaty.", "reported", "negative"),
    ("The pilots did not manage to [land] the plane.", "reported", "negative"),
    ("He did not forget to [call] the police.", "reported", "positive"),
    ("They left without [paying] the fine.", "reported", "negative"),
    ("No soldiers [died] in the clash.", "reported", "negative"),
]


@pytest.mark.parametrize(("marked", "factuality", "polarity"), ASSERTED + RESERVED + UNREAL + GOVERNED + NEGATED)
def test_commitment_and_polarity(nlp: Language, marked: str, factuality: str, polarity: str) -> None:
    found = _judged(nlp, marked)
    assert (found.factuality.value, found.polarity.value) == (factuality, polarity)


@settings(max_examples=40)
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
