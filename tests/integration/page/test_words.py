"""What the page's modules make of events: sentences, spans, bars. Each runs in the browser that will run it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.integration.page.conftest import visiting
from tidings.query.filters import EventQuery
from tidings.query.pages import version

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    for visit in visiting(browser, site, 900, 700):
        yield visit.open()


def call(page: Page, module: str, function: str, *arguments: Any) -> Any:
    """Call a function of one of the page's modules."""
    script = "async ([url, name, given]) => { const made = (await import(url))[name](...given); return made; }"
    url = f"{page.url.split('?')[0]}static/{version()}/{module}"
    return page.evaluate(script, [url, function, list(arguments)])


def event(text: str, trigger: str, lemma: str, actor: str = "", recipient: str = "", **more: Any) -> dict[str, Any]:
    """An event whose trigger stands in a sentence."""
    start = text.index(trigger)
    mention = {
        "start": start,
        "end": start + len(trigger),
        "evidence": {"start": 0, "end": len(text)},
        "selector": {"exact": text},
    }
    sides = {
        "actor": [{"name": n} for n in actor.split("|") if n],
        "recipient": [{"name": n} for n in recipient.split("|") if n],
    }
    plain = {"type": "RETREAT", "factuality": "reported", "polarity": "positive", "quantities": []}
    return plain | sides | {"trigger": lemma, "mentions": [mention]} | more


BODIES = [{"text": "1,200", "of": "bodies"}]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # what was done with what, to whom
        (
            event(
                "Russia has handed over to Kiev the remains of 1,200 bodies.",
                "handed over",
                "hand over",
                "Russia",
                "Kiev",
                quantities=BODIES,
            ),
            "Russia handed over 1,200 bodies to Kiev",
        ),
        (
            event("Moscow has repeatedly rejected these claims as nonsense.", "rejected", "reject", "Moscow"),
            "Moscow rejected these claims",
        ),
        (event("Moscow accused Kiev of delays.", "accused", "accuse", "Moscow", "Kiev"), "Moscow accused Kiev"),
        (
            event(
                "Canada imposed sanctions on 12 officials.", "imposed", "impose", "Canada", "12 officials", type="SANCTION"
            ),
            "Canada imposed sanctions on 12 officials",
        ),
        (
            event("Armenia and Azerbaijan agreed on Tuesday.", "agreed", "agree", "Armenia|Azerbaijan"),
            "Armenia and Azerbaijan agreed",
        ),
        (event("A, B, C and D met.", "met", "meet", "A|B|C|D"), "A, B and 2 others met"),
        # who got it is the subject
        (
            event(
                "Moscow did not receive any bodies from the Ukrainian side.",
                "receive",
                "receive",
                "The Ukrainian side",
                "Moscow",
                polarity="negative",
                quantities=[{"text": "any", "of": "any bodies"}],
            ),
            "Moscow did not receive any bodies from the Ukrainian side",
        ),
        # nobody acts
        (event("A soldier was shot dead.", "shot", "shoot", "", "A soldier", type="ASSAULT"), "A soldier was shot"),
        (
            event("At least 52 protesters were detained.", "detained", "detain", "", "least 52 protesters", type="COERCE"),
            "At least 52 protesters were detained",
        ),
        # how sure
        (
            event("The commissions will meet in Geneva.", "meet", "meet", "The commissions", factuality="planned"),
            "The commissions will meet",
        ),
        (event("Peru may quit the talks.", "quit", "quit", "Peru", factuality="possible"), "Peru may quit the talks"),
        (
            event("The group shipped drugs.", "shipped", "ship", "The group", factuality="alleged"),
            "The group allegedly shipped drugs",
        ),
        (
            event("Its fighters had blocked trucks.", "blocked", "block", "its fighters", factuality="denied"),
            "Denied: its fighters blocked trucks",
        ),
        (
            event("Russia has not invaded NATO.", "invaded", "invade", "Russia", "NATO", polarity="negative"),
            "Russia did not invade NATO",
        ),
        # nouns
        (event("Talks with Kiev went on.", "Talks", "talk", "Moscow", "Kiev", type="CONSULT"), "Moscow: talks with Kiev"),
        (
            event("The attack on Kharkiv.", "attack", "attack", "Russia", "Kharkiv", type="ASSAULT"),
            "Russia: attack on Kharkiv",
        ),
        (
            event("Another exchange of slain soldiers.", "exchange", "exchange", mode="release"),
            "Retreat, release: “exchange of slain soldiers”",
        ),
    ],
)
def test_an_event_is_told_in_one_sentence(page: Page, told: dict[str, Any], expected: str) -> None:
    assert call(page, "sentence.js", "inWords", told) == expected


