"""Dates as pages write them, and which of a page's times is the publication's. All lines were written for these tests."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.clean.blocks import Block
from tidings.clean.dates import LONGEST_LINE, find_date
from tidings.clean.linked_data import LinkedArticle
from tidings.clean.metadata import PageMeta
from tidings.clean.published import modified, published
from tidings.clean.shown import Shown, shown_author, shown_times
from tidings.clean.when import When, instant, machine_time, whole_day, written_time
from tidings.records import DateSource, EntryHint, Precision

NOW = datetime(2025, 6, 13, 20, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("4 June 2025, 18:05 BST", at(2025, 6, 4, 17, 5)),
        ("June 4, 2025 at 6:05 p.m. ET", at(2025, 6, 4, 22, 5)),
        ("January 4, 2025 at 6:05 p.m. ET", at(2025, 1, 4, 23, 5)),
        ("6.05 pm CEST on Wednesday, 4 June 2025", at(2025, 6, 4, 16, 5)),
        ("Wed Jun 04 2025 18:05:11 GMT+0200 (Central European Summer Time)", at(2025, 6, 4, 16, 5)),
        ("04.06.2025 um 18:05 Uhr", at(2025, 6, 4, 18, 5)),
        ("2025/06/04 18:05 +05:30", at(2025, 6, 4, 12, 35)),
        ("Posted 11:50 pm PST Dec 31, 2024", at(2025, 1, 1, 7, 50)),
        ("12:10 am, June 4, 2025", at(2025, 6, 4, 0, 10)),
        ("June 4, 2025 | 12:10pm", at(2025, 6, 4, 12, 10)),
    ],
)
def test_a_clock_time_by_a_date_is_read_with_its_zone(line: str, moment: datetime) -> None:
    found = find_date(line)
    assert found is not None
    assert found.moment == moment


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Mittwoch, 4. März 2025", date(2025, 3, 4)),
        ("publié le 1er août 2024", date(2024, 8, 1)),
        ("4 de julio de 2025", date(2025, 7, 4)),
        ("4 июня 2025", date(2025, 6, 4)),
        ("2025年6月4日", date(2025, 6, 4)),
        ("Sept. 4th, 2024", date(2024, 9, 4)),
        ("4-Jun-2025", date(2025, 6, 4)),
        ("25/12/2024", date(2024, 12, 25)),
        ("12/25/24", date(2024, 12, 25)),
        ("3.4.2025", date(2025, 4, 3)),
        ("4/4/2025", date(2025, 4, 4)),
        ("2025-06-04", date(2025, 6, 4)),
    ],
)
def test_days_are_read_in_many_ways_of_writing(line: str, day: date) -> None:
    found = find_date(line)
    assert found is not None
    assert (found.day, found.moment) == (day, None)


@pytest.mark.parametrize(
    "line",
    [
        "3/4/2025",
        "4 June",
        "June 2025",
        "31 June 2025",
        "version 10.2.2019.4",
        "192.168.20.1",
        "call 555-12-2024",
        "© 2025",
        "may 2025 bring peace",
        "2025-13-04",
        "",
    ],
)
def test_what_is_no_whole_date_or_has_two_meanings_is_none(line: str) -> None:
    assert find_date(line) is None


def test_the_first_of_two_dates_is_found_with_its_place() -> None:
    line = "Published 4 June 2025 | Updated 5 June 2025"
    found = find_date(line)
    assert found is not None
    assert line[found.start : found.end] == "4 June 2025"


@pytest.mark.parametrize("line", ["Wednesday, 4 June 2025", "On June 4, 2025", "4 June 2025, 18:05 GMT"])
def test_a_line_that_is_a_date_and_nothing_else_is_a_written_time(line: str) -> None:
    assert written_time(line) is not None
    assert written_time(f"Two men held {line}") is None


@settings(max_examples=60, deadline=500)
@given(st.text(alphabet="0123456789:./- apmJune,年月日", max_size=2 * LONGEST_LINE))
def test_any_line_is_searched_in_bounded_time(line: str) -> None:
    found = find_date(line)
    assert found is None or 0 <= found.start < found.end <= len(line)


def lines(*texts: str) -> list[Block]:
    return [Block(text, "h1" if number == 2 else "p") for number, text in enumerate(texts)]


HEAD = ("Friday, 13 June 2025", "World", "Valmere closes eastern pier")
BODY = (
    "The harbour authority in Valmere said on Tuesday that it would close the eastern pier for six weeks after divers found "
    "cracks in four of its pillars."
)


@pytest.mark.parametrize(
    ("line", "when", "changed"),
    [
        ("By Ida Nolan on Wednesday, 4 June 2025 at 11:08 a.m.", at(2025, 6, 4, 11, 8), False),
        ("Coast Gazette staff | June 4, 2025", at(2025, 6, 4, 23, 59, 59), False),
        ("Last updated: 4 June 2025", at(2025, 6, 4, 23, 59, 59), True),
        ("Published 2 hours ago", at(2025, 6, 13, 18), False),
        ("Updated 3 hours ago", at(2025, 6, 13, 17), True),
    ],
)
def test_a_time_below_the_title_is_shown_for_the_article(line: str, when: datetime, changed: bool) -> None:
    (first, *_) = shown_times(lines(*HEAD, line, BODY), [HEAD[2]], NOW)
    assert (first.when.latest, first.changed) == (when, changed)


@pytest.mark.parametrize(
    "line",
    [
        "Source: Ministry of Ports, October 25, 2024",
        "The pier was built after the old one fell in a storm on 4 March 1958.",
    ],
)
def test_a_date_that_is_something_elses_is_not_shown_for_the_article(line: str) -> None:
    found = shown_times(lines("Home", "World", HEAD[2], line, BODY), [HEAD[2]], NOW)
    assert found == []


def test_far_from_the_title_only_a_labelled_time_counts() -> None:
    far = [Block(f"{BODY} {number}") for number in range(30)]
    plain = shown_times([*lines("a", "b", HEAD[2]), *far, Block("4 June 2025")], [HEAD[2]], NOW)
    labelled = shown_times([*lines("a", "b", HEAD[2]), *far, Block("Published: 4 June 2025")], [HEAD[2]], NOW)
    assert plain == []
    assert [shown.when.latest.day for shown in labelled] == [4]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ida Nolan", "Ida Nolan"),
        ("By IDA NOLAN and Tom Ray, June 4, 2025", "IDA NOLAN and Tom Ray"),
        ("Written by Ida Nolan on 4 June 2025", "Ida Nolan"),
        ("By the time it ended all had left", None),
        ("Bystanders saw it all", None),
    ],
)
def test_the_author_is_named_in_a_line_by_the_title(line: str, author: str | None) -> None:
    assert shown_author(lines("a", "b", HEAD[2], line, BODY), [HEAD[2]]) == author


MINUTE = instant(at(2025, 6, 4, 9), Precision.MINUTE)
LATER = instant(at(2025, 6, 5, 7))
HINT = EntryHint()


def test_the_sources_are_asked_in_a_fixed_order() -> None:
    meta = PageMeta(LinkedArticle(published=LATER), meta_published=MINUTE)
    hint = EntryHint(published=at(2025, 6, 3))
    assert published(hint, meta, [], "https://a.example/x", NOW).source is DateSource.FEED
    assert published(HINT, meta, [], "https://a.example/x", NOW).source is DateSource.JSON_LD
    assert published(HINT, PageMeta(), [], "https://a.example/2025/06/04/x", NOW).source is DateSource.URL
    assert published(HINT, PageMeta(), [], "https://a.example/x", NOW).source is DateSource.NONE


@pytest.mark.parametrize("day", ["1989-12-31", "2025-06-15", "0001-01-01"])
def test_a_time_that_cannot_be_is_passed_over_for_the_next(day: str) -> None:
    meta = PageMeta(LinkedArticle(published=machine_time(day)), meta_published=MINUTE)
    found = published(HINT, meta, [], "https://a.example/x", NOW)
    assert (found.when, found.source) == (MINUTE, DateSource.META)


def test_an_earlier_exact_time_on_the_page_is_the_first_publication() -> None:
    meta = PageMeta(LinkedArticle(published=LATER))
    shown = [Shown(MINUTE, DateSource.BYLINE)]
    assert published(HINT, meta, shown, "https://a.example/x", NOW).when == MINUTE
    unzoned = [Shown(When(MINUTE.earliest, MINUTE.latest, MINUTE.precision, zoned=False), DateSource.BYLINE)]
    assert published(HINT, meta, unzoned, "https://a.example/x", NOW).when == LATER


def test_a_minute_of_the_day_is_better_than_the_day() -> None:
    meta = PageMeta(LinkedArticle(published=whole_day(date(2025, 6, 4))), meta_published=MINUTE)
    found = published(HINT, meta, [], "https://a.example/x", NOW)
    assert (found.when, found.source) == (MINUTE, DateSource.META)


def test_a_change_says_when_and_where_from_and_dates_what_has_no_other_time() -> None:
    shown = [Shown(MINUTE, DateSource.BYLINE, changed=True)]
    assert modified(HINT, PageMeta(), shown, NOW).source is DateSource.BYLINE
    assert modified(HINT, PageMeta(meta_modified=LATER), shown, NOW).source is DateSource.META
    assert modified(HINT, PageMeta(), [], NOW).when is None
    assert published(HINT, PageMeta(), shown, "https://a.example/x", NOW).when == MINUTE
