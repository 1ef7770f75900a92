"""Query: filters choose what to read of the index, pages are ordered and complete, and cost a bounded number of reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_events import puts_of

from tidings import keys
from tidings.errors import BadUsage, NotFound
from tidings.ids import ArticleId, EventId, MentionId, digest
from tidings.ports.fakes import MemoryStore
from tidings.ports.store import Item, Key, Page, Put
from tidings.publish.mentions import MentionSummary
from tidings.publish.merging import leader_of
from tidings.publish.merging import told as as_told
from tidings.query import statistics
from tidings.query.actors import find_actors, profile
from tidings.query.codes import actor_code
from tidings.query.events import MAX_LIMIT, MAX_READS, Sort, find_events
from tidings.query.filters import EventQuery
from tidings.query.matching import matches
from tidings.query.mentions import find_mentions
from tidings.query.statistics import count_events
from tidings.records import (
    CanonicalEvent,
    Evidence,
    Factuality,
    Mention,
    Place,
    Polarity,
    ResolvedActor,
    ResolvedQuantity,
    TextQuote,
)


class CountingStore(MemoryStore):
    """A store that counts its reads."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def query(
        self,
        pk: str,
        *,
        limit: int,
        first: str | None = None,
        last: str | None = None,
        after: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        self.reads += 1
        assert limit <= statistics.CHUNK  # about what DynamoDB gives at once
        return super().query(pk, limit=limit, first=first, last=last, after=after, newest_first=newest_first)

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        self.reads += 1
        return [item for key in keys if (item := self.get(key)) is not None]


def event(
    name: str,
    *,
    type: str = "AID",
    actor: str | None = "NOR",
    recipient: str | None = "TCD",
    day: str = "2025-06-09",
    place: Place | None = None,
    outlets: tuple[str, ...] = ("Wire",),
    quote: str = "Norway sent 40 trucks to Chad.",
    factuality: Factuality = Factuality.REPORTED,
    mode: str | None = None,
    contexts: tuple[str, ...] = (),
    sector: str | None = None,
    number: float = 40,
) -> CanonicalEvent:
    mention = Mention(
        mention_id=MentionId("m" + digest(name)),
        article_id=ArticleId("a" + digest(name)),
        start=7,
        end=11,
        outlet=outlets[0],
        published=datetime(2025, 6, 10, tzinfo=UTC),
        selector=TextQuote(exact=quote),
        evidence=Evidence(start=0, end=len(quote)),
        factuality=factuality,
        polarity=Polarity.POSITIVE,
        confidence=0.8,
    )
    return CanonicalEvent(
        event_id=EventId("e" + digest(name)),
        type=type,
        mode=mode,
        contexts=contexts,
        trigger="send",
        actor=(ResolvedActor(name="Norway", country=actor, sector=sector),) if actor else (),
        recipient=(ResolvedActor(name="Chad", country=recipient),) if recipient else (),
        quantities=(ResolvedQuantity(text="some", value=number, of="trucks"),),
        place=place,
        factuality=factuality,
        polarity=Polarity.POSITIVE,
        mentions=(mention,),
        mention_count=1,
        outlets=outlets,
        day=day,
        confidence=0.8,
    )


def holding(*events: CanonicalEvent) -> CountingStore:
    store = CountingStore()
    for one in events:
        store.transact(puts_of(one))
    return store


def every_page(store: CountingStore, query: EventQuery, limit: int, sort: Sort = "newest") -> list[CanonicalEvent]:
    found: list[CanonicalEvent] = []
    cursor: str | None = None
    while True:
        store.reads = 0
        page = find_events(store, query, limit=limit, cursor=cursor, sort=sort)
        assert page.reads == store.reads <= MAX_READS
        assert len(page.events) <= limit
        found.extend(page.events)
        if page.cursor is None:
            return found
        assert page.cursor != cursor
        cursor = page.cursor


def days_of(found: Sequence[CanonicalEvent]) -> list[str]:
    return [one.day for one in found]


