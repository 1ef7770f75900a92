"""What a number of articles costs on AWS: measured durations, requests and items times list prices.

Two data files: `cost_measured.json` (tests/bench/cost.py writes it: counts and CPU time per article and per poll) and
`cost_prices.json` (dated list prices, and how long a function waits for each kind of call).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

MEMORY_MB = {"fetch": 384, "clean": 1024, "extract": 1769, "publish": 256, "watch": 512}
"""What template.yaml gives each function; a test compares."""
BATCH = {"fetch": 1, "clean": 1, "extract": 1, "publish": 1, "watch": 1}
"""Messages that one invocation takes at most, as the template has it."""
OF_REGISTRY = ("fetch", "watch")
"""Stages that use the table of feeds and watches alone, or nearly: it is paid by use in any case."""
WAITS = (
    "dynamodb_gets",
    "dynamodb_queries",
    "dynamodb_writes",
    "dynamodb_batches",
    "dynamodb_transactions",
    "s3_gets",
    "s3_puts",
    "sqs_sends",
    "eventbridge_calls",
)
RECEIVES = 2
"""Requests to a queue for each message beside its sending: the poller's receive and delete."""
CUSTOM_METRICS = 14
ALARMS = 25
_EMPTY_RECEIVES = 5 * 5 * 3 * 60 * 24 * 30
"""Requests in a month to five empty queues, each asked by five pollers for 20 seconds at a time."""
_GB = 1e9
_SCHEDULED_PER_DAY = 288
_HOUR_S = 3600


@dataclass(frozen=True)
class Line:
    """The cost of one stage, in US dollars, by what is paid for."""

    stage: str
    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum of the parts."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class Estimate:
    """What it costs: `stages` for the articles, `monthly` what is paid for each month that the stack stands."""

    articles: int
    feeds: int
    days: float
    stages: tuple[Line, ...]
    monthly: Mapping[str, float]
    prices_as_of: str
    measured: str
    duration_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """All stages together."""
        return sum(line.total for line in self.stages)

    @property
    def per_article(self) -> float:
        """What one article costs."""
        return self.total / self.articles

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        stages = {line.stage: {**line.parts, "total": line.total} for line in self.stages}
        return {
            "articles": self.articles,
            "feeds": self.feeds,
            "days": self.days,
            "currency": "USD",
            "prices_as_of": self.prices_as_of,
            "measured": self.measured,
            "stages": stages,
            "duration_ms": dict(self.duration_ms),
            "total": self.total,
            "monthly": dict(self.monthly),
        }


def table(name: str) -> dict[str, Any]:
    """Return one of the two data files."""
    text = resources.files("tidings").joinpath("data", f"cost_{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def estimate(
    articles: int,
    feeds: int,
    *,
    days: float,
    polls_per_day: float,
    architecture: str,
    measured: Mapping[str, Any],
    priced: dict[str, Any],
    provisioned: bool = False,
) -> Estimate:
    """Return what `articles` from `feeds` cost in `days`, every feed polled `polls_per_day` times a day.

    The units of the facts' table are paid by use, or as provisioned, of which the share `provisioned_use` is used.
    """
    stages = measured["stages"]
    facts = priced | {"prices": priced["prices"] | _provisioned(priced)} if provisioned else priced
    call_cpu_ms = measured["call_cpu_ms"]
    durations = {stage: duration_ms(stage, stages[stage], priced, call_cpu_ms) for stage in MEMORY_MB}
    # The waiting for a page is fetch's alone, and so is that until its publisher may be asked again.
    durations["fetch"] += priced["latency_ms"]["page"] + priced["latency_ms"]["spacing"]
    poll_ms = duration_ms("fetch", stages["poll"], priced, call_cpu_ms) + priced["latency_ms"]["page"]
    polls = feeds * polls_per_day * days
    lines = [
        _line(
            stage,
            articles * stages[stage].get("messages", 1),
            durations[stage],
            stages[stage],
            architecture,
            priced if stage in OF_REGISTRY else facts,
        )
        for stage in MEMORY_MB
    ]
    polled = _line("fetch", polls, poll_ms, stages["poll"], architecture, priced)
    schedule = _SCHEDULED_PER_DAY * days * priced["prices"]["scheduler_invocation"]
    parts = {name: lines[0].parts.get(name, 0) + value for name, value in polled.parts.items()}
    lines[0] = Line("fetch", parts | {"other": parts["other"] + schedule})
    return Estimate(
        articles=articles,
        feeds=feeds,
        days=days,
        stages=tuple(lines),
        monthly=_monthly(articles, measured, priced["prices"]),
        prices_as_of=priced["as_of"],
        measured=measured["measured"],
        duration_ms={**{k: round(v, 1) for k, v in durations.items()}, "poll": round(poll_ms, 1)},
    )


