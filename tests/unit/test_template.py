"""The template and the files around it agree; what holds of the template alone is in test_template_checks.py."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tidings.local.wiring import load_template, read_wiring, settled
from tidings.replaying.tables import TABLES, begun, tables_of
from tidings.settings import Settings

ROOT = Path(__file__).parents[2]
TEMPLATE = load_template(ROOT / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
STAGES = ("Fetch", "Clean", "Extract", "Publish", "Query", "Watch")
FUNCTIONS = tuple(f"{stage}Function" for stage in STAGES)
QUEUES = ("FeedsQueue", "CleanQueue", "ExtractQueue", "PublishQueue", "WatchQueue")

LOCAL_ONLY = {"allow_loopback", "clock", "loopback_port", "verbose"}
"""Settings that must stay unset on AWS."""
CONSTANT = {"model_path", "max_body_bytes", "fetch_timeout_s", "max_redirects", "host_spacing_s", "page_limit"}
"""Settings whose default suits AWS too."""


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def of_type(kind: str) -> list[str]:
    return [name for name, body in RESOURCES.items() if body["Type"] == kind]


def events(function: str, kind: str) -> list[dict[str, Any]]:
    return [event["Properties"] for event in properties(function)["Events"].values() if event["Type"] == kind]


def variables(function: str) -> dict[str, Any]:
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    return {**shared, **properties(function)["Environment"]["Variables"]}


def test_the_stack_has_the_parts_that_the_design_names() -> None:
    assert set(FUNCTIONS) == set(of_type("AWS::Serverless::Function"))
    assert {*QUEUES, *(name.replace("Queue", "DeadLetterQueue") for name in QUEUES)} == set(of_type("AWS::SQS::Queue"))
    assert {"FactsTable", "RawBucket", "FactsBus", "TidingsApi"} <= RESOURCES.keys()


# ---------------------------------------------------------------- functions


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_handler_exists(function: str) -> None:
    module, name = properties(function)["Handler"].split(".")
    source = ROOT / properties(function)["CodeUri"] / f"{module}.py"
    assert f"def {name}(" in source.read_text(encoding="utf-8")


def test_functions_and_api_are_traced_if_the_owner_pays_for_it() -> None:
    assert TEMPLATE["Globals"]["Function"]["Tracing"] == {"Ref": "Tracing"}
    assert TEMPLATE["Globals"]["Api"]["TracingEnabled"] == {"If": ["Traces", True, False]}
    assert not [name for name in FUNCTIONS if "Tracing" in properties(name)]


def test_the_build_makes_packages_for_the_stacks_default_runtime_and_processor() -> None:
    makefile = (ROOT / "infra" / "Makefile").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"^(\w+) *\?= *(\S+)$", makefile, re.M))
    assert f"python{defaults['RUNTIME']}" == TEMPLATE["Parameters"]["PythonRuntime"]["Default"]
    assert defaults["ARCHITECTURE"] == TEMPLATE["Parameters"]["Architecture"]["Default"]


@pytest.mark.parametrize("name", FUNCTIONS)
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


def test_every_setting_is_set_by_the_stack_or_is_known_to_need_none() -> None:
    ours = {name.removeprefix("TIDINGS_").lower() for function in FUNCTIONS for name in variables(function)}
    assert set(Settings.model_fields) - ours == LOCAL_ONLY | CONSTANT


@pytest.mark.parametrize(
    ("facts_in", "replay", "answers", "filled"),
    [
        ("first", "none", "FactsTable", None),
        ("first", "rebuilding", "FactsTable", "SecondFactsTable"),
        ("second", "leaving", "SecondFactsTable", None),
        ("second", "none", "SecondFactsTable", None),
        ("second", "rebuilding", "SecondFactsTable", "FactsTable"),
        ("first", "leaving", "FactsTable", None),
    ],
)
def test_all_are_told_of_the_table_that_answers_and_those_that_write_facts_of_one_that_is_filled(
    facts_in: str, replay: str, answers: str, filled: str | None
) -> None:
    chosen = {"FactsIn": facts_in, "Replay": replay}
    functions = read_wiring(ROOT / "template.yaml", **chosen).functions
    assert {name: f.environment["TIDINGS_TABLE_NAME"] for name, f in functions.items()} == dict.fromkeys(FUNCTIONS, answers)
    told = {name: f.environment.get("TIDINGS_REBUILT_TABLE_NAME") for name, f in functions.items()}
    assert told == dict.fromkeys(FUNCTIONS) | dict.fromkeys(["CleanFunction", "PublishFunction"], filled)
    ours = tables_of(chosen)
    assert (ours.answering, ours.beside if filled else None) == (answers, filled)
    operations = settled(TEMPLATE, **chosen)["Resources"]["Operations"]["Properties"]["Parameters"]
    assert operations["FactsTableName"] == {"Ref": filled or answers}
    found = settled(TEMPLATE, **chosen)["Resources"]
    there = {name: found[name]["Properties"]["DeletionProtectionEnabled"] for name in TABLES.values() if name in found}
    assert there == {answers: True} | ({ours.beside: False} if replay != "none" else {})


def test_a_stack_that_nobody_replays_has_one_table_of_facts_and_tells_of_all_news() -> None:
    functions = read_wiring(ROOT / "template.yaml").functions
    assert {f.environment["TIDINGS_TABLE_NAME"] for f in functions.values()} == {"FactsTable"}
    assert "TIDINGS_NEWS_SINCE" not in functions["PublishFunction"].environment
    assert "SecondFactsTable" not in settled(TEMPLATE)["Resources"]
    since = "2026-11-26T12:00:00+00:00"
    functions = read_wiring(ROOT / "template.yaml", NewsSince=since).functions
    told = {name for name, function in functions.items() if function.environment.get("TIDINGS_NEWS_SINCE") == since}
    assert told == {"CleanFunction", "PublishFunction"}
    assert re.fullmatch(TEMPLATE["Parameters"]["NewsSince"]["AllowedPattern"], begun(datetime.now(UTC))["NewsSince"])


@pytest.mark.parametrize("capacity", ["0", "100"])
@pytest.mark.parametrize("replay", ["none", "rebuilding"])
def test_each_table_of_facts_is_paid_by_use_or_scales_by_itself(capacity: str, replay: str) -> None:
    found = settled(TEMPLATE, WriteCapacity=capacity, Replay=replay)["Resources"]
    scaled = {r["Properties"]["ResourceId"]["Sub"] for r in found.values() if r["Type"].endswith("ScalableTarget")}
    tables = [name for name in TABLES.values() if name in found]
    assert {found[name]["Properties"]["BillingMode"] for name in tables} == {
        "PROVISIONED" if capacity != "0" else "PAY_PER_REQUEST"
    }
    assert scaled == ({f"table/${{{name}}}" for name in tables} if capacity != "0" else set())


def test_the_local_overrides_name_only_what_the_template_names() -> None:
    # `sam local` silently drops any other variable.
    overrides = json.loads((ROOT / "env.json").read_text(encoding="utf-8"))
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert set(overrides["Parameters"]) <= set(shared)


# ---------------------------------------------------------------- API


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


def test_pages_of_other_sites_can_read_why_the_gateway_refused_them() -> None:
    refusals = properties("TidingsApi")["GatewayResponses"]
    assert {"INVALID_API_KEY", "THROTTLED", "QUOTA_EXCEEDED"} <= refusals.keys()
    for refusal in refusals.values():
        headers = refusal["ResponseParameters"]["Headers"]
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        assert headers["Content-Type"] == "'application/problem+json'"


def test_the_api_has_the_one_stage_that_is_logged_and_metered() -> None:
    assert TEMPLATE["Globals"]["Api"]["OpenApiVersion"] == "3.0.1"
    assert properties("TidingsApi")["StageName"] == "live"
    assert properties("TidingsApi")["AccessLogSetting"]["DestinationArn"] == {"Ref": "ApiLogGroup"}


def test_only_the_page_the_description_feeds_of_watches_and_the_call_of_hubs_are_open() -> None:
    routes = events("QueryFunction", "Api")
    opened = {route["Path"] for route in routes if route.get("Auth", {}).get("ApiKeyRequired") is False}
    page = {"/", "/static/{proxy+}", "/openapi.json", "/docs"}
    assert opened == page | {"/watch-feeds/{proxy+}", "/websub/{proxy+}", "/v1/{proxy+}"}
    methods = {"GET", "POST", "PATCH", "DELETE"}
    assert {(r["Path"], r["Method"]) for r in routes if "Auth" not in r} == {("/v1/{proxy+}", m) for m in methods}
    open_routes = {(r["Path"], r["Method"]) for r in routes if "Auth" in r}
    assert {(path, method) for path, method in open_routes if method != "GET"} == {
        ("/websub/{proxy+}", "POST"),
        ("/v1/{proxy+}", "OPTIONS"),
    }


def test_each_method_of_the_api_is_named() -> None:
    # ministack, on which the deployment tier runs, routes no ANY.
    assert not [route["Path"] for route in events("QueryFunction", "Api") if route["Method"] == "ANY"]


def test_api_gateway_has_its_role_for_logs_before_the_api_is_made() -> None:
    assert RESOURCES["TidingsApi"]["DependsOn"] == "ApiLogAccount"
    assert properties("ApiLogAccount")["CloudWatchRoleArn"] == {"Ref": "ApiLogRole"}


def test_a_build_sees_changes_outside_a_functions_own_folder() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    assert config["default"]["build"]["parameters"]["cached"] is False
