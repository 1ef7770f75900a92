"""A stack on AWS: its parameters, and which resource of the account stands behind each logical id of the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import code_of, unavailable
from tidings.errors import NotFound, TidingsError, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

LOOK_S = 10.0
"""Seconds between two looks at a stack that is changing."""
MACROS = "CAPABILITY_AUTO_EXPAND"
"""What CloudFormation asks to be told where a template with a transform (SAM's) is worked off with no change set."""
_GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")
NOTHING_TO_DO = "No updates are to be performed"


def resources_of(client: CloudFormationClient, stack: str) -> dict[str, str]:
    """Return the physical id of each logical id of a stack (a queue's is its URL).

    Raises:
        NotFound: no such stack in this account and region.
        Unavailable: CloudFormation does not answer.
    """
    try:
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
            if "PhysicalResourceId" in resource and resource.get("ResourceStatus") not in _GONE
        }
    except (ClientError, BotoCoreError) as error:
        raise _ours(error, client, stack) from error


def parameters_of(client: CloudFormationClient, stack: str) -> dict[str, str]:
    """Return the values of a stack's parameters.

    Raises:
        NotFound: no such stack in this account and region.
        Unavailable: CloudFormation does not answer.
    """
    found = _described(client, stack).get("Parameters", [])
    return {one["ParameterKey"]: one["ParameterValue"] for one in found}


def change(client: CloudFormationClient, stack: str, values: Mapping[str, str], sleep: Callable[[float], None]) -> None:
    """Give a stack's parameters other values, its template and the other ones unchanged, and wait until that is done.

    A change that is under way is waited for first. Resources that a failing change has made go again, whatever is to
    become of them later.

    Raises:
        NotFound: no such stack in this account and region.
        Unavailable: CloudFormation does not answer, refuses the change, or has taken it back.
    """
    _settled(client, stack, sleep)
    described = _described(client, stack)
    kept = [one["ParameterKey"] for one in described.get("Parameters", []) if one["ParameterKey"] not in values]
    parameters: list[Any] = [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]
    parameters += [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
    capabilities: Any = sorted({*described.get("Capabilities", []), "CAPABILITY_IAM", MACROS})
    try:
        client.update_stack(
            StackName=stack,
            UsePreviousTemplate=True,
            Parameters=parameters,
            Capabilities=capabilities,
            RetainExceptOnCreate=True,
        )
    except ClientError as error:
        if NOTHING_TO_DO in str(error):
            return
        raise unavailable("CloudFormation", error) from error
    except BotoCoreError as error:
        raise unavailable("CloudFormation", error) from error
    status = _settled(client, stack, sleep)
    if status != "UPDATE_COMPLETE":
        raise Unavailable(f"stack {stack!r} did not change ({status}): its events in the CloudFormation console say why")


def _settled(client: CloudFormationClient, stack: str, sleep: Callable[[float], None]) -> str:
    """Wait until a stack is at rest; return its status."""
    while (status := str(_described(client, stack)["StackStatus"])).endswith("_IN_PROGRESS"):
        sleep(LOOK_S)
    return status


def _described(client: CloudFormationClient, stack: str) -> Any:
    try:
        (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    except (ClientError, BotoCoreError) as error:
        raise _ours(error, client, stack) from error
    return found


def _ours(error: ClientError | BotoCoreError, client: CloudFormationClient, stack: str) -> TidingsError:
    if isinstance(error, ClientError) and code_of(error) == "ValidationError":
        return NotFound(f"no stack {stack!r} in region {client.meta.region_name}: choose it with AWS_REGION")
    return unavailable("CloudFormation", error)
