"""For everyone: keyboard, colours, widths, and what axe-core finds (nothing)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.integration.page.conftest import Visit, visiting

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = {
    "start": "",
    "filtered": "?actor=NOR&since=2025-01-01",
    "nothing found": "?actor=XXX",
    "actors": "?view=actors",
    "actor": "?view=actor&id=PER",
    "feeds": "?view=feeds",
    "watches": "?view=watches",
}


@pytest.fixture(params=["light", "dark"])
def coloured(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    yield from visiting(browser, site, 1280, 900, color_scheme=request.param)


def found_by_axe(visit: Visit) -> list[str]:
    visit.settled()
    answer = Axe().run(visit.page, options={"runOnly": RULES})
    return [
        f"{v['id']}: {node['html']} {node['failureSummary']}" for v in answer.response["violations"] for node in v["nodes"]
    ]


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS.keys())
def test_axe_finds_nothing(coloured: Visit, query: str) -> None:
    coloured.page.route("**/v1/watches", lambda route: route.fulfill(json={"watches": []}))
    coloured.open(query)
    assert found_by_axe(coloured) == []


def test_axe_finds_nothing_on_an_event_and_its_article(coloured: Visit) -> None:
    coloured.open("?actor=NOR")
    event = coloured.choose("Norway")
    assert found_by_axe(coloured) == []
    event.get_by_role("link", name="See all facts of the article").first.click()
    expect(coloured.page.locator("article.article")).to_be_visible()
    assert found_by_axe(coloured) == []


def test_axe_finds_nothing_in_open_filters_suggestions_and_help(coloured: Visit) -> None:
    page = coloured.open()
    page.locator(".more-filters summary").click()
    page.locator("#search").press_sequentially("norw")
    expect(page.get_by_role("option").first).to_be_visible()
    assert found_by_axe(coloured) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    assert found_by_axe(coloured) == []


@pytest.mark.parametrize("query", [*VIEWS.values(), "?view=event", "?view=article"], ids=[*VIEWS.keys(), "event", "article"])
def test_nothing_sticks_out_to_the_side_of_the_narrowest_phone(browser: Browser, site: str, query: str) -> None:
    for visit in visiting(browser, site, 320, 640):
        if query in ("?view=event", "?view=article"):
            visit.open("?until=2025-05-31&since=2025-03-01&sort=newest")
            event = visit.choose("Bartholomew")
            if query == "?view=article":
                event.get_by_role("link", name="See all facts of the article").first.click()
                expect(visit.page.locator("article.article")).to_be_visible()
        else:
            visit.page.route("**/v1/watches", lambda route: route.fulfill(json={"watches": []}))
            visit.open(query)
        assert visit.sticks_out() == 0


def test_the_page_works_by_keyboard_alone(visit: Visit) -> None:
    page = visit.open("?actor=NOR")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.event"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("article.event h1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#list h3 a").first).to_be_focused()


def test_letters_step_through_the_cards_and_slash_goes_to_the_search(desk: Visit) -> None:
    page = desk.open()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#list h3 a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#list h3 a").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("j/k?")
    assert page.locator("#search").input_value() == "j/k?"


def test_slash_finds_the_search_from_any_view(desk: Visit) -> None:
    page = desk.open("?view=feeds")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()


def test_letters_can_be_switched_off(desk: Visit) -> None:
    page = desk.open()
    page.keyboard.press("?")
    page.get_by_label("Single letters are shortcuts").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    desk.settled()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_colours_follow_the_system_until_the_reader_chooses(browser: Browser, site: str) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    grounds = {}
    for scheme in ("light", "dark"):
        for visit in visiting(browser, site, 900, 700, color_scheme=scheme):
            page = visit.open()
            grounds[scheme] = page.evaluate(ground)
            page.get_by_role("button", name="Dark colours").click()
            grounds[f"not {scheme}"] = page.evaluate(ground)
            page.reload()
            assert page.evaluate(ground) == grounds[f"not {scheme}"]
    assert grounds["light"] == grounds["not dark"] != grounds["dark"] == grounds["not light"]


def test_how_sure_an_event_is_can_be_told_without_colour(desk: Visit) -> None:
    page = desk.open()
    badge = page.locator("#list li").first.locator(".sure")
    expect(badge).to_have_text("~possible")
    assert badge.evaluate("one => getComputedStyle(one).borderTopStyle") == "dashed"
    assert page.locator("#list .sure.reported").first.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"


def test_a_printed_event_has_its_sources_and_no_buttons(desk: Visit) -> None:
    desk.open("?actor=NOR")
    event = desk.choose("Norway")
    desk.page.emulate_media(media="print")
    expect(desk.page.get_by_role("navigation", name="Views")).to_be_hidden()
    expect(event.locator("mark").first).to_be_visible()
