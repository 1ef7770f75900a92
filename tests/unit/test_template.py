"""What `sam validate --lint` lets through but the stack must keep."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tidings.adapters.buses import SOURCE
from tidings.cloudevents import envelope, to_watches
from tidings.local.wiring import load_template, read_wiring
from tidings.messages import TellWatches
from tidings.ports.bus import Notice
from tidings.settings import Settings

ROOT = Path(__file__).parents[2]
TEMPLATE = load_template(ROOT / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
WIRING = read_wiring(ROOT / "template.yaml")
STAGES = ("Fetch", "Clean", "Extract", "Publish", "Query", "Watch")
FUNCTIONS = tuple(f"{stage}Function" for stage in STAGES)
QUEUES = ("FeedsQueue", "CleanQueue", "ExtractQueue", "PublishQueue", "WatchQueue")
WORKERS = tuple(name for name in FUNCTIONS if name != "QueryFunction")
"""Functions that work off a queue."""

LOCAL_ONLY = {"allow_loopback", "clock", "verbose"}
"""Settings that must stay unset on AWS."""
CONSTANT = {"model_path", "max_body_bytes", "fetch_timeout_s", "max_redirects", "host_spacing_s", "page_limit"}
"""Settings whose default suits AWS too."""


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def of_type(kind: str) -> list[str]:
    return [name for name, body in RESOURCES.items() if body["Type"] == kind]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(function: str) -> list[dict[str, Any]]:
    return [statement for policy in properties(function)["Policies"] for statement in policy["Statement"]]


def actions(function: str) -> set[str]:
    return {action for statement in statements(function) for action in listed(statement["Action"])}


def events(function: str, kind: str) -> list[dict[str, Any]]:
    return [event["Properties"] for event in properties(function)["Events"].values() if event["Type"] == kind]


def variables(function: str) -> dict[str, Any]:
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    return {**shared, **properties(function)["Environment"]["Variables"]}


def test_the_stack_has_the_parts_that_the_design_names() -> None:
    assert set(FUNCTIONS) == set(of_type("AWS::Serverless::Function"))
    assert {*QUEUES, *(name.replace("Queue", "DeadLetterQueue") for name in QUEUES)} == set(of_type("AWS::SQS::Queue"))
    assert {"FactsTable", "RawBucket", "FactsBus", "TidingsApi"} <= RESOURCES.keys()


# ---------------------------------------------------------------- queues


@pytest.mark.parametrize("function", WORKERS)
def test_a_message_stays_hidden_for_six_times_its_functions_timeout(function: str) -> None:
    spec = WIRING.function(function)
    assert spec.queue is not None
    assert WIRING.queues[spec.queue].visibility_s >= 6 * spec.timeout_s


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_sets_aside_what_failed_five_times_or_more(queue: str) -> None:
    spec = WIRING.queues[queue]
    assert spec.dead_letter == queue.replace("Queue", "DeadLetterQueue")
    assert spec.max_receive_count is not None and spec.max_receive_count >= 5


@pytest.mark.parametrize("queue", QUEUES)
def test_a_dead_letter_outlives_its_queue(queue: str) -> None:
    # The age of a dead letter counts from its first sending (SQS developer guide, dead-letter queues).
    dead = queue.replace("Queue", "DeadLetterQueue")
    assert properties(dead)["MessageRetentionPeriod"] > properties(queue)["MessageRetentionPeriod"]


@pytest.mark.parametrize("queue", of_type("AWS::SQS::Queue"))
def test_every_queue_is_encrypted(queue: str) -> None:
    assert properties(queue)["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("function", WORKERS)
def test_a_queue_function_reports_partial_failures_and_has_a_concurrency_limit(function: str) -> None:
    (source,) = events(function, "SQS")
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    limit = source["ScalingConfig"]["MaximumConcurrency"]["FindInMap"]
    assert limit == ["Concurrency", {"Ref": "Size"}, function.removesuffix("Function")]
    for size in TEMPLATE["Parameters"]["Size"]["AllowedValues"]:
        assert 2 <= TEMPLATE["Mappings"]["Concurrency"][size][limit[2]] <= 1000


@pytest.mark.parametrize("function", ["FetchFunction", "CleanFunction", "ExtractFunction", "WatchFunction"])
def test_a_document_that_kills_its_function_is_alone_in_its_batch(function: str) -> None:
    assert WIRING.function(function).batch_size == 1


@pytest.mark.parametrize("function", WORKERS)
def test_a_function_sends_its_hopeless_messages_to_the_dead_letter_queue_of_its_own_queue(function: str) -> None:
    queue = WIRING.function(function).queue
    assert queue is not None
    assert variables(function)["TIDINGS_DEAD_LETTER_QUEUE_URL"] == {"Ref": WIRING.queues[queue].dead_letter}


# ---------------------------------------------------------------- functions


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_handler_exists(function: str) -> None:
    module, name = properties(function)["Handler"].split(".")
    source = ROOT / properties(function)["CodeUri"] / f"{module}.py"
    assert f"def {name}(" in source.read_text(encoding="utf-8")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_logs_to_a_group_that_forgets(function: str) -> None:
    group = properties(function)["LoggingConfig"]["LogGroup"]["Ref"]
    assert properties(group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    name = properties(function)["FunctionName"]["Sub"]
    assert properties(group)["LogGroupName"]["Sub"] == f"/aws/lambda/{name}"


def test_functions_and_api_are_traced_if_the_owner_pays_for_it() -> None:
    assert TEMPLATE["Globals"]["Function"]["Tracing"] == {"Ref": "Tracing"}
    assert TEMPLATE["Globals"]["Api"]["TracingEnabled"] == {"If": ["Traces", True, False]}
    assert not [name for name in FUNCTIONS if "Tracing" in properties(name)]


def test_the_runtimes_on_offer_have_a_glibc_that_the_wheels_accept() -> None:
    # Amazon Linux 2 (Python up to 3.11) has glibc 2.26; numpy's wheels ask for 2.27 or later.
    assert TEMPLATE["Parameters"]["PythonRuntime"]["AllowedValues"] == ["python3.12", "python3.13"]


def test_the_build_makes_packages_for_the_stacks_default_runtime_and_processor() -> None:
    makefile = (ROOT / "infra" / "Makefile").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"^(\w+) *\?= *(\S+)$", makefile, re.M))
    assert f"python{defaults['RUNTIME']}" == TEMPLATE["Parameters"]["PythonRuntime"]["Default"]
    assert defaults["ARCHITECTURE"] == TEMPLATE["Parameters"]["Architecture"]["Default"]


@pytest.mark.parametrize("name", [*FUNCTIONS, "SharedLayer"])
def test_the_build_has_a_recipe_for_every_part(name: str) -> None:
    metadata = RESOURCES[name]["Metadata"]
    assert metadata == {"BuildMethod": "makefile", "ContextPath": "infra", "WorkingDirectory": "."}
    makefile = (ROOT / metadata["ContextPath"] / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^(build-\w+ )*build-{name}( build-\w+)*:\n\t", makefile, re.M)


def test_every_package_that_a_lambda_gets_is_in_the_lock_file() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0].lower() for line in lock.splitlines() if "==" in line}
    for path in [ROOT / "shared" / "requirements.txt", *ROOT.glob("functions/*/requirements.txt")]:
        wanted = {line.lower() for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"}
        assert wanted <= locked, path


# ---------------------------------------------------------------- environment


def test_the_stack_sets_no_variable_that_the_settings_do_not_know() -> None:
    for function in FUNCTIONS:
        ours = {name for name in variables(function) if name.startswith("TIDINGS_")}
        assert {name.removeprefix("TIDINGS_").lower() for name in ours} <= set(Settings.model_fields)


def test_every_setting_is_set_by_the_stack_or_is_known_to_need_none() -> None:
    ours = {name.removeprefix("TIDINGS_").lower() for function in FUNCTIONS for name in variables(function)}
    assert set(Settings.model_fields) - ours == LOCAL_ONLY | CONSTANT


def test_no_function_on_aws_gets_the_embedded_store() -> None:
    assert all(variables(function)["TIDINGS_HOME"] == {"Ref": "AWS::NoValue"} for function in FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_send_to_the_queues_that_it_is_told_of_and_to_no_other(function: str) -> None:
    told = {value["Ref"] for name, value in variables(function).items() if name.endswith("_QUEUE_URL")}
    sends = [s for s in statements(function) if listed(s["Action"]) == ["sqs:SendMessage"]]
    assert {queue["Ref"] for statement in sends for queue in listed(statement["Resource"])} == told


def test_the_local_overrides_name_only_what_the_template_names() -> None:
    # `sam local` silently drops any other variable.
    overrides = json.loads((ROOT / "env.json").read_text(encoding="utf-8"))
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert set(overrides["Parameters"]) <= set(shared)


# ---------------------------------------------------------------- rights


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_policy_has_a_wildcard_for_an_action_or_for_all_resources(function: str) -> None:
    assert not [action for action in actions(function) if "*" in action]
    for statement in statements(function):
        for resource in listed(statement["Resource"]):
            assert resource == {"Sub": "${RawBucket.Arn}/*"} or set(resource) == {"Ref"}


def test_no_function_may_scan_the_table() -> None:
    assert not [name for name in FUNCTIONS if "dynamodb:Scan" in actions(name)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_whoever_reads_blobs_is_told_when_one_is_missing(function: str) -> None:
    # S3 answers 403 instead of 404 to those who may not list the bucket.
    assert ("s3:GetObject" in actions(function)) == ("s3:ListBucket" in actions(function))


def test_only_fetch_and_clean_and_extract_write_blobs_and_only_publish_uses_the_bus() -> None:
    assert {name for name in FUNCTIONS if "s3:PutObject" in actions(name)} == set(FUNCTIONS[:3])
    assert {name for name in FUNCTIONS if "events:PutEvents" in actions(name)} == {"PublishFunction"}


# ---------------------------------------------------------------- data


def test_the_table_is_backed_up_encrypted_and_outlives_the_stack() -> None:
    table = properties("FactsTable")
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert RESOURCES["FactsTable"]["DeletionPolicy"] == "Retain"


def test_the_bucket_is_encrypted_and_closed_and_outlives_the_stack() -> None:
    bucket = properties("RawBucket")
    assert bucket["BucketEncryption"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert RESOURCES["RawBucket"]["DeletionPolicy"] == "Retain"


def test_the_bucket_refuses_requests_without_tls() -> None:
    (statement,) = properties("RawBucketPolicy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Ref": "RawBucket"}, {"Sub": "${RawBucket.Arn}/*"}]


# ---------------------------------------------------------------- API and schedule


def test_the_api_needs_a_key_of_a_usage_plan_with_limits() -> None:
    assert properties("TidingsApi")["Auth"] == {"ApiKeyRequired": True}
    for name in ("Read", "Admin"):
        plan = properties(f"{name}Plan")
        assert {"Throttle", "Quota"} <= plan.keys()
        assert plan["ApiStages"] == [{"ApiId": {"Ref": "TidingsApi"}, "Stage": {"Ref": "TidingsApi.Stage"}}]
        link = properties(f"{name}PlanKey")
        assert (link["KeyId"], link["UsagePlanId"]) == ({"Ref": f"{name}Key"}, {"Ref": f"{name}Plan"})


def test_the_query_function_knows_the_key_that_may_change_things() -> None:
    assert variables("QueryFunction")["TIDINGS_ADMIN_KEY_ID"] == {"Ref": "AdminKey"}


def test_the_watch_queue_takes_what_the_bus_sends_as_messages_of_the_watch_stage() -> None:
    (target,) = properties("WatchRule")["Targets"]
    assert target["Arn"] == {"Ref": "WatchQueue"}
    text = target["InputTransformer"]["InputTemplate"]
    detail = envelope(Notice("EventUpdated", {"event_id": "e1", "mentions": []}))
    for name, path in target["InputTransformer"]["InputPathsMap"].items():
        text = text.replace(f"<{name}>", detail[path.removeprefix("$.detail.")])
    assert TellWatches.model_validate_json(text) == to_watches(detail)
    assert properties("WatchRule")["EventPattern"] == {"source": [SOURCE]}
    (statement,) = properties("WatchQueuePolicy")["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "WatchRule"}}}


def test_the_api_has_the_one_stage_that_is_logged_and_metered() -> None:
    assert TEMPLATE["Globals"]["Api"]["OpenApiVersion"] == "3.0.1"
    assert properties("TidingsApi")["StageName"] == "live"
    assert properties("TidingsApi")["AccessLogSetting"]["DestinationArn"] == {"Ref": "ApiLogGroup"}


def test_only_the_page_the_description_and_the_call_of_hubs_are_open() -> None:
    routes = events("QueryFunction", "Api")
    opened = {route["Path"] for route in routes if route.get("Auth", {}).get("ApiKeyRequired") is False}
    assert opened == {"/", "/static/{proxy+}", "/openapi.json", "/docs", "/websub/{proxy+}", "/v1/{proxy+}"}
    assert {(route["Path"], route["Method"]) for route in routes if "Auth" not in route} == {("/v1/{proxy+}", "ANY")}
    methods = {(route["Path"], route["Method"]) for route in routes if route["Path"] in opened}
    assert {(path, method) for path, method in methods if method not in ("GET", "ANY")} == {
        ("/websub/{proxy+}", "POST"),
        ("/v1/{proxy+}", "OPTIONS"),
    }


def test_each_method_of_the_api_is_named() -> None:
    # ministack, on which the deployment tier runs, routes no ANY.
    assert not [route["Path"] for route in events("QueryFunction", "Api") if route["Method"] == "ANY"]


def test_api_gateway_has_its_role_for_logs_before_the_api_is_made() -> None:
    assert RESOURCES["TidingsApi"]["DependsOn"] == "ApiLogAccount"
    assert properties("ApiLogAccount")["CloudWatchRoleArn"] == {"Ref": "ApiLogRole"}


def test_the_schedule_polls_and_two_stacks_can_live_in_one_account() -> None:
    (schedule,) = events("FetchFunction", "ScheduleV2")
    assert json.loads(schedule["Input"]) == {"action": "poll"}
    assert "${AWS::StackName}" in schedule["Name"]["Sub"]
    named = [properties(name).get("FunctionName") for name in FUNCTIONS] + [properties("FactsBus")["Name"]]
    assert all("${AWS::StackName}" in name["Sub"] for name in named)


def test_a_build_sees_changes_outside_a_functions_own_folder() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    assert config["default"]["build"]["parameters"]["cached"] is False
