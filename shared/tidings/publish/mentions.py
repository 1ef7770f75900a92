"""From an extraction to mention summaries: all that matching and the canonical event need, values resolved."""

from __future__ import annotations

import re
from collections import Counter

from tidings import ids
from tidings.ids import ArticleId, MentionId
from tidings.publish.copies import sketch
from tidings.records import (
    BACKGROUND_TYPES,
    SCHEMA_VERSION,
    Article,
    EventMention,
    Evidence,
    Extraction,
    Mention,
    Participant,
    Place,
    Record,
    ResolvedActor,
    ResolvedAttribution,
    ResolvedQuantity,
    ResolvedTime,
    TextQuote,
)

CONTEXT = 32
"""Characters of prefix and suffix in a text-quote selector."""
MAIN_NAMES = 12
_WORD = re.compile(r"\w+")
_SHORT = 4


class MentionSummary(Record):
    """One mention with its values resolved.

    `words` are the content words of its evidence, `names` the names that its article tells of most; both folded, sorted.
    `sketch` is that of its article's text; it is empty where the text is not known.
    """

    mention: Mention
    type: str
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    lemma: str
    actor: tuple[ResolvedActor, ...] = ()
    recipient: tuple[ResolvedActor, ...] = ()
    quantities: tuple[ResolvedQuantity, ...] = ()
    time: ResolvedTime | None = None
    place: Place | None = None
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sketch: str = ""
    day: str
    schema_version: int = SCHEMA_VERSION

    @property
    def mention_id(self) -> MentionId:
        """The mention's id."""
        return self.mention.mention_id


def summaries(extraction: Extraction, article: Article) -> list[MentionSummary]:
    """Return the mentions of an extraction that are worth keeping, in text order.

    A happening outside PLOVER's types is kept if the text tells who, where, when or how many; a bare verb is no fact.
    """
    events = [event for event in extraction.events if _is_fact(event)]
    names = _main_names(extraction)
    printed = sketch(article.text) if events else ""
    return [_summary(event, extraction, article, names, printed) for event in events]


def _main_names(extraction: Extraction) -> tuple[str, ...]:
    """Return the names that an article tells of most: what it is about, in few words."""
    counts = Counter(entity.name.casefold() for entity in extraction.entities)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return tuple(sorted(ranked[:MAIN_NAMES]))


def _is_fact(event: EventMention) -> bool:
    counted = any(isinstance(told, str) for told in event.objects)
    told = event.actor or event.recipient or event.place or event.time or counted
    return event.type not in BACKGROUND_TYPES or bool(told)


def _summary(
    event: EventMention, extraction: Extraction, article: Article, main_names: tuple[str, ...], printed: str
) -> MentionSummary:
    names = {entity.id: entity.name for entity in extraction.entities}
    timex = next((t for t in extraction.timexes if t.id == event.time), None)
    time = ResolvedTime(text=timex.text, first=timex.first, last=timex.last) if timex else None
    wanted = {told for told in event.objects if isinstance(told, str)}
    quantities = tuple(
        ResolvedQuantity(text=q.text, value=q.value, low=q.low, high=q.high, qualifier=q.qualifier, unit=q.unit, of=q.of)
        for q in extraction.quantities
        if q.id in wanted
    )
    published = article.published or extraction.published
    day = time.first if time and time.first else published.date().isoformat() if published else "0000-00-00"
    quote = _quote(article.text, event.evidence, event)
    # Without the article's text the quote is the trigger alone, which says nothing of what surrounds it.
    words = {w.casefold() for w in _WORD.findall(quote.exact) if len(w) >= _SHORT} if article.text else set()
    mention = Mention(
        mention_id=ids.mention_id(ArticleId(extraction.article_id), event.trigger.start, event.trigger.end, event.type),
        article_id=ArticleId(extraction.article_id),
        start=event.trigger.start,
        end=event.trigger.end,
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        published=published,
        selector=quote,
        evidence=event.evidence,
        factuality=event.factuality,
        polarity=event.polarity,
        attributions=_attributions(event, extraction),
        confidence=event.confidence,
    )
    return MentionSummary(
        mention=mention,
        type=event.type,
        mode=event.mode,
        contexts=event.contexts,
        lemma=event.trigger.lemma,
        actor=tuple(_actor(p, names) for p in event.actor),
        recipient=tuple(_actor(p, names) for p in event.recipient),
        quantities=quantities,
        time=time,
        place=event.place,
        words=tuple(sorted(words)),
        names=main_names,
        sketch=printed,
        day=day,
    )


def _attributions(event: EventMention, extraction: Extraction) -> tuple[ResolvedAttribution, ...]:
    wanted = set(event.attributions)
    return tuple(
        ResolvedAttribution(
            source=a.source.text if a.source else None,
            cue=a.cue.text if a.cue else None,
            quote=a.quote,
            content=a.content.text,
        )
        for a in extraction.attributions
        if a.id in wanted
    )


def _quote(text: str, evidence: Evidence, event: EventMention) -> TextQuote:
    if not text:
        # Extractions that came without their article: the trigger is all that is known of the words.
        return TextQuote(exact=event.trigger.text)
    return TextQuote(
        exact=text[evidence.start : evidence.end],
        prefix=text[max(0, evidence.start - CONTEXT) : evidence.start],
        suffix=text[evidence.end : evidence.end + CONTEXT],
    )


def _actor(participant: Participant, names: dict[str, str]) -> ResolvedActor:
    name = names.get(participant.entity or "", participant.text)
    return ResolvedActor(name=name, country=participant.country, sector=participant.sector)
