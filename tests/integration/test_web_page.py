"""The web page in a real browser, served by the local API from a real store (`-m "not browser"` leaves this out)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tidings import ids, keys
from tidings.bootstrap import resources
from tidings.clean.stage import record_article
from tidings.ids import ArticleId, CorrelationId
from tidings.local.apigw import serve_api
from tidings.messages import PublishExtraction
from tidings.ports.fakes import MemoryBus
from tidings.publish.stage import publish
from tidings.records import (
    Article,
    Attribution,
    Entity,
    EntityLabel,
    EventMention,
    Evidence,
    Extraction,
    Factuality,
    Participant,
    Place,
    Qualifier,
    Quantity,
    QuoteKind,
    SourceSpan,
    Span,
    Timex,
    TimexType,
    Trigger,
)

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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
HOSTILE_TITLE = '<img src=x onerror="window.ran=1">'
HOSTILE_TEXT = "</script><script>window.ran=1</script> Peru sent <b onmouseover=alert(1)>9 ships</b> to Chad."


@dataclass
class Telling:
    """An article of some paragraphs; one of them, `evidence`, tells of the event."""

    name: str
    evidence: str
    trigger: str = "sent"
    before: str = "The harbour was quiet on Monday. \N{SHIP}\N{GRINNING FACE} Crews slept.\n\n"
    after: str = "\n\nNothing else was known by the evening."
    type: str = "AID"
    actor: tuple[str, str] | None = ("Norway", "NOR")
    recipient: tuple[str, str] | None = ("Chad", "TCD")
    number: tuple[str, float, str] | None = None
    qualifier: Qualifier = Qualifier.EXACT
    day: str | None = None
    place: tuple[str, str, int] | None = None
    source: tuple[str, str] | None = None
    title: str = "Help on its way"
    outlet: str = "Wire"
    url: str = "https://news.example/story"
    published: datetime = datetime(2025, 6, 10, 8, 30, tzinfo=UTC)
    factuality: Factuality = Factuality.REPORTED

    @property
    def text(self) -> str:
        return self.before + self.evidence + self.after

    def span(self, words: str) -> dict[str, Any]:
        start = len(self.before) + self.evidence.index(words)
        return {"start": start, "end": start + len(words), "text": words}

    def article(self) -> Article:
        return Article(
            article_id=ArticleId("a" + ids.digest(self.name)),
            version=ids.digest(self.text),
            title=self.title,
            text=self.text,
            outlet=self.outlet,
            url=self.url,
            published=self.published,
        )

    def extraction(self) -> Extraction:
        names = [side for side in (self.actor, self.recipient) if side]
        place = self.place and Place(
            **self.span(self.place[0]), name=self.place[0], country=self.place[1], geonameid=self.place[2]
        )
        event = EventMention(
            id="v1",
            type=self.type,
            trigger=Trigger(**self.span(self.trigger), lemma=self.trigger),
            actor=self._side(self.actor),
            recipient=self._side(self.recipient),
            objects=("q1",) if self.number else (),
            time="t1" if self.day else None,
            place=place,
            factuality=self.factuality,
            attributions=("a1",) if self.source else (),
            evidence=Evidence(start=len(self.before), end=len(self.before) + len(self.evidence)),
            confidence=0.8,
        )
        return Extraction(
            article_id="a" + ids.digest(self.name),
            published=self.published,
            model="test",
            entities=tuple(Entity(**self.span(n), id=n, label=EntityLabel.GPE, name=n, country=c) for n, c in names),
            quantities=self._quantities(),
            timexes=self._timexes(),
            attributions=self._attributions(),
            events=(event,),
        )

    def _side(self, side: tuple[str, str] | None) -> tuple[Participant, ...]:
        return (Participant(**self.span(side[0]), entity=side[0], country=side[1]),) if side else ()

    def _quantities(self) -> tuple[Quantity, ...]:
        if not self.number:
            return ()
        words, value, of = self.number
        return (Quantity(**self.span(words), id="q1", value=value, qualifier=self.qualifier, of=of),)

    def _timexes(self) -> tuple[Timex, ...]:
        if not self.day:
            return ()
        return (
            Timex(**self.span("on Monday"), id="t1", type=TimexType.DATE, value=self.day, first=self.day, last=self.day),
        )

    def _attributions(self) -> tuple[Attribution, ...]:
        if not self.source:
            return ()
        source, cue = self.source
        content = Span(**self.span(self.evidence.split(",")[0]))
        return (
            Attribution(
                id="a1",
                source=SourceSpan(**self.span(source)),
                cue=Span(**self.span(cue)),
                content=content,
                quote=QuoteKind.INDIRECT,
            ),
        )


HELP = "Norway sent 40 trucks to Chad on Monday, the ministry in Oslo said."
TELLINGS = [
    Telling("help-wire", HELP, number=("40", 40, "trucks"), day="2025-06-09", source=("the ministry in Oslo", "said")),
    Telling(
        "help-herald",
        "Norway sent about 45 trucks to Chad on Monday, an aid worker in N'Djamena said.",
        before="Aid for the east.\n\n",
        number=("about 45", 45, "trucks"),
        qualifier=Qualifier.APPROX,
        day="2025-06-09",
        source=("an aid worker", "said"),
        title="Trucks cross the border",
        outlet="Herald",
        url="http://herald.example/trucks",
        published=datetime(2025, 6, 11, 16, 5, tzinfo=UTC),
        factuality=Factuality.CONFIRMED,
    ),
    Telling(
        "talks",
        "Peru may quit the talks in Istanbul.",
        trigger="quit",
        type="REJECT",
        actor=("Peru", "PER"),
        recipient=None,
        place=("Istanbul", "TUR", 745044),
        title="Lima weighs its next step",
        factuality=Factuality.POSSIBLE,
        published=datetime(2025, 6, 12, 7, 0, tzinfo=UTC),
    ),
    Telling(
        "hostile",
        HOSTILE_TEXT,
        actor=("Peru", "PER"),
        number=("9 ships", 9, "<i>ships</i>"),
        title=HOSTILE_TITLE,
        outlet="<svg onload=window.ran=1>",
        url="javascript:window.ran=1",
        source=("<b onmouseover=alert(1)>", "sent"),
        published=datetime(2025, 5, 2, 7, 0, tzinfo=UTC),
    ),
]
REFRAIN = "Peru sent word to Norway, and again Peru sent word to Norway."
ECHO = Telling(
    "echo",
    REFRAIN,
    before="\N{GRINNING FACE}" * 9 + f"{REFRAIN}\n\n" * 3,
    after=f"\n\n{REFRAIN}" * 2,
    type="CONSULT",
    actor=("Peru", "PER"),
    recipient=("Norway", "NOR"),
    published=datetime(2025, 3, 1, tzinfo=UTC),
)
OLD = [
    Telling(
        f"old-{n}",
        f"Chad thanked Norway for shipment number {n}.",
        trigger="thanked",
        type="SUPPORT",
        actor=("Chad", "TCD"),
        recipient=("Norway", "NOR"),
        published=datetime(2024, 1 + n % 12, 1 + n // 12 * 9, tzinfo=UTC),
    )
    for n in range(30)
]


def fill(tellings: Sequence[Telling]) -> None:
    tools = resources("query")
    for telling in tellings:
        article, extraction = telling.article(), telling.extraction()
        record_article(article, tools.blobs, tools.store)
        key = keys.extraction_blob(article.article_id, article.version, extraction.model)
        tools.blobs.put_if_absent(key, extraction.model_dump_json().encode())
        message = PublishExtraction(
            article_id=article.article_id,
            article_key=keys.article_blob(article.article_id, article.version),
            extraction_key=key,
            correlation_id=CorrelationId("c"),
        )
        publish(message, blobs=tools.blobs, store=tools.store, bus=MemoryBus())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(
            "no Chromium on this machine: install the package chromium, or leave these tests out with -m 'not browser'"
        )
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page over a store that the publish stage has filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDINGS_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("TIDINGS_SERVE_ARTICLE_TEXT", raising=False)
        resources.cache_clear()
        fill([*TELLINGS, ECHO, *OLD])
        server = serve_api("127.0.0.1", 0)
        yield f"http://127.0.0.1:{server.port}/"
        server.close()
    resources.cache_clear()


@dataclass
class Visit:
    """A reader's tab; what went wrong in it is kept in `troubles`."""

    page: Page
    site: str
    troubles: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> Page:
        self.page.goto(self.site + query)
        expect(self.page.locator("#list")).to_have_attribute("aria-busy", "false")
        return self.page

    def cards(self) -> list[str]:
        return [" ".join(text.split()) for text in self.page.locator("#list h2").all_inner_texts()]

    def choose(self, words: str) -> None:
        self.page.locator("#list li", has_text=words).first.locator("h2 a").click()
        expect(self.page.locator("#detail .mentions")).to_be_visible()


