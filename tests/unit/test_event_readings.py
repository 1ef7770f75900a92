"""How what the language model says of events is weighed against the lexicon, sentence by sentence."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from tidings.extract.event_lexicon import Condition, Rule
from tidings.extract.event_readings import Readings
from tidings.extract.factuality import Judgement, weigh
from tidings.language.encoder import EventScores, Integers
from tidings.language.heading import Heading
from tidings.language.told import ToldEvents, put
from tidings.language.weights import Floats
from tidings.records import Factuality, Polarity

LABELS = Heading(
    layers=1, attention_heads=1, tags=(), morphs=(), relations=(), names=(), pieces=(),
    kinds=("-", "AID", "ASSAULT"), modes=("-", "aerial", "phone"), facts=("happened", "planned"),
    roles=("-", "actor", "place"),
)  # fmt: skip
TEXT = "Chad bombed Faya. Mali did not."


def told(*, nothing: float, aid: float, assault: float, aerial: float = 0.9) -> Doc:
    """The text, with these probabilities for "bombed", the second word."""
    doc = spacy.blank("en")(TEXT)
    found = ToldEvents.empty(len(doc), LABELS)
    found.kinds[1] = nothing, aid, assault
    found.modes[1] = 1 - aerial, aerial, 0
    shares = np.zeros((4, 3), np.float32)
    shares[:, 0] = 1
    shares[0], shares[2] = (0.1, 0.9, 0), (0.2, 0, 0.8)
    found.roles[1] = 0, shares
    put(doc, found)
    return doc


def word(kind: str, mode: str | None = None) -> Rule:
    """A rule of the lexicon that asks for nothing but its word."""
    return Rule(kind, mode, (), (), ())


def test_a_sure_model_overrules_the_lexicon() -> None:
    doc = told(nothing=0.1, aid=0.1, assault=0.8)
    reading = Readings(doc).at(doc[1], word("AID"), tells=True)
    assert reading is not None
    assert (reading.type, reading.mode) == ("ASSAULT", "aerial")


def test_the_lexicon_decides_where_the_model_wavers() -> None:
    doc = told(nothing=0.05, aid=0.45, assault=0.5)
    reading = Readings(doc).at(doc[1], word("AID"), tells=True)
    assert reading is not None
    assert reading.type == "AID"


def test_a_rule_that_asked_for_its_frame_weighs_more() -> None:
    doc = told(nothing=0.1, aid=0.34, assault=0.56)
    rule = word("AID")
    framed = rule._replace(conditions=(Condition("obj", True, ()),))
    readings = [Readings(doc).at(doc[1], each, tells=True) for each in (rule, framed)]
    assert [reading.type for reading in readings if reading] == ["ASSAULT", "AID"]


@pytest.mark.parametrize(
    ("tag", "dep", "wanted"),
    [
        ("VBD", "ROOT", "AID"),  # "bombed"
        ("VBG", "advcl", "AID"),  # "…, bombing Faya": what came of it
        ("VBD", "advcl", None),  # "when Chad bombed Faya": background
        ("VBD", "acl:relcl", None),  # "the jets that bombed Faya": which ones
    ],
)
def test_a_rule_counts_for_what_the_clause_is_there_for(tag: str, dep: str, wanted: str | None) -> None:
    doc = told(nothing=0.85, aid=0.1, assault=0.05)
    doc[1].tag_, doc[1].dep_, doc[1].head = tag, dep, doc[0]
    rule = word("AID")._replace(conditions=(Condition("obj", True, ("GOODS",)),))
    reading = Readings(doc).at(doc[1], rule, tells=True)
    assert (reading.type if reading else None) == wanted


def test_where_the_model_read_another_event_the_lexicon_counts_for_less() -> None:
    rule = word("AID")._replace(conditions=(Condition("obj", True, ("GOODS",)),))
    readings = [
        Readings(doc).at(doc[1], rule, tells=True)
        for doc in (told(nothing=0.8, aid=0.05, assault=0.15), told(nothing=0.1, aid=0.05, assault=0.85))
    ]
    assert [reading.type for reading in readings if reading] == ["AID", "ASSAULT"]


def test_a_verb_and_the_object_that_its_rule_asks_for_tell_together() -> None:
    doc = told(nothing=0.98, aid=0, assault=0.02)
    put_nothing = Readings(doc)._told
    assert put_nothing is not None
    put_nothing.kinds[2] = 0.9, 0.05, 0.05
    rule = word("AID")._replace(conditions=(Condition("obj", True, ("GOODS",)),))
    readings = [Readings(doc).at(doc[1], rule, tells=True, beside=beside) for beside in ((), (doc[2],))]
    assert [reading.type if reading else None for reading in readings] == [None, "AID"]


def test_a_model_that_sees_no_event_is_believed() -> None:
    doc = told(nothing=0.9, aid=0.05, assault=0.05)
    assert Readings(doc).at(doc[1], word("AID"), tells=True) is None


def test_without_such_a_model_the_lexicon_stands() -> None:
    doc = spacy.blank("en")(TEXT)
    readings = Readings(doc)
    reading = readings.at(doc[1], word("ASSAULT", "aerial"), tells=True)
    assert not readings
    assert reading is not None
    assert reading.mode == "aerial"


def test_an_unsure_mode_is_left_to_the_lexicon() -> None:
    doc = told(nothing=0.1, aid=0.1, assault=0.8, aerial=0.3)
    reading = Readings(doc).at(doc[1], word("ASSAULT", "drone"), tells=True)
    assert reading is not None
    assert reading.mode == "drone"


@pytest.mark.parametrize(("role", "words"), [("actor", ["Chad"]), ("place", ["Faya"])])
def test_participants_are_the_words_that_the_model_points_at(role: str, words: list[str]) -> None:
    doc = told(nothing=0, aid=0, assault=1)
    assert [word.text for word in Readings(doc).heads(doc[1], role)] == words


def test_participants_are_looked_for_in_the_triggers_own_sentence_only() -> None:
    doc = spacy.blank("en")(TEXT)
    found = ToldEvents.empty(len(doc), LABELS)
    size = len(doc)
    kinds = np.zeros((size, 3), np.float32)
    kinds[1, 2] = 9  # bombed
    modes, facts = np.zeros((size, 3), np.float32), np.zeros((size, 2), np.float32)
    nothing = np.zeros((size, 1), np.float32)
    scores = EventScores(kinds, modes, facts, np.zeros(size, np.float32), nothing, nothing)

    def everybody_acts(_: EventScores, triggers: Integers) -> Floats:
        roles = np.zeros((len(triggers), size, 3), np.float32)
        roles[:, :, 1] = 9
        return roles

    found.take(scores, np.arange(size), [0, 4, size], everybody_acts)
    put(doc, found)
    assert [word.text for word in Readings(doc).heads(doc[1], "actor")] == ["Chad", "Faya", "."]


@pytest.mark.parametrize(
    ("said", "standing", "wanted"),
    [
        (Factuality.REPORTED, {"happened": 0.9, "planned": 0.1}, Factuality.REPORTED),
        (Factuality.REPORTED, {"happened": 0.1, "planned": 0.9}, Factuality.PLANNED),
        (Factuality.REPORTED, {"happened": 0.5, "planned": 0.5}, Factuality.REPORTED),
        (Factuality.CONFIRMED, {"happened": 0.9, "planned": 0.1}, Factuality.CONFIRMED),
        (Factuality.PLANNED, {"happened": 0.9, "planned": 0.1}, Factuality.REPORTED),
        (Factuality.ALLEGED, {"happened": 0.1, "possible": 0.9}, Factuality.ALLEGED),
        (Factuality.DENIED, {"happened": 0.1, "planned": 0.9}, Factuality.DENIED),
    ],
)
def test_the_model_tells_the_clauses_mood_and_who_says_so_stays(
    said: Factuality, standing: dict[str, float], wanted: Factuality
) -> None:
    assert weigh(Judgement(said, Polarity.POSITIVE), standing).factuality is wanted
