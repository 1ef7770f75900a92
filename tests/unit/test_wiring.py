"""What the local runner reads from a template."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidings.errors import BadInput, NotFound
from tidings.local.wiring import FunctionSpec, QueueSpec, default_template, load_template, read_wiring, settled

TEMPLATE = """
Parameters:
  Level: {Type: String, Default: INFO}
  Words: {Type: Number, Default: 7}
Globals:
  Function:
    Timeout: 40
    Environment:
      Variables: {LEVEL: !Ref Level, TABLE: !Ref Table, GONE: !Ref AWS::NoValue}
Resources:
  Table: {Type: "AWS::DynamoDB::Table"}
  PostDeadLetterQueue: {Type: "AWS::SQS::Queue"}
  PostQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 240
      RedrivePolicy: {deadLetterTargetArn: !GetAtt PostDeadLetterQueue.Arn, maxReceiveCount: 6}
  SortFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: sort_handler.handler
      Environment:
        Variables: {LEVEL: DEBUG, NEXT: !Ref PostQueue, WORDS: !Ref Words}
      Events:
        Tick: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 hour)}}
        Post: {Type: SQS, Properties: {Queue: !GetAtt PostQueue.Arn, BatchSize: 3}}
  AskFunction:
    Type: AWS::Serverless::Function
    Properties: {Handler: ask_handler.handler, Timeout: 5}
"""


def written(folder: Path, text: str = TEMPLATE) -> Path:
    path = folder / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_function_has_its_handler_queue_batch_size_and_timeout(tmp_path: Path) -> None:
    sort = read_wiring(written(tmp_path)).functions["SortFunction"]
    assert (sort.handler, sort.queue, sort.batch_size, sort.timeout_s) == ("sort_handler.handler", "PostQueue", 3, 40)


def test_a_function_without_a_queue_has_none(tmp_path: Path) -> None:
    environment = {"LEVEL": "INFO", "TABLE": "Table"}
    asking = FunctionSpec("AskFunction", "ask_handler.handler", 5, environment, None, 10)
    assert read_wiring(written(tmp_path)).functions["AskFunction"] == asking


def test_variables_are_the_functions_own_over_the_shared_ones_and_parameters_have_their_defaults(tmp_path: Path) -> None:
    sort = read_wiring(written(tmp_path)).functions["SortFunction"]
    assert sort.environment == {"LEVEL": "DEBUG", "TABLE": "Table", "NEXT": "PostQueue", "WORDS": "7"}


def test_a_queue_has_its_visibility_and_its_dead_letter_queue(tmp_path: Path) -> None:
    queues = read_wiring(written(tmp_path)).queues
    assert queues["PostQueue"] == QueueSpec("PostQueue", 240, 6, "PostDeadLetterQueue")


def test_a_queue_without_settings_has_those_of_sqs(tmp_path: Path) -> None:
    queues = read_wiring(written(tmp_path)).queues
    assert queues["PostDeadLetterQueue"] == QueueSpec("PostDeadLetterQueue", 30)


@pytest.mark.parametrize("name", ["SortFunction", "sortfunction", "Sort", "sort"])
def test_a_function_is_found_by_its_logical_id_or_its_stage(tmp_path: Path, name: str) -> None:
    assert read_wiring(written(tmp_path)).function(name).name == "SortFunction"


def test_an_unknown_function_is_not_found_and_the_error_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="'weigh'; there are SortFunction, AskFunction"):
        read_wiring(written(tmp_path)).function("weigh")


@pytest.mark.parametrize(("text", "why"), [("a: [", "not YAML"), ("a: 1", "no Resources"), ("- 1", "no Resources")])
def test_a_file_that_is_no_template_is_bad_input(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_wiring(written(tmp_path, text))


def test_the_projects_own_template_is_the_default() -> None:
    assert default_template() == Path(__file__).parents[2] / "template.yaml"
    clean = read_wiring().function("clean")
    assert (clean.handler, clean.queue) == ("clean_handler.handler", "CleanQueue")
    assert clean.environment["POWERTOOLS_LOG_LEVEL"] == "INFO"
    assert "TIDINGS_HOME" not in clean.environment


CHOICES = """
Parameters:
  Side: {Type: String, Default: left}
  Both: {Type: String, Default: "false"}
Conditions:
  Left: !Equals [!Ref Side, left]
  Doubled: !Equals [!Ref Both, "true"]
  LeftIsThere: !Or [!Condition Left, !Condition Doubled]
  OnlyRight: !And [!Not [!Condition Left], !Not [!Condition Doubled]]
Resources:
  LeftTable: {Type: "AWS::DynamoDB::Table", Condition: LeftIsThere}
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      Handler: reader.handler
      Environment: {Variables: {TABLE: !If [Left, !Ref LeftTable, right], ALONE: !If [OnlyRight, "yes", !Ref AWS::NoValue]}}
      Tables: [!If [LeftIsThere, !Ref LeftTable, !Ref AWS::NoValue], right]
"""


@pytest.mark.parametrize(
    ("chosen", "table", "alone", "tables"),
    [
        ({}, "LeftTable", None, [{"Ref": "LeftTable"}, "right"]),
        ({"Side": "right", "Both": "true"}, "right", None, [{"Ref": "LeftTable"}, "right"]),
        ({"Side": "right"}, "right", "yes", ["right"]),
    ],
)
def test_conditions_are_settled_by_the_parameters_values(
    tmp_path: Path, chosen: dict[str, str], table: str, alone: str | None, tables: list[object]
) -> None:
    path = written(tmp_path, CHOICES)
    environment = read_wiring(path, **chosen).functions["Reader"].environment
    assert (environment["TABLE"], environment.get("ALONE")) == (table, alone)
    found = settled(load_template(path), **chosen)["Resources"]
    assert found["Reader"]["Properties"]["Tables"] == tables
    assert ("LeftTable" in found) == (len(tables) == 2)