ISTANBUL = Place(start=0, end=8, text="Istanbul", name="Istanbul", country="TUR", lat=41.01, lon=28.95, geonameid=745044)
SUVA = Place(start=0, end=4, text="Suva", name="Suva", country="FJI", lat=-18.14, lon=178.44, geonameid=2198148)
VARIED = (
    event("first", day="2025-06-01", mode="military", sector="MIL", place=SUVA),
    event("second", day="2025-06-02", actor="PER", recipient="NOR", outlets=("Herald", "Mail", "Wire"), number=1200),
    event("third", day="2025-06-03", type="RETREAT", place=ISTANBUL, quote="Peru withdrew its grey ships from Abéché."),
    event("fourth", day="2025-06-04", type="RETREAT", actor="PER", factuality=Factuality.ALLEGED, contexts=("legal",)),
    event("fifth", day="2025-06-05", actor=None, recipient=None),
)


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, ["05", "04", "03", "02", "01"]),
        ({"since": "2025-06-03"}, ["05", "04", "03"]),
        ({"until": "2025-06-02"}, ["02", "01"]),
        ({"since": "2025-06-02", "until": "2025-06-03"}, ["03", "02"]),
        ({"since": "2025-06-03", "until": "2025-06-02"}, []),
        ({"actor": "NOR"}, ["03", "01"]),
        ({"recipient": "NOR"}, ["02"]),
        ({"actor": "PER", "recipient": "TCD"}, ["04"]),
        ({"type": "RETREAT"}, ["04", "03"]),
        ({"type": "RETREAT", "actor": "PER"}, ["04"]),
        ({"type": "AID", "recipient": "NOR"}, ["02"]),
        ({"type": "AID", "actor": "PER", "recipient": "TCD"}, []),
        ({"place": "745044"}, ["03"]),
        ({"place": "TUR"}, ["03"]),
        ({"place": "istanbul"}, ["03"]),
        ({"place": ["745044", "FJI"]}, ["03", "01"]),
        ({"place": "Lima"}, []),
        ({"bbox": "28,40,30,42"}, ["03"]),
        ({"bbox": "-20,30,50,60"}, ["03"]),
        ({"bbox": "177,-20,-179,-10"}, ["01"]),
        ({"bbox": "-179,-20,177,-10"}, []),
        ({"bbox": "28,42,30,40"}, []),
        ({"bbox": "-180,-90,180,90", "type": "AID"}, ["01"]),
        ({"country": "NOR"}, ["03", "02", "01"]),
        ({"country": "TUR"}, ["03"]),
        ({"country": "NOR", "type": "AID"}, ["02", "01"]),
        ({"actor": ["NOR", "PER"]}, ["04", "03", "02", "01"]),
        ({"actor": ["NOR", "PER"], "recipient": "NOR"}, ["02"]),
        ({"type": ["AID", "RETREAT"], "since": "2025-06-02"}, ["05", "04", "03", "02"]),
        ({"sector": "mil"}, ["01"]),
        ({"mode": "military"}, ["01"]),
        ({"context": "legal"}, ["04"]),
        ({"quad": "material-cooperation"}, ["05", "04", "03", "02", "01"]),
        ({"quad": "verbal conflict"}, []),
        ({"min_outlets": 2}, ["02"]),
        ({"min_outlets": 3}, ["02"]),
        ({"min_outlets": 4}, []),
        ({"quantity_min": 100}, ["02"]),
        ({"quantity_max": 100}, ["05", "04", "03", "01"]),
        ({"quantity_min": 40, "quantity_max": 41, "type": "RETREAT"}, ["04", "03"]),
        ({"outlet": "herald"}, ["02"]),
        ({"outlet": "Wire", "until": "2025-06-03"}, ["03", "02", "01"]),
        ({"text": "grey SHIPS"}, ["03"]),
        ({"text": "ship Abeche"}, ["03"]),
        ({"text": "grey trucks nowhere"}, []),
        ({"text": "the of"}, []),
        ({"text": "trucks", "recipient": "NOR"}, ["02"]),
        ({"factuality": "alleged"}, ["04"]),
        ({"actor": "", "text": " "}, ["05", "04", "03", "02", "01"]),
        ({"actor": "XXX"}, []),
    ],
)
def test_filters_give_the_events_that_pass_all_of_them_newest_first(query: dict[str, str], days: list[str]) -> None:
    found = every_page(holding(*VARIED), EventQuery.model_validate(query), limit=50)
    assert days_of(found) == [f"2025-06-{day}" for day in days]


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        ({}, 2),
        ({"actor": "NOR"}, 2),
        ({"type": "AID", "actor": "NOR"}, 2),
        ({"actor": "NOR", "recipient": "TCD"}, 2),
        ({"country": "NOR", "type": "RETREAT"}, 2),
        ({"outlet": "Wire"}, 2),
        ({"place": "TUR"}, 2),
        ({"quad": "material cooperation"}, 2),
        ({"sector": "MIL"}, 2),
        ({"text": "grey ships"}, 2),
        ({"since": "2025-06-02", "factuality": "alleged"}, 2),
        ({"bbox": "28,40,29.5,41.5"}, 2),
        ({"type": ["AID", "RETREAT", "ASSAULT"]}, 4),
        ({"actor": ["NOR", "PER"]}, 3),
        ({"text": "nowhere"}, 1),
        ({"text": "the"}, 0),
    ],
)
def test_a_page_is_one_read_of_the_index_for_each_value_and_one_of_the_cards(query: dict[str, str], reads: int) -> None:
    store = holding(*VARIED)
    assert find_events(store, EventQuery.model_validate(query)).reads == store.reads == reads


