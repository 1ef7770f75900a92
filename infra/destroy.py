"""Remove a deployed stack: `make destroy STACK=tidings`, and with LOSE_DATA=yes its tables and bucket too.

The template keeps tables and bucket when the stack goes (DeletionPolicy: Retain), and the tables refuse to be deleted. So
without --lose-data nothing of what was learnt is lost, and with it all are emptied and deleted by name, after the stack.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from tidings.adapters.stacks import resources_of
from tidings.errors import BadUsage, TidingsError, Unavailable
from tidings.replaying.tables import REGISTRY, TABLES

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BUCKET = "RawBucket"


@dataclass(frozen=True)
class Kept:
    """The tables and the bucket of a stack, by name, and whether there is anything in them.

    There are two tables of facts if a replay is under way.
    """

    tables: tuple[str, ...]
    has_items: bool
    bucket: str
    has_objects: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing to lose."""
        return not self.has_items and not self.has_objects

    def __str__(self) -> str:
        """Name them all."""
        return f"table{'s' if len(self.tables) > 1 else ''} {', '.join(self.tables)} and bucket {self.bucket}"


@dataclass(frozen=True)
class Clients:
    """The services that are needed."""

    cloudformation: CloudFormationClient
    dynamodb: DynamoDBClient
    s3: S3Client


def data_of(stack: str, clients: Clients) -> Kept:
    """Return the data of a stack.

    Raises:
        NotFound: no such stack.
        BadUsage: it is none of Tidings.
    """
    names = resources_of(clients.cloudformation, stack)
    tables = tuple(names[name] for name in (*TABLES.values(), REGISTRY) if name in names)
    if not tables or BUCKET not in names:
        raise BadUsage(f"stack {stack!r} has no {BUCKET if tables else 'table'}: it is none of Tidings, and is left alone")
    bucket = names[BUCKET]
    has_items = any(clients.dynamodb.scan(TableName=table, Limit=1, Select="COUNT")["Count"] for table in tables)
    listed = clients.s3.list_object_versions(Bucket=bucket, MaxKeys=1)
    return Kept(tables, has_items, bucket, bool(listed.get("Versions") or listed.get("DeleteMarkers")))


def destroy(stack: str, clients: Clients, *, lose_data: bool) -> Iterator[str]:
    """Remove a stack; yield a line for each thing done. Its data are deleted only with `lose_data`.

    Raises:
        NotFound: no such stack.
        BadUsage: it is none of Tidings.
        Unavailable: AWS does not answer, or cannot delete it.
    """
    kept = data_of(stack, clients)
    clients.cloudformation.delete_stack(StackName=stack)
    try:
        clients.cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
    except WaiterError as error:
        raise Unavailable(f"stack {stack!r} was not deleted: {error}; the console names what holds it") from None
    yield f"removed stack {stack}"
    if not lose_data:
        yield f"kept {kept}" + (", all empty" if kept.empty else "")
        yield "a new stack makes new ones; these wait until you delete them, or read them in again (docs/operations.md)"
        return
    for table in kept.tables:
        clients.dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
        clients.dynamodb.delete_table(TableName=table)
        yield f"deleted table {table}"
    _empty(kept.bucket, clients.s3)
    clients.s3.delete_bucket(Bucket=kept.bucket)
    yield f"deleted bucket {kept.bucket}"


def _empty(bucket: str, s3: S3Client) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found: Any = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found:
            objects: Any = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in found]
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="make destroy", description=__doc__)
    parser.add_argument("stack")
    parser.add_argument("--lose-data", action="store_true")
    options = parser.parse_args(arguments)
    try:
        clients = Clients(boto3.client("cloudformation"), boto3.client("dynamodb"), boto3.client("s3"))
        for line in destroy(options.stack, clients, lose_data=options.lose_data):
            print(line)
    except BadUsage as error:
        print(f"make destroy: {error}", file=sys.stderr)
        return 2
    except (TidingsError, ClientError, BotoCoreError) as error:
        print(f"make destroy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
