"""The facts table as DynamoDB holds it: what is packed, what is a transaction, what earlier versions left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from tidings import keys
from tidings.adapters.dynamo_store import DynamoStore
from tidings.adapters.packing import packed, unpacked
from tidings.ids import DocumentId, EventId, FeedId, MentionId, WatchId
from tidings.ports.store import Delete, Key, Put

REGION = "eu-west-1"
LONG = {"quote": "Norway sent 40 tons of food to Chad on Monday. " * 100}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        made = boto3.client("dynamodb", region_name=REGION)
        for table in ("facts", "registry"):
            made.create_table(
                TableName=table,
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
                KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
                BillingMode="PAY_PER_REQUEST",
            )
        yield made


def raw(client: Any, sk: str) -> dict[str, Any]:
    item: dict[str, Any] = client.get_item(TableName="facts", Key={"PK": {"S": "P"}, "SK": {"S": sk}})["Item"]
    return item


@given(st.dictionaries(st.text(), JSON, max_size=5), st.integers(0, 2_000))
def test_what_is_packed_comes_back(body: dict[str, Any], padding: int) -> None:
    whole = body | {"padding": "Ж" * padding}
    assert unpacked(packed(whole)) == whole


def test_a_body_is_packed_where_that_saves_write_units_only() -> None:
    assert packed({"n": 1}) == '{"n": 1}'
    assert isinstance(packed(LONG), bytes)


def test_keys_and_version_stay_legible_beside_a_packed_body(client: Any) -> None:
    DynamoStore(client, "facts", "registry").transact([Put(Key("P", "long"), LONG), Put(Key("P", "short"), {"n": 1})])
    assert raw(client, "long").keys() == {"PK", "SK", "version", "body"}
    assert raw(client, "long")["version"] == {"N": "1"}
    assert len(raw(client, "long")["body"]["B"]) < 200
    assert raw(client, "short")["body"] == {"S": '{"n": 1}'}


def test_a_long_item_that_an_earlier_version_stored_as_text_is_read_and_written_anew(client: Any) -> None:
    store = DynamoStore(client, "facts", "registry")
    item = {"PK": {"S": "P"}, "SK": {"S": "old"}, "version": {"N": "3"}, "body": {"S": json.dumps(LONG)}}
    client.put_item(TableName="facts", Item=item)
    found = store.get(Key("P", "old"))
    assert found is not None
    assert (found.body, found.version) == (LONG, 3)
    store.transact([Put(found.key, LONG | {"more": 1}, expect=3)])
    assert raw(client, "old")["body"].keys() == {"B"}


@pytest.mark.parametrize(
    ("writes", "calls"),
    [
        ([Put(Key("P", "a"), {}, expect=0)], ["UpdateItem"]),
        ([Delete(Key("P", "a"))], ["DeleteItem"]),
        ([Put(Key("P", "a"), {}), Delete(Key("P", "b"))], ["TransactWriteItems"]),
    ],
)
def test_only_writes_that_belong_together_pay_for_a_transaction(client: Any, writes: Any, calls: list[str]) -> None:
    made: list[str] = []
    client.meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    DynamoStore(client, "facts", "registry").transact(writes)
    assert made == calls


FEED, WATCH, EVENT = keys.feed(FeedId("f1")), keys.watch(WatchId("w1")), keys.event(EventId("e1"))


@pytest.mark.parametrize(
    ("key", "table"),
    [
        (FEED, "registry"),
        (WATCH, "registry"),
        (keys.host_lease("example.org"), "registry"),
        (keys.replay(), "registry"),
        (EVENT, "facts"),
        (keys.document(DocumentId("d1")), "facts"),
        (keys.in_shard(Key("EVENTS", "2025-07-01#e2"), 8), "facts"),
    ],
)
def test_feeds_and_watches_lie_in_the_registry_and_what_is_made_of_documents_with_the_facts(
    client: Any, key: Key, table: str
) -> None:
    DynamoStore(client, "facts", "registry").transact([Put(key, {"n": 1})])
    assert {name: client.scan(TableName=name)["Count"] for name in ("facts", "registry")} == {
        "facts": int(table == "facts"),
        "registry": int(table == "registry"),
    }


def test_that_there_are_two_tables_costs_no_call(client: Any) -> None:
    store, made = DynamoStore(client, "facts", "registry"), list[str]()
    client.meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    store.transact([Put(FEED, {"n": 1}), Put(EVENT, {"n": 2})])
    store.write_each([Put(WATCH, {"n": 3}), Put(keys.mention(MentionId("m1")), {"n": 4})])
    found = store.get_many([EVENT, FEED, WATCH, keys.mention(MentionId("m1"))])
    assert [item.body["n"] for item in found] == [2, 1, 3, 4]
    assert made == ["TransactWriteItems", "BatchWriteItem", "BatchGetItem"]
    assert [item.key.pk for item in store.dump()] == ["EVENT#e1", "FEED#f1", "MENTION#m1", "WATCHES"]
