"""Articles that tell of events, made by hand, and a store that holds them as the stages would have left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tidings import ids, keys
from tidings.bootstrap import resources
from tidings.clean.stage import record_article
from tidings.ids import ArticleId, CorrelationId
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

LEMMAS = {"sent": "send", "quit": "quit", "thanked": "thank"}
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
    place: tuple[str, str, int, float, float] | None = None
    """Name, country, GeoNames id, latitude and longitude."""
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
        place = None
        if self.place:
            name, country, geonameid, lat, lon = self.place
            place = Place(**self.span(name), name=name, country=country, geonameid=geonameid, lat=lat, lon=lon)
        event = EventMention(
            id="v1",
            type=self.type,
            trigger=Trigger(**self.span(self.trigger), lemma=LEMMAS[self.trigger]),
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
        place=("Istanbul", "TUR", 745044, 41.01, 28.95),
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
LONG_NAME = "Sir " + "Bartholomew " * 830
OVERRIDE = "Chad \N{RIGHT-TO-LEFT OVERRIDE}gro.live"
LONG = Telling(
    "long",
    f"{LONG_NAME}thanked {OVERRIDE} for it.",
    trigger="thanked",
    type="SUPPORT",
    actor=(LONG_NAME.strip(), "PER"),
    recipient=(OVERRIDE, "TCD"),
    outlet="Outlet \N{RIGHT-TO-LEFT OVERRIDE}evil",
    title="Long " * 2000,
    published=datetime(2025, 4, 2, 7, 0, tzinfo=UTC),
)
REFRAIN = "Peru sent word to Norway, and again Peru sent word to Norway."
"""Told before, between and after the evidence, which only its offsets tell apart."""
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


ALL = [*TELLINGS, LONG, ECHO, *OLD]


def fill(tellings: Sequence[Telling]) -> None:
    """Put articles through the publish stage, with all that clean and extract leave behind."""
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
