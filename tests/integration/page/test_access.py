"""For everyone: keyboard, colours, widths, and what axe-core finds (nothing)."""

from __future__ import annotations

import re
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
    "an area": "?bbox=28,40,30,42",
    "no sense": "?since=whenever",
    "actors": "?view=actors",
    "no actors": "?view=actors&q=nobody",
    "actor": "?view=actor&id=PER",
    "an actor of no events": "?view=actor&id=XXX",
    "feeds": "?view=feeds",
    "watches": "?view=watches",
    "no event": "?view=event&id=none",
    "no article": "?view=article&id=none",
}
WATCHES = [
    {
        "watch_id": "w1",
        "name": "Ships",
        "query": {"actor": ["PER"], "bbox": "-85,-5,-75,5", "text": "ships"},
        "webhook": None,
    },
    {"watch_id": "w2", "name": "<b>", "query": {}, "webhook": "https://hooks.example/x", "created": "2025-06-01T00:00:00Z"},
]
FEEDS = [
    {
        "feed_id": f"f{at}",
        "url": f"https://{status}.example/",
        "status": status,
        "failures": 2,
        "reason": "503",
        "entries": 1,
    }
    for at, status in enumerate(("new", "healthy", "failing", "gone"))
]


@pytest.fixture(
    # Colours depend on the scheme, sizes and order on the width: each is met in every view.
    params=[(1280, 900, "light"), (390, 800, "dark")],
    ids=["desktop-light", "phone-dark"],
)
def coloured(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    width, height, scheme = request.param
    yield from visiting(browser, site, width, height, color_scheme=scheme)


def found_by_axe(visit: Visit) -> list[str]:
    visit.settled()
    answer = Axe().run(visit.page, options={"runOnly": RULES})
    return [
        f"{v['id']}: {node['html']} {node['failureSummary']}" for v in answer.response["violations"] for node in v["nodes"]
    ]


def filled(visit: Visit) -> None:
    """Let the server have feeds and watches."""
    visit.page.route("**/v1/watches", lambda route: route.fulfill(json={"watches": WATCHES}))
    visit.page.route("**/v1/feeds", lambda route: route.fulfill(json={"feeds": FEEDS}))


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS.keys())
def test_axe_finds_nothing(coloured: Visit, query: str) -> None:
    filled(coloured)
    page = coloured.open(query)
    if not query:
        page.locator("#aside").evaluate("one => (one.open = true)")
        expect(page.locator(".map")).to_be_visible()
    assert found_by_axe(coloured) == []
    coloured.forgive("400", "404")


@pytest.mark.parametrize("query", ["?view=feeds", "?view=watches"])
def test_axe_finds_nothing_on_lists_of_nothing(coloured: Visit, query: str) -> None:
    coloured.page.route(re.compile("/v1/(watches|feeds)$"), lambda route: route.fulfill(json={"watches": [], "feeds": []}))
    coloured.open(query)
    assert found_by_axe(coloured) == []


def test_axe_finds_nothing_where_a_key_is_asked_for(coloured: Visit) -> None:
    coloured.page.route("**/v1/**", lambda route: route.fulfill(status=403, json={"message": "Forbidden"}))
    coloured.open()
    assert found_by_axe(coloured) == []
    coloured.forgive("403")


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
            filled(visit)
            visit.open(query)
            visit.forgive("400", "404")
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


def test_the_focus_stays_where_a_keyboard_reader_narrows_the_list(desk: Visit) -> None:
    page = desk.open()
    row = page.locator("#facets").get_by_role("link", name="Aid")
    row.press("Enter")
    expect(page.locator(".chips .chip")).to_have_text("Type Aid×")
    desk.settled()
    expect(row).to_be_focused()
    only = page.get_by_role("button", name="Only what is in view")
    only.press("Enter")
    expect(page.locator(".chips .chip")).to_have_count(2)
    desk.settled()
    expect(only).to_be_focused()
    page.locator(".chips .chip").last.press("Enter")
    expect(page.locator(".chips .chip")).to_have_count(1)
    expect(page.locator(".chips .chip")).to_be_focused()


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
