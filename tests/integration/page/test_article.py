"""An article with its facts underlined by layer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.integration.page.conftest import Visit
from tests.integration.page.tellings import HELP, TELLINGS

pytestmark = pytest.mark.browser


def article(visit: Visit) -> Locator:
    """Go from the event to the article of its first mention."""
    visit.open("?actor=NOR")
    visit.choose("Norway").get_by_role("link", name="See all facts of the article").first.click()
    found = visit.page.locator("main article.article")
    expect(found).to_be_visible()
    return found


def test_the_articles_text_is_whole_and_its_facts_are_underlined(visit: Visit) -> None:
    found = article(visit)
    expect(found.locator("h1")).to_have_text("Help on its way")
    assert "\n\n".join(found.locator(".text p").all_text_contents()) == TELLINGS[0].text
    expect(found.locator(".text a.fact")).to_have_text(
        ["Norway", "sent", "40", "Chad", "on Monday", "the ministry in Oslo", "said"]
    )


def test_the_mention_that_a_reader_comes_from_is_chosen(desk: Visit) -> None:
    found = article(desk)
    expect(found.locator(".text [aria-current]")).to_have_text("sent")
    card = found.get_by_role("region", name="The chosen fact")
    for words in ("Aid", "Norway", "Chad", "40 trucks", "9 Jun 2025", "the ministry in Oslo", "reported", "80 %"):
        expect(card).to_contain_text(words)
    marked = found.locator(".text [data-chosen~=evidence]")
    assert "".join(marked.all_text_contents()) == HELP


def test_a_fact_leads_to_its_event(desk: Visit) -> None:
    found = article(desk)
    found.get_by_role("link", name="All that is told of this event").click()
    expect(desk.page.locator("article.event h1")).to_have_text("Norway sent about 45 trucks to Chad")


def test_words_under_several_facts_show_them_all(desk: Visit) -> None:
    found = article(desk)
    found.locator(".text a.fact", has_text="Norway").click()
    expect(found.locator(".chosen-fact h2")).to_have_text("Name")
    expect(found.locator(".chosen-fact")).to_contain_text("Country")
    lines = found.locator(".text a.fact", has_text="sent").locator(".line")
    layers = lines.evaluate_all("all => all.map((one) => one.className)")
    assert layers == ["line of-events trigger", "line of-attributions content"] or len(layers) == 2


def test_a_layer_can_be_switched_off(desk: Visit) -> None:
    found = article(desk)
    line = found.locator(".text .of-entities").first
    drawn = "one => getComputedStyle(one).borderBottomColor"
    assert line.evaluate(drawn) != "rgba(0, 0, 0, 0)"
    found.get_by_label("Names").uncheck()
    assert line.evaluate(drawn) == "rgba(0, 0, 0, 0)"


def test_a_chosen_fact_is_in_the_address(visit: Visit) -> None:
    found = article(visit)
    found.locator(".text a.fact", has_text="on Monday").click()
    assert "fact=timexes%2Ft1" in visit.page.url
    visit.page.reload()
    expect(found.locator(".chosen-fact")).to_contain_text("2025-06-09")


def test_facts_are_reached_by_keyboard(desk: Visit) -> None:
    found = article(desk)
    found.locator(".text a.fact").first.focus()
    desk.page.keyboard.press("j")
    assert desk.page.evaluate("document.activeElement.textContent") == "sent"
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("Enter")
    expect(found.locator(".chosen-fact h2")).to_have_text("Number")


def test_without_the_articles_text_the_page_says_so(desk: Visit) -> None:
    page = desk.page
    page.route(
        "**/v1/articles/*",
        lambda route: route.fulfill(
            json={"article_id": "a1", "title": "Kept", "url": "https://news.example/", "mentions": []}
        ),
    )
    page.goto(desk.site + "?view=article&id=a1")
    expect(page.locator("main")).to_contain_text("keeps the texts of articles to itself")
    expect(page.get_by_role("link", name="Read it at the outlet")).to_have_attribute("href", "https://news.example/")


def test_an_article_that_is_not_there_is_told_of(desk: Visit) -> None:
    desk.page.goto(desk.site + "?view=article&id=a0")
    expect(desk.page.get_by_role("alert")).to_contain_text("no article a0")
    desk.forgive("404")
