"""The template keeps what infra/template_checks.py asks, and each fault that one could wire in is seen by its check."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.template_checks import CHECKS, complaints
from tidings.local.wiring import load_template, settled

TEMPLATE = load_template(Path(__file__).parents[2] / "template.yaml")
STATES = {
    "as deployed": {},
    "rebuilding": {"Replay": "rebuilding", "NewsSince": "2026-11-26T12:00:00+00:00"},
    "swapped": {"FactsIn": "second", "Replay": "leaving"},
    "done": {"FactsIn": "second"},
    "the other way round": {"FactsIn": "second", "Replay": "rebuilding"},
    "given up": {"Replay": "leaving"},
    "provisioned": {"FactsIn": "second", "Replay": "rebuilding", "WriteCapacity": "100"},
}
"""What a replay makes of the parameters (`tidings.replaying.tables`), with the parameters' other values too."""
Fault = Callable[[dict[str, Any]], None]
"""Spoils the resources of a template, in place."""


def put(path: str, value: Any) -> Fault:
    """Set what a path ("FeedsQueue.Properties.VisibilityTimeout") leads to."""

    def spoil(resources: dict[str, Any]) -> None:
        place, last = _parent(resources, path)
        place[last] = value

    return spoil


def cut(path: str) -> Fault:
    """Take away what a path leads to."""

    def spoil(resources: dict[str, Any]) -> None:
        place, last = _parent(resources, path)
        del place[last]

    return spoil


