"""The start: what a reader sees and does with the events, over time and by kind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.integration.page.conftest import Visit

pytestmark = pytest.mark.browser


def test_the_list_shows_the_events_newest_first_with_their_values(visit: Visit) -> None:
    page = visit.open()
    assert visit.cards()[:3] == [
        "Peru may quit the talks",
        "Norway sent about 45 trucks to Chad",
        "Peru sent <b onmouseover=alert(1)>9 ships</b> to Chad",
    ]
    card = page.locator("#list li", has_text="Norway").first
    for words in ("Aid", "confirmed", "9 Jun 2025", "the ministry in Oslo", "Herald, Wire", "2 mentions"):
        expect(card).to_contain_text(words)
    expect(page.locator("#list li").first).to_contain_text("Istanbul, Turkey")
    expect(page.locator("#tools")).to_contain_text("35 events")
    expect(page.locator("#status")).to_contain_text("25 shown, newest first; there are more")


def test_numbers_that_differ_stand_side_by_side_with_who_tells_them(visit: Visit) -> None:
    visit.open()
    card = visit.page.locator("#list li", has_text="Norway").first
    expect(card.locator(".spread")).to_have_text("about 45 — 1 outlet; 40 — 1")


def test_a_card_shows_at_a_glance_that_and_by_whom_an_event_is_denied(visit: Visit) -> None:
    denial = {"field": "factuality", "value": "denied", "outlets": ["Herald"], "sources": ["Lima's foreign minister"]}

    def denied(route: Route) -> None:
        told = route.fetch().json()
        for event in told.get("events", [told]):
            event["values"].append(denial)
        route.fulfill(json=told)

    visit.page.route(re.compile("/v1/events[/?]"), denied)
    visit.open("?type=REJECT")
    marks = visit.page.locator("#list li .sure")
    expect(marks).to_have_text(["~possible", "✕denied by Lima's foreign minister"])
    event = visit.choose("Peru")
    expect(event.locator(".tags .sure").last).to_have_text("✕denied by Lima's foreign minister")
    assert visit.sticks_out() == 0


def test_more_shows_the_older_events_each_once(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Show more events").click()
    expect(page.locator("#list li")).to_have_count(35)
    expect(page.locator("#more")).to_be_hidden()
    ids_shown = page.locator("#list li").evaluate_all("all => all.map((one) => one.dataset.card)")
    assert len(set(ids_shown)) == 35


def test_oldest_first_turns_the_list_round(desk: Visit) -> None:
    page = desk.open()
    page.get_by_role("link", name="Oldest first").click()
    desk.settled()
    expect(page.locator("#list .day").first).to_have_text("1 Jan 2024")
    assert page.url.endswith("?sort=oldest")


# ---------------------------------------------------------------- search


def test_words_in_the_box_narrow_the_list_and_stay_in_the_address(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("combobox", name="Search events").fill("trucks")
    page.keyboard.press("Enter")
    expect(page.locator("#list li")).to_have_count(1)
    assert page.url.endswith("?text=trucks")
    page.reload()
    expect(page.locator("#list li")).to_have_count(1)
    assert page.locator("#search").input_value() == "trucks"
    page.go_back()
    expect(page.locator("#list li")).to_have_count(25)


def test_a_country_that_is_typed_is_offered_as_actor_or_recipient(visit: Visit) -> None:
    page = visit.open()
    page.locator("#search").press_sequentially("norw")
    offered = page.get_by_role("listbox", name="Suggestions")
    expect(offered.get_by_role("option")).to_contain_text(["Norway", "Norway", "Norway"])
    page.keyboard.press("ArrowDown")
    expect(offered.get_by_role("option", selected=True)).to_contain_text("Who")
    page.keyboard.press("Enter")
    expect(page.locator(".chips .chip")).to_have_text("Who did it Norway×")
    expect(page.locator("#list li")).to_have_count(1)
    assert page.url.endswith("?actor=NOR")


def test_a_type_that_is_typed_is_offered_with_its_meaning(desk: Visit) -> None:
    page = desk.open()
    page.locator("#search").press_sequentially("reject")
    expect(page.get_by_role("option").first).to_contain_text("reject, refuse, decline, defy")
    page.get_by_role("option").first.click()
    expect(page.locator("#list li")).to_have_count(1)
    assert page.url.endswith("?type=REJECT")


def test_escape_closes_the_suggestions_and_keeps_the_words(desk: Visit) -> None:
    page = desk.open()
    page.locator("#search").press_sequentially("norw")
    expect(page.locator("#suggestions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    assert page.locator("#search").input_value() == "norw"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?type=REJECT", ["Peru may quit the talks"]),
        ("?since=2025-06-01&until=2025-06-10", ["Norway sent about 45 trucks to Chad"]),
        ("?actor=Norway", ["Norway sent about 45 trucks to Chad"]),
        ("?actor=NOR&actor=PER&since=2025-06-01", ["Peru may quit the talks", "Norway sent about 45 trucks to Chad"]),
        ("?min_outlets=2", ["Norway sent about 45 trucks to Chad"]),
        ("?quantity_min=10&quantity_max=41", ["Norway sent about 45 trucks to Chad"]),
        ("?quad=verbal+conflict", ["Peru may quit the talks"]),
        ("?place=745044", ["Peru may quit the talks"]),
        ("?bbox=28,40,30,42", ["Peru may quit the talks"]),
        ("?bbox=28,+40,+30,+42", ["Peru may quit the talks"]),
        ("?factuality=possible", ["Peru may quit the talks"]),
    ],
)
def test_an_address_with_filters_opens_the_filtered_list(desk: Visit, query: str, shown: list[str]) -> None:
    desk.open(query)
    assert desk.cards() == shown


def test_every_filter_has_a_field(visit: Visit) -> None:
    page = visit.open()
    page.locator(".more-filters summary").click()
    page.locator("[name=type]").select_option("REJECT")
    page.locator("[name=factuality]").select_option("possible")
    page.locator("[name=since]").fill("2025-06-01")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chips .chip")).to_have_text(["Type Reject×", "How sure possible×", "From 1 Jun 2025×"])
    expect(page.locator("#list li")).to_have_count(1)


def test_words_that_are_typed_while_the_filters_open_stay(desk: Visit) -> None:
    page = desk.open()
    page.evaluate(
        "document.querySelector('.more-filters').open = true; document.querySelector('#search').value = 'norway'"
    )  # a browser tells of what has opened a moment later
    expect(page.locator("[name=actor]")).to_be_visible()
    expect(page.locator("#search")).to_have_value("norway")


def test_a_chip_takes_its_filter_away(visit: Visit) -> None:
    page = visit.open("?actor=XXX&since=2025-06-01")
    expect(page.locator("#status")).to_contain_text("No events match")
    page.get_by_role("link", name="Remove Who did it: XXX").click()
    expect(page.locator("#list li")).to_have_count(2)
    page.get_by_role("link", name="Remove From: 1 Jun 2025").click()
    expect(page.locator("#list li")).to_have_count(25)
    assert page.url == visit.site


def test_all_filters_can_be_cleared_at_once(visit: Visit) -> None:
    page = visit.open("?actor=XXX&type=AID")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("#list li")).to_have_count(25)
    assert page.url == visit.site


# ---------------------------------------------------------------- time, kinds


def test_a_bar_narrows_to_its_days(visit: Visit) -> None:
    page = visit.open("?since=2025-06-01")
    bar = page.locator(".timeline").get_by_role("link", name="9 Jun 2025: 1 event")
    bar.click(force=True)
    expect(page.locator("#list li")).to_have_count(1)
    assert page.url.endswith("?since=2025-06-09&until=2025-06-09")


def test_a_sweep_over_bars_narrows_to_all_their_days(desk: Visit) -> None:
    page = desk.open("?since=2025-06-01")
    first, last = (
        page.locator(".timeline").get_by_role("link", name=name)
        for name in ("2 Jun 2025: 0 events", "10 Jun 2025: 0 events")
    )
    start, end = first.locator(".hit").bounding_box(), last.locator(".hit").bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 5, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 30, steps=5)
    page.mouse.up()
    expect(page.locator("#list li")).to_have_count(1)
    assert page.url.endswith("?since=2025-06-02&until=2025-06-10")


def test_bars_are_one_stop_for_the_tab_key_and_arrows_go_along_them(desk: Visit) -> None:
    page = desk.open("?since=2025-06-01")
    bars = page.locator(".timeline a")
    assert bars.evaluate_all("all => all.filter((one) => one.tabIndex === 0).length") == 1
    page.locator(".timeline a[tabindex='0']").focus()
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "1 Jun 2025: 0 events"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "2 Jun 2025: 0 events"


def test_a_kind_narrows_to_it_and_a_second_click_takes_it_back(visit: Visit) -> None:
    page = visit.open()
    if not page.locator("#facets").is_visible():
        page.get_by_text("Map and breakdown").click()
    page.locator("#facets").get_by_role("link", name="Aid", exact=False).first.click()
    expect(page.locator("#list li")).to_have_count(2)
    page.locator("#facets [aria-current]").click()
    expect(page.locator("#list li")).to_have_count(25)


def test_kinds_outside_the_ontology_stand_aside_until_they_are_asked_for(desk: Visit) -> None:
    page, asked = desk.page, []
    page.on("request", lambda request: asked.append(request.url) if "/v1/events?" in request.url else None)
    desk.open()
    page.get_by_role("link", name="Show other kinds too").click()
    desk.settled()
    assert [url.count("quad=") for url in asked] == [4, 0]


def test_the_events_found_can_be_taken_along_as_a_file(desk: Visit) -> None:
    page = desk.page
    page.route("**/v1/events.csv*", lambda route: route.fulfill(body="event_id\ne1\n", content_type="text/csv"))
    desk.open("?actor=NOR")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "events.csv"


# ---------------------------------------------------------------- trouble


def test_a_server_that_does_not_answer_is_told_of_in_plain_words(visit: Visit) -> None:
    page = visit.page
    page.route("**/v1/*?*", lambda route: route.abort())
    page.goto(visit.site)
    parts = [page.locator("#status"), page.locator(".time")]
    for part in parts:
        expect(part.get_by_role("alert")).to_contain_text("The server does not answer")
    page.unroute("**/v1/*?*")
    for part in parts:
        part.get_by_role("button", name="Try again").click()
    expect(page.locator("#list li")).to_have_count(25)
    expect(page.locator(".timeline")).to_be_visible()
    visit.forgive("Failed to load resource")


def test_a_filter_that_makes_no_sense_is_told_of_in_plain_words(desk: Visit) -> None:
    page = desk.page
    page.goto(desk.site + "?since=whenever")
    expect(page.locator("#status").get_by_role("alert")).to_contain_text("since")
    desk.forgive("400")


def test_a_server_that_wants_a_key_is_given_the_one_that_the_reader_types(visit: Visit) -> None:
    page, keys_sent = visit.page, []

    def guarded(route: Route) -> None:
        keys_sent.append(route.request.headers.get("x-api-key"))
        if keys_sent[-1] == "sesame":
            route.continue_()
        else:
            route.fulfill(status=403, json={"message": "Forbidden"})

    page.route("**/v1/**", guarded)
    page.goto(visit.site)
    field_of_key = page.get_by_label("API key")
    expect(field_of_key).to_be_visible()
    field_of_key.fill("wrong")
    field_of_key.press("Enter")
    expect(page.locator("#key-why")).to_contain_text("refused")
    field_of_key.fill("sesame")
    field_of_key.press("Enter")
    expect(page.locator("#list li")).to_have_count(25)
    expect(field_of_key).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("button", name="Atom").click()
    assert download.value.suggested_filename == "events.atom"
    page.reload()
    expect(page.locator("#list li")).to_have_count(25)
    assert list(dict.fromkeys(keys_sent)) == [None, "wrong", "sesame"]
    assert page.evaluate("localStorage.length") == 0
    visit.forgive("403")


def test_an_empty_store_says_how_to_fill_it(desk: Visit) -> None:
    page = desk.page
    page.route("**/v1/events?*", lambda route: route.fulfill(json={"events": [], "cursor": None}))
    desk.open()
    expect(page.locator("#status")).to_contain_text("There are no events yet")
