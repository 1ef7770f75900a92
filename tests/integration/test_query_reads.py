"""What a page of events costs on DynamoDB: the calls that go to the service are counted (moto in this process)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stored_events import puts_of

from tidings.adapters.dynamo_store import DynamoStore
from tidings.ids import EventId, digest
from tidings.query.events import MAX_READS, find_events
from tidings.query.filters import EventQuery
from tidings.query.statistics import READS, count_events
from tidings.records import CanonicalEvent, Factuality, Place, Polarity, ResolvedActor, ResolvedQuantity

ISTANBUL = Place(start=0, end=8, text="Istanbul", name="Istanbul", country="TUR", lat=41.01, lon=28.95, geonameid=745044)


def event(number: int) -> CanonicalEvent:
    return CanonicalEvent(
        event_id=EventId("e" + digest(str(number))),
        type="AID",
        mode="military",
        trigger="send",
        actor=(ResolvedActor(name="Norway", country="NOR", sector="GOV"),),
        recipient=(ResolvedActor(name="Chad", country="TCD"),),
        quantities=(ResolvedQuantity(text="40", value=40),),
        place=ISTANBUL,
        factuality=Factuality.REPORTED,
        polarity=Polarity.POSITIVE,
        mentions=(),
        mention_count=1,
        outlets=("Herald", "Mail", "Wire"),
        day=f"2025-06-{number % 28 + 1:02d}",
        confidence=0.8,
    )


class Table:
    """A table of DynamoDB with some events, and the calls that it has had."""

    def __init__(self) -> None:
        client = boto3.client("dynamodb", region_name="eu-west-1")
        names = ("PK", "SK")
        client.create_table(
            TableName="facts",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.store = DynamoStore(client, "facts", "registry")
        for number in range(12):
            self.store.transact(puts_of(event(number)))
        self.calls: Counter[str] = Counter()
        client.meta.events.register("before-call.dynamodb.*", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        yield Table()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"since": "2025-06-03", "until": "2025-06-20"},
        {"actor": "NOR"},
        {"recipient": "TCD"},
        {"actor": "NOR", "recipient": "TCD"},
        {"country": "NOR", "type": "AID"},
        {"type": "AID"},
        {"mode": "military"},
        {"quad": "material cooperation"},
        {"sector": "GOV"},
        {"outlet": "Wire"},
        {"min_outlets": 3},
        {"place": "745044"},
        {"place": "Istanbul"},
        {"bbox": "28,40,29.5,41.5"},
        {"text": "norway chad"},
        {"factuality": "reported"},
        {"quantity_min": 40},
        {"country": "NOR", "quantity_min": 40, "factuality": "reported", "sector": "GOV"},
        {"actor": ["NOR", "PER"]},
        {"actor": "XXX"},
        {"context": "legal"},
    ],
)
@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_a_page_costs_at_most_three_calls_and_most_cost_two(table: Table, query: dict[str, Any], sort: Any) -> None:
    table.calls.clear()
    page = find_events(table.store, EventQuery.model_validate(query), limit=5, sort=sort)
    assert page.reads == table.calls.total() <= (MAX_READS if "actor" in query and isinstance(query["actor"], list) else 2)
    assert table.calls["BatchGetItem"] == (1 if page.events else 0)
    assert set(table.calls) <= {"Query", "BatchGetItem"}
    following = find_events(table.store, EventQuery.model_validate(query), limit=5, sort=sort, cursor=page.cursor)
    assert page.cursor is None or not {e.event_id for e in page.events} & {e.event_id for e in following.events}


def test_a_count_costs_at_most_two_calls(table: Table) -> None:
    table.calls.clear()
    assert count_events(table.store, EventQuery(country=("NOR",))).events == 12
    assert table.calls.total() <= READS
