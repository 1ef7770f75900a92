"""The command line: help, exit status, one-line errors."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tidings.cli import lines
from tidings.cli.main import COMMANDS, main
from tidings.errors import BadInput


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    captured = capsys.readouterr()
    return int(stopped.value.code or 0), captured.out, captured.err


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(command, "--help", capsys=capsys)
    assert status == 0
    assert f"tidings {command}" in out


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run("--help", capsys=capsys)
    assert all(f"  {command}" in out for command in COMMANDS)


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run("frobnicate", capsys=capsys)
    assert (status, err) == (2, "tidings: No such command 'frobnicate'.\n")


def test_a_missing_file_is_bad_usage_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run("extract", "nowhere.txt", capsys=capsys)
    assert status == 2
    assert err.count("\n") == 1
    assert "nowhere.txt" in err


def test_a_line_that_is_not_json_fails_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "1", "text": "Exports grew."}\n{oops}\n', encoding="utf-8")
    status, _, err = run("resolve", str(path), capsys=capsys)
    assert status == 1
    assert "line 2: not JSON" in err
    assert err.count("\n") == 1


def test_a_text_that_is_too_long_is_marked_and_those_behind_it_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.jsonl"
    texts = {"long": "x" * 200_001, "short": "Peru freed nine men."}
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()), encoding="utf-8")
    status, out, err = run("extract", str(path), capsys=capsys)
    long, short = map(json.loads, out.splitlines())
    assert (status, err) == (0, "tidings: long: 200,001 characters; at most 200,000 are extracted\n")
    assert (long["article_id"], long["events"], long["not_extracted"]) == ("long", [], err[len("tidings: long: ") : -1])
    assert (short["article_id"], len(short["events"]), short["not_extracted"]) == ("short", 1, None)


def test_the_today_of_an_article_is_that_of_its_outlets_clock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"id": "a", "text": "Peru freed nine men today.", "published": "2025-06-13T01:30:00Z", "published_offset": -240}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    status, out, _ = run("extract", str(path), capsys=capsys)
    assert (status, [timex["first"] for timex in json.loads(out)["timexes"]]) == (0, ["2025-06-12"])


def test_a_file_that_is_not_utf8_names_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("caf\xe9".encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8 \\(byte 3\\)"):
        lines.read_text(path)


def test_a_line_separator_inside_a_string_does_not_cut_the_line() -> None:
    text = json.dumps({"text": "one\u2028two"}, ensure_ascii=False) + "\n"
    assert [row["text"] for _, row in lines.objects(text, "-")] == ["one\u2028two"]


def test_prose_that_begins_with_a_brace_is_not_json_lines() -> None:
    assert not lines.looks_like_json_lines("{sic} said the spokesman.\nMore.")


def test_the_reader_of_a_pipe_may_go_away(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"id": str(k), "text": "French police"}) + "\n" for k in range(3000))
    path = tmp_path / "rows.jsonl"
    path.write_text(rows, encoding="utf-8")
    script = f"{sys.executable} -m tidings resolve {path} | head -1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_completion_scripts_name_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run("completion", "zsh", capsys=capsys)
    assert status == 0
    assert "_TIDINGS_COMPLETE" in out


def test_a_feed_on_this_machine_is_refused_when_it_is_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run("--home", str(tmp_path / "home"), "feeds", "add", "http://127.0.0.1/feed.xml", capsys=capsys)
    assert status == 1
    assert err == "tidings: 127.0.0.1 is this machine itself: not fetched\n"


@pytest.mark.parametrize("name", ["", "run", "ingest", "events", "export", "feeds", "extract", "publish"])
def test_help_shows_its_examples_line_by_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(*([name] if name else []), "--help", capsys=capsys)
    assert status == 0
    assert "\\b" not in out
