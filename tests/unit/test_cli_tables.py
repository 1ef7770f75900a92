"""How events look in a terminal, in CSV and in GeoJSON."""

import csv
import io

from rich.console import Console

from tidings.cli.tables import print_table
from tidings.ids import EventId
from tidings.query import rows, telling
from tidings.records import (
    CanonicalEvent,
    Factuality,
    Place,
    Polarity,
    Qualifier,
    ResolvedActor,
    ResolvedQuantity,
    ResolvedTime,
)


def event(**changes: object) -> CanonicalEvent:
    base = CanonicalEvent(
        event_id=EventId("e1"),
        type="AID",
        trigger="sent",
        actor=(ResolvedActor(name="Norway", country="NOR", sector="GOV"),),
        recipient=(ResolvedActor(name="Chad", country="TCD"),),
        quantities=(ResolvedQuantity(text="more than 40", value=40, low=41, qualifier=Qualifier.MORE_THAN, of="trucks"),),
        time=ResolvedTime(text="Monday", first="2025-06-09", last="2025-06-09"),
        place=Place(start=0, end=8, text="N'Djamena", name="N'Djamena", country="TCD", lat=12.1, lon=15.0),
        factuality=Factuality.CONFIRMED,
        polarity=Polarity.POSITIVE,
        mentions=(),
        mention_count=0,
        outlets=("Example Wire",),
        day="2025-06-09",
        confidence=0.8,
    )
    return base.model_copy(update=changes)


def test_a_row_says_who_did_what_to_whom_how_many_and_when() -> None:
    row = telling.summary(event())
    assert row["type"] == "AID"
    assert row["who"] == "Norway (NOR GOV) → Chad (TCD)"
    assert row["how many"] == "more than 40 trucks"
    assert row["when"] == "2025-06-09"


def test_a_negated_event_says_so() -> None:
    assert telling.summary(event(polarity=Polarity.NEGATIVE))["factuality"] == "confirmed (not)"


def test_a_days_range_shows_both_ends() -> None:
    time = ResolvedTime(text="this week", first="2025-06-09", last="2025-06-15")
    assert telling.summary(event(time=time))["when"] == "2025-06-09 – 2025-06-15"


def test_markup_in_a_name_is_printed_not_interpreted() -> None:
    out = io.StringIO()
    hostile = event(actor=(ResolvedActor(name="[bold red]x[/]"),))
    print_table([hostile], Console(file=out))
    assert "[bold red]x[/]" in " ".join(out.getvalue().split())


def test_no_events_says_so() -> None:
    out = io.StringIO()
    print_table([], Console(file=out))
    assert out.getvalue() == "No events.\n"


def test_csv_has_one_row_an_event_and_makes_formulas_inert() -> None:
    hostile = event(actor=(ResolvedActor(name="=1+1"),))
    read = list(csv.DictReader(io.StringIO(rows.as_csv([hostile]))))
    assert [row["actor"] for row in read] == ["'=1+1"]


def test_geojson_puts_longitude_first_and_leaves_out_events_without_a_place() -> None:
    collection = rows.as_geojson([event(), event(place=None)])
    assert [f["geometry"]["coordinates"] for f in collection["features"]] == [[15.0, 12.1]]
