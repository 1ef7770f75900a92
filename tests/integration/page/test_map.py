"""The map: its places, moving it by hand, by button and by keyboard, and asking for what is in view."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.integration.page.conftest import Visit, visiting

pytestmark = pytest.mark.browser

VIEW = "document.querySelector('svg.map').getAttribute('viewBox').split(' ').map(Number)"
IS_SEEN = """one => {
  const [mark, map] = [one.getBoundingClientRect(), document.querySelector('svg.map').getBoundingClientRect()];
  return mark.left >= map.left && mark.right <= map.right && mark.top >= map.top && mark.bottom <= map.bottom;
}"""
TOWNS = [
    {"name": "Quito", "country": "ECU", "lat": -0.23, "lon": -78.52, "geonameid": 3652462, "events": 9},
    {"name": "Nairobi", "country": "KEN", "lat": -1.28, "lon": 36.82, "geonameid": 184745, "events": 5},
    {"name": "Suva", "country": "FJI", "lat": -18.14, "lon": 178.44, "geonameid": 2198148, "events": 3},
    {"name": "Oslo", "country": "NOR", "lat": 59.91, "lon": 10.75, "geonameid": 3143244, "events": 1},
]


def opened(visit: Visit, query: str = "") -> Page:
    """Open the events with more places than the store has, and the map in sight."""
    visit.page.route(
        "**/v1/stats*", lambda route: route.fulfill(json=route.fetch().json() | {"places": TOWNS, "cursor": None})
    )
    return unfolded(visit, query)


def unfolded(visit: Visit, query: str = "") -> Page:
    """Open the events and the map, which a narrow window folds up."""
    page = visit.open(query)
    if not page.locator(".map").is_visible():
        page.get_by_text("Map and breakdown").click()
    expect(page.locator(".map")).to_be_visible()
    return page


def view(page: Page) -> list[float]:
    """Return the left, the top, the width and the height of what the map shows, in units of its drawing."""
    found: list[float] = page.evaluate(VIEW)
    return found


@pytest.fixture
def touched(browser: Browser, site: str) -> Iterator[Visit]:
    """A phone."""
    yield from visiting(browser, site, 390, 800, has_touch=True)


def test_a_place_on_the_map_narrows_to_it(visit: Visit) -> None:
    page = unfolded(visit)
    page.get_by_role("link", name="Istanbul: 1 event").click()
    expect(page.locator("#list li")).to_have_count(1)
    expect(page.locator(".chips .chip")).to_have_text("Place Istanbul×")


def test_a_country_on_the_map_narrows_to_it(desk: Visit) -> None:
    page = desk.open()
    page.get_by_role("button", name="Whole world").click()
    page.locator(".map [data-country=PER]").click()
    expect(page.locator(".chips .chip")).to_have_text("Country Peru×")


def test_what_the_pointer_rests_on_is_named(desk: Visit) -> None:
    page = opened(desk)
    page.get_by_role("button", name="Whole world").click()
    page.locator(".map [data-country=AUS]").hover()
    expect(page.locator(".map title")).to_have_text("Australia")
    page.locator(".places a").first.hover()
    expect(page.locator(".map title")).to_have_text("Quito: 9 events")


def test_only_what_is_in_view_is_asked_for(visit: Visit) -> None:
    page = unfolded(visit, "?since=2025-06-01")
    before = view(page)
    page.get_by_role("button", name="Only what is in view").click()
    expect(page.locator(".chips .chip").first).to_contain_text("Area")
    visit.settled()
    assert visit.cards() == ["Peru may quit the talks"]
    assert re.search(r"since=2025-06-01&bbox=[-0-9.]+(%2C[-0-9.]+){3}$", page.url)
    assert view(page) == before
    expect(page.locator(".map .area")).to_have_count(1)
    page.locator(".moves button").first.focus()
    page.get_by_role("link", name="Remove Area").click()
    expect(page.locator("#list li")).to_have_count(2)


def test_a_box_in_the_address_is_what_the_map_shows(desk: Visit) -> None:
    page = opened(desk, "?bbox=-85,-5,-75,5&all=1")
    expect(page.locator(".chips .chip")).to_have_text("Area 5° S to 5° N, 85° W to 75° W×")
    expect(page.locator("#status")).to_contain_text("No events match")
    assert page.locator(".places a").first.evaluate(IS_SEEN)
    assert not page.locator(".places a").nth(1).evaluate(IS_SEEN)


def test_a_place_with_the_focus_is_in_view_and_named(visit: Visit) -> None:
    page = opened(visit)
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    places = page.locator(".places a")
    places.first.focus()
    for town, place in zip(TOWNS, places.all(), strict=True):
        expect(place).to_be_focused()
        assert place.evaluate(IS_SEEN), town["name"]
        expect(page.locator(".map .names text").first).to_have_text(str(town["name"]))
        page.keyboard.press("ArrowRight")


def test_buttons_move_the_map_and_say_where_it_ends(visit: Visit) -> None:
    page = opened(visit)
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    x, y, w, h = view(page)
    page.get_by_role("button", name="Move east").press("Enter")
    page.get_by_role("button", name="Move north").press("Enter")
    assert view(page) == pytest.approx([x + 0.4 * w, y - 0.4 * h, w, h])
    whole = page.get_by_role("button", name="Whole world")
    whole.press("Enter")
    expect(whole).to_be_focused()
    for name in ("Zoom out", "Move west", "Move east", "Move north", "Move south"):
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-disabled", "true")


def test_a_mouse_drags_the_map_and_opens_nothing(desk: Visit) -> None:
    page = opened(desk)
    page.get_by_role("button", name="Zoom in").click()
    x, *_ = view(page)
    at = page.locator(".map").bounding_box()
    assert at
    page.mouse.move(at["x"] + 200, at["y"] + 60)
    page.mouse.down()
    page.mouse.move(at["x"] + 140, at["y"] + 60, steps=4)
    page.mouse.up()
    assert view(page)[0] > x
    expect(page.locator(".chips .chip")).to_have_count(0)


def test_two_fingers_move_and_stretch_the_map_while_one_scrolls_the_page(touched: Visit) -> None:
    page = opened(touched)
    page.get_by_role("button", name="Zoom in").click()
    expect(page.get_by_text("Two fingers move the map")).to_be_visible()
    page.locator(".map").scroll_into_view_if_needed()
    at = page.locator(".map").bounding_box()
    assert at
    wire = page.context.new_cdp_session(page)

    def touch(kind: str, *fingers: tuple[float, float]) -> None:
        points = [{"x": at["x"] + x, "y": at["y"] + y, "id": n} for n, (x, y) in enumerate(fingers)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y, w, h = view(page)
    touch("touchStart", (100, 80), (200, 80))
    for step in range(1, 5):
        touch("touchMove", (100 - 10 * step, 80), (200 - 10 * step, 80))
    touch("touchEnd")
    width = page.locator(".map").evaluate("one => one.getBoundingClientRect().width")
    assert view(page) == pytest.approx([x + 40 * w / width, y, w, h], abs=1)
    touch("touchStart", (100, 80), (200, 80))
    touch("touchMove", (50, 80), (250, 80))
    touch("touchEnd")
    assert view(page)[2] == pytest.approx(max(w / 2, 190))

    before, top = view(page), page.evaluate("scrollY")
    touch("touchStart", (200, 150))
    for step in range(1, 9):
        touch("touchMove", (200, 150 - 15 * step))
    touch("touchEnd")
    page.wait_for_function("top => scrollY > top + 20", arg=top)
    assert view(page) == before
