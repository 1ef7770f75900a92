"""What speaks for and against one happening: meanings, numbers, places, days, parties."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.ids import ArticleId, MentionId
from tidings.publish.matching import Match, compare
from tidings.publish.mentions import MentionSummary
from tidings.publish.merging import event_from, own_event
from tidings.publish.numbers import likeness
from tidings.publish.places import are_apart
from tidings.publish.profiles import profile, rank_of
from tidings.publish.vocabulary import meaning_of
from tidings.records import (
    Evidence,
    Factuality,
    Mention,
    Place,
    Polarity,
    Qualifier,
    QuoteKind,
    ResolvedActor,
    ResolvedAttribution,
    ResolvedQuantity,
    ResolvedTime,
    TextQuote,
)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("earthquake", "temblor", True),
        ("die", "death", True),
        ("take over", "acquisition", True),
        ("suicide bombing", "explosion", True),
        ("plane crash", "collide", True),
        ("harvest", "harvesting", True),
        ("attack", "arrest", False),
        ("sell", "buy", False),
        ("sign", "resign", False),
    ],
)
def test_meanings_of_triggers(a: str, b: str, same: bool) -> None:
    assert (meaning_of(a) == meaning_of(b)) is same


def number(value: float, of: str | None = "people", unit: str | None = None, low: float | None = None) -> ResolvedQuantity:
    qualifier = Qualifier.AT_LEAST if low is not None else Qualifier.EXACT
    return ResolvedQuantity(text=str(value), value=value, low=low, qualifier=qualifier, of=of, unit=unit)


@pytest.mark.parametrize(
    ("a", "b", "sign"),
    [
        (number(1200), number(1200), 1),
        (number(1200), number(1212), 1),
        (number(12), number(15), 0),
        (number(15, low=15), number(19), 1),
        (number(6), number(90), -1),
        (number(40, of="trucks"), number(900, of="soldiers"), 0),
        (number(40, of="bodies"), number(41, of="body"), 0),
        (number(5, of=None, unit="USD"), number(5, of=None, unit="EUR"), 0),
        (number(5e6, of=None, unit="USD"), number(5e6, of=None, unit="USD"), 1),
    ],
)
def test_numbers_speak_for_or_against(a: ResolvedQuantity, b: ResolvedQuantity, sign: int) -> None:
    weight = likeness([a], [b])
    assert (weight > 0) - (weight < 0) == sign
    assert likeness([b], [a]) == weight


KHARKIV = Place(start=0, end=7, text="Kharkiv", name="Kharkiv", country="UKR", lat=49.98, lon=36.26, geonameid=706483)
ODESA = Place(start=0, end=5, text="Odesa", name="Odesa", country="UKR", lat=46.48, lon=30.73, geonameid=698740)
UKRAINE = Place(start=0, end=7, text="Ukraine", name="Ukraine", country="UKR", lat=49.0, lon=32.0, geonameid=690791)
CRIMEA = Place(start=0, end=6, text="Crimea", name="Crimea", country="UKR", lat=45.3, lon=34.4)
TYRE = Place(start=0, end=4, text="Tyre", name="Tyre", country="LBN", lat=33.27, lon=35.2, geonameid=277130)


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [(KHARKIV, ODESA, True), (KHARKIV, UKRAINE, False), (ODESA, CRIMEA, False), (ODESA, TYRE, True), (ODESA, ODESA, False)],
)
def test_towns_far_apart_are_two_places(a: Place, b: Place, apart: bool) -> None:
    assert are_apart(a, b) is are_apart(b, a) is apart


def mention(name: str, **other: Any) -> MentionSummary:
    told = {"lemma": "attack", "type": "ASSAULT", "day": "2025-06-09", "version": "1", **other}
    article = told.pop("article", name)
    told.setdefault("actor", (ResolvedActor(name="Gunmen"),))
    return MentionSummary(
        mention=Mention(
            mention_id=MentionId(f"m{name}"),
            article_id=ArticleId(article),
            start=len(name),
            end=len(name) + 5,
            selector=TextQuote(exact="x"),
            evidence=Evidence(start=0, end=1),
            factuality=told.pop("factuality", Factuality.REPORTED),
            polarity=Polarity.POSITIVE,
            attributions=told.pop("attributions", ()),
            confidence=0.8,
        ),
        words=tuple(told.pop("words", ("gunmen", "market", "bamako", "soldiers"))),
        names=("bamako", "mali"),
        near=("bamako",),
        **told,
    )


def says(who: str) -> ResolvedAttribution:
    return ResolvedAttribution(source=who, quote=QuoteKind.INDIRECT, content="it was so")


def on(day: str) -> ResolvedTime:
    return ResolvedTime(text=day, first=day, last=day)


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("other day", {"time": on("2025-06-12")}),
        ("another kind of happening", {"lemma": "protest", "type": "PROTEST"}),
        ("other place", {"place": ODESA}),
        ("another one in the same article", {"article": "a", "again": True}),
    ],
)
def test_what_rules_one_happening_out(why: str, other: dict[str, Any]) -> None:
    one = mention("a", time=on("2025-06-09"), place=TYRE)
    match = compare(profile(one), profile(mention("bb", **other)))
    assert match == Match(False, 0.0, {why: 0.0})


@pytest.mark.parametrize(("speakers", "same"), [(("police", "police"), False), (("police", "the union"), True)])
def test_a_text_gives_two_numbers_for_one_happening_only_if_two_sources_do(speakers: tuple[str, str], same: bool) -> None:
    one, other = (
        mention(name, article="a", quantities=(number(counted),), attributions=(says(who),))
        for name, counted, who in zip(("a", "bb"), (300, 2000), speakers, strict=True)
    )
    assert compare(profile(one), profile(other)).same is same


@pytest.mark.parametrize(
    ("one_elsewhere", "other_elsewhere", "same"),
    [((1200,), (6000,), False), ((1200,), (), True), ((), (), True), ((1200,), (27,), True)],
)
def test_a_number_is_not_another_one_that_both_articles_tell_of_something_else(
    one_elsewhere: tuple[float, ...], other_elsewhere: tuple[float, ...], same: bool
) -> None:
    """So with two copies of one text; but a toll that has risen is told by the later article alone."""
    one = mention("a", quantities=(number(6000),), elsewhere=one_elsewhere)
    other = mention("bb", quantities=(number(1200),), elsewhere=other_elsewhere)
    match = compare(profile(one), profile(other))
    assert match.same is same
    assert match == compare(profile(other), profile(one))


def test_a_denial_speaks_of_the_event_that_it_denies() -> None:
    match = compare(profile(mention("a")), profile(mention("bb", factuality=Factuality.DENIED)))
    assert match.same


def test_who_was_attacked_and_who_attacked_may_not_change_places() -> None:
    norway, chad = ResolvedActor(name="Norway", country="NOR"), ResolvedActor(name="Chad", country="TCD")
    one, other = mention("a", actor=(norway,), recipient=(chad,)), mention("bb", actor=(chad,), recipient=(norway,))
    assert compare(profile(one), profile(other)).features == {"the other way round": 0.0}


def test_whoever_is_another_party_by_a_word_of_no_type_is_another_party() -> None:
    norway, chad = ResolvedActor(name="Norway", country="NOR"), ResolvedActor(name="Chad", country="TCD")
    freed = mention("a", lemma="return", type="RETREAT", actor=(norway,))
    came_back = mention("bb", lemma="return", type="OTHER", actor=(chad,))
    assert compare(profile(freed), profile(came_back)).features == {"other actor": 0.0}


COUNTRY = st.sampled_from(["NOR", "TCD", "PER"]).map(lambda code: ResolvedActor(name=code.title(), country=code))
SIDE = st.lists(COUNTRY, max_size=2).map(tuple)
TOLD = st.fixed_dictionaries({
    "actor": SIDE, "recipient": SIDE, "type": st.sampled_from(["ASSAULT", "AID", "CONSULT", "OTHER"]),
    "factuality": st.sampled_from(list(Factuality)),
    "time": st.none() | st.sampled_from([on("2025-06-09"), on("2025-06-12")]),
})  # fmt: skip


@given(TOLD, TOLD)
def test_it_does_not_matter_which_of_two_mentions_is_compared_with_which(one: dict[str, Any], other: dict[str, Any]) -> None:
    a, b = profile(mention("a", **one)), profile(mention("bb", **other))
    assert compare(a, b) == compare(b, a)


def test_an_open_detail_speaks_neither_way() -> None:
    full = mention("a", time=on("2025-06-09"), place=TYRE, quantities=(number(12),))
    assert compare(profile(full), profile(mention("bb"))).same


def test_an_event_keeps_its_name_while_one_of_lesser_rank_still_stands_under_it() -> None:
    moving, leader = mention("a", time=on("2025-06-09"), place=TYRE, quantities=(number(12),)), mention("bb")
    assert rank_of(moving) < rank_of(leader)
    told = event_from(leader, [moving])
    assert told.event is not None
    assert told.event.event_id == own_event(leader.mention_id)
    assert {key.sk.split("#")[1] for key in told.entries if key.pk == "EVENTS"} == {told.event.event_id}
