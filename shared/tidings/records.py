"""The public records: what the stages hand on and what the API returns. The JSON of these models is the contract.

Offsets count Unicode code points of the article's text, end exclusive. All times carry a zone; days are ISO 8601.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from tidings.ids import ArticleId, BlobKey, CorrelationId, DocumentId, EventId, FeedId, MentionId

MINUTES_A_DAY = 24 * 60
SCHEMA_VERSION = 1
"""Version of the stored records; a reader accepts its own version and older ones.

New fields with a default need no new version, as older code passes over them; a field that goes or changes its meaning does.
"""


class Record(BaseModel):
    """Base of all records: frozen; unknown fields are ignored so that older code reads newer records."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_enum_values=False, defer_build=True)

    @field_validator("schema_version", check_fields=False)
    @classmethod
    def _can_be_read(cls, version: int) -> int:
        if version > SCHEMA_VERSION:
            raise ValueError(f"written by a newer Tidings (schema {version}, this one reads up to {SCHEMA_VERSION})")
        return version


# ---------------------------------------------------------------- fetch and clean


class Precision(StrEnum):
    """How exact a published time is."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    NONE = "none"


class EntryHint(Record):
    """What the feed said of an entry. Every field may be wrong; clean decides."""

    guid: str | None = None
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: AwareDatetime | None = None
    published_precision: Precision | None = None
    """`day` if the feed tells no more than that, or a clock time of no known zone; else nothing."""
    updated: AwareDatetime | None = None
    language: str | None = None
    content_html: str | None = None
    summary_html: str | None = None


class RawDocument(Record):
    """One fetched document. Its bytes, exactly as they came (content encoding removed), are stored behind it.

    `body_key` is set on documents that an early version stored: there the bytes are a blob of their own.
    `served_at` is the server's own clock (HTTP Date): what "3 hours ago" on the page is relative to; `fetched_at` is ours.
    """

    document_id: DocumentId
    url: str
    body_key: BlobKey | None = None
    content_type: str
    fetched_at: AwareDatetime
    served_at: AwareDatetime | None = None
    feed_id: FeedId | None = None
    entry: EntryHint = EntryHint()
    correlation_id: CorrelationId
    schema_version: int = SCHEMA_VERSION


class DateSource(StrEnum):
    """Where an article's published time came from."""

    FEED = "feed"
    JSON_LD = "json-ld"
    META = "meta"
    TIME_ELEMENT = "time"
    BYLINE = "byline"
    URL = "url"
    TEXT = "text"
    GIVEN = "given"
    NONE = "none"


class ArticleKind(StrEnum):
    """What a cleaned page turned out to be; only `news` in a supported language is extracted."""

    NEWS = "news"
    STUB = "stub"
    PAYWALL = "paywall"
    CONSENT = "consent"
    LOGIN = "login"
    ERROR = "error"
    OTHER_LANGUAGE = "other-language"


def at_offset(moment: datetime, minutes: int) -> datetime:
    """Return the same moment by a clock that is so many minutes ahead of UTC."""
    return moment.astimezone(timezone(timedelta(minutes=minutes)))


class Article(Record):
    """One article. `text` is what all offsets refer to: paragraphs joined by a blank line, the title not included.

    `published_earliest` and `published_latest` bound a relative byline ("3 hours ago"); `published` is the latest.
    `published_offset`: how many minutes the outlet's clock was ahead of UTC then, if that is known.
    """

    article_id: ArticleId
    version: str
    title: str | None = None
    text: str
    byline: str | None = None
    outlet: str | None = None
    published: AwareDatetime | None = None
    published_earliest: AwareDatetime | None = None
    published_latest: AwareDatetime | None = None
    published_precision: Precision = Precision.NONE
    published_source: DateSource = DateSource.NONE
    published_offset: Annotated[int, Field(gt=-MINUTES_A_DAY, lt=MINUTES_A_DAY)] | None = None
    modified: AwareDatetime | None = None
    modified_precision: Precision = Precision.NONE
    modified_source: DateSource = DateSource.NONE
    language: str | None = None
    url: str | None = None
    carrier_url: str | None = None
    section: str | None = None
    image: str | None = None
    kind: ArticleKind = ArticleKind.NEWS
    feed_id: FeedId | None = None
    document_id: DocumentId | None = None
    fetched_at: AwareDatetime | None = None
    schema_version: int = SCHEMA_VERSION

    def published_locally(self) -> datetime | None:
        """Return when it was published by the outlet's clock, where that is known: its "today" is that day."""
        if self.published is None or self.published_offset is None:
            return self.published
        return at_offset(self.published, self.published_offset)


# ---------------------------------------------------------------- extract

SpanOffset = Annotated[int, Field(ge=0)]


class Span(Record):
    """A stretch of the article's text: text[start:end] == `text`."""

    start: SpanOffset
    end: SpanOffset
    text: str


class EntityLabel(StrEnum):
    """Names' types, OntoNotes meanings."""

    PERSON = "PERSON"
    ORG = "ORG"
    GPE = "GPE"
    LOC = "LOC"
    NORP = "NORP"
    FAC = "FAC"
    EVENT = "EVENT"
    PRODUCT = "PRODUCT"


