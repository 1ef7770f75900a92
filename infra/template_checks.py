"""What the stack must keep and `sam validate --lint` lets through: checks over a parsed template, each with a name.

A check returns its complaints, one line each; none means that all is well. Templates are as `tidings.local.wiring`
reads them (`!Ref X` and `!GetAtt X.Arn` are {"Ref": "X"}) and settles their conditions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tidings.replaying.tables import REGISTRY, TABLES
from tidings.settings import Settings

Template = Mapping[str, Any]
Check = Callable[[Template], Iterator[str]]

PREFIX = "TIDINGS_"
LOCAL_ONLY = frozenset({"allow_loopback", "clock", "loopback_port", "verbose"})
"""Settings that must stay unset on AWS."""
SNAPSHOT_RUNTIME = (3, 12)
"""The first Python that has SnapStart (AWS Lambda developer guide); its Amazon Linux 2023 also has a glibc (2.34) that all
wheels accept, which that of Python 3.11 and before (2.26) has not."""
FREE_OF_CHOICE = frozenset({"xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:PutMetricData"})
"""Actions that know no resources: "*" is the only one there is (service authorization reference)."""
OPEN_METHODS = frozenset({"GET", "HEAD"})
PREFLIGHT = "OPTIONS"
"""Browsers ask so, without a key, whether another site's page may ask with one (CORS); the answer holds no fact."""
TOLD_BY_HUBS = "/websub/"
"""The one path without a key that may be posted to: hubs sign what they post."""


def listed(value: Any) -> list[Any]:
    """Return a list as it is and anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a type by logical id."""
    return {name: body for name, body in template["Resources"].items() if body["Type"] == kind}


def functions(template: Template) -> dict[str, dict[str, Any]]:
    """Return the functions' properties, those of Globals filled in."""
    shared = template.get("Globals", {}).get("Function", {})
    found = {}
    for name, body in of_type(template, "AWS::Serverless::Function").items():
        own = body.get("Properties", {})
        variables = {**_variables(shared), **_variables(own)}
        found[name] = {**shared, **own, "Environment": {"Variables": variables}}
    return found


