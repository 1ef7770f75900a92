"""Every key: of blobs, and of the items of the facts table (single-table design). Nothing else spells a key.

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
    ARTICLE#<id>            MENTION#<start>#<mention>  a mention in it, with the event that it belongs to
    ARTICLE#<id>            FORMER#<mention>         a mention in one of its superseded versions
    ARTICLE#<id>            EDITIONS                 its versions that have been published, the newest first
    EVENT#<id>              EVENT                    a canonical event
    EVENT#<id>              CARD                     the event as lists show it: its first mention only
    EVENT#<id>              MENTION#<mention id>     one of its mentions
    EVENT#<id>              FORMER#<mention id>      one that a superseded version of an article told: for its history
    EVENT#<id>              SEEN#<time>#<mention>    its mentions by their publication
    EVENT#<id>              COUNT#<shard>            how many mentions it has, in shards
    MENTION#<id>            MENTION                  a mention's summary and its event: resolves every former event id
    BLOCK#<blocking key>    HEAD                     its version moves with the block's leaders, for optimistic locking
    BLOCK#<blocking key>    LEADER#<rank>            its mentions that lead an event, by rank
    BLOCK#<blocking key>    MENTION#<rank>           its mentions, by rank
    WORK#<article id>       SWEEP#<rank>#<blocks>    to be done for an article: mentions to be looked at again, since
    WORK#<article id>       REFRESH#<event id>       one of that rank began or ceased to lead; events to be told anew
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
    OUTBOX#<shard>          <event id>#<version>     notices not yet on the bus

`<event sort key>` is `<day>#<event id>`. It is the same in every partition, so that several are read as one by merging.

No partition of the index is sharded or cut by month. An entry is less than 1 KB: 1 write unit, 2 in a transaction, of the
1,000 a second that DynamoDB gives a partition key (developer guide, "Partitions and data distribution"). `EVENTS`, which
gets every event, therefore takes 500 merges a second, 43 million a day; publish, at its ten workers, stays below that.
Shards would make every page of every query cost a read for each, and months one for each month without events. A replay
writes all days at once, which DynamoDB spreads by itself (it splits busy partition keys by sort key).
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
TOLD_TO_US = (FEEDS, DUE, "FEED#", "WATCH", HOSTS)
"""What the partitions begin with that a replay leaves alone: what Tidings was told, not what it made of it, and leases."""
MENTIONS = ("MENTION#", "MENTION#~")
"""First and last sort key of the mentions in a partition."""
FORMER = ("FORMER#", "FORMER#~")
"""First and last sort key of the mentions of superseded versions in a partition."""
COUNTS = ("COUNT#", "COUNT#~")
"""First and last sort key of the shards of an event's count."""
LEADERS = ("HEAD", "LEADER#~")
"""First and last sort key of a block's head and its leaders."""
SWEEPS = ("SWEEP#", "SWEEP#~")
REFRESHES = ("REFRESH#", "REFRESH#~")
"""First and last sort key of the two kinds of work of an article."""
SEEN = ("SEEN#", "SEEN#~")
"""First and last sort key of the entries seen in a feed."""
NEXT = ("NEXT#", "NEXT#~")
"""First and last sort key of the entries of a feed that are still to be fetched."""

# ---------------------------------------------------------------- blobs


DOCUMENTS = "documents/"
"""What the keys of all raw documents begin with."""


def document_blob(document: DocumentId) -> BlobKey:
    """A fetched document: its record and its bytes (`tidings.documents`)."""
    return BlobKey(f"{DOCUMENTS}{document}")


def article_blob(article: ArticleId, version: str) -> BlobKey:
    """One version of an `Article` record."""
    return BlobKey(f"articles/{article}/{version}.json")


def extraction_blob(article: ArticleId, version: str, model: str) -> BlobKey:
    """The `Extraction` of one version of an article by one model."""
    return BlobKey(f"extractions/{article}/{version}-{digest(model, length=8)}.json")


