"""Every key: of blobs, and of the items of the store (single-table design). Nothing else spells a key.

What Tidings was told or keeps for itself is the *registry*. All else are *facts*: made of stored documents, and to be made
of them again. `is_fact` tells them apart. On AWS each has a table of its own.

    PK                      SK                       item
    FEED#<id>               FEED                     a feed with the state of its polling
    FEED#<id>               SEEN#<entry key>         an entry seen in it: the digest of its last version
    FEED#<id>               ALIAS#<other name>       another name of an entry (its link): the key that it is known by
    FEED#<id>               NEXT#<due>#<n>#<entry>   an entry that is still to be fetched, in the order of its turn
    FEED#<id>               CHILD#<url>              a sitemap of an index: when it last changed
    FEED#<id>               WEBSUB                   its subscription at a hub
    FEED#<id>               NAMED                    the feed that was read instead of a page that is not followed
    FEEDS                   <feed id>                the list of feeds
    DUE                     <next poll>#<feed id>    the feeds by the time of their next poll
    HOSTS                   <host>                   the lease of a host that is being asked; gone soon after
    DOCUMENT#<id>           DOCUMENT                 a raw document's state (fetched, cleaned into which articles)
    ARTICLE#<id>            ARTICLE                  an article's metadata and the keys of its blobs
    ARTICLE#<id>            PUBLISHED                its published versions, the names of its mentions, what is under way
    EVENT#<id>              EVENT                    an event that says more than its leader: as lists show it, and from
                                                     which mentions the rest of it is told
    EVENT#<id>              MENTION#<mention id>     a line on one of its mentions; the one that leads it is not listed
    EVENT#<id>              FORMER#<mention id>      one that a superseded version of an article told: for its history
    EVENT#<id>              SEEN#<time>#<mention>    its mentions by their publication, but the one that leads it
    MENTION#<id>            MENTION                  a mention's summary and its event: resolves every former event id.
                                                     One that leads an event and is alone in it is all of that event
    BLOCK#<blocking key>    LEADER#<rank>            a mention that leads an event
    BLOCK#<blocking key>    MENTION#<rank>           one that does not
    WORK#<publication>      MOVE#<rank>              to be done for a version of an article: a mention that changed its event
    WORK#<publication>      TELL#<event id>          or went; an event to be told anew, and where it may be listed meanwhile
    EVENTS                  <event sort key>         ┐
    TYPE#<type>             <event sort key>         │
    MODE#<mode>             <event sort key>         │
    COUNTRY#<code>          <event sort key>         │
    COUNTRY#<c>#TYPE#<t>    <event sort key>         │ index entries: an event's facets (what it is filtered and
    PAIR#<code>#<code>      <event sort key>         │ counted by) under each value that it is asked by
    SECTOR#<sector>         <event sort key>         │
    PLACE#<geonameid>       <event sort key>         │
    CELL#<degrees>#<y>#<x>  <event sort key>         │
    OUTLET#<name>           <event sort key>         │
    WIDE                    <event sort key>         │
    WORD#<word>             <event sort key>         ┘
    WATCHES                 <watch id>               a watch: a saved query, and whom to tell
    REPLAY                  REPLAY                   how far a replay of a stack on AWS has come

`<event sort key>` is `<day>#<event id>`. It is the same in every partition, so that several are read as one by merging.

An entry is less than 1 KB, but of events of some fifty outlets: 1 write unit of the 1,000 a second that DynamoDB gives a
partition key (developer guide, "Partitions and data distribution"). `EVENTS`, which gets every event, therefore takes 1,000
changes a second. For more, the partitions that begin as in `BUSY` lie in shards, `1~EVENTS` and so on beside `EVENTS`, as
many as the setting `index_shards` says: one unless more is needed, since a page of a query costs a read for each. None is
cut by month, which would cost a read for each month without events.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tidings.ids import ArticleId, BlobKey, DocumentId, EventId, FeedId, MentionId, WatchId, digest
from tidings.ports.store import Key

FEEDS = "FEEDS"
DUE = "DUE"
EVENTS = "EVENTS"
"""Partition of all events, by day."""
WIDE = "WIDE"
"""Partition of the events that several outlets tell of."""
WATCHES = "WATCHES"
HOSTS = "HOSTS"
"""The leases are one partition, so that those of processes that died can be found; it holds the hosts of the moment only."""
REPLAY = "REPLAY"
REGISTRY = (FEEDS, DUE, "FEED#", WATCHES, HOSTS, REPLAY)
"""What the partitions of the registry begin with: feeds, watches, leases, and a replay's own place."""
MENTIONS = ("MENTION#", "MENTION#~")
"""First and last sort key of the mentions in a partition."""
FORMER = ("FORMER#", "FORMER#~")
"""First and last sort key of the mentions of superseded versions in a partition."""
MOVES = ("MOVE#", "MOVE#~")
TELLS = ("TELL#", "TELL#~")
"""First and last sort key of the two kinds of work of a publication."""
SEEN = ("SEEN#", "SEEN#~")
"""First and last sort key of the entries seen in a feed."""
NEXT = ("NEXT#", "NEXT#~")
"""First and last sort key of the entries of a feed that are still to be fetched."""