CODES = ("NOR", "PER", "TCD", "TUR", "FRA", "DEU", "SWE", "DNK", "FIN", "UNO")
OUTLETS = tuple(f"Outlet {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
SAID = (
    "Norway",
    "sent",
    "sending",
    "40",
    "1,200",
    "grey",
    "trucks",
    "prisoners",
    "cocaine",
    "seized",
    "ministers",
    "Abéché",
)
PARTIES = st.lists(
    st.builds(
        ResolvedActor,
        name=st.sampled_from(["Norway", "the ministers", "Peru", "grey men"]),
        country=st.sampled_from([*CODES, None]),
        sector=st.sampled_from(["GOV", "MIL", None]),
    ),
    max_size=10,
).map(tuple)
TOLD = st.builds(
    lambda made, change: made.model_copy(update=change),
    st.builds(
        event,
        st.integers(0, 10**6).map(str),
        type=st.sampled_from(["AID", "RETREAT", "OTHER"]),
        day=st.sampled_from(["2025-06-08", "2025-06-09"]),
        place=st.sampled_from([None, ISTANBUL, SUVA]),
        outlets=st.lists(st.sampled_from(OUTLETS), min_size=1, max_size=26, unique=True).map(tuple),
        quote=st.lists(st.sampled_from([*SAID, *(f"word{n}" for n in range(40))]), max_size=30).map(" ".join),
        mode=st.sampled_from([None, "military", "visit"]),
        contexts=st.sampled_from([(), ("legal",)]),
        number=st.sampled_from([40, 1200]),
    ),
    st.fixed_dictionaries({"actor": PARTIES, "recipient": PARTIES, "mention_count": st.just(3)}),
)
SOME_CODES = st.lists(st.sampled_from(CODES), max_size=3)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "actor": SOME_CODES,
        "recipient": SOME_CODES,
        "country": SOME_CODES,
        "type": st.lists(st.sampled_from(["AID", "RETREAT"]), max_size=2),
        "outlet": st.lists(st.sampled_from(OUTLETS).map(str.upper), max_size=3),
        "sector": st.sampled_from(["GOV", "MIL", "REB"]),
        "mode": st.sampled_from(["military", "visit"]),
        "context": st.just("legal"),
        "place": st.sampled_from(["745044", "TUR", "istanbul", "Suva", "UFA", "None"]),
        "bbox": st.sampled_from(["28,40,30,42", "-20,30,50,60", "177,-20,-179,-10"]),
        "min_outlets": st.integers(1, 12),
        "quantity_min": st.sampled_from([10, 100]),
        "since": st.just("2025-06-09"),
        "text": st.lists(st.sampled_from([*SAID, "send", "seize", "prisoner", "word7"]), max_size=2).map(" ".join),
    },
)


