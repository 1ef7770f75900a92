"""A stack on AWS: which resource of the account stands behind each logical id of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import code_of, unavailable
from tidings.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


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
            if "PhysicalResourceId" in resource
        }
    except ClientError as error:
        if code_of(error) == "ValidationError":
            raise NotFound(f"no stack {stack!r} in region {client.meta.region_name}: choose it with AWS_REGION") from None
        raise unavailable("CloudFormation", error) from error
    except BotoCoreError as error:
        raise unavailable("CloudFormation", error) from error
