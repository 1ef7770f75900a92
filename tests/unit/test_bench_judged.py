"""The events judged by hand, and the figures that are read off them."""

from __future__ import annotations

import json

from tests.bench.judged import FIELDS, JUDGED, shares_of

EVENTS = [json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines()]


def test_every_field_of_every_event_is_judged_and_every_error_has_its_reason() -> None:
    assert len(EVENTS) == 200
    for event in EVENTS:
        assert set(event["right"]) == set(FIELDS) and set(event["right"].values()) <= {0, 1}, event["text"]
        assert bool(event["why"]) == (0 in event["right"].values()), event["text"]


def test_the_judged_trigger_stands_where_the_file_says() -> None:
    for event in EVENTS:
        assert event["text"][event["start"] :].startswith(event["trigger"])


def test_a_share_comes_with_wilsons_interval() -> None:
    right = {"right": dict.fromkeys(FIELDS, 1)}
    wrong = {"right": dict.fromkeys(FIELDS, 1) | {"actor": 0}}

    lines = shares_of([right] * 9 + [wrong]).splitlines()

    assert lines[0].split() == ["type", "1.000", "0.722-1.000", "n=10"]
    assert lines[-1].split() == ["type", "+", "actor", "+", "recipient", "0.900", "0.596-0.982", "n=10"]