def statements(template: Template, function: str) -> list[dict[str, Any]]:
    """Return the statements of a function's role."""
    role = functions(template)[function].get("Role", {}).get("Ref", "")
    policies = template["Resources"].get(role, {}).get("Properties", {}).get("Policies", [])
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def rights(template: Template, function: str) -> set[tuple[str, str]]:
    """Return what a function may do: pairs of an action and a resource (logical id, or the text of a `!Sub`)."""
    return {
        (action, resource_name(resource))
        for statement in statements(template, function)
        if statement["Effect"] == "Allow"
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def resource_name(resource: Any) -> str:
    """Return a resource as text: a logical id, or the text of a `!Sub` with `${X.Arn}` as X."""
    if isinstance(resource, dict):
        text = str(resource.get("Ref") or resource.get("Sub") or resource)
        return text.replace("${", "").replace(".Arn}", "").replace("}", "")
    return str(resource)


def sources(template: Template, function: str, kind: str) -> list[dict[str, Any]]:
    """Return the properties of a function's event sources of a kind ("SQS", "Api", …)."""
    events = functions(template)[function].get("Events", {}).values()
    return [event["Properties"] for event in events if event["Type"] == kind]


def dead_letter_queues(template: Template) -> dict[str, str | None]:
    """Return each queue that a function reads, with its dead-letter queue."""
    queues = of_type(template, "AWS::SQS::Queue")
    found: dict[str, str | None] = {}
    for function in functions(template):
        for source in sources(template, function, "SQS"):
            name = source["Queue"]["Ref"]
            redrive = queues.get(name, {}).get("Properties", {}).get("RedrivePolicy", {})
            found[name] = redrive.get("deadLetterTargetArn", {}).get("Ref")
    return found


def _values(template: Template, number: Any) -> list[int]:
    """Return the values that a number can have: itself, or those that its place in a mapping has."""
    if isinstance(number, dict):
        name, _, column = number["FindInMap"]
        return [row[column] for row in template["Mappings"][name].values()]
    return [int(number)]


def _variables(properties: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = properties.get("Environment", {}).get("Variables", {})
    return found


# ---------------------------------------------------------------- queues


def a_message_stays_hidden_while_it_is_worked_on(template: Template) -> Iterator[str]:
    """Six times the function's timeout, and its batch window (Lambda developer guide, SQS event sources)."""
    for function, body in functions(template).items():
        for source in sources(template, function, "SQS"):
            queue = source["Queue"]["Ref"]
            hidden = template["Resources"].get(queue, {}).get("Properties", {}).get("VisibilityTimeout", 30)
            wanted = 6 * body["Timeout"] + source.get("MaximumBatchingWindowInSeconds", 0)
            if hidden < wanted:
                yield f"{queue} hides a message for {hidden} s; {function} needs {wanted}"


def what_fails_again_and_again_is_set_aside(template: Template) -> Iterator[str]:
    """A dead-letter queue of its own, after five receives or more, on which a message outlives the queue it came from."""
    queues = of_type(template, "AWS::SQS::Queue")
    pairs = dead_letter_queues(template)
    for queue, dead in pairs.items():
        if dead is None or dead not in queues:
            yield f"{queue} has no dead-letter queue"
            continue
        if dead in pairs or list(pairs.values()).count(dead) > 1 or dead != queue.replace("Queue", "DeadLetterQueue"):
            yield f"{queue} sends its dead letters to {dead}"
        if queues[queue]["Properties"]["RedrivePolicy"].get("maxReceiveCount", 0) < 5:
            yield f"{queue} sets a message aside before its fifth failure"
        # The age of a dead letter counts from its first sending (SQS developer guide, dead-letter queues).
        kept = [queues[name]["Properties"].get("MessageRetentionPeriod", 345_600) for name in (queue, dead)]
        if kept[1] <= kept[0]:
            yield f"{dead} forgets a message no later than {queue}"


def every_queue_is_encrypted(template: Template) -> Iterator[str]:
    """By SQS's own keys at least."""
    for name, body in of_type(template, "AWS::SQS::Queue").items():
        properties = body.get("Properties", {})
        if properties.get("SqsManagedSseEnabled") is not True and "KmsMasterKeyId" not in properties:
            yield f"{name} is not encrypted"


def a_batch_fails_by_message(template: Template) -> Iterator[str]:
    """Partial batch responses, a bound on concurrency, and strangers' documents one at a time."""
    for function in functions(template):
        for source in sources(template, function, "SQS"):
            if source.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
                yield f"{function} reports no partial failures"
            limits = _values(template, source.get("ScalingConfig", {}).get("MaximumConcurrency", 0))
            if not all(2 <= limit <= 1000 for limit in limits):
                yield f"{function} has no limit of concurrency"
            size = source.get("BatchSize", 10)
            if size > 10 and not source.get("MaximumBatchingWindowInSeconds"):
                yield f"{function} takes batches of {size} without a batch window, which SQS refuses"
            if function in ("FetchFunction", "CleanFunction", "ExtractFunction", "WatchFunction") and size != 1:
                yield f"{function} takes {size} documents at once: one that kills it takes the others with it"


# ---------------------------------------------------------------- environment


def a_function_is_told_what_is_there(template: Template) -> Iterator[str]:
    """Variables are settings; none is for local runs; tables, bucket and bus are the stack's."""
    known = set(Settings.model_fields)
    facts = {name for name in TABLES.values() if name in template["Resources"]}
    wanted = {
        "TABLE_NAME": facts,
        "REBUILT_TABLE_NAME": facts,
        "REGISTRY_TABLE_NAME": {REGISTRY},
        "BUCKET_NAME": {"RawBucket"},
        "BUS_NAME": {"FactsBus"},
    }
    for function, body in functions(template).items():
        ours = {name.removeprefix(PREFIX): value for name, value in _variables(body).items() if name.startswith(PREFIX)}
        for name, value in ours.items():
            if name.lower() not in known:
                yield f"{function}: no setting is called {PREFIX}{name}"
            if name.lower() in LOCAL_ONLY or name == "HOME":
                yield f"{function}: {PREFIX}{name} is for local runs"
            if name in wanted and value.get("Ref") not in wanted[name]:
                yield f"{function}: {PREFIX}{name} is not {' or '.join(sorted(wanted[name]))}"
        for name in ("TABLE_NAME", "REGISTRY_TABLE_NAME", "BUCKET_NAME"):
            if name not in ours:
                yield f"{function} is not told {PREFIX}{name}"


def a_function_sends_where_it_is_told_and_nowhere_else(template: Template) -> Iterator[str]:
    """Variables name the queues that they are called after, and its own dead-letter queue; it may send to these."""
    pairs = dead_letter_queues(template)
    for function, body in functions(template).items():
        told = {name: value.get("Ref") for name, value in _variables(body).items() if name.endswith("_QUEUE_URL")}
        own = next((source["Queue"]["Ref"] for source in sources(template, function, "SQS")), None)
        for name, queue in told.items():
            called = name.removeprefix(PREFIX).removesuffix("_QUEUE_URL").title() + "Queue"
            right = pairs.get(own or "") if called == "Dead_LetterQueue" else called
            if queue != right:
                yield f"{function}: {name} is {queue} instead of {right}"
        if own is not None and f"{PREFIX}DEAD_LETTER_QUEUE_URL" not in told:
            yield f"{function} is not told its dead-letter queue"
        may = {resource for action, resource in rights(template, function) if action == "sqs:SendMessage"}
        if may != set(told.values()):
            yield f"{function} may send to {sorted(may)} and is told of {sorted(map(str, told.values()))}"


# ---------------------------------------------------------------- rights


def rights_are_named_one_by_one(template: Template) -> Iterator[str]:
    """A role for each function, with actions and resources by name: no wildcard, no managed policy."""
    for function, body in functions(template).items():
        role = template["Resources"].get(body.get("Role", {}).get("Ref", ""), {}).get("Properties", {})
        if not role or "Policies" in body:
            yield f"{function} has rights beside a role of its own"
        if role.get("ManagedPolicyArns"):
            yield f"{function} has a managed policy, which names no resources"
        for action, resource in sorted(rights(template, function)):
            if "*" in action:
                yield f"{function} may do {action}"
            below = resource.removesuffix("/*")
            if (resource == "*" and action not in FREE_OF_CHOICE) or (resource != "*" and "*" in below):
                yield f"{function} may do {action} on {resource}"
            if action.startswith("s3:") and resource.endswith("/*") and "/" not in below:
                yield f"{function} may do {action} on the whole bucket"
            if action == "dynamodb:Scan":
                yield f"{function} may read the whole table"
    shared = [body.get("Role", {}).get("Ref") for body in functions(template).values()]
    yield from (f"two functions share {role}" for role in sorted(set(map(str, shared))) if shared.count(role) > 1)


def a_function_may_do_the_same_to_both_tables_of_facts(template: Template) -> Iterator[str]:
    """While both are there: a change of the table that it is told of then leaves no call without its right."""
    there = [name for name in TABLES.values() if name in template["Resources"]]
    for function in functions(template):
        may = {name: {action for action, resource in rights(template, function) if resource == name} for name in there}
        if len(set(map(frozenset, may.values()))) > 1:
            yield f"{function} may not do the same to {' and '.join(there)}"


def a_function_may_do_what_lambda_does_for_it(template: Template) -> Iterator[str]:
    """Read its queue, write its log, send its traces."""
    for function, body in functions(template).items():
        may = rights(template, function)
        wanted = {(action, "*") for action in ("xray:PutTraceSegments", "xray:PutTelemetryRecords")}
        group = body.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref", "")
        wanted |= {(action, group) for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
        for source in sources(template, function, "SQS"):
            names = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            wanted |= {(f"sqs:{name}", source["Queue"]["Ref"]) for name in names}
        yield from (f"{function} may not do {action} on {resource}" for action, resource in sorted(wanted - may))


def a_missing_blob_is_told_from_a_forbidden_one(template: Template) -> Iterator[str]:
    """S3 answers 403 instead of 404 to those who may not list the bucket, and a lost message would be tried again."""
    for function in functions(template):
        may = {action for action, _ in rights(template, function)}
        if ("s3:GetObject" in may) != ("s3:ListBucket" in may):
            yield f"{function} must have both or neither of s3:GetObject and s3:ListBucket"


# ---------------------------------------------------------------- functions


def a_snapshot_is_taken_only_where_there_can_be_one(template: Template) -> Iterator[str]:
    """SnapStart: of a published version, on every runtime on offer, without provisioned concurrency or a large /tmp."""
    offered = template["Parameters"]["PythonRuntime"]["AllowedValues"]
    for name in offered:
        if tuple(int(part) for part in name.removeprefix("python").split(".")) < SNAPSHOT_RUNTIME:
            yield f"{name} has no SnapStart, and a glibc that the wheels do not accept"
    for function, body in functions(template).items():
        if "SnapStart" not in body:
            continue
        if "AutoPublishAlias" not in body:
            yield f"{function} has SnapStart and no published version"
        elif body.get("AutoPublishAliasAllProperties") is not True:
            yield f"{function} publishes no new version when its settings change"
        if body.get("VersionDeletionPolicy") != "Delete":
            yield f"{function} keeps, and pays for, the snapshots of all its versions"
        if "ProvisionedConcurrencyConfig" in body or body.get("EphemeralStorage", {}).get("Size", 512) > 512:
            yield f"{function} has what excludes SnapStart"
    if "SnapStart" not in functions(template)["ExtractFunction"]:
        yield "ExtractFunction loads its model at every cold start"


def every_function_logs_to_a_group_that_forgets(template: Template) -> Iterator[str]:
    """A group of its own, which the stack deletes and whose days are the parameter's."""
    for function, body in functions(template).items():
        group = body.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref", "")
        properties = template["Resources"].get(group, {}).get("Properties", {})
        if properties.get("RetentionInDays") != {"Ref": "LogRetentionDays"}:
            yield f"the log of {function} is kept for ever"
        if properties.get("LogGroupName", {}).get("Sub") != f"/aws/lambda/{body['FunctionName']['Sub']}":
            yield f"{function} logs to {group}"
        if body.get("Tracing") not in ("Active", {"Ref": "Tracing"}):
            yield f"{function} is not traced, even if the owner pays for it"


def the_schedule_polls(template: Template) -> Iterator[str]:
    """The one event that is no message."""
    schedules = sources(template, "FetchFunction", "ScheduleV2")
    if len(schedules) != 1 or json.loads(schedules[0].get("Input", "{}")) != {"action": "poll"}:
        yield "nothing tells FetchFunction to look for feeds that are due"


def two_stacks_can_live_in_one_account(template: Template) -> Iterator[str]:
    """Names bear the stack's."""
    named = {function: body.get("FunctionName") for function, body in functions(template).items()}
    named |= {name: body["Properties"].get("Name") for name, body in of_type(template, "AWS::Events::EventBus").items()}
    for schedule in sources(template, "FetchFunction", "ScheduleV2"):
        named["the schedule"] = schedule.get("Name")
    for name, value in named.items():
        if value is not None and "${AWS::StackName}" not in str(value):
            yield f"{name} has the same name in every stack"


# ---------------------------------------------------------------- data and API


def the_data_outlives_the_stack(template: Template) -> Iterator[str]:
    """Table and bucket are kept when the stack or their definition goes, can be restored, and are encrypted."""
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket"):
        for name, body in of_type(template, kind).items():
            if {body.get("DeletionPolicy"), body.get("UpdateReplacePolicy")} != {"Retain"}:
                yield f"{name} goes with the stack"
            properties = body["Properties"]
            if kind == "AWS::S3::Bucket":
                if not properties.get("BucketEncryption"):
                    yield f"{name} is not encrypted"
                if properties.get("VersioningConfiguration", {}).get("Status") != "Enabled":
                    yield f"{name} cannot give back what was overwritten"
                continue
            if properties.get("SSESpecification", {}).get("SSEEnabled") is not True:
                yield f"{name} is not encrypted"
            if properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled") is not True:
                yield f"{name} cannot be restored"


def no_bucket_is_open(template: Template) -> Iterator[str]:
    """Public access is blocked in all four ways, and requests without TLS are refused."""
    policies = of_type(template, "AWS::S3::BucketPolicy").values()
    for name, body in of_type(template, "AWS::S3::Bucket").items():
        blocks = body["Properties"].get("PublicAccessBlockConfiguration", {})
        if [
            blocks.get(way) for way in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        ] != [True] * 4:
            yield f"{name} may be made public"
        of_bucket = [policy["Properties"] for policy in policies if policy["Properties"]["Bucket"] == {"Ref": name}]
        refusals = [statement for policy in of_bucket for statement in policy["PolicyDocument"]["Statement"]]
        if not any(
            (found["Effect"], found["Principal"], found["Action"]) == ("Deny", "*", "s3:*")
            and found.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            and {resource_name(resource) for resource in found["Resource"]} == {name, f"{name}/*"}
            for found in refusals
        ):
            yield f"{name} takes requests without TLS"
        yield from (
            f"{name} lets anyone in" for found in refusals if found["Effect"] == "Allow" and found["Principal"] == "*"
        )


def the_api_is_closed_but_for_what_is_public(template: Template) -> Iterator[str]:
    """A key and a usage plan; no key only for the page, its description, feeds of watches, and what hubs post."""
    for name, body in of_type(template, "AWS::Serverless::Api").items():
        auth = body["Properties"].get("Auth", {})
        if auth.get("ApiKeyRequired") is not True:
            yield f"{name} needs no key"
        plans = [plan["Properties"] for plan in of_type(template, "AWS::ApiGateway::UsagePlan").values()]
        own = [plan for plan in plans if {"Ref": name} in [stage["ApiId"] for stage in plan.get("ApiStages", [])]]
        if not own or not all({"Throttle", "Quota"} <= plan.keys() for plan in own):
            yield f"{name} has no usage plan, or one that limits nobody"
        if "AccessLogSetting" not in body["Properties"]:
            yield f"{name} keeps no log"
    for function in functions(template):
        for route in sources(template, function, "Api"):
            if route.get("Auth", {}).get("ApiKeyRequired") is not False:
                continue
            if route["Method"].upper() == PREFLIGHT:
                continue
            if route["Path"].startswith("/v1"):
                yield f"{route['Path']} needs no key"
            elif route["Method"].upper() not in OPEN_METHODS and not route["Path"].startswith(TOLD_BY_HUBS):
                yield f"{route['Method']} {route['Path']} needs no key"


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        a_message_stays_hidden_while_it_is_worked_on,
        what_fails_again_and_again_is_set_aside,
        every_queue_is_encrypted,
        a_batch_fails_by_message,
        a_function_is_told_what_is_there,
        a_function_sends_where_it_is_told_and_nowhere_else,
        rights_are_named_one_by_one,
        a_function_may_do_the_same_to_both_tables_of_facts,
        a_function_may_do_what_lambda_does_for_it,
        a_missing_blob_is_told_from_a_forbidden_one,
        a_snapshot_is_taken_only_where_there_can_be_one,
        every_function_logs_to_a_group_that_forgets,
        the_schedule_polls,
        two_stacks_can_live_in_one_account,
        the_data_outlives_the_stack,
        no_bucket_is_open,
        the_api_is_closed_but_for_what_is_public,
    )
}


def complaints(template: Template) -> dict[str, list[str]]:
    """Return what the checks have against a template, by the check's name; none is left out."""
    return {name: list(check(template)) for name, check in CHECKS.items()}
