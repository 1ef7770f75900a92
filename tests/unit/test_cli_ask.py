"""`tidings events`, `tidings export` and `tidings watches` on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest
from stored_events import puts_of

from tidings.bootstrap import resources
from tidings.cli.main import main
from tidings.ids import EventId
from tidings.records import CanonicalEvent, Factuality, Polarity, ResolvedActor


def event(name: str, country: str, day: str) -> CanonicalEvent:
    return CanonicalEvent(
        event_id=EventId(name),
        type="AID",
        trigger="send",
        actor=(ResolvedActor(name=country.title(), country=country),),
        factuality=Factuality.REPORTED,
        polarity=Polarity.POSITIVE,
        mentions=(),
        mention_count=1,
        outlets=("Wire",),
        day=day,
        confidence=0.8,
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("TIDINGS_HOME", "POWERTOOLS_LOG_LEVEL"):
        monkeypatch.setenv(name, str(tmp_path) if name == "TIDINGS_HOME" else "CRITICAL")
    resources.cache_clear()
    store = resources("query").store
    for told in (event("e1", "NOR", "2025-06-01"), event("e2", "PER", "2025-06-02"), event("e3", "TCD", "2025-06-02")):
        store.transact(puts_of(told))
    yield tmp_path
    resources.cache_clear()


def run(home: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["--home", str(home), *arguments])
    captured = capsys.readouterr()
    return int(stopped.value.code or 0), captured.out, captured.err


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ["e3", "e2", "e1"]),
        (["--sort", "oldest"], ["e1", "e2", "e3"]),
        (["--actor", "NOR", "--actor", "Peru"], ["e2", "e1"]),
        (["--country", "TCD", "--min-outlets", "1"], ["e3"]),
        (["--since", "2025-06-02", "--limit", "1"], ["e3"]),
        (["--quad", "verbal-conflict"], []),
    ],
)
def test_events_are_filtered_by_every_filter_of_the_api(
    home: Path, options: list[str], found: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(home, "events", "--format", "jsonl", *options, capsys=capsys)
    assert status == 0
    assert [json.loads(line)["event_id"] for line in out.splitlines()] == found


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--since", "yesterday"], "--since: "),
        (["--min-outlets", "many"], "--min-outlets: "),
        (["--bbox", "1,2"], "--bbox: "),
        (["--format", "parquet"], "name a file with -o"),
    ],
)
def test_a_filter_that_makes_no_sense_is_one_line_and_bad_usage(
    home: Path, options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(home, "events", *options, capsys=capsys)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert says in err


def test_events_are_written_as_atom_and_parquet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(home, "events", "--format", "atom", capsys=capsys)
    assert out.count("<entry>") == 3
    target = home / "found.parquet"
    run(home, "events", "--format", "parquet", "-o", str(target), capsys=capsys)
    assert pyarrow.parquet.read_table(target).column("event_id").to_pylist() == ["e3", "e2", "e1"]


def test_the_export_tells_how_many_events_each_day_has(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(home, "export", "--parquet", "--since", "2025-06-02", capsys=capsys)
    assert (status, out.splitlines()[0]) == (0, "2025-06-02  2 events")
    assert (home / "blobs/exports/events/day=2025-06-02/events.parquet").is_file()
    assert run(home, "export", "--since", "2025-06-02", capsys=capsys)[0] == 2


def test_a_watch_is_added_listed_and_removed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hook = "https://hooks.example/x"
    status, out, _ = run(home, "watches", "add", "Aid", "--type", "AID", "--webhook", hook, capsys=capsys)
    name, feed, secret = out.splitlines()
    assert (status, feed.startswith(f"feed: watch-feeds/{name}/"), secret.startswith("secret: whsec_")) == (0, True, True)
    _, listed, _ = run(home, "watches", "list", capsys=capsys)
    assert all(part in listed for part in (name, "Aid", "type=['AID']", hook))
    assert run(home, "watches", "remove", name, capsys=capsys)[1] == "removed Aid\n"
    assert run(home, "watches", "remove", name, capsys=capsys)[0] == 1
    assert run(home, "watches", "add", "x", "--webhook", "http://169.254.169.254/", capsys=capsys)[0] == 1