@settings(max_examples=500)
@given(TOLD, ASKED)
def test_the_index_finds_an_event_if_and_only_if_it_passes_as_a_watch_is_told_of_it(
    told: CanonicalEvent, asked: dict[str, Any]
) -> None:
    query = EventQuery.model_validate(asked)
    assert [one.event_id for one in find_events(holding(told), query).events] == [told.event_id] * matches(told, query)


def test_an_event_is_found_by_each_of_its_many_outlets_and_countries() -> None:
    many = event("many", outlets=OUTLETS).model_copy(
        update={"actor": tuple(ResolvedActor(name=code, country=code) for code in CODES)}
    )
    store = holding(many)
    assert all(find_events(store, EventQuery(outlet=(name,))).events for name in OUTLETS)
    assert all(find_events(store, EventQuery(outlet=(name,), type=("AID",))).events for name in OUTLETS)
    assert all(find_events(store, EventQuery(actor=(code,))).events for code in CODES)
    assert all(find_events(store, EventQuery(actor=(code,), recipient=("TCD",))).events for code in CODES)


@pytest.mark.parametrize("text", ["seized cocaine", "seize cocaine", "2.4 tonnes", "seizing 2.4"])
def test_an_event_is_found_by_what_the_text_says_in_any_form(text: str) -> None:
    store = holding(event("drugs", quote="Police in Ecuador seize 2.4 tonnes of cocaine in a raid."))
    assert len(find_events(store, EventQuery(text=text)).events) == 1


STARTS = date(2024, 1, 1)


def nth(number: int, days: int) -> CanonicalEvent:
    return event(str(number), day=(STARTS + timedelta(days=number % days)).isoformat())


LARGE = holding(*(nth(n, 400) for n in range(2000)))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"actor": "NOR"},
        {"type": "AID"},
        {"text": "no such words"},
        {"actor": "NOR", "text": "no such words"},
        {"quantity_min": "41"},
        {"context": "legal", "country": "NOR"},
    ],
)
def test_a_page_of_a_large_store_costs_no_more_than_the_fixed_number_of_reads(query: dict[str, str]) -> None:
    LARGE.reads = 0
    find_events(LARGE, EventQuery.model_validate(query), limit=MAX_LIMIT)
    assert 1 <= LARGE.reads <= MAX_READS


def test_a_page_that_runs_out_of_reads_hands_over_a_cursor_that_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidings.query.events.FIRST_CHUNK", 5)
    monkeypatch.setattr("tidings.query.events.NEXT_CHUNK", 10)
    rare = event("rare", day="2023-05-05", number=1200)
    store = holding(*(nth(n, 60) for n in range(60)), rare)
    first = find_events(store, EventQuery(quantity_min=1000))
    assert first.events == ()
    assert first.cursor is not None
    assert [one.event_id for one in every_page(store, EventQuery(quantity_min=1000), 50)] == [rare.event_id]


def test_the_last_full_page_of_a_partition_has_no_cursor() -> None:
    store = holding(*(event(str(n)) for n in range(4)))
    assert find_events(store, EventQuery(actor="NOR"), limit=4).cursor is None
    assert find_events(store, EventQuery(actor="NOR"), limit=3).cursor is not None


