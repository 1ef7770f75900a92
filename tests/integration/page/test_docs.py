"""The description of the API in a browser, under its policy of contents."""

from __future__ import annotations

from playwright.sync_api import Browser, expect


def test_the_docs_page_shows_the_routes_with_no_script_but_its_own(browser: Browser, site: str) -> None:
    page = browser.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{site}docs")
    expect(page.locator(".opblock").first).to_be_visible()
    assert page.get_by_text("/v1/events", exact=True).count() == 1
    assert troubles == []
    page.close()