def _parent(resources: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *steps, last = path.split(".")
    place = resources
    for step in steps:
        place = place[step]
    return place, last


def statements(resources: dict[str, Any], role: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def deny(role: str, action: str) -> Fault:
    """Take the statements that give an action away from a role."""

    def spoil(resources: dict[str, Any]) -> None:
        found = statements(resources, role)
        found[:] = [statement for statement in found if action not in str(statement["Action"])]

    return spoil


def allow(role: str, action: str, resource: Any) -> Fault:
    """Give a role one right more."""

    def spoil(resources: dict[str, Any]) -> None:
        statements(resources, role).append({"Effect": "Allow", "Action": action, "Resource": resource})

    return spoil


def opened(path: str, method: str) -> Fault:
    """Add a route that needs no key."""
    route = {"RestApiId": {"Ref": "TidingsApi"}, "Path": path, "Method": method, "Auth": {"ApiKeyRequired": False}}
    return put("QueryFunction.Properties.Events.Hole", {"Type": "Api", "Properties": route})


def _only_on_first(template: dict[str, Any]) -> list[dict[str, Any]]:
    policies = copy.deepcopy(template["Resources"]["CleanRole"]["Properties"]["Policies"])
    for statement in policies[0]["PolicyDocument"]["Statement"]:
        if "dynamodb:GetItem" in statement["Action"]:
            statement["Resource"] = {"Ref": "FactsTable"}
    found: list[dict[str, Any]] = policies
    return found


QUEUE = "CleanFunction.Properties.Events.Queue.Properties"
BUCKET = "RawBucket.Properties"
FAULTS: dict[str, tuple[Fault, str]] = {
    # queues
    "visibility shorter than six timeouts": (
        put("ExtractQueue.Properties.VisibilityTimeout", 90),
        "a_message_stays_hidden_while_it_is_worked_on",
    ),
    "no visibility timeout at all": (
        cut("PublishQueue.Properties.VisibilityTimeout"),
        "a_message_stays_hidden_while_it_is_worked_on",
    ),
    "a longer timeout of the function alone": (
        put("CleanFunction.Properties.Timeout", 61),
        "a_message_stays_hidden_while_it_is_worked_on",
    ),
    "a batch window that visibility forgot": (
        put(f"{QUEUE}.MaximumBatchingWindowInSeconds", 300),
        "a_message_stays_hidden_while_it_is_worked_on",
    ),
    "no dead-letter queue": (cut("CleanQueue.Properties.RedrivePolicy"), "what_fails_again_and_again_is_set_aside"),
    "another queue's dead-letter queue": (
        put("CleanQueue.Properties.RedrivePolicy.deadLetterTargetArn", {"Ref": "ExtractDeadLetterQueue"}),
        "what_fails_again_and_again_is_set_aside",
    ),
    "set aside at the first failure": (
        put("FeedsQueue.Properties.RedrivePolicy.maxReceiveCount", 1),
        "what_fails_again_and_again_is_set_aside",
    ),
    "dead letters forgotten first": (
        put("PublishDeadLetterQueue.Properties.MessageRetentionPeriod", 345_600),
        "what_fails_again_and_again_is_set_aside",
    ),
    "a queue in plain text": (cut("ExtractQueue.Properties.SqsManagedSseEnabled"), "every_queue_is_encrypted"),
    "no partial batch response": (cut(f"{QUEUE}.FunctionResponseTypes"), "a_batch_fails_by_message"),
    "no limit of concurrency": (cut(f"{QUEUE}.ScalingConfig"), "a_batch_fails_by_message"),
    "strangers' pages ten at a time": (cut(f"{QUEUE}.BatchSize"), "a_batch_fails_by_message"),
    "a large batch without its window": (
        put("PublishFunction.Properties.Events.Queue.Properties.BatchSize", 100),
        "a_batch_fails_by_message",
    ),
    # environment
    "the next stage's queue skipped": (
        put("CleanFunction.Properties.Environment.Variables.TIDINGS_EXTRACT_QUEUE_URL", {"Ref": "PublishQueue"}),
        "a_function_sends_where_it_is_told_and_nowhere_else",
    ),
    "another stage's dead-letter queue": (
        put(
            "ExtractFunction.Properties.Environment.Variables.TIDINGS_DEAD_LETTER_QUEUE_URL", {"Ref": "CleanDeadLetterQueue"}
        ),
        "a_function_sends_where_it_is_told_and_nowhere_else",
    ),
    "no dead-letter queue to send to": (
        cut("PublishFunction.Properties.Environment.Variables.TIDINGS_DEAD_LETTER_QUEUE_URL"),
        "a_function_sends_where_it_is_told_and_nowhere_else",
    ),
    "the event source of another queue": (
        put(f"{QUEUE}.Queue", {"Ref": "PublishQueue"}),
        "a_function_sends_where_it_is_told_and_nowhere_else",
    ),
    "a misspelt variable": (
        put("FetchFunction.Properties.Environment.Variables.TIDINGS_CONTCAT", "x"),
        "a_function_is_told_what_is_there",
    ),
    "the loopback open on AWS": (
        put("FetchFunction.Properties.Environment.Variables.TIDINGS_ALLOW_LOOPBACK", "true"),
        "a_function_is_told_what_is_there",
    ),
    "the embedded store on AWS": (
        put("QueryFunction.Properties.Environment.Variables.TIDINGS_HOME", "/tmp/tidings"),
        "a_function_is_told_what_is_there",
    ),
    "the bus's name for the table's": (
        put("PublishFunction.Properties.Environment.Variables.TIDINGS_TABLE_NAME", {"Ref": "FactsBus"}),
        "a_function_is_told_what_is_there",
    ),
    # rights
    "may not send on": (deny("CleanRole", "sqs:SendMessage"), "a_function_sends_where_it_is_told_and_nowhere_else"),
    "may send to any queue": (
        allow("CleanRole", "sqs:SendMessage", "*"),
        "a_function_sends_where_it_is_told_and_nowhere_else",
    ),
    "all actions on the table": (
        allow("PublishRole", "dynamodb:*", {"Ref": "FactsTable"}),
        "rights_are_named_one_by_one",
    ),
    "all tables": (allow("QueryRole", "dynamodb:GetItem", "*"), "rights_are_named_one_by_one"),
    "the whole bucket": (allow("CleanRole", "s3:GetObject", {"Sub": "${RawBucket.Arn}/*"}), "rights_are_named_one_by_one"),
    "the second table forgotten": (
        put("CleanRole.Properties.Policies", _only_on_first(TEMPLATE)),
        "a_function_may_do_the_same_to_both_tables_of_facts",
    ),
    "a scan": (allow("QueryRole", "dynamodb:Scan", {"Ref": "FactsTable"}), "rights_are_named_one_by_one"),
    "a managed policy": (
        put("FetchRole.Properties.ManagedPolicyArns", ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]),
        "rights_are_named_one_by_one",
    ),
    "rights beside the role": (
        put("FetchFunction.Properties.Policies", ["AmazonS3FullAccess"]),
        "rights_are_named_one_by_one",
    ),
    "no role": (cut("FetchFunction.Properties.Role"), "rights_are_named_one_by_one"),
    "one role for two": (put("CleanFunction.Properties.Role", {"Ref": "FetchRole"}), "rights_are_named_one_by_one"),
    "may not take from its queue": (deny("PublishRole", "sqs:ReceiveMessage"), "a_function_may_do_what_lambda_does_for_it"),
    "may not write its log": (deny("QueryRole", "logs:PutLogEvents"), "a_function_may_do_what_lambda_does_for_it"),
    "a missing blob looks forbidden": (deny("ExtractRole", "s3:ListBucket"), "a_missing_blob_is_told_from_a_forbidden_one"),
    # functions
    "no snapshot": (cut("ExtractFunction.Properties.SnapStart"), "a_snapshot_is_taken_only_where_there_can_be_one"),
    "a snapshot of no version": (
        cut("ExtractFunction.Properties.AutoPublishAlias"),
        "a_snapshot_is_taken_only_where_there_can_be_one",
    ),
    "a snapshot beside provisioned concurrency": (
        put("ExtractFunction.Properties.ProvisionedConcurrencyConfig", {"ProvisionedConcurrentExecutions": 1}),
        "a_snapshot_is_taken_only_where_there_can_be_one",
    ),
    "snapshots kept for ever": (
        cut("ExtractFunction.Properties.VersionDeletionPolicy"),
        "a_snapshot_is_taken_only_where_there_can_be_one",
    ),
    "settings that change no version": (
        cut("ExtractFunction.Properties.AutoPublishAliasAllProperties"),
        "a_snapshot_is_taken_only_where_there_can_be_one",
    ),
    "a log for ever": (cut("CleanLogGroup.Properties.RetentionInDays"), "every_function_logs_to_a_group_that_forgets"),
    "another function's log": (
        put("CleanFunction.Properties.LoggingConfig.LogGroup", {"Ref": "FetchLogGroup"}),
        "every_function_logs_to_a_group_that_forgets",
    ),
    "no traces": (put("QueryFunction.Properties.Tracing", "PassThrough"), "every_function_logs_to_a_group_that_forgets"),
    "a schedule that asks for nothing": (
        put("FetchFunction.Properties.Events.Poll.Properties.Input", '{"action": "pool"}'),
        "the_schedule_polls",
    ),
    "no schedule": (cut("FetchFunction.Properties.Events.Poll"), "the_schedule_polls"),
    "one name in all stacks": (put("FactsBus.Properties.Name", "facts"), "two_stacks_can_live_in_one_account"),
    # data and API
    "a table that goes with the stack": (cut("FactsTable.DeletionPolicy"), "the_data_outlives_the_stack"),
    "a bucket that goes when it is replaced": (
        put("RawBucket.UpdateReplacePolicy", "Delete"),
        "the_data_outlives_the_stack",
    ),
    "a table without recovery": (
        cut("FactsTable.Properties.PointInTimeRecoverySpecification"),
        "the_data_outlives_the_stack",
    ),
    "a table in plain text": (
        put("FactsTable.Properties.SSESpecification.SSEEnabled", False),
        "the_data_outlives_the_stack",
    ),
    "a bucket in plain text": (cut(f"{BUCKET}.BucketEncryption"), "the_data_outlives_the_stack"),
    "a bucket without versions": (cut(f"{BUCKET}.VersioningConfiguration"), "the_data_outlives_the_stack"),
    "a public bucket": (put(f"{BUCKET}.PublicAccessBlockConfiguration.BlockPublicPolicy", False), "no_bucket_is_open"),
    "a bucket without any block": (cut(f"{BUCKET}.PublicAccessBlockConfiguration"), "no_bucket_is_open"),
    "requests without TLS": (cut("RawBucketPolicy"), "no_bucket_is_open"),
    "TLS for objects only": (
        lambda resources: resources["RawBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][0].update(
            Resource=[{"Sub": "${RawBucket.Arn}/*"}]
        ),
        "no_bucket_is_open",
    ),
    "an API without a key": (
        put("TidingsApi.Properties.Auth.ApiKeyRequired", False),
        "the_api_is_closed_but_for_what_is_public",
    ),
    "an API without limits": (cut("ReadPlan.Properties.Quota"), "the_api_is_closed_but_for_what_is_public"),
    "facts for anyone": (opened("/v1/events", "GET"), "the_api_is_closed_but_for_what_is_public"),
    "feeds from anyone": (opened("/feeds", "POST"), "the_api_is_closed_but_for_what_is_public"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", CHECKS)
def test_the_template_passes_whatever_a_replay_is_doing(name: str, state: str) -> None:
    assert list(CHECKS[name](settled(TEMPLATE, **STATES[state]))) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_by_the_check_that_is_there_for_it(fault: str) -> None:
    spoil, check = FAULTS[fault]
    spoilt = copy.deepcopy(TEMPLATE)
    spoil(spoilt["Resources"])
    assert complaints(settled(spoilt, **STATES["rebuilding"]))[check]


@pytest.mark.parametrize("runtime", ["python3.9", "python3.11"])
def test_a_runtime_without_snapshots_is_seen(runtime: str) -> None:
    spoilt = copy.deepcopy(TEMPLATE)
    spoilt["Parameters"]["PythonRuntime"]["AllowedValues"].append(runtime)
    (complaint,) = complaints(settled(spoilt))["a_snapshot_is_taken_only_where_there_can_be_one"]
    assert complaint.startswith(f"{runtime} has no SnapStart")


def test_every_check_sees_a_fault() -> None:
    assert {check for _, check in FAULTS.values()} == set(CHECKS)