@pytest.fixture(params=[(1280, 900), (390, 800)], ids=["desktop", "phone"])
def visit(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(10_000)
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


def test_the_list_shows_the_events_newest_first_with_their_values(visit: Visit) -> None:
    page = visit.open()
    assert visit.cards()[:3] == ["Peru PER", "Norway NOR → to Chad TCD", "Peru PER → to Chad TCD"]
    card = page.locator("#list li", has_text="Norway").first
    for words in (
        "aid",
        "confirmed",
        "40 trucks",
        "about 45 trucks",
        "9 June 2025",
        "the ministry in Oslo",
        "Herald, Wire",
        "2 times",
    ):
        expect(card).to_contain_text(words)
    expect(page.locator("#list li").first).to_contain_text("Istanbul, TUR")
    expect(page.locator("#status")).to_contain_text("25 events, newest first")


def test_more_shows_the_older_events_each_once(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Show older events").click()
    expect(page.locator("#list li")).to_have_count(34)
    expect(page.locator("#more")).to_be_hidden()
    ids_shown = page.locator("#list li").evaluate_all("all => all.map((one) => one.dataset.card)")
    assert len(set(ids_shown)) == 34


def test_a_filter_narrows_the_list_and_stays_in_the_address(visit: Visit) -> None:
    page = visit.open()
    page.get_by_label("Actor").fill("Norway")
    page.get_by_label("Actor").press("Enter")
    expect(page.locator("#list li")).to_have_count(1)
    assert page.url.endswith("?actor=Norway")
    page.reload()
    expect(page.locator("#list li")).to_have_count(1)
    assert page.get_by_label("Actor").input_value() == "Norway"
    page.go_back()
    expect(page.locator("#list li")).to_have_count(25)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?type=REJECT", ["Peru PER"]),
        ("?since=2025-06-01&until=2025-06-10", ["Norway NOR → to Chad TCD"]),
        ("?text=trucks", ["Norway NOR → to Chad TCD"]),
    ],
)
def test_an_address_with_filters_opens_the_filtered_list(visit: Visit, query: str, shown: list[str]) -> None:
    visit.open(query)
    assert visit.cards() == shown