@pytest.mark.parametrize(
    ("lemma", "past"),
    [
        ("hand over", "handed over"),
        ("ban", "banned"),
        ("transfer", "transferred"),
        ("offer", "offered"),
        ("visit", "visited"),
        ("deny", "denied"),
        ("withdraw", "withdrew"),
        ("agree", "agreed"),
        ("destroy", "destroyed"),
        ("shoot", "shot"),
        ("admit", "admitted"),
    ],
)
def test_verbs_have_their_past(page: Page, lemma: str, past: str) -> None:
    assert call(page, "verbs.js", "verb", lemma)["past"] == past


def test_spans_that_overlap_are_cut_where_either_begins_or_ends(page: Page) -> None:
    marks = [
        {"layer": "a", "id": "1", "part": "whole", "start": 2, "end": 6},
        {"layer": "b", "id": "2", "part": "whole", "start": 4, "end": 9},
    ]
    cut = call(page, "layers.js", "segments", 10, marks)
    assert [(one["start"], one["end"], [mark["id"] for mark in one["marks"]]) for one in cut] == [
        (0, 2, []),
        (2, 4, ["1"]),
        (4, 6, ["1", "2"]),
        (6, 9, ["2"]),
        (9, 10, []),
    ]


@pytest.mark.parametrize(
    ("first", "last", "step", "bars"),
    [
        ("2025-06-01", "2025-06-10", "day", 10),
        ("2025-01-01", "2025-06-30", "week", 27),
        ("2022-01-01", "2025-06-30", "month", 42),
        ("1990-01-01", "2025-06-30", "year", 36),
    ],
)
def test_bars_are_days_weeks_months_or_years(page: Page, first: str, last: str, step: str, bars: int) -> None:
    made = call(page, "timeline.js", "bins", {first: 1, last: 2}, first, last)
    assert (made["step"], len(made["bins"]), sum(bar["events"] for bar in made["bins"])) == (step, bars, 3)


def test_a_few_events_long_ago_are_left_of_the_picture_and_counted(page: Page) -> None:
    counted = {"1100-01-01": 2, "2025-06-01": 40, "2025-06-13": 40}
    assert call(page, "timeline.js", "picture", counted) == {"from": "2025-06-01", "left": 2}
    assert call(page, "timeline.js", "picture", {"2025-06-01": 1, "2025-06-13": 1}) == {"from": "2025-06-01", "left": 0}


def test_places_are_projected_as_the_outlines_are(page: Page) -> None:
    from infra.build_world_map import WIDTH, project

    for longitude, latitude in ((28.95, 41.01), (-70.6, -33.4), (179.9, -16.5), (0, 0)):
        x, y = call(page, "projection.js", "project", longitude, latitude, WIDTH)
        assert (round(x), round(y)) == project(longitude, latitude)


def test_what_is_asked_for_in_a_view_holds_all_that_it_shows(page: Page) -> None:
    view = {"x": -700, "y": -300, "w": 500, "h": 280}
    west, south, east, north = map(float, call(page, "boxes.js", "boxIn", view, 2000).split(","))
    for x, y in ((-700, -300), (-200, -300), (-700, -20), (-200, -20), (-450, -100)):
        longitude, latitude = call(page, "projection.js", "unproject", x, y, 2000)
        assert call(page, "projection.js", "project", longitude, latitude, 2000) == pytest.approx([x, y])
        assert west <= longitude <= east
        assert south <= latitude <= north
    assert call(page, "boxes.js", "boxIn", {"x": -1000, "y": -478, "w": 2000, "h": 1120}, 2000) == "-180,-90,180,81.1"


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("-85,-5,-75,5", "5° S to 5° N, 85° W to 75° W"),
        ("170,-20.5,-170,0", "20.5° S to 0°, 170° E to 170° W"),
        ("1,2,3", "1,2,3"),
        ("<b>,,,", "<b>,,,"),
    ],
)
def test_a_box_is_told_in_degrees(page: Page, box: str, words: str) -> None:
    assert call(page, "boxes.js", "boxInWords", box) == words


def test_the_page_has_every_filter_of_the_api(page: Page) -> None:
    names = "async (url) => (await import(url)).FILTERS.map((one) => one.name)"
    url = f"{page.url.split('?')[0]}static/{version()}/filters.js"
    assert set(page.evaluate(names, url)) == set(EventQuery.model_fields)


def test_counts_of_two_stretches_add_up(page: Page) -> None:
    def counts(**more: Any) -> dict[str, Any]:
        empty: dict[str, Any] = {
            name: {} for name in ("types", "quads", "factuality", "days", "actors", "recipients", "outlets")
        }
        return empty | {"events": 1, "places": [], "cursor": None} | more

    both = call(
        page,
        "events_view.js",
        "added",
        counts(days={"2025-06-01": 1}, places=[{"name": "X", "geonameid": 1, "events": 1}], cursor="c"),
        counts(days={"2025-06-01": 2, "2025-05-01": 1}, places=[{"name": "X", "geonameid": 1, "events": 4}], events=3),
    )
    assert both["events"] == 4
    assert both["days"] == {"2025-06-01": 3, "2025-05-01": 1}
    assert both["places"] == [{"name": "X", "geonameid": 1, "events": 5}]
    assert both["cursor"] is None