class Entity(Span):
    """A name's mention; mentions of one entity share `chain` and `name` (its fullest form)."""

    id: str
    label: EntityLabel
    name: str
    country: str | None = None
    chain: int | None = None


class TimexType(StrEnum):
    """TIMEX3 types."""

    DATE = "DATE"
    TIME = "TIME"
    DURATION = "DURATION"
    SET = "SET"


class Timex(Span):
    """A time expression; `value` follows TIMEX3, `first`/`last` are the days that it covers (ISO) when it names days."""

    id: str
    type: TimexType
    value: str
    first: str | None = None
    last: str | None = None


class Qualifier(StrEnum):
    """How a quantity's number is meant."""

    EXACT = "exact"
    APPROX = "approx"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    RANGE = "range"
    PLURAL = "plural"


class Quantity(Span):
    """A number with what it counts; `low`/`high` bound it inclusively where the words do ("more than 6,000": low 6001).

    `unit` is a code: money's in ISO 4217 ("USD"), measures' and rates' in UCUM ("km", "%", "/a" of "15 a year",
    "USD/[bbl_us]"), and "pp" and "bp" for percentage and basis points. `of` is what is counted, as the text has it, without
    clauses. A share of something is a part of one ("a third of": 0.333333).
    """

    id: str
    value: float | int | None
    low: float | int | None = None
    high: float | int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    unit: str | None = None
    of: str | None = None


class SourceSpan(Span):
    """Who says so; `entity` is the id of the entity that the span names or refers to."""

    entity: str | None = None