def is_fact(pk: str) -> bool:
    """Tell whether a partition holds facts, which a replay makes anew; the registry's it leaves alone."""
    return not pk.startswith(REGISTRY)


# ---------------------------------------------------------------- blobs


DOCUMENTS = "documents/"
"""What the keys of all raw documents begin with."""
ARTICLES = "articles/"
"""What the keys of all versions of all articles begin with."""


def document_blob(document: DocumentId) -> BlobKey:
    """A fetched document: its record and its bytes (`tidings.documents`)."""
    return BlobKey(f"{DOCUMENTS}{document}")


def document_in(key: BlobKey) -> DocumentId:
    """Return the document that such a blob is of; an early version wrote ".json" behind its id."""
    return DocumentId(key.removeprefix(DOCUMENTS).removesuffix(".json"))


def article_blob(article: ArticleId, version: str) -> BlobKey:
    """One version of an `Article` record."""
    return BlobKey(f"{ARTICLES}{article}/{version}.json")


def extraction_blob(article: ArticleId, version: str, model: str) -> BlobKey:
    """The `Extraction` of one version of an article by one model."""
    return BlobKey(f"extractions/{article}/{version}-{digest(model, length=8)}.json")


EXPORTS = "exports/events/day="
"""What the keys of all exported days begin with."""


def export_blob(day: str) -> BlobKey:
    """The Parquet file of a day's events, in the layout that Athena and DuckDB know as Hive partitions."""
    return BlobKey(f"{EXPORTS}{day}/events.parquet")


def exported_day(key: BlobKey) -> str:
    """Return the day whose events such a file holds."""
    return key.removeprefix(EXPORTS).partition("/")[0]


def extractions_of(article: ArticleId, version: str) -> str:
    """What the keys of all models' extractions of a version of an article begin with."""
    return f"extractions/{article}/{version}-"


# ---------------------------------------------------------------- feeds, documents, articles


def feed(feed_id: FeedId) -> Key:
    """A feed."""
    return Key(f"FEED#{feed_id}", "FEED")


def feed_seen(feed_id: FeedId, entry_key: str) -> Key:
    """An entry that a feed has shown."""
    return Key(f"FEED#{feed_id}", f"SEEN#{digest(entry_key)}")


def feed_alias(feed_id: FeedId, name: str) -> Key:
    """Another name of an entry."""
    return Key(f"FEED#{feed_id}", f"ALIAS#{digest(name)}")


def feed_next(feed_id: FeedId, due: datetime, position: int, entry_key: str) -> Key:
    """An entry that is still to be fetched: by the time that it is due, then by its place in the feed."""
    return Key(f"FEED#{feed_id}", f"NEXT#{_instant(due)}#{position:06d}#{digest(entry_key)}")