def export_blob(day: str) -> BlobKey:
    """The Parquet file of a day's events, in the layout that Athena and DuckDB know as Hive partitions."""
    return BlobKey(f"exports/events/day={day}/events.parquet")


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


def article_mention(article_id: ArticleId, start: int, mention: MentionId) -> Key:
    """A mention under its article, in text order."""
    return Key(f"ARTICLE#{article_id}", f"MENTION#{start:08d}#{mention}")


# ---------------------------------------------------------------- events


def event(event_id: EventId) -> Key:
    """A canonical event."""
    return Key(f"EVENT#{event_id}", "EVENT")


def event_mention(event_id: EventId, mention: MentionId) -> Key:
    """A mention under its event."""
    return Key(f"EVENT#{event_id}", f"MENTION#{mention}")


def mention(mention_id: MentionId) -> Key:
    """A mention's summary and its event."""
    return Key(f"MENTION#{mention_id}", "MENTION")


def event_former(event_id: EventId, mention: MentionId) -> Key:
    """A mention of a superseded version under the event that it told of."""
    return Key(f"EVENT#{event_id}", f"FORMER#{mention}")


def event_seen(event_id: EventId, published: datetime, mention: MentionId) -> Key:
    """A mention under its event, by its publication."""
    return Key(f"EVENT#{event_id}", f"SEEN#{published.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}#{mention}")


def event_count(event_id: EventId, mention: MentionId) -> Key:
    """The shard that counts a mention of an event."""
    return Key(f"EVENT#{event_id}", f"COUNT#{mention[-1]}")


def article_former(article_id: ArticleId, mention: MentionId) -> Key:
    """A mention of a superseded version under its article."""
    return Key(f"ARTICLE#{article_id}", f"FORMER#{mention}")


def article_editions(article_id: ArticleId) -> Key:
    """The versions of an article that have been published."""
    return Key(f"ARTICLE#{article_id}", "EDITIONS")


def block_head(block: str) -> Key:
    """The head of a block: its version moves with every change of its leaders."""
    return Key(f"BLOCK#{block}", "HEAD")


def block_leader(block: str, rank: str) -> Key:
    """A mention that leads an event, under one of its blocking keys."""
    return Key(f"BLOCK#{block}", f"LEADER#{rank}")


def block_mention(block: str, rank: str) -> Key:
    """A mention under one of its blocking keys."""
    return Key(f"BLOCK#{block}", f"MENTION#{rank}")


def work_sweep(article_id: ArticleId, rank: str, blocks: str) -> Key:
    """Mentions to be looked at again because one of this rank began or ceased to lead; `blocks` names the blocks."""
    return Key(f"WORK#{article_id}", f"SWEEP#{rank}#{blocks}")


def work_refresh(article_id: ArticleId, event_id: EventId) -> Key:
    """An event to be told anew."""
    return Key(f"WORK#{article_id}", f"REFRESH#{event_id}")


def mention_in(sk: str) -> MentionId:
    """Return the mention that a sort key ends with."""
    return MentionId(sk.rsplit("#", 1)[1])


def rank_in(sk: str) -> str:
    """Return the rank that stands in the sort key of a leader, of a mention in its block, or of a sweep."""
    return "#".join(sk.split("#")[1:3])


def time_in(sk: str) -> datetime:
    """Return the publication that stands in the sort key of a mention by its publication."""
    return datetime.fromisoformat(sk.split("#")[1])


def event_sort(day: str, event_id: EventId) -> str:
    """The sort key of every index entry of an event."""
    return f"{day}#{event_id}"


def event_card(event_id: EventId) -> Key:
    """An event as lists show it."""
    return Key(f"EVENT#{event_id}", "CARD")


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


# ---------------------------------------------------------------- outbox


def outbox(shard: str, entry: str) -> Key:
    """A notice not yet on the bus."""
    return Key(f"OUTBOX#{shard}", entry)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---------------------------------------------------------------- shards

BUSY = ("EVENTS", "TYPE#", "MODE#", "COUNTRY#", "SECTOR#", "CELL#", "WORD#")
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