def test_filters_can_be_cleared(visit: Visit) -> None:
    page = visit.open("?actor=XXX")
    expect(page.locator("#status")).to_contain_text("No events match")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#list li")).to_have_count(25)
    assert page.url == visit.site


def test_choosing_an_event_highlights_its_evidence_in_each_article(visit: Visit) -> None:
    page = visit.open()
    visit.choose("Norway")
    marks = page.locator("#detail .text mark")
    expect(marks).to_have_count(2)
    assert marks.all_text_contents() == [HELP, TELLINGS[1].evidence]
    texts = page.locator("#detail .text").all_text_contents()
    assert texts == [TELLINGS[0].text, TELLINGS[1].text]
    page.locator("#detail .text").first.scroll_into_view_if_needed()
    expect(marks.first).to_be_in_viewport()


def test_offsets_count_characters_and_not_the_browsers_code_units(visit: Visit) -> None:
    page = visit.open("?type=CONSULT")
    visit.choose("Peru")
    before = page.locator("#detail .text mark").evaluate("mark => mark.previousSibling.data")
    assert before == ECHO.before


def test_the_chosen_event_tells_who_says_so_where_and_when(visit: Visit) -> None:
    page = visit.open()
    visit.choose("Norway")
    first, second = page.locator("#detail .mentions > li").all()
    for mention, words in (
        (first, ["Wire", "10 Jun 2025, 08:30 UTC", "the ministry in Oslo", "said", "reported"]),
        (second, ["Herald", "11 Jun 2025, 16:05 UTC", "an aid worker", "confirmed"]),
    ):
        for part in words:
            expect(mention).to_contain_text(part)
    link = second.get_by_role("link", name="Trucks cross the border")
    assert link.get_attribute("href") == "http://herald.example/trucks"
    assert link.get_attribute("rel") == "noopener noreferrer"
    expect(page.locator("#detail")).to_contain_text("Where accounts differ")
    expect(page.locator("#detail")).to_contain_text("about 45 trucks (Herald)")


def test_a_chosen_event_has_an_address_of_its_own(visit: Visit) -> None:
    page = visit.open()
    visit.choose("Norway")
    assert "event=e" in page.url
    page.reload()
    expect(page.locator("#detail mark").first).to_have_text(HELP)
    page.get_by_role("button", name="All events").click()
    expect(page.locator("#detail")).to_be_hidden()
    expect(page.locator("#list li").first).to_be_visible()
    assert page.url == visit.site


def test_the_page_works_by_keyboard_alone(visit: Visit) -> None:
    page = visit.open("?actor=NOR")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.event"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#detail mark").first).to_have_text(HELP)
    assert page.evaluate("document.activeElement.closest('#detail') !== null")


