"""Text from a feed is data: it is shown as text, wherever it stands, and runs nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.integration.page.conftest import Visit
from tests.integration.page.tellings import HOSTILE_TEXT, HOSTILE_TITLE, LONG_NAME

pytestmark = pytest.mark.browser

FOREIGN = "main img, main script, main i, main [onmouseover], main [onload], main mark b b, main svg[onload]"


def runs_nothing(page: Page) -> None:
    assert page.locator(FOREIGN).count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    page.mouse.move(200, 400)
    assert page.evaluate("window.ran") is None


def test_markup_in_names_titles_and_quotes_is_shown_as_text(visit: Visit) -> None:
    page = visit.open("?until=2025-05-31&since=2025-05-01")
    expect(page.locator("#list li")).to_contain_text("<svg onload=window.ran=1>")
    runs_nothing(page)
    event = visit.choose("Peru")
    mention = event.locator(".mentions > li")
    expect(mention.locator("mark")).to_have_text(HOSTILE_TEXT)
    for words in (HOSTILE_TITLE, "javascript:window.ran=1", "<b onmouseover=alert(1)>"):
        expect(mention).to_contain_text(words)
    runs_nothing(page)
    event.get_by_role("link", name="See all facts of the article").click()
    found = page.locator("article.article")
    expect(found.locator("h1")).to_have_text(HOSTILE_TITLE)
    expect(found.locator(".text")).to_contain_text(HOSTILE_TEXT)
    runs_nothing(page)


def test_markup_in_the_address_is_shown_as_text(desk: Visit) -> None:
    page = desk.open("?outlet=%3Cimg%20src%3Dx%20onerror%3D%22window.ran%3D1%22%3E&text=%3Cscript%3E")
    expect(page.locator(".chips")).to_contain_text('<img src=x onerror="window.ran=1">')
    runs_nothing(page)


def test_a_name_of_ten_thousand_characters_is_cut_short(visit: Visit) -> None:
    page = visit.open("?since=2025-04-01&until=2025-04-30")
    sentence = page.locator("#list h3").first.inner_text()
    assert sentence.startswith("Sir Bartholomew Bartholomew")
    assert len(sentence) < 500
    assert visit.sticks_out() == 0
    visit.choose("Bartholomew")
    assert len(page.title()) < 120
    assert visit.sticks_out() == 0
    assert len(LONG_NAME) > 9_000


def test_a_change_of_direction_ends_with_the_words_that_it_came_in(desk: Visit) -> None:
    page = desk.open("?since=2025-04-01&until=2025-04-30")
    recipient = page.locator("#list .recipient bdi")
    expect(recipient).to_have_count(1)
    assert recipient.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"
    desk.choose("Bartholomew")
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page.title()
    assert page.locator("[aria-label*='\N{RIGHT-TO-LEFT OVERRIDE}']").count() == 0


def test_the_policy_forbids_what_the_page_does_not_need(desk: Visit) -> None:
    answer = desk.page.goto(desk.site)
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-" not in policy and "data:" not in policy and "http" not in policy
    desk.settled()
    desk.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran=1\">')")
    desk.page.wait_for_timeout(100)
    assert desk.page.evaluate("window.ran") is None
    desk.forgive("Content Security Policy", "404")


def test_the_page_asks_nobody_but_its_own_server(visit: Visit) -> None:
    visit.open()
    for query in ("?view=actors", "?view=actor&id=PER", "?view=feeds"):
        visit.open(query)
    assert visit.troubles == []
