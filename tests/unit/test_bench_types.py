"""The benches' tables of mistaken types and of confidence."""

from __future__ import annotations

from tests.bench.type_errors import Judged, confusions, of_sentences, of_triggers, reliability, surest

TOLD = [
    {
        "article_id": "s",
        "events": [
            {"type": "AID", "confidence": 0.9, "trigger": {"start": 0, "end": 4}},
            {"type": "STATEMENT", "confidence": 0.99, "trigger": {"start": 9, "end": 13}},
            {"type": "AGREE", "confidence": 0.5, "trigger": {"start": 15, "end": 19}},
        ],
    }
]


def test_a_sentence_is_right_if_any_of_its_events_has_an_accepted_type() -> None:
    rows = [{"id": "s", "type": "YIELD", "accept": ["AID", "YIELD"]}, {"id": "t", "type": "YIELD"}]
    assert list(of_sentences(rows, TOLD)) == [Judged("YIELD", "YIELD"), Judged("YIELD", "nothing")]
    assert list(surest(rows, TOLD)) == [(0.9, True)]


def test_where_every_trigger_is_labelled_the_others_are_inventions() -> None:
    rows = [{"id": "s", "triggers": [(0, 4, "YIELD"), (20, 24, "COERCE")]}]
    assert list(of_triggers(rows, TOLD)) == [
        Judged("YIELD", "AID", 0.9),
        Judged("COERCE", "nothing"),
        Judged("nothing", "AGREE", 0.5),
    ]


def test_the_confusions_name_what_a_type_was_taken_for() -> None:
    table = confusions([Judged("AID", "AID"), Judged("AID", "YIELD"), Judged("AID", "YIELD"), Judged("AID", "nothing")])
    assert table.splitlines()[1] == "  AID            1 / 4    YIELD 2, nothing 1"


def test_the_calibration_error_is_how_far_the_confidence_is_from_what_is_right() -> None:
    assert reliability([(0.8, True)] * 3 + [(0.8, False)]).splitlines()[-1] == "  expected calibration error 0.050  n=4"
    assert reliability([]).splitlines()[-1] == "  expected calibration error 0.000  n=0"
