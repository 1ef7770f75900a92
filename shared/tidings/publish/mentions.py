"""From an extraction to mention summaries: all that matching and the canonical event need, values resolved."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pydantic import AwareDatetime

from tidings import ids
from tidings.ids import ArticleId, MentionId
from tidings.nations import nations
from tidings.publish.copies import sketch
from tidings.publish.vocabulary import content_words
from tidings.records import (
    BACKGROUND_TYPES,
    OTHER,
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
    Span,
    TextQuote,
)
from tidings.settings import Background

CONTEXT = 32
"""Characters of prefix and suffix in a text-quote selector."""
MAX_QUOTE = 1_500
"""Characters of a quotation, or of what a source says, that are kept: a sentence may be a page long."""
MAX_PARTIES = 10
"""Actors, recipients, quantities or attributions that are kept of a mention."""
MAX_NAME = 200
MAX_ELSEWHERE = 20
MAIN_NAMES = 12
MAIN_WORDS = 24
MOST_WORDS = 40
"""Content words of a mention's evidence that are kept."""
LEAST_TOLD = 2
"""Of who, where, when and how many: what is told at least of a happening outside PLOVER's types that is a fact."""
_AGAIN = re.compile(
    r"\b(?:another|second|third|fresh|further|similar|separate|previous|prior|earlier|subsequent|follow-up"
    r"|(?:last|next) (?:week|month|year|season)(?:['\u2019]s)?)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_BEFORE = 60
"""Characters before a trigger among which "another" may stand."""


class Superseded(Record):
    """By which version of its article a mention was replaced, and when: as that says itself, else when it was met first."""

    version: str
    at: AwareDatetime | None = None


class MentionSummary(Record):
    """One mention with its values resolved.

    `words` are the content words of its evidence, `near` the names in it; `names` and `gist` are the names and the words
    that its article tells of most; all folded and sorted, but `names`, which begins with the most frequent. `sketch` is that
    of the article's text; it is empty where the text is not known. `again` tells that the text sets this happening apart
    from one like it ("another exchange"). `elsewhere` are the numbers that the article tells of others. `superseded` is set
    on what an older version of the article said: such a mention belongs to an event's history only.
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
    near: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    gist: tuple[str, ...] = ()
    sketch: str = ""
    day: str
    again: bool = False
    elsewhere: tuple[float, ...] = ()
    version: str = ""
    superseded: Superseded | None = None
    schema_version: int = SCHEMA_VERSION

    @property
    def mention_id(self) -> MentionId:
        """The mention's id."""
        return self.mention.mention_id


def summaries(
    extraction: Extraction, article: Article, *, background: Background = "facts", bare: bool = False
) -> list[MentionSummary]:
    """Return the mentions of an extraction that are worth keeping, in text order; `bare`: the others too.

    Events of PLOVER's types are. A speech act of no such type is an attribution, which the facts that it tells carry, and no
    happening. A happening outside these types is a fact if the text tells enough of it: two of who (by name or country),
    where, when and how many. With `background` "all" both are kept if anything of the kind is told.
    """
    events = [event for event in extraction.events if bare or _is_kept(event, extraction, background)]
    if not events:
        return []
    text = article.text or _known_text(extraction)
    told = _Told(
        text=text,
        names=_main_names(extraction),
        gist=_gist(f"{article.title or ''}\n{text}"),
        sketch=sketch(article.text),
    )
    return [_summary(event, extraction, article, told) for event in events]


@dataclass(frozen=True)
class _Told:
    """What all mentions of an article share."""

    text: str
    names: tuple[str, ...]
    gist: tuple[str, ...]
    sketch: str


def _known_text(extraction: Extraction) -> str:
    """Return as much of an article's text as its extraction holds, blanks between, offsets kept."""
    spans: list[Span] = [*extraction.entities, *extraction.timexes, *extraction.quantities]
    for told in extraction.attributions:
        spans += [span for span in (told.source, told.cue, told.content) if span is not None]
    for event in extraction.events:
        spans += [event.trigger, *event.actor, *event.recipient, *(o for o in event.objects if isinstance(o, Span))]
        spans += [event.place] if event.place else []
    letters = [" "] * max((span.end for span in spans), default=0)
    for span in spans:
        letters[span.start : span.start + len(span.text)] = span.text
    return "".join(letters)


def _main_names(extraction: Extraction) -> tuple[str, ...]:
    """Return the names that an article tells of most, the most frequent first: what it is about, in few words."""
    counts = Counter(entity.name.casefold() for entity in extraction.entities)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return tuple(ranked[:MAIN_NAMES])


def _gist(text: str) -> tuple[str, ...]:
    counts = Counter(content_words(text))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return tuple(sorted(ranked[:MAIN_WORDS]))


def _is_kept(event: EventMention, extraction: Extraction, background: Background) -> bool:
    if event.type not in BACKGROUND_TYPES:
        return True
    counted = any(isinstance(thing, str) for thing in event.objects)
    if background == "all":
        return bool(event.actor or event.recipient or event.place or event.time or counted)
    parties = (*event.actor, *event.recipient)
    named = any(party.entity or party.country for party in parties)
    # "Ukraine fights on" tells who, and not where besides.
    place = _place(event, extraction)
    where = place is not None and all(party.start != place.start for party in parties)
    when = any(timex.id == event.time and timex.first for timex in extraction.timexes)
    return event.type == OTHER and sum((named, where, when, counted)) >= LEAST_TOLD


def _summary(event: EventMention, extraction: Extraction, article: Article, told: _Told) -> MentionSummary:
    names = {entity.id: entity.name for entity in extraction.entities}
    timex = next((t for t in extraction.timexes if t.id == event.time), None)
    time = ResolvedTime(text=timex.text, first=timex.first, last=timex.last) if timex else None
    wanted = {thing for thing in event.objects if isinstance(thing, str)}
    quantities = tuple(
        ResolvedQuantity(text=q.text, value=q.value, low=q.low, high=q.high, qualifier=q.qualifier, unit=q.unit, of=q.of)
        for q in extraction.quantities
        if q.id in wanted
    )[:MAX_PARTIES]
    published = article.published or extraction.published
    day = time.first if time and time.first else published.date().isoformat() if published else "0000-00-00"
    quote = _quote(article.text, event.evidence, event)
    start, end = event.evidence.start, event.evidence.end
    words = sorted(set(content_words(told.text[start:end])))[:MOST_WORDS]
    near = {e.name.casefold() for e in extraction.entities if start <= e.start < end}
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
        actor=tuple(_actor(p, names) for p in event.actor[:MAX_PARTIES]),
        recipient=tuple(_actor(p, names) for p in event.recipient[:MAX_PARTIES]),
        quantities=quantities,
        time=time,
        place=_place(event, extraction),
        words=tuple(words),
        near=tuple(sorted(near))[:MAIN_NAMES],
        names=told.names,
        gist=told.gist,
        sketch=told.sketch,
        day=day,
        elsewhere=_elsewhere(wanted, extraction),
        again=bool(_AGAIN.search(told.text[max(0, event.trigger.start - _BEFORE) : event.trigger.start])),
        version=article.version,
    )


