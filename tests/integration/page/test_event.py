"""An event's page: its values, where accounts differ, and the words that prove them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.integration.page.conftest import Visit
from tests.integration.page.tellings import ECHO, HELP, TELLINGS

pytestmark = pytest.mark.browser


def test_every_mention_is_marked_in_its_sentence(visit: Visit) -> None:
    visit.open()
    event = visit.choose("Norway")
    expect(event.locator(".mentions mark")).to_have_text([HELP, TELLINGS[1].evidence])
    expect(event.locator(".mentions mark b")).to_have_text(["sent", "sent"])


def test_offsets_count_characters_and_not_the_browsers_code_units(desk: Visit) -> None:
    desk.open("?type=CONSULT")
    event = desk.choose("Peru")
    expect(event.locator(".mentions mark b")).to_have_text("sent")
    before = event.locator(".mentions mark b").evaluate("b => b.previousSibling.data")
    assert before == ECHO.evidence[: ECHO.evidence.index("sent")]


def test_accounts_that_differ_stand_side_by_side_with_their_evidence(visit: Visit) -> None:
    visit.open()
    event = visit.choose("Norway")
    differ = event.locator(".differ section", has_text="How many")
    sides = differ.locator(".sides > li")
    expect(sides.locator(".value")).to_contain_text(["about 45 trucks", "40 trucks"])
    expect(sides.first).to_contain_text("shown above")
    expect(sides.first.locator("mark")).to_have_text(TELLINGS[1].evidence)
    expect(sides.nth(1)).to_contain_text("1 outlet: Wire")
    expect(sides.nth(1)).to_contain_text("the ministry in Oslo")
    tops = sides.evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    viewport = visit.page.viewport_size
    assert viewport
    assert (tops[0] == tops[1]) is (viewport["width"] > 800)


def test_the_event_tells_who_says_so_where_and_when(visit: Visit) -> None:
    visit.open()
    event = visit.choose("Norway")
    first, second = event.locator(".mentions > li").all()
    for mention, words in (
        (first, ["Wire", "10 Jun 2025, 08:30 UTC", "the ministry in Oslo", "said", "reported"]),
        (second, ["Herald", "11 Jun 2025, 16:05 UTC", "an aid worker", "confirmed"]),
    ):
        for part in words:
            expect(mention).to_contain_text(part)
    link = second.get_by_role("link", name="Trucks cross the border")
    assert link.get_attribute("href") == "http://herald.example/trucks"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_an_event_has_an_address_of_its_own_and_back_leads_to_where_the_reader_was(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Show more events").click()
    expect(page.locator("#list li")).to_have_count(35)
    last = page.locator("#list li h3 a").last
    last.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    top = page.evaluate("scrollY")
    last.click()
    expect(page.locator("article.event h1")).to_be_focused()
    assert "view=event&id=e" in page.url
    page.go_back()
    expect(page.locator("#list li")).to_have_count(35)
    expect(last).to_be_focused()
    assert abs(page.evaluate("scrollY") - top) < 5
    page.go_forward()
    page.reload()
    expect(page.locator("article.event mark").first).to_be_visible()
    page.get_by_role("link", name="Events", exact=True).last.click()
    expect(page.locator("#list li").first).to_be_visible()


def test_the_way_back_keeps_the_filters(desk: Visit) -> None:
    page = desk.open("?actor=NOR")
    desk.choose("Norway")
    page.locator("[data-back]").click()
    expect(page.locator("#list li")).to_have_count(1)
    assert page.url.endswith("?actor=NOR")


def test_the_mentions_that_an_event_does_not_bring_are_shown_on_demand(desk: Visit) -> None:
    page = desk.page

    def with_one_mention(route: Route) -> None:
        event = route.fetch().json()
        route.fulfill(json=event | {"mentions": event["mentions"][:1]})

    page.route(
        "**/v1/events/e*", lambda route: route.fallback() if "/mentions" in route.request.url else with_one_mention(route)
    )
    desk.open()
    event = desk.choose("Norway")
    page.get_by_role("button", name="Show more mentions").click()
    expect(event.locator(".mentions h3")).to_contain_text(["Wire", "Herald"])
    expect(event.locator(".mentions mark")).to_have_text([HELP, TELLINGS[1].evidence])


def test_why_mentions_are_one_event_and_what_became_of_it(visit: Visit) -> None:
    """What the merging says and the history, as the records hold them."""
    page = visit.page

    def with_reasons(route: Route) -> None:
        event: dict[str, Any] = route.fetch().json()
        one, two = (mention["mention_id"] for mention in event["mentions"])
        route.fulfill(
            json=event
            | {
                "why": [{"a": one, "b": two, "score": 0.91, "features": {"same_type": 0.4, "quantity": -0.12}}],
                "history": [
                    {"at": "2025-06-10T08:30:00Z", "kind": "told", "article_id": "a1", "outlet": "Wire", "mention_id": one},
                    {
                        "at": "2025-06-12T09:00:00Z",
                        "kind": "revised",
                        "article_id": "a2",
                        "outlet": "Herald",
                        "mention_id": two,
                        "was": "30 trucks",
                    },
                ],
            }
        )

    page.route("**/v1/events/e*", with_reasons)
    visit.open()
    event = visit.choose("Norway")
    why = event.locator("section", has_text="Why these are one event").last
    expect(why).to_contain_text("Wire and Herald · score 0.91")
    expect(why.locator(".features li")).to_have_text(["same type+0.40", "quantity-0.12"])
    history = event.locator(".history li")
    expect(history).to_contain_text(["Wire told of it", "Herald told it otherwise in a new version: it said “30 trucks”"])


def test_counts_that_may_be_larger_are_told_so(desk: Visit) -> None:
    more = {"mention_count": 1200, "outlet_count": 310, "at_least": True}

    def many(route: Route) -> None:
        told = route.fetch().json()
        for event in told.get("events", [told]):
            event.update(more)
            for value in event["values"]:
                value.update(outlet_count=250, at_least=True)
        route.fulfill(json=told)

    desk.page.route(re.compile("/v1/events[/?]"), many)
    page = desk.open("?actor=NOR")
    expect(page.locator("#list .meta")).to_contain_text("Herald, Wire and at least 307 more, at least 1,200 mentions")
    expect(page.locator("#list .spread")).to_have_text("about 45 — at least 250 outlets; 40 — at least 250")
    event = desk.choose("Norway")
    expect(event.locator(".lead")).to_contain_text("At least 1,200 mentions in 310 outlets")
    expect(event).to_contain_text("Told at least 1,200 times")
    expect(event.locator(".sides > li").first).to_contain_text("at least 250 outlets: Herald …")


def test_an_event_that_is_gone_is_told_of(desk: Visit) -> None:
    page = desk.page
    page.goto(desk.site + "?view=event&id=e0000")
    expect(page.get_by_role("alert")).to_contain_text("no event e0000")
    page.get_by_role("link", name="Events", exact=True).last.click()
    expect(page.locator("#list li")).to_have_count(25)
    desk.forgive("404")