def next_until(now: datetime) -> str:
    """The greatest sort key of the entries to be fetched that are due at `now`."""
    return f"NEXT#{_instant(now)}#~"


def next_due(sk: str) -> datetime:
    """Return when the entry under such a sort key is due."""
    return datetime.fromisoformat(sk.split("#")[1])


def feed_child(feed_id: FeedId, url: str) -> Key:
    """A sitemap that a sitemap index names."""
    return Key(f"FEED#{feed_id}", f"CHILD#{digest(url)}")


def feed_websub(feed_id: FeedId) -> Key:
    """A feed's subscription at its hub."""
    return Key(f"FEED#{feed_id}", "WEBSUB")


def feed_named(feed_id: FeedId) -> Key:
    """The feed that was read in place of a page."""
    return Key(f"FEED#{feed_id}", "NAMED")


def feed_listed(feed_id: FeedId) -> Key:
    """A feed's line in the list of feeds."""
    return Key(FEEDS, feed_id)


def feed_due(next_poll: datetime, feed_id: FeedId) -> Key:
    """A feed's line in the list by next poll."""
    return Key(DUE, f"{_instant(next_poll)}#{feed_id}")


def due_until(now: datetime) -> str:
    """The greatest sort key in `DUE` that is due at `now`."""
    return f"{_instant(now)}#\U0010ffff"


def host_lease(host: str) -> Key:
    """The lease of a host."""
    return Key(HOSTS, host)


def document(document_id: DocumentId) -> Key:
    """A raw document's state."""
    return Key(f"DOCUMENT#{document_id}", "DOCUMENT")


def article(article_id: ArticleId) -> Key:
    """An article's metadata."""
    return Key(f"ARTICLE#{article_id}", "ARTICLE")


# ---------------------------------------------------------------- events


def event(event_id: EventId) -> Key:
    """An event that says more than the mention that leads it."""
    return Key(f"EVENT#{event_id}", "EVENT")


def event_mention(event_id: EventId, mention: MentionId) -> Key:
    """A mention under its event."""
    return Key(f"EVENT#{event_id}", f"MENTION#{mention}")


def mention(mention_id: MentionId) -> Key:
    """A mention's summary and its event."""
    return Key(f"MENTION#{mention_id}", "MENTION")


def mention_of(key: Key) -> MentionId:
    """Return the mention that an item of this key is of."""
    return MentionId(key.pk.rsplit("#", 1)[1])


def event_former(event_id: EventId, mention: MentionId) -> Key:
    """A mention of a superseded version under the event that it told of."""
    return Key(f"EVENT#{event_id}", f"FORMER#{mention}")


def event_seen(event_id: EventId, published: datetime, mention: MentionId) -> Key:
    """A mention under its event, by its publication."""
    return Key(f"EVENT#{event_id}", f"SEEN#{published.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}#{mention}")


def article_published(article_id: ArticleId) -> Key:
    """What of an article is published: its versions, and the names of its mentions."""
    return Key(f"ARTICLE#{article_id}", "PUBLISHED")


def block(name: str) -> str:
    """Partition of a block: its leaders come before its other mentions."""
    return f"BLOCK#{name}"


def block_leader(block: str, rank: str) -> Key:
    """A mention that leads an event, under one of its blocking keys."""
    return Key(f"BLOCK#{block}", f"LEADER#{rank}")


def block_mention(block: str, rank: str) -> Key:
    """A mention under one of its blocking keys."""
    return Key(f"BLOCK#{block}", f"MENTION#{rank}")


def work(article_id: ArticleId, version: str) -> str:
    """Partition of what is to be done for a version of an article that is being published."""
    return f"WORK#{article_id}#{version}"


def work_move(partition: str, rank: str) -> Key:
    """A mention, of this rank, that changed its event or went: what follows from it is to be done."""
    return Key(partition, f"MOVE#{rank}")


