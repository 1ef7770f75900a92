"""What rights a call to AWS needs: the IAM action and the resource, from botocore's operation and its parameters.

Sources: the service authorization reference, and each service's table of operations and the actions they need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

OTHER_NAMES = {
    "s3": {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket"},
    "sqs": {
        "SendMessageBatch": "SendMessage",
        "DeleteMessageBatch": "DeleteMessage",
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    },
}
"""Operations whose action has another name."""
TRANSACTIONAL = {
    "Update": "UpdateItem",
    "Put": "PutItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
"""Parts of a DynamoDB transaction: each needs the action of its own."""


def needed(service: str, operation: str, params: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return pairs of an action and a resource, this as a queue's, table's or bus's name, or as bucket/folder/*."""
    action = OTHER_NAMES.get(service, {}).get(operation, operation)
    return {(f"{service}:{name or action}", resource) for name, resource in _uses(service, operation, params)}


def _uses(service: str, operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    if service == "sqs":
        yield None, params["QueueUrl"].rpartition("/")[2]
    elif service == "s3":
        bucket, key = params["Bucket"], params.get("Key")
        yield None, bucket if key is None else f"{bucket}/{key.partition('/')[0]}/*"
    elif service == "events":
        for entry in params["Entries"]:
            yield None, entry["EventBusName"]
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        for item in params["TransactItems"]:
            for kind, body in item.items():
                yield TRANSACTIONAL[kind], body["TableName"]
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for table in params["RequestItems"]:
            yield None, table
    elif service == "dynamodb":
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield None, params["TableName"] + index
    else:
        raise NotImplementedError(f"say here what resource {service} {operation} uses")
