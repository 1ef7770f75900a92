"""The alarms and the dashboard: every queue and function is watched, and the runbook knows each alarm."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tidings.local.wiring import load_template

ROOT = Path(__file__).parents[2]
TEMPLATE = load_template(ROOT / "template.yaml")
OPERATIONS = load_template(ROOT / "infra" / "operations.yaml")
ALARMS: dict[str, dict[str, Any]] = {
    name: body["Properties"] for name, body in OPERATIONS["Resources"].items() if body["Type"] == "AWS::CloudWatch::Alarm"
}
QUEUES = ("Feeds", "Clean", "Extract", "Publish")
FUNCTIONS = ("Fetch", "Clean", "Extract", "Publish", "Query")
RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_is_watched_for_age_and_for_dead_letters(queue: str) -> None:
    age, dead = ALARMS[f"{queue}AgeAlarm"], ALARMS[f"{queue}DeadLetterAlarm"]
    assert (age["MetricName"], age["Dimensions"][0]["Value"]) == (
        "ApproximateAgeOfOldestMessage",
        {"Ref": f"{queue}QueueName"},
    )
    assert (dead["Threshold"], dead["Dimensions"][0]["Value"]) == (0, {"Ref": f"{queue}DeadLetterQueueName"})
    given = TEMPLATE["Resources"]["Operations"]["Properties"]["Parameters"]
    assert given[f"{queue}QueueName"] == {"Ref": f"{queue}Queue"}
    assert given[f"{queue}DeadLetterQueueName"] == {"Ref": f"{queue}DeadLetterQueue"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_watched_for_errors_and_throttles(function: str) -> None:
    name = TEMPLATE["Resources"][f"{function}Function"]["Properties"]["FunctionName"]["Sub"]
    for kind in ("Error", "Throttle"):
        watched = ALARMS[f"{function}{kind}Alarm"]["Dimensions"][0]["Value"]["Sub"]
        assert watched.replace("${StackName}", "${AWS::StackName}") == name


def test_extraction_is_watched_well_before_its_timeout() -> None:
    alarm = ALARMS["ExtractDurationAlarm"]
    timeout = TEMPLATE["Resources"]["ExtractFunction"]["Properties"]["Timeout"]
    assert alarm["ExtendedStatistic"] == "p95"
    assert alarm["Threshold"] <= timeout * 1000 / 2


def test_the_functions_own_metrics_are_those_that_the_alarms_and_the_dashboard_name() -> None:
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert shared["POWERTOOLS_METRICS_NAMESPACE"] == {"Sub": "Tidings/${AWS::StackName}"}
    emitted = {"Processed", "SetAside", "Retried"}
    for path in ROOT.glob("functions/*/*_handler.py"):
        emitted |= set(re.findall(r'"([A-Z]\w+)": ', path.read_text(encoding="utf-8")))
    board = OPERATIONS["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Sub"]
    named = set(re.findall(r'"Tidings/\$\{StackName\}", "(\w+)"', board))
    assert named <= emitted
    assert ALARMS["FeedFailureAlarm"]["MetricName"] in emitted


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_tells_the_operator_and_names_its_page_in_the_runbook(name: str) -> None:
    alarm = ALARMS[name]
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert alarm["TreatMissingData"] == "notBreaching"
    page = re.search(r"docs/operations\.md#([a-z-]+)$", alarm["AlarmDescription"])
    assert page is not None
    assert page[1] in anchors(RUNBOOK)


def test_the_dashboard_is_json_once_its_names_are_filled_in() -> None:
    body = OPERATIONS["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Sub"]
    widgets = json.loads(re.sub(r"\$\{[\w:]+\}", "x", body))["widgets"]
    assert len(widgets) == 12
    places = {(widget["x"], widget["y"]) for widget in widgets}
    assert len(places) == len(widgets)


def test_only_cloudwatch_of_this_account_may_publish_alarms() -> None:
    (statement,) = OPERATIONS["Resources"]["AlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_raw_documents_are_kept_for_ever_unless_a_day_count_is_given() -> None:
    assert TEMPLATE["Parameters"]["RawRetentionDays"]["Default"] == 0
    forget, tidy = TEMPLATE["Resources"]["RawBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert forget["Status"] == {"If": ["ForgetsRaw", "Enabled", "Disabled"]}
    assert tidy["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}


def test_no_function_is_in_a_vpc() -> None:
    assert not any("VpcConfig" in body.get("Properties", {}) for body in TEMPLATE["Resources"].values())