class QuoteKind(StrEnum):
    """How the content is rendered."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Attribution(Record):
    """Source, cue, content (Pareti's scheme, as in PolNeAR)."""

    id: str
    source: SourceSpan | None = None
    cue: Span | None = None
    content: Span
    quote: QuoteKind
    time: str | None = None


class Trigger(Span):
    """The words that tell of the event; `lemma` is the frame's name ("hand over")."""

    lemma: str


class Participant(Span):
    """An actor or recipient. `country` is ISO 3166-1 alpha-3 or a PLOVER actor code, `sector` a PLOVER sector."""

    entity: str | None = None
    country: str | None = None
    sector: str | None = None


class Place(Span):
    """A place with its GeoNames identity, degrees WGS 84."""

    name: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    geonameid: int | None = None


class Factuality(StrEnum):
    """What the text commits itself to."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    ALLEGED = "alleged"
    PLANNED = "planned"
    POSSIBLE = "possible"
    DENIED = "denied"


class Polarity(StrEnum):
    """Whether the sentence affirms or negates the event."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Evidence(Record):
    """The stretch of text that proves the event: its clause or sentence."""

    start: SpanOffset
    end: SpanOffset


STATEMENT = "STATEMENT"
"""The type of a speech act that is no PLOVER type."""
OTHER = "OTHER"
"""The type of a happening outside PLOVER's types."""
BACKGROUND_TYPES = frozenset({STATEMENT, OTHER})
"""The types beside PLOVER's own, which overviews may leave out."""


class EventMention(Record):
    """One event as one sentence tells it. `type` and `mode` are PLOVER's, plus STATEMENT and OTHER."""

    id: str
    type: str
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    trigger: Trigger
    actor: tuple[Participant, ...] = ()
    recipient: tuple[Participant, ...] = ()
    objects: tuple[str | Span, ...] = ()
    """What it was done to, or how many: a quantity's id, or the words."""
    instrument: tuple[Span, ...] = ()
    """What it was done with ("with knives", "in a drone strike")."""
    time: str | None = None
    place: Place | None = None
    factuality: Factuality = Factuality.REPORTED
    polarity: Polarity = Polarity.POSITIVE
    attributions: tuple[str, ...] = ()
    evidence: Evidence
    confidence: Annotated[float, Field(ge=0, le=1)]


class Extraction(Record):
    """All that one article says, each value with its span; `not_extracted` tells why nothing was looked for, if so."""

    article_id: str
    published: AwareDatetime | None = None
    model: str
    sentences: tuple[tuple[int, int], ...] = ()
    entities: tuple[Entity, ...] = ()
    timexes: tuple[Timex, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    events: tuple[EventMention, ...] = ()
    not_extracted: str | None = None
    schema_version: int = SCHEMA_VERSION


# ---------------------------------------------------------------- publish and query


class TextQuote(Record):
    """A W3C Web Annotation text-quote selector: survives small changes of the text around it."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class ResolvedActor(Record):
    """An actor or recipient with its values resolved: display name, country or PLOVER code, sector."""

    name: str
    country: str | None = None
    sector: str | None = None


class ResolvedTime(Record):
    """When: first and last day (ISO)."""

    text: str
    first: str | None = None
    last: str | None = None


class ResolvedQuantity(Record):
    """How many of what."""

    text: str
    value: float | int | None = None
    low: float | int | None = None
    high: float | int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    unit: str | None = None
    of: str | None = None


class ResolvedAttribution(Record):
    """Who says so, in the article's words."""

    source: str | None = None
    cue: str | None = None
    quote: QuoteKind
    content: str


class Mention(Record):
    """One article's telling of the event, with the quote that proves it."""

    mention_id: MentionId
    article_id: ArticleId
    start: int
    end: int
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: AwareDatetime | None = None
    selector: TextQuote
    evidence: Evidence
    factuality: Factuality
    polarity: Polarity
    attributions: tuple[ResolvedAttribution, ...] = ()
    confidence: float


ValueField = Literal["quantity", "time", "place", "actor", "recipient", "factuality", "type", "polarity"]
"""The fields on which mentions may disagree."""


class SupportedValue(Record):
    """One value of a field on which mentions may disagree, with the outlets and mentions that support it.

    `value` is the display text; `forms` are those in which a number is written, if there are several; `quantity`, `time` or
    `place` holds the value itself for these fields. `headline` marks the one that the event shows. `outlets` are independent
    ones (copies of one text count once), `sources` those to whom the mentions attribute it, `first_seen` and `last_seen` the
    first and last publication of its mentions. `mentions`, `outlets` and `sources` are bounded; `outlet_count` is the number
    of all outlets, and `at_least` tells that there may be more: it is told with two figures, or mentions were not counted.
    """

    field: ValueField
    value: str
    forms: tuple[str, ...] = ()
    headline: bool = False
    quantity: ResolvedQuantity | None = None
    time: ResolvedTime | None = None
    place: Place | None = None
    outlets: tuple[str, ...] = ()
    outlet_count: int = 0
    at_least: bool = False
    mentions: tuple[MentionId, ...] = ()
    sources: tuple[str, ...] = ()
    first_seen: AwareDatetime | None = None
    last_seen: AwareDatetime | None = None


class MergeReason(Record):
    """Why two mentions are one event: the score of the comparison, and what each feature gave to it."""

    a: MentionId
    b: MentionId
    score: float
    features: dict[str, float] = {}


class ChangeKind(StrEnum):
    """What an article did to an event."""

    TOLD = "told"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"


class Change(Record):
    """One step of an event's history: an article tells of it, a later version tells it otherwise, or no longer.

    `at` is when an article was published; of a change, when the version that brought it was made, as it says itself, else
    when it was fetched first. `version` is that version, and `was` what the version before it said.
    """

    at: AwareDatetime | None = None
    kind: ChangeKind
    article_id: ArticleId
    outlet: str | None = None
    mention_id: MentionId
    version: str | None = None
    was: str | None = None


class CanonicalEvent(Record):
    """One happening, from all mentions known.

    Every field is a function of the set of mentions (those of superseded versions of an article included) and nothing else.
    """

    event_id: EventId
    type: str
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    trigger: str
    actor: tuple[ResolvedActor, ...] = ()
    recipient: tuple[ResolvedActor, ...] = ()
    quantities: tuple[ResolvedQuantity, ...] = ()
    time: ResolvedTime | None = None
    place: Place | None = None
    factuality: Factuality
    polarity: Polarity
    attributions: tuple[ResolvedAttribution, ...] = ()
    mentions: tuple[Mention, ...]
    mention_count: int
    outlets: tuple[str, ...] = ()
    outlet_count: int = 0
    """How many independent outlets there are; `outlets` names the first hundred."""
    at_least: bool = False
    """Whether there may be more mentions and outlets than their numbers say, which are told with two figures."""
    values: tuple[SupportedValue, ...] = ()
    why: tuple[MergeReason, ...] = ()
    """What holds the mentions together: one comparison for each mention but the one that leads the event."""
    history: tuple[Change, ...] = ()
    """What happened to the event, oldest first."""
    first_seen: AwareDatetime | None = None
    last_seen: AwareDatetime | None = None
    day: str
    confidence: float
    version: int = 1
    schema_version: int = SCHEMA_VERSION


class FeedStatus(StrEnum):
    """A feed's health."""

    NEW = "new"
    HEALTHY = "healthy"
    FAILING = "failing"
    GONE = "gone"


class Feed(Record):
    """A feed and the state of its polling.

    `interval_s` is the least time between two reads; how much longer it takes, the feed's own rhythm and wishes say
    (`rhythm_s`, `ttl_s`, `skip_hours` and `skip_days`, the last two in UTC, Monday is 0). `next_poll` is when it is looked
    after again: to be read, at `next_read`, or for entries that are still to be fetched, of which `waiting` are left.
    """

    feed_id: FeedId
    url: str
    title: str | None = None
    outlet: str | None = None
    interval_s: int = 900
    discover: bool = False
    """Whether a page at this URL stands for the feed that it names; done once."""
    status: FeedStatus = FeedStatus.NEW
    failures: int = 0
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    last_polled: AwareDatetime | None = None
    last_read: AwareDatetime | None = None
    """When the server last gave a body."""
    next_poll: AwareDatetime | None = None
    next_read: AwareDatetime | None = None
    entries: int = 0
    waiting: int = 0
    unchanged: int = 0
    """Reads in a row that found nothing new."""
    rhythm_s: int | None = None
    ttl_s: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    schema_version: int = SCHEMA_VERSION
