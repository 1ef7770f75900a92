"""A real browser at the local API over a real store (`-m "not browser"` leaves these tests out)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from tests.integration.page.tellings import ALL, fill
from tidings.bootstrap import resources
from tidings.local.apigw import serve_api

# The shell is the same browser without its windows, which each test would open anew: half the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for found in map(shutil.which, NAMES) if found), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MOST_MS = 30_000
"""How long a browser on a busy machine may need for what takes milliseconds; only what never comes is waited for so long."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Visit:
    """A reader's tab; what went wrong in it is kept in `troubles`."""

    page: Page
    site: str
    troubles: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> Page:
        """Go to a view and wait until it stands."""
        self.page.goto(self.site + query)
        self.settled()
        return self.page

    def settled(self) -> None:
        """Wait until nothing in the view is on its way any more."""
        expect(self.page.locator("main > *")).not_to_have_count(0)
        expect(self.page.locator("main [aria-busy=true], main .loading")).to_have_count(0)

    def cards(self) -> list[str]:
        """Return the sentences of the list."""
        return [" ".join(text.split()) for text in self.page.locator("#list h3").all_inner_texts()]

    def choose(self, words: str) -> Locator:
        """Open the first event whose card has these words."""
        self.page.locator("#list li", has_text=words).first.locator("h3 a").click()
        expect(self.page.locator("main article.event")).to_be_visible()
        return self.page.locator("main article.event")

    def sticks_out(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.page.evaluate(WIDER))

    def forgive(self, *parts: str) -> None:
        """Take out troubles that the test itself has made: each of them has one of these parts."""
        self.troubles[:] = [trouble for trouble in self.troubles if not any(part in trouble for part in parts)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(
            "no Chromium on this machine: install the package chromium, or leave these tests out with -m 'not browser'"
        )
    expect.set_options(timeout=MOST_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page over a store that the publish stage has filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDINGS_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("TIDINGS_SERVE_ARTICLE_TEXT", raising=False)
        resources.cache_clear()
        fill(ALL)
        server = serve_api("127.0.0.1", 0)
        yield f"http://127.0.0.1:{server.port}/"
        server.close()
    resources.cache_clear()


@pytest.fixture(params=[(1280, 900), (390, 800)], ids=["desktop", "phone"])
def visit(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    yield from visiting(browser, site, *request.param)


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[Visit]:
    """A wide window, for what is the same in a narrow one."""
    yield from visiting(browser, site, 1280, 900)


def visiting(browser: Browser, site: str, width: int, height: int, **wishes: str) -> Iterator[Visit]:
    """A tab that may ask this site and no other; at the end nothing may have gone wrong in it."""
    context = browser.new_context(viewport={"width": width, "height": height}, **wishes)
    context.set_default_timeout(MOST_MS)
    page = context.new_page()
    visit = Visit(page, site)

    def loopback_only(route: Route) -> None:
        if route.request.url.startswith(site):
            route.continue_()
        else:
            visit.troubles.append(f"asked for {route.request.url}")
            route.abort()

    page.route("**/*", loopback_only)
    page.on("console", lambda m: visit.troubles.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.troubles.append(str(error)))
    page.on("dialog", lambda dialog: (visit.troubles.append(dialog.message), dialog.dismiss()))
    yield visit
    context.close()
    assert visit.troubles == []