def _provisioned(priced: Mapping[str, Any]) -> dict[str, float]:
    """Return what a used unit costs where units are paid for by the hour, used or not."""
    used_s = _HOUR_S * priced["provisioned_use"]
    hours = {kind: priced["prices"][f"dynamodb_{kind}_capacity_hour"] for kind in ("write", "read")}
    return {f"dynamodb_{kind}_unit": price / used_s for kind, price in hours.items()}


def duration_ms(stage: str, counts: Mapping[str, Any], priced: Mapping[str, Any], call_cpu_ms: float) -> float:
    """Return how long a function is billed: CPU time at its share of a core, the waiting for each call and its CPU time."""
    share = min(1.0, MEMORY_MB[stage] / priced["full_core_mb"])
    cpu_ms = counts["cpu_ms"] + call_cpu_ms * sum(counts.get(name, 0) for name in WAITS)
    waiting = sum(counts.get(name, 0) * priced["latency_ms"][name] for name in WAITS)
    return float(cpu_ms / share + waiting)


def _line(
    stage: str,
    number: float,
    ms: float,
    counts: Mapping[str, Any],
    architecture: str,
    priced: Mapping[str, Any],
) -> Line:
    """Return what `number` messages of a stage cost, `ms` and `counts` being those of one."""
    price = priced["prices"]
    invocations = number / BATCH[stage]
    seconds = number * ms / 1000 * MEMORY_MB[stage] / 1024
    sends = counts.get("sqs_sends", 0)
    return Line(
        stage,
        {
            "lambda": seconds * price[f"lambda_gb_second_{architecture}"] + invocations * price["lambda_request"],
            "queues": (number * sends + RECEIVES * invocations) * price["sqs_request"],
            "table": number
            * (
                counts.get("dynamodb_write_units", 0) * price["dynamodb_write_unit"]
                + counts.get("dynamodb_read_units", 0) * price["dynamodb_read_unit"]
            ),
            "blobs": number * (counts.get("s3_puts", 0) * price["s3_put"] + counts.get("s3_gets", 0) * price["s3_get"]),
            "logs": number * counts["log_bytes"] / _GB * price["logs_gb"],
            "other": number * counts.get("eventbridge_events", 0) * price["eventbridge_event"],
        },
    )


def _monthly(articles: int, measured: Mapping[str, Any], price: Mapping[str, float]) -> dict[str, float]:
    table_gb = articles * measured["stored_bytes"] / _GB
    blobs_gb = articles * sum(stage.get("s3_bytes", 0) for stage in measured["stages"].values()) / _GB
    return {
        "table, stored and backed up": table_gb * (price["dynamodb_gb_month"] + price["dynamodb_backup_gb_month"]),
        "blobs, stored": blobs_gb * price["s3_gb_month"],
        "queues, asked while empty": _EMPTY_RECEIVES * price["sqs_request"],
        "metrics, alarms, dashboard": CUSTOM_METRICS * price["custom_metric_month"]
        + ALARMS * price["alarm_month"]
        + price["dashboard_month"],
    }
