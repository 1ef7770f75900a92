"""Whole tables in DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tidings.adapters.aws_errors import code_of, unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def is_there(client: DynamoDBClient, table: str) -> bool:
    """Tell whether there is such a table, and it is not being deleted.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    try:
        return client.describe_table(TableName=table)["Table"].get("TableStatus") != "DELETING"
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return False
        raise unavailable("DynamoDB", error) from error
    except BotoCoreError as error:
        raise unavailable("DynamoDB", error) from error


def drop_table(client: DynamoDBClient, table: str) -> None:
    """Delete a table with all that is in it.

    Raises:
        Unavailable: DynamoDB does not answer, or refuses (a table may be protected).
    """
    try:
        client.delete_table(TableName=table)
    except (ClientError, BotoCoreError) as error:
        raise unavailable("DynamoDB", error) from error
