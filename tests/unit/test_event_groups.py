"""From text to events: groups of articles about one happening, or about some that are easily mixed up."""

from __future__ import annotations

from pathlib import Path

from bench.event_groups import fault, faults, read_groups

from tidings.extract.pipeline import load_extractor
from tidings.publish.printing import merge
from tidings.settings import Settings

FLOOR = 0.85
HANDOVERS = Path(__file__).parents[1] / "data" / "handovers.txt"


def test_groups_of_articles_are_merged_as_they_should_be() -> None:
    found = faults()
    wrong = {name: why for name, why in found.items() if why}
    assert len(found) == 40
    assert len(wrong) <= (1 - FLOOR) * len(found), wrong


def test_two_handovers_in_one_week_stay_two_events_each_with_its_outlets_and_its_number() -> None:
    (group,) = read_groups(HANDOVERS)
    extractor = load_extractor(Settings())
    articles = {t.article.article_id: t.article for t in group.tellings}
    events = merge([extractor.extract(a.article_id, a.text, a.published) for a in articles.values()], articles)
    assert fault(group, events) is None
    told = {
        (value.value.split()[0], event.day): value.outlets
        for event in events
        for value in event.values
        if value.field == "quantity" and value.headline and len(value.outlets) == 3
    }
    everyone = ("Baltic Wire", "Daily8", "Dnipro Chronicle")
    assert told == {("1,200", "2025-06-13"): everyone, ("1,212", "2025-06-11"): everyone}
