"""The index: few entries for each event, whatever it tells, and each a function of the event alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.ids import ArticleId, EventId, MentionId
from tidings.publish.cells import Box, cells_at, cells_over
from tidings.publish.facets import Facets, facets_of
from tidings.publish.index import MAX_WORDS, card, entries
from tidings.publish.words import event_words, fold, words
from tidings.records import (
    CanonicalEvent,
    Evidence,
    Factuality,
    Mention,
    Place,
    Polarity,
    ResolvedActor,
    ResolvedQuantity,
    SupportedValue,
    TextQuote,
)
from tidings.tables import parts, rows

CODES = st.sampled_from(["RUS", "UKR", "USA", "CHN", "FRA", "DEU", "TUR", "IGO", None])
ACTORS = st.lists(
    st.builds(
        ResolvedActor,
        name=st.text(max_size=60),
        country=CODES,
        sector=st.sampled_from(["GOV", "MIL", "REB", "CIV", "COP", None]),
    ),
    max_size=10,
)
PLACES = st.builds(
    Place,
    start=st.just(0),
    end=st.just(4),
    text=st.just("Kyiv"),
    name=st.just("Kyiv"),
    country=CODES,
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    geonameid=st.just(703448),
)
OUTLETS = st.lists(st.text(min_size=1, max_size=20), max_size=40, unique=True)


def event(
    actor: tuple[ResolvedActor, ...] = (),
    recipient: tuple[ResolvedActor, ...] = (),
    place: Place | None = None,
    outlets: tuple[str, ...] = ("Wire",),
    quote: str = "Norway sent 40 trucks to Chad.",
    mentions: int = 1,
) -> CanonicalEvent:
    told = Mention(
        mention_id=MentionId("m1"),
        article_id=ArticleId("a1"),
        start=7,
        end=11,
        title="Trucks for Chad",
        published=datetime(2025, 6, 10, tzinfo=UTC),
        selector=TextQuote(exact=quote),
        evidence=Evidence(start=0, end=len(quote)),
        factuality=Factuality.REPORTED,
        polarity=Polarity.POSITIVE,
        confidence=0.8,
    )
    return CanonicalEvent(
        event_id=EventId("e1"),
        type="AID",
        mode="military",
        trigger="send",
        actor=actor,
        recipient=recipient,
        quantities=(ResolvedQuantity(text="40", value=40, of="grey trucks"),),
        place=place,
        factuality=Factuality.REPORTED,
        polarity=Polarity.POSITIVE,
        mentions=(told,) * mentions,
        mention_count=mentions,
        outlets=outlets,
        values=(SupportedValue(field="quantity", value="40 trucks", outlets=outlets[:1], mentions=(MentionId("m1"),)),),
        day="2025-06-09",
        confidence=0.8,
    )


@settings(max_examples=300)
@given(ACTORS, ACTORS, PLACES | st.none(), OUTLETS, st.text(max_size=600))
def test_an_event_is_listed_under_so_many_values_at_most_whatever_it_tells(
    actors: list[ResolvedActor], recipients: list[ResolvedActor], place: Place | None, outlets: list[str], quote: str
) -> None:
    told = event(tuple(actors), tuple(recipients), place, tuple(outlets), quote)
    listed = entries(told)
    sides, outlets_told = len(actors) + len(recipients), len(outlets)
    fixed, countries, pairs = 7, 2 * (sides + 1), len(actors) * len(recipients)
    assert len(listed) <= fixed + countries + pairs + sides + outlets_told + MAX_WORDS
    assert entries(told) == listed
    assert {key.sk for key in listed} == {"2025-06-09#e1"}


@settings(max_examples=100)
@given(ACTORS, PLACES | st.none(), OUTLETS)
def test_facets_are_read_as_they_were_written(actors: list[ResolvedActor], place: Place | None, outlets: list[str]) -> None:
    facets = facets_of(event(tuple(actors), place=place, outlets=tuple(outlets))).with_words(("grey", "truck"))
    assert Facets(json.loads(json.dumps(facets.body))) == facets


def test_the_card_has_the_first_mention_and_says_who_supports_a_value_but_not_by_which_mentions() -> None:
    shown = card(event(mentions=7))
    assert (len(shown["mentions"]), shown["mention_count"]) == (1, 7)
    (value,) = shown["values"]
    assert (value["field"], value["value"], value["outlets"]) == ("quantity", "40 trucks", ["Wire"])
    assert "mentions" not in value
    assert CanonicalEvent.model_validate(shown).event_id == "e1"


def test_the_card_of_an_event_with_many_numbers_still_says_who_denies_it() -> None:
    numbers = tuple(SupportedValue(field="quantity", value=f"{n} trucks") for n in range(30))
    denial = SupportedValue(field="factuality", value="denied", outlets=("Bravo",))
    shown = card(event().model_copy(update={"values": (*numbers, denial)}))["values"]
    assert [value["value"] for value in shown] == [*(f"{n} trucks" for n in range(19)), "denied"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The grey ships' crews", ["grey", "ship", "crew"]),
        ("Abéché, N'Djamena", ["abech", "djamena"]),
        ("crisis, status, glass", ["crisi", "status", "glas"]),
        ("1,212 prisoners in 2025", ["1212", "prisoner", "2025"]),
        ("2.4 to 12,5 and 1,234,567", ["2.4", "12", "1234567"]),
        ("EU and UN", ["eu", "un"]),
        ("he said that", []),
        ("ＦＵＬＬ ｗｉｄｔｈ", ["ful", "width"]),
        ("", []),
    ],
)
def test_words_are_folded_and_lose_their_endings(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "forms",
    [
        "seize seizes seized seizing",
        "send sends sent sending",
        "kill kills killed killing",
        "die dies died dying",
        "carry carries carried carrying",
        "agree agrees agreed agreeing",
        "flee flees fled fleeing",
        "feed feeds fed feeding",
        "exceed exceeds exceeded exceeding",
        "stop stops stopped stopping",
        "cancel cancels cancelled canceled cancelling",
        "withdraw withdraws withdrew withdrawn withdrawing",
        "strike strikes struck striking",
        "go goes went gone going",
        "deploy deploys deployed deploying",
        "party parties",
        "bus buses",
        "hero heroes",
        "woman women",
    ],
)
def test_the_forms_of_one_word_are_one(forms: str) -> None:
    assert len({words(form)[0] for form in forms.split()}) == 1


@pytest.mark.parametrize("two", ["prison prisoner", "general generate", "king kin", "organ organise", "thing thin"])
def test_two_words_stay_two(two: str) -> None:
    assert len(words(two)) == 2


def test_no_form_is_that_of_two_words() -> None:
    forms = [form for _, listed in rows("index_irregular.tsv", 2) for form in parts(listed)]
    assert len(forms) == len(set(forms))
    assert all(form == fold(form) for form in forms)


def test_the_words_of_an_event_begin_with_what_happened_its_number_and_its_names() -> None:
    told = event((ResolvedActor(name="Norway"), ResolvedActor(name="Oslo")), (ResolvedActor(name="Chad"),))
    assert event_words(told, 6) == ("send", "40", "grey", "truck", "norway", "chad")
    assert event_words(told, 99) == ("send", "40", "grey", "truck", "norway", "chad", "oslo")


def test_the_trigger_is_among_the_words_as_the_text_has_it() -> None:
    told = event(quote="Norway doled out 40 trucks to Chad.")
    assert event_words(told, 2) == ("send", "dol")


@settings(max_examples=300)
@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 2), st.floats(0, 2))
def test_a_point_in_a_box_lies_in_one_of_the_cells_that_cover_the_box(
    lat: float, lon: float, up: float, right: float
) -> None:
    east = lon + right if lon + right <= 180 else lon + right - 360
    box = Box(lon, lat, east, lat + up)
    assert box.holds(lat, lon)
    cells = cells_over(box)
    assert len(cells) <= 2
    assert not cells or set(cells) & set(cells_at(lat, lon))
