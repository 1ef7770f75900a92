"""Deploy a stack and tell how to use it: `make deploy`, and `make key` for the telling alone.

The first deployment of a stack asks for its parameters (sam deploy --guided); later ones keep them, and take changes from
ARGS, say ARGS='--parameter-overrides Size=large'. What `tidings replay` has made of a stack's parameters is kept whatever
samconfig.toml says, where the first deployment wrote them all down.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.registry import move_registry
from tidings.adapters.stacks import parameters_of, resources_of
from tidings.deployed import deployed
from tidings.errors import NotFound, TidingsError
from tidings.replaying.tables import FACTS_IN, NEWS_SINCE, REPLAY, Tables, tables_of

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient

CONFIG = Path(__file__).parents[1] / "samconfig.toml"
OVERRIDES = "--parameter-overrides"


def command(sam: str, stack: str, extra: Sequence[str], *, is_new: bool) -> list[str]:
    """Return the command that deploys: a new stack's parameters are asked for, unless they are all given in `extra`."""
    guided = ["--guided"] if is_new and not extra else []
    return [sam, "deploy", "--stack-name", stack, *guided, *extra]


def with_replay(extra: Sequence[str], parameters: Mapping[str, str], config: str) -> list[str]:
    """Return the words for `sam deploy` with what a replay has made of the parameters, unless that is the default.

    Words on the command line take the place of those in `config` (samconfig.toml) altogether: these are said again.
    """
    if tables_of(parameters) == Tables():
        return list(extra)
    kept = [f'{name}="{parameters.get(name, "")}"' for name in (FACTS_IN, REPLAY, NEWS_SINCE)]
    if OVERRIDES in extra:
        at = extra.index(OVERRIDES) + 1
        end = next((place for place, word in enumerate(extra) if place >= at and word.startswith("-")), len(extra))
        return [*extra[:end], *kept, *extra[end:]]
    written = tomllib.loads(config).get("default", {}).get("deploy", {}).get("parameters", {}).get("parameter_overrides", [])
    before = [written] if isinstance(written, str) else written
    return [*extra, OVERRIDES, " ".join([*before, *kept])]


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
            is_new, extra = not exists(options.stack, cloudformation), options.extra
            if not is_new:
                extra = with_replay(extra, parameters_of(cloudformation, options.stack), CONFIG.read_text(encoding="utf-8"))
            words = command(options.sam, options.stack, extra, is_new=is_new)
            if status := subprocess.call(words):  # noqa: S603 - the SAM command line, with the owner's own words
                return status
            stack = deployed(options.stack)
            if stack.keeps_registry_with_facts():
                print(f"moved {move_registry(stack)} items of feeds and watches to their own table")
        for line in instructions(options.stack, cloudformation, boto3.client("apigateway")):
            print(line)
    except (TidingsError, ClientError, BotoCoreError) as error:
        print(f"make deploy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
