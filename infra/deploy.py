"""Deploy a stack and tell how to use it: `make deploy`, and `make key` for the telling alone.

The first deployment of a stack asks for its parameters (sam deploy --guided); later ones keep them, and take changes from
ARGS, say ARGS='--parameter-overrides Size=large'.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.stacks import resources_of
from tidings.errors import NotFound, TidingsError

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient


def command(sam: str, stack: str, extra: Sequence[str], *, is_new: bool) -> list[str]:
    """Return the command that deploys: a new stack's parameters are asked for, unless they are all given in `extra`."""
    guided = ["--guided"] if is_new and not extra else []
    return [sam, "deploy", "--stack-name", stack, *guided, *extra]


def exists(stack: str, client: CloudFormationClient) -> bool:
    """Tell whether there is such a stack."""
    try:
        resources_of(client, stack)
    except NotFound:
        return False
    return True


def instructions(stack: str, cloudformation: CloudFormationClient, apigateway: APIGatewayClient) -> Iterator[str]:
    """Yield what an owner needs: the outputs, the keys of the API, and the first commands.

    Raises:
        NotFound: no such stack.
    """
    api = resources_of(cloudformation, stack).get("TidingsApi", "")
    (described,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}
    for name, value in outputs.items():
        yield f"{name:<16} {value}"
    keys = dict(_keys_of(api, apigateway))
    for name, value in keys.items():
        yield f"{'API key':<16} {value}  ({name})"
    if not keys:
        yield "The API has no key yet: make one in API Gateway and add it to the stack's usage plan."
    url, key = outputs.get("ApiUrl", "URL"), next(iter(keys.values()), "KEY")
    feed = '{"url": "https://example.org/feed.xml"}'
    yield f"Follow a feed:   curl -X POST -H 'x-api-key: {key}' -d '{feed}' {url}v1/feeds"
    yield f"Look at it:      {url}"


def _keys_of(api: str, client: APIGatewayClient) -> Iterator[tuple[str, str]]:
    for page in client.get_paginator("get_usage_plans").paginate():
        for plan in page["items"]:
            if any(stage.get("apiId") == api for stage in plan.get("apiStages", [])):
                for key in client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]:
                    found = client.get_api_key(apiKey=key["id"], includeValue=True)
                    yield found.get("name", key["id"]), found["value"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="make deploy", description=__doc__)
    parser.add_argument("stack")
    parser.add_argument("--sam", default="sam")
    parser.add_argument("--only-tell", action="store_true")
    parser.add_argument("extra", nargs="*", help="for sam deploy")
    options = parser.parse_args(arguments)
    try:
        cloudformation = boto3.client("cloudformation")
        if not options.only_tell:
            words = command(options.sam, options.stack, options.extra, is_new=not exists(options.stack, cloudformation))
            if status := subprocess.call(words):  # noqa: S603 - the SAM command line, with the owner's own words
                return status
        for line in instructions(options.stack, cloudformation, boto3.client("apigateway")):
            print(line)
    except (TidingsError, ClientError, BotoCoreError) as error:
        print(f"make deploy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