def test_an_event_that_arrives_between_two_pages_does_not_repeat_or_hide_others() -> None:
    store = holding(*(event(str(n), day=f"2025-06-{n:02d}") for n in range(1, 9)))
    first = find_events(store, EventQuery(), limit=3)
    newer = event("newer", day="2025-06-20")
    store.transact(puts_of(newer))
    second = find_events(store, EventQuery(), limit=50, cursor=first.cursor)
    assert days_of([*first.events, *second.events]) == [f"2025-06-{n:02d}" for n in range(8, 0, -1)]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["NOR", "PER", None]), st.booleans()), max_size=60),
    st.integers(1, 20),
    st.sampled_from(
        [
            {},
            {"actor": ["NOR"]},
            {"type": ["AID"]},
            {"type": ["AID"], "actor": ["PER"]},
            {"since": "2025-06-10"},
            {"actor": ["NOR", "PER"]},
            {"type": ["AID", "RETREAT"], "since": "2025-06-10"},
        ]
    ),
    st.sampled_from(["newest", "oldest"]),
)
def test_pages_of_any_size_give_every_event_once_in_order(
    rows: list[tuple[int, str | None, bool]], limit: int, filters: dict[str, list[str]], sort: Sort
) -> None:
    told = [
        event(str(n), day=(date(2025, 6, 1) + timedelta(days=d)).isoformat(), actor=a, type="AID" if aid else "RETREAT")
        for n, (d, a, aid) in enumerate(rows)
    ]
    query = EventQuery.model_validate(filters)
    wanted = [
        one
        for one in told
        if (not query.actor or any(a.country in query.actor for a in one.actor))
        and (not query.type or one.type in query.type)
        and (query.since is None or one.day >= query.since)
    ]
    found = every_page(holding(*told), query, limit, sort)
    assert [one.event_id for one in found] == [
        one.event_id for one in sorted(wanted, key=lambda one: (one.day, one.event_id), reverse=sort == "newest")
    ]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "é",
        "====",
        "2025-06-01",
        "2025-06-01#e0",
        "2025-06-01.",
        "2025-06-01.e0\n",
        "yesterday.e0",
        "2025-06-01.\ud800",
    ],
)
@pytest.mark.parametrize("filters", [{}, {"actor": "NOR"}])
def test_a_cursor_that_is_not_ours_is_refused_in_clear_words(cursor: str, filters: dict[str, str]) -> None:
    with pytest.raises(BadUsage, match="cursor is not one that this API gave"):
        find_events(holding(*VARIED), EventQuery.model_validate(filters), cursor=cursor)


