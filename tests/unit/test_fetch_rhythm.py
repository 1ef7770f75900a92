"""When a feed is read again: its rhythm, and its hours and days of quiet."""

from datetime import UTC, datetime, timedelta

import pytest

from tidings.fetch.entries import NEVER_QUIET, Entry, Quiet, entry_of, without_twins
from tidings.fetch.rhythm import LONGEST_RHYTHM_S, after_quiet, quiet_of, rhythm_s, wish_s
from tidings.records import EntryHint

NOW = datetime(2025, 6, 13, 12, 30, tzinfo=UTC)  # a Friday
HOUR = timedelta(hours=1)


def entries(*ages: timedelta) -> list[Entry]:
    return [entry_of(f"https://a.example/{n}", EntryHint(published=NOW - age)) for n, age in enumerate(ages)]


@pytest.mark.parametrize(
    ("ages", "seconds"),
    [
        ([HOUR * n for n in range(13)], 3300 // 2),  # one an hour, and one just now
        ([HOUR * n for n in range(1, 13)], 1800),
        ([24 * HOUR, 48 * HOUR, 72 * HOUR], 43_200),
        ([100 * HOUR, 100 * HOUR, 100 * HOUR], 60_000),  # a burst long ago is no rhythm of seconds
        ([HOUR, 2 * HOUR], None),
        ([-HOUR, -2 * HOUR, -3 * HOUR], None),  # times to come tell nothing
        ([], None),
    ],
)
def test_the_rhythm_is_half_the_distance_of_the_newest_entries(ages: list[timedelta], seconds: int | None) -> None:
    assert rhythm_s(entries(*ages), NOW) == seconds


@pytest.mark.parametrize(
    ("interval", "rhythm", "unchanged", "wish"),
    [
        (900, 60, 0, 900),
        (900, 3000, 9, 3000),
        (900, 10**6, 0, LONGEST_RHYTHM_S),
        (80_000, 60, 0, 80_000),
        (80_000, 10**6, 0, 80_000),
        (900, None, 0, 900),
        (900, None, 2, 2025),
        (900, None, 10**6, LONGEST_RHYTHM_S),
    ],
)
def test_the_wish_lies_between_the_users_interval_and_six_hours(
    interval: int, rhythm: int | None, unchanged: int, wish: int
) -> None:
    assert wish_s(interval, rhythm, unchanged) == wish


@pytest.mark.parametrize(
    ("xml", "quiet"),
    [
        ("<skipHours><hour>0</hour><hour> 7 </hour></skipHours>", Quiet(frozenset({0, 7}))),
        ("<skipHours><hour>24</hour></skipHours>", Quiet(frozenset({0}))),
        ("<skipDays><day>Sunday</day><day>saturday</day></skipDays>", Quiet(days=frozenset({5, 6}))),
        ("<SKIPHOURS><HOUR>3</HOUR></SKIPHOURS>", Quiet(frozenset({3}))),
        ("<skipHours><hour>25</hour><hour>x</hour></skipHours><skipDays><day>Someday</day></skipDays>", NEVER_QUIET),
        (f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(24))}</skipHours>", NEVER_QUIET),
        ("<title>no wishes</title>", NEVER_QUIET),
    ],
)
def test_hours_and_days_to_be_left_alone_are_read(xml: str, quiet: Quiet) -> None:
    assert quiet_of(f"<rss><channel>{xml}</channel></rss>".encode()) == quiet


@pytest.mark.parametrize(
    ("quiet", "first"),
    [
        (NEVER_QUIET, NOW),
        (Quiet(frozenset({12})), NOW.replace(hour=13, minute=0)),
        (Quiet(frozenset(range(12, 24))), NOW.replace(day=14, hour=0, minute=0)),
        (Quiet(days=frozenset({4})), NOW.replace(day=14, hour=0, minute=0)),
        (Quiet(frozenset({0}), frozenset({4, 5, 6})), NOW.replace(day=16, hour=1, minute=0)),
    ],
)
def test_quiet_hours_and_days_are_waited_for(quiet: Quiet, first: datetime) -> None:
    assert after_quiet(NOW, quiet) == first


def test_entries_of_one_guid_are_told_apart_by_link_and_then_by_content_and_equal_ones_are_one() -> None:
    def one(url: str | None, title: str) -> Entry:
        return entry_of(url, EntryHint(guid="g", title=title))

    listed = [one("/a", "A"), one("/b", "B"), one("/b", "C"), one("/b", "C"), one(None, "D")]
    kept = without_twins(listed)
    assert [entry.hint.title for entry in kept] == ["A", "B", "C", "D"]
    assert len({entry.key for entry in kept}) == 4


def test_entries_that_share_a_link_are_known_by_their_content_too() -> None:
    listed = [entry_of("https://a.example/", EntryHint(guid=str(n), title=f"Story {n}")) for n in range(2)]
    names = [entry.also for entry in without_twins(listed)]
    assert None not in names
    assert len(set(names)) == 2
    again = [entry_of("https://a.example/", EntryHint(guid=f"new {n}", title=f"Story {n}")) for n in range(2)]
    assert [entry.also for entry in without_twins(again)] == names


def test_a_link_that_several_entries_share_is_no_name_for_any_of_them() -> None:
    listed = [entry_of("https://a.example/live", EntryHint(guid=str(n))) for n in range(2)]
    assert [entry.also for entry in without_twins(listed)] == [None, None]
    assert without_twins(listed[:1])[0].also == "https://a.example/live"