def _elsewhere(own: set[str], extraction: Extraction) -> tuple[float, ...]:
    """Return the numbers that the extraction's other events count."""
    counted = {thing for event in extraction.events for thing in event.objects if isinstance(thing, str)}
    values = {q.id: q.value for q in extraction.quantities if q.id in counted and q.value is not None}
    ours = {value for name, value in values.items() if name in own}
    return tuple(sorted(set(values.values()) - ours)[:MAX_ELSEWHERE])


def _place(event: EventMention, extraction: Extraction) -> Place | None:
    """Return where it happened; where a source speaks ("officials in Baku") does not say that."""
    place = event.place
    sources = (told.source for told in extraction.attributions if told.source is not None)
    spoken = place is not None and any(source.start <= place.start < source.end for source in sources)
    return None if spoken else place


def _attributions(event: EventMention, extraction: Extraction) -> tuple[ResolvedAttribution, ...]:
    wanted = set(event.attributions)
    return tuple(
        ResolvedAttribution(
            source=a.source.text if a.source else None,
            cue=a.cue.text if a.cue else None,
            quote=a.quote,
            content=a.content.text[:MAX_QUOTE],
        )
        for a in extraction.attributions
        if a.id in wanted
    )[:MAX_PARTIES]


def _quote(text: str, evidence: Evidence, event: EventMention) -> TextQuote:
    if not text:
        # Extractions that came without their article: the trigger is all that is known of the words.
        return TextQuote(exact=event.trigger.text)
    end = min(evidence.end, evidence.start + MAX_QUOTE)
    return TextQuote(
        exact=text[evidence.start : evidence.end][:MAX_QUOTE],
        prefix=text[max(0, evidence.start - CONTEXT) : evidence.start],
        suffix=text[end : end + CONTEXT],
    )


def _actor(participant: Participant, names: dict[str, str]) -> ResolvedActor:
    name = _nation_of(participant) or names.get(participant.entity or "", participant.text)
    return ResolvedActor(name=name[:MAX_NAME], country=participant.country, sector=participant.sector)


def _nation_of(participant: Participant) -> str | None:
    """Return the nation that an adjective alone stands for: who leads "an Israeli raid" is Israel."""
    nation = nations().get(participant.country or "")
    adjectives = {word.casefold() for word in nation.adjectives} if nation is not None else set()
    return nation.name if nation is not None and participant.text.casefold() in adjectives else None