@settings(max_examples=200)
@given(st.text(max_size=80) | st.from_regex(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[A-Za-z0-9]{1,64}$"))
def test_no_cursor_makes_anything_but_a_page_or_a_refusal(cursor: str) -> None:
    try:
        find_events(holding(VARIED[0]), EventQuery(), cursor=cursor)
    except BadUsage as error:
        assert "cursor" in str(error)


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
def test_a_limit_out_of_range_is_refused(limit: int) -> None:
    with pytest.raises(BadUsage, match=f"1 to {MAX_LIMIT}"):
        find_events(MemoryStore(), EventQuery(), limit=limit)


def test_an_empty_store_gives_an_empty_last_page() -> None:
    page = find_events(MemoryStore(), EventQuery())
    assert (page.events, page.cursor) == ((), None)


def test_statistics_count_what_the_filters_leave() -> None:
    counts = count_events(holding(*VARIED), EventQuery(since="2025-06-02"))
    assert counts.events == 4
    assert counts.types == {"AID": 2, "RETREAT": 2}
    assert counts.factuality == {"reported": 3, "alleged": 1}
    assert counts.actors == {"PER": 2, "NOR": 1}
    assert counts.outlets == {"Wire": 4, "Herald": 1, "Mail": 1}
    assert counts.quads == {"material cooperation": 4}
    assert [(place.name, place.country, place.lat, place.events) for place in counts.places] == [
        ("Istanbul", "TUR", 41.01, 1)
    ]
    assert list(counts.days) == ["2025-06-02", "2025-06-03", "2025-06-04", "2025-06-05"]


@pytest.mark.parametrize("query", [{}, {"actor": "NOR"}, {"text": "no such words"}])
def test_statistics_of_a_large_store_go_on_by_cursor_at_a_bounded_number_of_reads(
    query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "CHUNK", 300)
    wanted = EventQuery.model_validate(query)
    events, cursor = 0, None
    while True:
        LARGE.reads = 0
        counts = count_events(LARGE, wanted, cursor=cursor)
        assert LARGE.reads <= statistics.READS
        events, cursor = events + counts.events, counts.cursor
        if cursor is None:
            break
    assert events == (0 if "text" in query else 2000)


def test_actors_are_ranked_by_their_events_and_found_by_the_beginning_of_a_name() -> None:
    store = holding(*VARIED)
    listed = find_actors(store).actors
    assert [(one.code, one.name, one.events, one.as_actor, one.as_recipient) for one in listed] == [
        ("NOR", "Norway", 3, 2, 1),
        ("TCD", "Chad", 3, 0, 3),
        ("PER", "Peru", 2, 2, 0),
    ]
    assert [one.code for one in find_actors(store, called="cha").actors] == ["TCD"]
    assert [one.code for one in find_actors(store, limit=1).actors] == ["NOR"]
    assert find_actors(store, called="Atlantis").actors == []


def test_an_actors_profile_says_who_does_what_to_whom_on_which_days() -> None:
    norway = profile(holding(*VARIED), "NOR")
    assert (norway.name, norway.events, norway.types) == ("Norway", 3, {"AID": 2, "RETREAT": 1})
    assert list(norway.days) == ["2025-06-01", "2025-06-02", "2025-06-03"]
    assert [(one.code, one.as_actor, one.as_recipient, one.types) for one in norway.counterparts] == [
        ("TCD", 0, 2, {"AID": 1, "RETREAT": 1}),
        ("PER", 1, 0, {"AID": 1}),
    ]
    assert profile(holding(*VARIED), "NOR", since="2025-06-03").events == 1
    assert profile(holding(*VARIED), "ATL").counterparts == []


def with_mentions(number: int) -> tuple[CountingStore, CanonicalEvent]:
    told = event("lead")
    store = holding(told)
    for n in range(number):
        name = leader_of(told.event_id) if n == 0 else MentionId("m" + digest(str(n)))
        mention = told.mentions[0].model_copy(update={"mention_id": name})
        summary = MentionSummary(mention=mention, type=told.type, lemma=told.trigger, day=told.day)
        under = [Put(keys.event_mention(told.event_id, name), {})] if n else []
        store.transact([*under, Put(keys.mention(name), as_told(summary, told.event_id))])
    return store, told


@pytest.mark.parametrize("limit", [1, 7, 70, 100])
def test_pages_of_mentions_give_every_mention_once(limit: int) -> None:
    store, told = with_mentions(70)
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = find_mentions(store, told.event_id, limit=limit, cursor=cursor)
        assert len(page.mentions) <= limit
        found += [mention.mention_id for mention in page.mentions]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == [leader_of(told.event_id), *sorted("m" + digest(str(n)) for n in range(1, 70))]
    assert len(set(found)) == 70


def test_a_former_id_leads_to_the_mentions_of_the_event_of_today() -> None:
    store, told = with_mentions(3)
    former = EventId("e" + digest("1"))
    assert find_mentions(store, former) == find_mentions(store, told.event_id)


def test_mentions_of_no_event_are_not_found() -> None:
    with pytest.raises(NotFound, match="no event e0"):
        find_mentions(MemoryStore(), EventId("e0"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("NOR", "NOR"),
        (" nor ", "NOR"),
        ("Norway", "NOR"),
        ("norwegian", "NOR"),
        ("Norwegians", "NOR"),
        ("Kosovo", "KOS"),
        ("igo", "IGO"),
        ("Nowhere", "NOWHERE"),
    ],
)
def test_an_actor_may_be_typed_as_a_code_or_as_a_nations_name(typed: str, code: str) -> None:
    assert actor_code(typed) == code
