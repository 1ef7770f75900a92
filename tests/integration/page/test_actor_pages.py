"""Actors: who is in the news, and who does what to whom over time."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.integration.page.conftest import Visit

pytestmark = pytest.mark.browser


def test_actors_are_listed_with_what_they_did_and_what_befell_them(visit: Visit) -> None:
    page = visit.open("?view=actors")
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text("Chad")
    expect(rows.filter(has_text="Norway").locator("td")).to_have_text(["32", "1", "31"])


def test_an_actor_can_be_looked_for(desk: Visit) -> None:
    page = desk.open("?view=actors")
    page.get_by_role("searchbox", name="Find an actor").fill("peru")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url.endswith("?view=actors&q=peru")
    page.locator("tbody a").click()
    expect(page.locator("h1")).to_contain_text("Peru")


def test_an_actors_page_shows_each_counterpart_by_class_of_event(visit: Visit) -> None:
    page = visit.open("?view=actor&id=PER")
    expect(page.locator("h1")).to_have_text("Peru PER")
    table = page.locator(".multiples")
    expect(table.locator("tbody th")).to_have_text(["Chad", "Norway", "others"])
    cell = table.get_by_role("link", name="Chad, material cooperation: 1 event")
    expect(cell.locator("rect").first).to_be_attached()
    cell.click()
    visit.settled()
    assert visit.cards() == ["Peru sent <b onmouseover=alert(1)>9 ships</b> to Chad"]


def test_what_is_done_to_an_actor_is_the_other_side(desk: Visit) -> None:
    page = desk.open("?view=actor&id=NOR")
    page.get_by_role("link", name="Is done to it").click()
    desk.settled()
    expect(page.locator(".multiples tbody th")).to_have_text(["Chad", "Peru"])
    assert page.url.endswith("?view=actor&id=NOR&side=recipient")


def test_counterparts_are_counted_in_both_directions(desk: Visit) -> None:
    page = desk.open("?view=actor&id=NOR")
    row = page.locator("table").last.locator("tbody tr", has_text="Chad")
    expect(row.locator("td")).to_have_text(["1", "30", "Support 30, Aid 1"])
    row.get_by_role("link", name="By Chad: 30 events").click()
    desk.settled()
    expect(page.locator(".chips .chip")).to_have_text(["Who did it Chad×", "To whom Norway×"])


def test_a_bar_of_an_actor_narrows_its_page(desk: Visit) -> None:
    page = desk.open("?view=actor&id=PER&since=2025-06-01")
    page.locator(".timeline").get_by_role("link", name="12 Jun 2025: 1 event").click(force=True)
    desk.settled()
    assert page.url.endswith("?view=actor&id=PER&since=2025-06-12&until=2025-06-12")
    expect(page.locator(".multiples tbody tr")).to_have_count(1)
