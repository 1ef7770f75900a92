"""Events of many mentions: no value and no outlet is lost, and what was not counted is not said to be all."""

from __future__ import annotations

import random
from datetime import timedelta
from unittest.mock import patch

import pytest
from test_publish import World, telling

from tidings.publish import telling as told
from tidings.publish.canonical import MAX_MENTIONS
from tidings.publish.lines import Line
from tidings.publish.tallies import Tally
from tidings.query.events import EventQuery, find_events
from tidings.query.reading import find_event
from tidings.records import Article, CanonicalEvent, Extraction, SupportedValue


def independent(name: str, *, number: int = 40, minutes: int = 0) -> tuple[Article, Extraction]:
    """A telling that is nobody's copy, by an outlet of its own."""
    article, extraction = telling(name, outlet=f"Outlet {name}", number=number)
    dice = random.Random(name)  # noqa: S311 - makes words
    words = ("".join(dice.choice("abcdefghijklmnop") for _ in range(7)) for _ in range(60))
    when = article.published and article.published + timedelta(minutes=minutes)
    text = f"{article.text} {' '.join(words)}"
    return (
        article.model_copy(update={"text": text, "version": name, "published": when}),
        extraction.model_copy(update={"published": when}),
    )


def event_of(*tellings: tuple[Article, Extraction]) -> CanonicalEvent:
    world = World()
    for one in tellings:
        world.publish(one)
    (listed,) = find_events(world.store, EventQuery()).events
    return find_event(world.store, listed.event_id)


def numbers(event: CanonicalEvent) -> dict[str, SupportedValue]:
    return {value.value: value for value in event.values if value.field == "quantity"}


@pytest.mark.parametrize("trial", range(2))
def test_one_dissenting_outlet_of_a_hundred_is_heard_with_its_sentence(trial: int) -> None:
    tellings = [independent(f"t{trial}n{n}", minutes=n) for n in range(99)]
    dissent = independent(f"t{trial}n99", number=48, minutes=99)
    world = World()
    for one in [*tellings, dissent]:
        world.publish(one)
    (event,) = find_events(world.store, EventQuery(min_outlets=80)).events
    event = find_event(world.store, event.event_id)
    assert (event.mention_count, event.outlet_count, event.at_least) == (100, 100, False)
    values = numbers(event)
    assert {text: value.outlet_count for text, value in values.items()} == {"40 trucks": 99, "48 trucks": 1}
    assert values["40 trucks"].headline
    assert values["48 trucks"].outlets == (dissent[0].outlet,)
    shown = {mention.mention_id: mention for mention in event.mentions}
    assert len(shown) == MAX_MENTIONS
    (proof,) = values["48 trucks"].mentions
    assert "48 trucks" in shown[proof].selector.exact
    assert values["40 trucks"].mentions[0] in shown


def test_above_a_hundred_numbers_are_told_with_two_figures_and_as_least_ones() -> None:
    event = event_of(*(independent(f"n{n}") for n in range(127)))
    assert (event.mention_count, event.outlet_count, event.at_least) == (120, 120, True)
    value = numbers(event)["40 trucks"]
    assert (value.outlet_count, value.at_least) == (120, True)


def test_where_not_all_mentions_are_counted_the_values_say_so() -> None:
    with patch.object(told, "SAMPLE", 2), patch.object(told, "COUNTED", 3), patch.object(told, "PAGE", 4):
        event = event_of(*(independent(f"n{n}") for n in range(9)))
    assert numbers(event)["40 trucks"].at_least


def test_copies_among_mentions_that_are_only_counted_are_one_outlet() -> None:
    article, extraction = independent("wire")
    names = [f"n{n}" for n in range(80)]
    copies = [
        (
            article.model_copy(update={"article_id": name, "outlet": name, "text": f"{article.text} ({name})"}),
            extraction.model_copy(update={"article_id": name}),
        )
        for name in names
    ]
    event = event_of((article, extraction), *copies)
    assert (event.mention_count, event.outlet_count) == (81, 1)


def test_an_article_that_told_otherwise_before_is_not_taken_for_withdrawn() -> None:
    world = World()
    old, extraction = independent("changed", number=48, minutes=500)
    fetched = old.published
    assert fetched is not None
    world.publish((old.model_copy(update={"fetched_at": fetched}), extraction))
    for n in range(70):
        world.publish(independent(f"n{n}", minutes=n))
    new, extraction = independent("changed", number=40, minutes=500)
    world.publish((new.model_copy(update={"version": "2", "fetched_at": fetched + timedelta(hours=1)}), extraction))
    (event,) = find_events(world.store, EventQuery()).events
    history = find_event(world.store, event.event_id).history
    assert [(change.kind.value, change.was) for change in history if change.kind.value != "told"] == [
        ("revised", "48 trucks")
    ]


def test_what_is_shown_first_does_not_depend_on_the_order() -> None:
    lines = [Line(f"m{n}", f"a{n}", f"o{n}", None, "", (f"q{n % 3}", "freported")) for n in range(20)]  # type: ignore[arg-type]
    shuffled = lines.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311 - a test's dice
    assert Tally(lines).shown_first == Tally(shuffled).shown_first
    assert {line.values for line in lines if line.mention_id in Tally(lines).shown_first[:3]} == {
        ("q0", "freported"),
        ("q1", "freported"),
        ("q2", "freported"),
    }
