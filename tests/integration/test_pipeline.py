"""The main job, as a user runs it: `tidings run --once` in an empty folder, all stages, real processes."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tidings.cli.tables import COLUMNS, summary
from tidings.records import CanonicalEvent

TIDINGS = str(Path(sys.executable).with_name("tidings"))
SEED_TITLES = {
    "Russia hands over another 1,200 bodies of soldiers to Ukraine",
    "Trumps envoy outlines plan for Ukraine peace",
    "Ukraine ‘didn't exist in 12th century', Russia's Medinsky tells NATO boss",
    "Western war hawks lack plan to defeat Russia",
}


def tidings(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TIDINGS_HOME": str(home), "COLUMNS": "200"}
    return subprocess.run([TIDINGS, *words], env=environment, capture_output=True, text=True, timeout=240, check=False)


def dump(home: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(home / "store.sqlite") as base:
        rows = base.execute("SELECT CAST(pk AS TEXT), CAST(sk AS TEXT), body FROM items ORDER BY pk, sk").fetchall()
    base.close()
    return rows


def events(home: Path, *words: str) -> list[dict[str, object]]:
    done = tidings(home, "events", "--format", "jsonl", "--limit", "1000", *words)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    home = tmp_path_factory.mktemp("calm") / "home"
    done = tidings(home, "run", "--once")
    assert done.returncode == 0, done.stderr
    yield home, done


Ran = tuple[Path, subprocess.CompletedProcess[str]]


def test_one_command_puts_the_bundled_feeds_through_and_prints_their_events(ran: Ran) -> None:
    printed = ran[1].stdout
    for column in ("type", "who", "how many", "when", "where", "factuality", "who says so"):
        assert column in printed
    assert "RETREAT release" in printed
    assert re.search(r"\d+ events", printed)


def test_each_stage_says_how_far_it_is(ran: Ran) -> None:
    said = ran[1].stdout + ran[1].stderr
    for stage in ("fetch", "clean", "extract", "publish"):
        assert re.search(rf"{stage}\s+\d+ done", said)


def test_both_shapes_of_the_aggregator_page_give_exactly_their_four_articles(ran: Ran) -> None:
    articles = [json.loads(body) for pk, sk, body in dump(ran[0]) if pk.startswith("ARTICLE#") and '"words"' in body]
    for shape in ("seed.html", "seed.txt"):
        found = [a for a in articles if a["url"].partition("#")[0].endswith(shape)]
        assert {a["title"] for a in found} == SEED_TITLES
        assert len(found) == 4


def test_one_handover_told_by_both_pages_is_one_event(ran: Ran) -> None:
    found = [e for e in events(ran[0], "--type", "RETREAT", "--actor", "RUS") if e["trigger"] == "hand over"]
    assert [(e["mention_count"] >= 2, e["factuality"]) for e in found] == [(True, "confirmed")]


def test_a_second_run_shows_the_same_events_and_adds_none(ran: Ran) -> None:
    home, first = ran
    before = dump(home)
    second = tidings(home, "run", "--once")
    assert second.returncode == 0
    table = first.stdout[first.stdout.index("┏") :]
    assert second.stdout[second.stdout.index("┏") :] == table
    poll_state = [row for row in before if "FEED" in row[0]]
    assert [row for row in dump(home) if "FEED" not in row[0]] == [row for row in before if row not in poll_state]


def test_two_calm_runs_leave_the_same_store(ran: Ran, tmp_path: Path) -> None:
    again = tmp_path / "home"
    assert tidings(again, "run", "--once").returncode == 0
    assert dump(again) == dump(ran[0])


def test_ingest_takes_articles_from_a_file_and_prints_their_events(tmp_path: Path) -> None:
    given = tmp_path / "articles.jsonl"
    row = {
        "id": "x1",
        "text": "Peru released nine fishermen on Monday.",
        "published": "2024-03-15T10:00:00Z",
        "outlet": "Test",
    }
    given.write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = tidings(tmp_path / "home", "ingest", str(given), "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    event = json.loads(done.stdout)
    assert (event["type"], event["mode"], event["actor"][0]["country"]) == ("RETREAT", "release", "PER")
    assert event["time"]["first"] == "2024-03-11"


def test_the_stages_are_filters_that_make_the_same_events_as_the_pipeline(tmp_path: Path) -> None:
    given = tmp_path / "articles.jsonl"
    row = {"id": "x1", "text": "Peru released nine fishermen on Monday.", "published": "2024-03-15T10:00:00Z"}
    given.write_text(json.dumps(row) + "\n", encoding="utf-8")
    extracted = tidings(tmp_path / "home", "extract", str(given))
    (tmp_path / "extractions.jsonl").write_text(extracted.stdout, encoding="utf-8")
    printed = tidings(tmp_path / "home", "publish", "--print", str(tmp_path / "extractions.jsonl"))
    event = json.loads(printed.stdout)
    assert event["mentions"][0]["article_id"] == "x1"
    assert event["type"] == "RETREAT"


def test_the_table_is_the_golden_one(ran: Ran, request: pytest.FixtureRequest) -> None:
    """Shows what a change does to whole documents; `make unit PYTEST=--update-golden` accepts it."""
    golden = Path(__file__).parent.parent / "data" / "golden" / "bundled_events.txt"
    lines = []
    for event in events(ran[0]):
        row = summary(CanonicalEvent.model_validate(event))
        lines.append(" | ".join(row[column] for column in COLUMNS))
    told = "\n".join(sorted(lines)) + "\n"
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def test_run_serves_api_and_page_until_it_is_interrupted(ran: Ran) -> None:
    environment = {**os.environ, "TIDINGS_HOME": str(ran[0]), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [TIDINGS, "run", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = next(line for line in process.stdout if "API and page" in line)
    url = re.findall(r"http://127\.0\.0\.1:\d+/", said)[0]
    with urllib.request.urlopen(url, timeout=20) as page:
        assert "<html" in page.read().decode()
    with urllib.request.urlopen(f"{url}v1/events?type=RETREAT&actor=RUS", timeout=20) as answer:
        assert json.load(answer)["events"]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    assert process.returncode == 0
