"""How the feeds are, and what is watched."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.integration.page.conftest import Visit

pytestmark = pytest.mark.browser

FEEDS: list[dict[str, Any]] = [
    {
        "feed_id": "f1",
        "url": "https://wire.example/feed.xml",
        "title": "Wire",
        "status": "healthy",
        "last_read": "2025-06-13T10:00:00Z",
        "next_poll": "2099-06-13T10:15:00Z",
        "entries": 1200,
        "waiting": 3,
    },
    {
        "feed_id": "f2",
        "url": "javascript:window.ran=1",
        "title": "<b>Herald</b>",
        "status": "failing",
        "failures": 4,
        "reason": "the server answered 503",
        "entries": 0,
    },
    {"feed_id": "f3", "url": "https://gone.example/rss", "status": "gone", "reason": "410", "failures": 1, "entries": 7},
]


def test_feeds_show_how_they_are_the_worst_first(visit: Visit) -> None:
    visit.page.route("**/v1/feeds", lambda route: route.fulfill(json={"feeds": FEEDS}))
    page = visit.open("?view=feeds")
    rows = page.locator("tbody tr")
    expect(rows).to_contain_text(["failing", "gone", "healthy"])
    expect(rows.first).to_contain_text("the server answered 503 (4 times)")
    expect(rows.nth(1)).to_contain_text("not read any more")
    expect(rows.nth(2)).to_contain_text("13 Jun 2025")
    expect(rows.nth(2)).to_contain_text("1,200")
    expect(page.locator(".tally li")).to_have_text(["!failing 1", "✕gone 1", "✓healthy 1"])
    assert page.locator("a[href^=javascript], tbody b b").count() == 0


def test_without_feeds_the_page_says_how_to_add_one(desk: Visit) -> None:
    page = desk.open("?view=feeds")
    expect(page.locator("main")).to_contain_text("tidings feeds add")


def test_feeds_that_cannot_be_had_can_be_asked_for_again(desk: Visit) -> None:
    page = desk.page
    page.route("**/v1/feeds", lambda route: route.abort())
    page.goto(desk.site + "?view=feeds")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    page.unroute("**/v1/feeds")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("main")).to_contain_text("tidings feeds add")
    desk.forgive("Failed to load resource")


def test_watches_lead_to_their_search_and_their_feed(visit: Visit) -> None:
    watch = {
        "watch_id": "w1",
        "name": "Peru at sea",
        "query": {"actor": ["PER"], "text": "ships"},
        "webhook": "https://hooks.example/in",
        "created": "2025-06-01T00:00:00Z",
    }
    visit.page.route("**/v1/watches", lambda route: route.fulfill(json={"watches": [watch]}))
    page = visit.open("?view=watches")
    expect(page.get_by_role("link", name="Atom")).to_have_attribute("href", "v1/watches/w1/events.atom")
    page.get_by_role("link", name="Peru at sea").click()
    visit.settled()
    assert visit.cards() == ["Peru sent <b onmouseover=alert(1)>9 ships</b> to Chad"]


def test_a_watch_shows_each_of_its_filters(desk: Visit) -> None:
    watch = {
        "watch_id": "w1",
        "name": "Istanbul",
        "query": {"bbox": "28,40,30,42", "min_outlets": 1},
        "created": "2025-06-01",
    }
    desk.page.route("**/v1/watches", lambda route: route.fulfill(json={"watches": [watch]}))
    page = desk.open("?view=watches")
    expect(page.locator(".chip")).to_have_text(["Area 40° N to 42° N, 28° E to 30° E", "At least so many outlets 1"])
    page.get_by_role("link", name="Istanbul").click()
    desk.settled()
    assert desk.cards() == ["Peru may quit the talks"]


def test_a_watch_has_an_address_for_feed_readers_that_needs_no_key(desk: Visit) -> None:
    feeds = {"atom": "https://tidings.example/live/watch-feeds/w1/t0ken.atom", "json": "https://tidings.example/t0ken.json"}
    watches = [{"watch_id": "w1", "name": "Mine", "query": {}, "feeds": feeds}]
    desk.page.route("**/v1/watches", lambda route: route.fulfill(json={"watches": watches}))
    page = desk.open("?view=watches")
    expect(page.get_by_role("link", name="Atom")).to_have_attribute("href", feeds["atom"])
    expect(page.get_by_role("link", name="JSON Feed")).to_have_attribute("href", feeds["json"])


def test_whoever_may_only_read_is_told_who_sees_a_watchs_feed(desk: Visit) -> None:
    page = desk.page

    def guarded(route: Route) -> None:
        if route.request.headers.get("x-api-key"):
            route.fulfill(json={"watches": [{"watch_id": "w1", "name": "Mine", "query": {}, "feeds": None}]})
        else:
            route.fulfill(status=403, json={"message": "Forbidden"})

    page.route("**/v1/watches", guarded)
    page.goto(desk.site + "?view=watches")
    page.get_by_label("API key").fill("read")
    page.get_by_role("button", name="Use this key").click()
    expect(page.locator("main li.panel")).to_contain_text("whoever uses the admin key")
    expect(page.locator("main a[href^=v1]")).to_have_count(0)
    desk.forgive("403")


def test_a_server_without_watches_says_so(desk: Visit) -> None:
    desk.page.route("**/v1/watches", lambda route: route.fulfill(status=404, json={"detail": "nothing at /v1/watches"}))
    page = desk.open("?view=watches")
    expect(page.locator("main")).to_contain_text("keeps no watches")
    desk.forgive("404")