def test_hostile_text_is_shown_as_text_and_runs_nothing(visit: Visit) -> None:
    page = visit.open("?until=2025-05-31&since=2025-05-01")
    expect(page.locator("#list li")).to_contain_text("<svg onload=window.ran=1>")
    visit.choose("Peru")
    mention = page.locator("#detail .mentions > li")
    expect(mention.locator(".text mark")).to_have_text(HOSTILE_TEXT)
    expect(mention).to_contain_text(HOSTILE_TITLE)
    expect(mention).to_contain_text("javascript:window.ran=1")
    expect(mention).to_contain_text("<b onmouseover=alert(1)>")
    assert page.locator("main img, main script, main svg, main i, main [onmouseover], main mark b b").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    page.mouse.move(200, 400)
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("query", ["", "?actor=NOR", "?actor=XXX"])
def test_nothing_sticks_out_to_the_side(visit: Visit, query: str) -> None:
    page = visit.open(query)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    if page.locator("#list li").count():
        page.locator("#list h2 a").first.click()
        expect(page.locator("#detail mark").first).to_be_visible()
        assert page.evaluate(wider) == 0


def test_the_mentions_that_an_event_does_not_bring_are_shown_on_demand(visit: Visit) -> None:
    page = visit.page

    def with_one_mention(route: Route) -> None:
        event = route.fetch().json()
        route.fulfill(json=event | {"mentions": event["mentions"][:1]})

    page.route("**/v1/events/*", with_one_mention)
    visit.open()
    visit.choose("Norway")
    page.get_by_role("button", name="Show 1 more mention").click()
    expect(page.locator("#detail .mentions h3")).to_have_text(["Wire", "Herald"])
    expect(page.locator("#detail .text mark")).to_have_text([HELP, TELLINGS[1].evidence])


def test_without_the_articles_text_the_quotation_stands_in(visit: Visit) -> None:
    page = visit.page
    page.route("**/v1/articles/*", lambda route: route.fulfill(json={"title": "no text here"}))
    visit.open()
    visit.choose("Norway")
    expect(page.locator("#detail mark").first).to_have_text(HELP)
    expect(page.locator("#detail blockquote").first).to_contain_text("Crews slept.")
    assert page.locator("#detail .text").count() == 0


def test_an_article_that_has_changed_still_shows_the_quotation_where_it_now_stands(visit: Visit) -> None:
    page = visit.page
    page.route("**/v1/articles/*", lambda route: route.fulfill(json={"text": f"New first words. {HELP} The end."}))
    visit.open()
    visit.choose("Norway")
    expect(page.locator("#detail .text mark")).to_have_text([HELP])
    expect(page.locator("#detail .text")).to_have_text(f"New first words. {HELP} The end.")


def test_a_server_that_wants_a_key_is_given_the_one_that_the_reader_types(visit: Visit) -> None:
    page, keys_sent = visit.page, []

    def guarded(route: Route) -> None:
        keys_sent.append(route.request.headers.get("x-api-key"))
        if keys_sent[-1] == "sesame":
            route.continue_()
        else:
            route.fulfill(status=403, json={"message": "Forbidden"})

    page.route("**/v1/**", guarded)
    page.goto(visit.site)
    field_of_key = page.get_by_label("API key")
    expect(field_of_key).to_be_visible()
    field_of_key.fill("wrong")
    field_of_key.press("Enter")
    expect(page.locator("#key-why")).to_contain_text("refused")
    field_of_key.fill("sesame")
    field_of_key.press("Enter")
    expect(page.locator("#list li")).to_have_count(25)
    expect(field_of_key).to_be_hidden()
    page.reload()
    expect(page.locator("#list li")).to_have_count(25)
    assert list(dict.fromkeys(keys_sent)) == [None, "wrong", "sesame"]
    assert page.evaluate("localStorage.length") == 0
    assert all("403" in trouble for trouble in visit.troubles)
    visit.troubles.clear()


def test_a_server_that_does_not_answer_is_told_of_in_plain_words(visit: Visit) -> None:
    page = visit.page
    page.route("**/v1/events?*", lambda route: route.abort())
    page.goto(visit.site)
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    page.unroute("**/v1/events?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#list li")).to_have_count(25)
    visit.troubles.clear()


def test_a_filter_that_makes_no_sense_is_told_of_in_plain_words(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.site + "?since=whenever")
    expect(page.get_by_role("alert")).to_contain_text("since")
    visit.troubles.clear()


def test_an_event_that_is_gone_is_told_of(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.site + "?event=e0000")
    expect(page.locator("#detail")).to_contain_text("no event e0000")
    visit.troubles.clear()


def test_dark_mode_follows_the_system(browser: Browser, site: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(site)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert grounds[0] != grounds[1]