def work_tell(partition: str, event_id: EventId) -> Key:
    """An event to be told anew."""
    return Key(partition, f"TELL#{event_id}")


def leads(sk: str) -> bool:
    """Tell whether a sort key of a block is that of a leader."""
    return sk.startswith("LEADER#")


def event_in(sk: str) -> EventId:
    """Return the event that a sort key ends with."""
    return EventId(sk.rsplit("#", 1)[1])


def mention_in(sk: str) -> MentionId:
    """Return the mention that a sort key ends with."""
    return MentionId(sk.rsplit("#", 1)[1])


def rank_in(sk: str) -> str:
    """Return the rank that stands in the sort key of a mention in its block, or of one that moved."""
    return "#".join(sk.split("#")[1:3])


def time_in(sk: str) -> datetime:
    """Return the publication that stands in the sort key of a mention by its publication."""
    return datetime.fromisoformat(sk.split("#")[1])


def event_sort(day: str, event_id: EventId) -> str:
    """The sort key of every index entry of an event."""
    return f"{day}#{event_id}"


def by_type(event_type: str) -> str:
    """Partition of the events of a type."""
    return f"TYPE#{event_type}"


def by_mode(mode: str) -> str:
    """Partition of the events of a mode."""
    return f"MODE#{mode}"


def by_country(code: str) -> str:
    """Partition of the events with this country or PLOVER actor code on either side, or at a place in this country."""
    return f"COUNTRY#{code}"


def by_country_and_type(code: str, event_type: str) -> str:
    """The same of one type of event."""
    return f"COUNTRY#{code}#TYPE#{event_type}"


def by_pair(a: str, b: str) -> str:
    """Partition of the events in which one of two countries does something to the other."""
    return "PAIR#" + "#".join(sorted((a, b)))


def by_sector(sector: str) -> str:
    """Partition of the events with an actor or recipient of a sector."""
    return f"SECTOR#{sector}"


def by_place(geonameid: int | str) -> str:
    """Partition of the events at a place, by its GeoNames id."""
    return f"PLACE#{geonameid}"


def by_cell(degrees: int, row: int, column: int) -> str:
    """Partition of the events in a cell of the grid of this many degrees; row and column count from the equator and 0° E."""
    return f"CELL#{degrees}#{row}#{column}"


def by_outlet(outlet: str) -> str:
    """Partition of the events that an outlet tells of."""
    return f"OUTLET#{outlet.casefold()}"


def by_word(word: str) -> str:
    """Partition of the events that are found by a word (folded and stemmed)."""
    return f"WORD#{word}"


# ---------------------------------------------------------------- watches


def watch(watch_id: WatchId) -> Key:
    """A watch."""
    return Key(WATCHES, watch_id)


def replay() -> Key:
    """How far a replay of a stack has come."""
    return Key(REPLAY, REPLAY)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---------------------------------------------------------------- shards

BUSY = ("EVENTS", "TYPE#", "MODE#", "COUNTRY#", "SECTOR#", "CELL#", "WORD#", "WIDE")
"""What the partitions begin with that get more writes a second than DynamoDB gives one, if there is enough news."""
_SHARD = re.compile(r"[1-9][0-9]*~")


def in_shard(key: Key, shards: int) -> Key:
    """Return where an item lies if each busy partition lies in so many: a shard's number stands before its partition."""
    if shards == 1 or not key.pk.startswith(BUSY):
        return key
    number = int(digest(key.sk, length=8), 16) % shards
    return Key(f"{number}~{key.pk}", key.sk) if number else key


def shards(pk: str, shards: int) -> list[str]:
    """Return the partitions in which the items of one lie."""
    return [pk, *(f"{number}~{pk}" for number in range(1, shards))] if pk.startswith(BUSY) else [pk]


def whole(key: Key) -> Key:
    """Return the key of an item as those know it who know of no shards."""
    return Key(_SHARD.sub("", key.pk, count=1), key.sk) if _SHARD.match(key.pk) else key
