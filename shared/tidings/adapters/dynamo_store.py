"""The store in DynamoDB: PK and SK are strings, the body is JSON (exact for every number), packed if it is long.

Facts and registry lie in two tables, so that facts can be made anew in another table while the registry goes on in its own.
An item's partition decides in which one it lies. DynamoDB reads and writes several tables in one batch or transaction: that
there are two costs no call.

A write that stands alone is no transaction, which would cost twice as much and is needed for two writes and more only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tidings import keys as partitions
from tidings.adapters.aws_errors import code_of, unavailable
from tidings.adapters.packing import packed, unpacked
from tidings.errors import BadUsage, Conflict, TidingsError, Unavailable
from tidings.ports.store import MAX_GETS, MAX_WRITES, Check, Delete, Item, Key, Page, Put, Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONFLICTS = ("TransactionCanceledException", "TransactionConflictException", "ConditionalCheckFailedException")
_BATCH_TRIES = 6
_BATCH_WRITES = 25
"""Most writes in one batch (DynamoDB's limit)."""


class DynamoStore:
    """Items of two DynamoDB tables, as one store."""

    def __init__(self, client: DynamoDBClient, facts: str, registry: str) -> None:
        """`facts` and `registry` are the tables' names."""
        self._client = client
        self._facts = facts
        self._registry = registry

    def get(self, key: Key) -> Item | None:
        """Return an item, or None."""
        try:
            answer = self._client.get_item(TableName=self._table(key.pk), Key=_key(key), ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise _ours(error) from error
        return _item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """Return the items that exist, in the order of the keys."""
        if len(keys) > MAX_GETS or len(set(keys)) != len(keys):
            raise BadUsage(f"get_many takes up to {MAX_GETS} distinct keys")
        wanted: dict[str, Any] = {}
        for key in keys:
            wanted.setdefault(self._table(key.pk), {"Keys": [], "ConsistentRead": True})["Keys"].append(_key(key))
        found: dict[Key, Item] = {}
        for turn in range(_BATCH_TRIES):
            if not keys or not wanted:
                break
            try:
                answer = self._client.batch_get_item(RequestItems=wanted)
            except (ClientError, BotoCoreError) as error:
                raise _ours(error) from error
            for item in (_item(raw) for rows in answer["Responses"].values() for raw in rows):
                found[item.key] = item
            wanted = dict(answer.get("UnprocessedKeys", {}))
            if wanted:
                time.sleep(0.05 * 2**turn)
        if wanted and keys:
            raise Unavailable("DynamoDB: keys stayed unprocessed")
        return [found[key] for key in keys if key in found]

    def query(
        self,
        pk: str,
        *,
        limit: int,
        first: str | None = None,
        last: str | None = None,
        after: str | None = None,
        newest_first: bool = False,
        stale: bool = False,
    ) -> Page:
        """Return a page of one partition."""
        names, values = "PK = :pk", {":pk": {"S": pk}}
        if first is not None and last is not None:
            if first.encode() > last.encode():
                return Page()
            names += " AND SK BETWEEN :first AND :last"
        elif first is not None:
            names += " AND SK >= :first"
        elif last is not None:
            names += " AND SK <= :last"
        values |= {f":{name}": {"S": bound} for name, bound in (("first", first), ("last", last)) if bound is not None}
        if after is not None and _beyond(after, first, last, newest_first=newest_first):
            return Page()
        extra: dict[str, Any] = {"ExclusiveStartKey": _key(Key(pk, after))} if after is not None else {}
        try:
            answer = self._client.query(
                TableName=self._table(pk),
                KeyConditionExpression=names,
                ExpressionAttributeValues=values,
                Limit=limit,
                ScanIndexForward=not newest_first,
                ConsistentRead=not stale,
                **extra,
            )
        except (ClientError, BotoCoreError) as error:
            raise _ours(error) from error
        items = [_item(raw) for raw in answer["Items"]]
        more = answer.get("LastEvaluatedKey")
        return Page(tuple(items), more["SK"]["S"] if more else None)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all writes or none."""
        if not 1 <= len(writes) <= MAX_WRITES or len({w.key for w in writes}) != len(writes):
            raise BadUsage(f"a transaction takes 1 to {MAX_WRITES} writes on distinct keys")
        requests = [self._request(write) for write in writes]
        try:
            match requests:
                case [{"Update": alone}]:
                    self._client.update_item(**alone)
                case [{"Delete": alone}]:
                    self._client.delete_item(**alone)
                case _:
                    self._client.transact_write_items(TransactItems=requests)
        except (ClientError, BotoCoreError) as error:
            raise _ours(error) from error

    def write_each(self, writes: Sequence[Put | Delete]) -> None:
        """Do writes each by itself: one that expects something alone, the others up to 25 a call."""
        if len({write.key for write in writes}) != len(writes):
            raise BadUsage("writes must be on distinct keys")
        loose: list[tuple[str, Any]] = []
        try:
            for write in writes:
                if write.expect is not None:
                    ((kind, request),) = self._request(write).items()
                    (self._client.update_item if kind == "Update" else self._client.delete_item)(**request)
                elif isinstance(write, Delete):
                    loose.append((self._table(write.key.pk), {"DeleteRequest": {"Key": _key(write.key)}}))
                else:
                    item = {**_key(write.key), "body": _body(write), "version": {"N": "1"}}
                    loose.append((self._table(write.key.pk), {"PutRequest": {"Item": item}}))
            for start in range(0, len(loose), _BATCH_WRITES):
                left: Any = {}
                for table, request in loose[start : start + _BATCH_WRITES]:
                    left.setdefault(table, []).append(request)
                for turn in range(_BATCH_TRIES):
                    left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
                    if not left:
                        break
                    time.sleep(0.05 * 2**turn)
                else:
                    raise Unavailable("DynamoDB: writes stayed unprocessed")
        except (ClientError, BotoCoreError) as error:
            raise _ours(error) from error

    def dump(self) -> Iterator[Item]:
        """Iterate over every item in key order (a scan: for exports, never for a query)."""
        scan = self._client.get_paginator("scan").paginate
        tables = dict.fromkeys((self._facts, self._registry))
        items = [
            _item(raw) for table in tables for page in scan(TableName=table, ConsistentRead=True) for raw in page["Items"]
        ]
        yield from sorted(items, key=lambda item: (item.key.pk.encode(), item.key.sk.encode()))

    def _table(self, pk: str) -> str:
        return self._facts if partitions.is_fact(pk) else self._registry

    def _request(self, write: Write) -> Any:
        base: dict[str, Any] = {"TableName": self._table(write.key.pk)}
        if write.expect == 0:
            base["ConditionExpression"] = "attribute_not_exists(PK)"
        elif write.expect is not None:
            base["ConditionExpression"] = "#version = :expected"
            base["ExpressionAttributeNames"] = {"#version": "version"}
            base["ExpressionAttributeValues"] = {":expected": {"N": str(write.expect)}}
        if isinstance(write, Check):
            return {"ConditionCheck": base | {"Key": _key(write.key)}}
        if isinstance(write, Delete):
            return {"Delete": base | {"Key": _key(write.key)}}
        # An update, not a put, because only an update can count the writes by itself.
        names = base.get("ExpressionAttributeNames", {}) | {"#version": "version", "#body": "body"}
        values = base.get("ExpressionAttributeValues", {}) | {":body": _body(write), ":one": {"N": "1"}}
        update = {
            "Key": _key(write.key),
            "UpdateExpression": "SET #body = :body ADD #version :one",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
        return {"Update": base | update}


def _beyond(after: str, first: str | None, last: str | None, *, newest_first: bool) -> bool:
    # DynamoDB refuses a start key outside the range; behind the far end there is nothing left to read.
    if newest_first:
        return first is not None and after.encode() < first.encode()
    return last is not None and after.encode() > last.encode()


def _body(write: Put) -> dict[str, Any]:
    stored = packed(write.body)
    return {"S": stored} if isinstance(stored, str) else {"B": stored}


def _key(key: Key) -> dict[str, Any]:
    if not key.pk or not key.sk:
        raise BadUsage("a key's parts must not be empty")
    return {"PK": {"S": key.pk}, "SK": {"S": key.sk}}


def _item(raw: Mapping[str, Any]) -> Item:
    stored = raw["body"]
    body = unpacked(stored["B"] if "B" in stored else stored["S"])
    return Item(Key(raw["PK"]["S"], raw["SK"]["S"]), body, int(raw["version"]["N"]))


def _ours(error: ClientError | BotoCoreError) -> TidingsError:
    if isinstance(error, ClientError) and code_of(error) in _CONFLICTS:
        return Conflict(f"DynamoDB: {error}")
    return unavailable("DynamoDB", error)
