"""How annotated sentences become rows that the model learns from, and that the shipped ones are whole."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

pytest.importorskip("models.annotation", reason="the recipe is imported from the root: python -m pytest")

from models.annotation import event_row, find, head_of, name_row
from models.prepare import meantime_rows, uds_rows
from models.sources import OWN
from models.windows import event_rows
from tidings.extract.event_lexicon import ontology

NLP = spacy.blank("en")


def parsed() -> Doc:
    """ "The elected mayor of Lima met him", with heads."""
    return Doc(
        NLP.vocab,
        words=["The", "elected", "mayor", "of", "Lima", "met", "him", "."],
        spaces=[True, True, True, True, True, True, False, False],
        heads=[2, 2, 5, 4, 2, 5, 5, 5],
        deps=["det", "amod", "nsubj", "case", "nmod", "ROOT", "obj", "punct"],
        tags=["DT", "VBN", "NN", "IN", "NNP", "VBD", "PRP", "."],
        pos=["DET", "VERB", "NOUN", "ADP", "PROPN", "VERB", "PRON", "PUNCT"],
    )


@pytest.mark.parametrize(
    ("told", "place"),
    [("he", (11, 13)), ("the", (7, 10)), ("he@2", (8, 10)), ("hen", None), ("he@9", None)],
)
def test_a_quoted_string_is_found_as_a_word_or_by_its_number(told: str, place: tuple[int, int] | None) -> None:
    assert find("Father the he", told) == place


def test_the_head_of_a_phrase_is_what_the_rest_hangs_on() -> None:
    doc = parsed()
    assert doc[head_of(doc[0:5])].text == "mayor"


def test_an_annotated_event_becomes_words_with_roles_and_the_sentences_parse() -> None:
    row = event_row(parsed(), [["met", "CONSULT", None, "happened", {"A": ["The elected mayor of Lima"], "R": ["him"]}]])
    assert row is not None
    assert row["events"] == [
        {"trigger": 5, "type": "CONSULT", "mode": None, "fact": "happened", "roles": {"actor": [2], "recipient": [6]}}
    ]
    assert row["heads"] == [2, 2, 5, 4, 2, 5, 5, 5]
    assert row["tags"][5] == "VBD"


def test_a_sentence_whose_strings_are_not_in_it_makes_no_row() -> None:
    assert event_row(parsed(), [["saw", "CONSULT", None, "happened", {}]]) is None
    assert name_row(NLP.make_doc("Lima voted."), [["Quito", "GPE"]]) is None


def test_names_are_found_in_the_order_of_the_text() -> None:
    row = name_row(NLP.make_doc("Chad met Chad Ito."), [["Chad", "GPE"], ["Chad Ito", "PERSON"]])
    assert row is not None
    assert row["ents"] == [[0, 1, "GPE"], [2, 4, "PERSON"]]


def test_whether_something_happened_is_told_from_minus_one_to_one() -> None:
    [row] = uds_rows(NLP, [{"text": "He may go.", "events": [{"span": [7, 9], "label": -1.5}]}])
    assert row["happened"] == [None, None, -0.5, None]


def test_a_sets_other_names_are_unknown_not_outside() -> None:
    text = "The Fiat of Gianni Riva sold."
    entities = [
        {"span": [4, 8], "syn": "NAM", "type": "PRO"},
        {"span": [12, 23], "syn": "NAM", "type": "PER"},
    ]
    event = {"span": [24, 28], "full": True, "certainty": "CERTAIN", "cls": "OTHER", "polarity": "POS", "time": "FUTURE"}
    [row] = meantime_rows(NLP, [{"text": text, "annotated_to": len(text), "entities": entities, "events": [event]}])
    assert row["ents"] == [[3, 5, "PERSON"]]
    assert [1, 2] in row["missing"]
    assert row["facts"] == [None, None, None, None, None, "planned", None]


def rows_of(name: str, part: str) -> list[dict[str, Any]]:
    with gzip.open(OWN / name / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize("part", ["train", "dev"])
def test_the_shipped_events_name_words_of_their_sentences_and_types_of_the_ontology(part: str) -> None:
    for row in rows_of("own_events", part):
        size = len(row["tokens"])
        assert len(row["spaces"]) == len(row["tags"]) == len(row["heads"]) == size
        for event in row["events"]:
            words = [event["trigger"], *(head for heads in event["roles"].values() for head in heads)]
            assert all(0 <= word < size for word in words)
            assert event["type"] in ontology()
            assert event["mode"] is None or event["mode"] in ontology()[event["type"]]


def test_the_shipped_events_go_through_every_type() -> None:
    counted = Counter(event["type"] for row in rows_of("own_events", "train") for event in row["events"])
    assert counted.keys() == ontology().keys()
    assert min(counted.values()) > 100


def test_a_row_of_events_says_what_each_word_is_to_each_event(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl.gz"
    told = {
        "tokens": ["Chad", "freed", "him"],
        "spaces": [1, 1, 0],
        "events": [{"trigger": 1, "type": "RETREAT", "mode": "release", "fact": "happened",
                    "roles": {"actor": [0], "recipient": [2]}}],
    }  # fmt: skip
    path.write_bytes(gzip.compress(json.dumps(told).encode()))
    [row] = event_rows(path)
    assert row.kinds == ["-", "RETREAT", "-"]
    assert row.facts == [None, "happened", None]
    assert row.roles == {1: ["actor", "-", "recipient"]}
