"""What articles cost: the estimate's arithmetic, and that its tables agree with the stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tidings.cli.main import main
from tidings.costs import ALARMS, BATCH, MEMORY_MB, WAITS, duration_ms, estimate, table
from tidings.local.wiring import load_template, read_wiring

ROOT = Path(__file__).parents[2]
TEMPLATE = load_template(ROOT / "template.yaml")
OPERATIONS = load_template(ROOT / "infra" / "operations.yaml")
PRICED = {
    "as_of": "2026-11-26",
    "full_core_mb": 1769,
    "latency_ms": dict.fromkeys((*WAITS, "page", "spacing"), 10),
    "prices": dict.fromkeys(table("prices")["prices"], 0.0) | {"dynamodb_write_unit": 0.5, "sqs_request": 1.0},
}  # fmt: skip
QUIET = {"cpu_ms": 0.0, "log_bytes": 0}
MEASURED = {
    "measured": "2026-11-26",
    "stored_bytes": 0,
    "call_cpu_ms": 0.0,
    "stages": {stage: dict(QUIET) for stage in ("fetch", "poll", "clean", "extract", "publish", "watch")},
}


def test_each_write_unit_and_each_request_is_paid_for() -> None:
    publish = QUIET | {"dynamodb_write_units": 4}
    clean = QUIET | {"sqs_sends": 1}
    measured = MEASURED | {"stages": MEASURED["stages"] | {"publish": publish, "clean": clean}}  # type: ignore[operator]
    found = estimate(10, 0, days=1, polls_per_day=0, architecture="arm64", measured=measured, priced=PRICED)
    lines = {line.stage: line.parts for line in found.stages}
    assert lines["publish"]["table"] == 10 * 4 * 0.5
    assert lines["clean"]["queues"] == 10 + 10 * 2  # sent once; received and deleted once
    assert lines["publish"]["queues"] == 10 / BATCH["publish"] * 2


def test_a_provisioned_unit_is_paid_for_by_the_hour_whether_it_is_used_or_not() -> None:
    publish = fetch = QUIET | {"dynamodb_write_units": 4}
    measured = MEASURED | {"stages": MEASURED["stages"] | {"publish": publish, "fetch": fetch}}  # type: ignore[operator]
    priced = PRICED | {"provisioned_use": 0.5, "prices": PRICED["prices"] | {"dynamodb_write_capacity_hour": 3600.0}}  # type: ignore[operator]
    found = estimate(
        10, 0, days=1, polls_per_day=0, architecture="arm64", measured=measured, priced=priced, provisioned=True
    )
    lines = {line.stage: line.parts for line in found.stages}
    assert lines["publish"]["table"] == 10 * 4 / 0.5
    assert lines["fetch"]["table"] == 10 * 4 * 0.5  # the registry is paid by use in any case


def test_a_function_with_a_part_of_a_core_works_longer_and_waits_as_long() -> None:
    counts = {"cpu_ms": 100.0, "s3_gets": 2}
    assert duration_ms("extract", counts, PRICED, 0) == 100 + 20
    assert duration_ms("publish", counts, PRICED, 0) == pytest.approx(100 * 1769 / 256 + 20)
    assert duration_ms("publish", counts, PRICED, 3) == pytest.approx((100 + 2 * 3) * 1769 / 256 + 20)


def test_polls_are_paid_for_beside_the_articles() -> None:
    stages = MEASURED["stages"] | {"poll": QUIET | {"dynamodb_write_units": 8}}  # type: ignore[operator]
    found = estimate(
        1, 3, days=2, polls_per_day=5, architecture="arm64", measured=MEASURED | {"stages": stages}, priced=PRICED
    )
    assert found.stages[0].parts["table"] == 3 * 2 * 5 * 8 * 0.5


def test_memory_and_batches_are_those_of_the_template() -> None:
    functions = {stage: TEMPLATE["Resources"][f"{stage.title()}Function"]["Properties"] for stage in MEMORY_MB}
    assert {stage: body["MemorySize"] for stage, body in functions.items()} == MEMORY_MB
    wiring = read_wiring(ROOT / "template.yaml")
    assert {stage: wiring.function(stage).batch_size for stage in BATCH} == BATCH


def test_the_alarm_of_the_cost_uses_the_prices_of_the_table() -> None:
    prices = table("prices")["prices"]
    alarms = [body for body in OPERATIONS["Resources"].values() if body["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) == ALARMS
    (cost,) = (body["Properties"] for body in alarms if "Metrics" in body["Properties"])
    formula = cost["Metrics"][0]["Expression"]
    for name in ("lambda_gb_second_arm64", "dynamodb_write_unit", "dynamodb_read_unit"):
        assert f"{prices[name]:.10f}".rstrip("0") in formula
    for stage, memory in MEMORY_MB.items():
        assert f"{stage} * {memory} / 1024000" in formula
    assert formula in OPERATIONS["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Sub"]


def test_the_command_prints_a_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["cost"], ["cost", "--articles", "1000", "--format", "json"]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 0
    printed = capsys.readouterr().out
    told = json.loads(printed[printed.index("\n{") :])
    assert told["articles"] == 1000
    assert told["total"] == pytest.approx(sum(stage["total"] for stage in told["stages"].values()))
    assert "List prices of" in printed
