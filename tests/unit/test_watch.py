"""Watches: who is told of an event, how it is signed, and what happens when nobody answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from stored_events import puts_of

from tidings.cloudevents import MAX_BYTES, envelope, size, to_watches
from tidings.errors import BadUsage, NotFound, Unavailable
from tidings.ids import ArticleId, EventId, MentionId
from tidings.messages import TellWatches
from tidings.ports.bus import Notice
from tidings.ports.fakes import MemorySender, MemoryStore
from tidings.ports.web import Response
from tidings.query.filters import EventQuery
from tidings.records import CanonicalEvent, Evidence, Factuality, Mention, Polarity, ResolvedActor, TextQuote
from tidings.watch import registry
from tidings.watch.registry import Watch, add_watch, all_watches, new_secret, remove_watch
from tidings.watch.stage import PAUSES_S, Unheard, tell

NOW = datetime(2025, 6, 13, 20, 0, tzinfo=UTC)
HOOK = "https://hooks.example/tidings"


class Receiver:
    """A web that keeps what it is sent and answers with a status, or not at all."""

    def __init__(self, status: int | None = 204) -> None:
        self.status = status
        self.got: list[tuple[str, bytes, Mapping[str, str]]] = []

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        self.got.append((url, body, headers))
        if self.status is None:
            raise Unavailable("no answer")
        return Response(url, self.status)


def event(name: str = "e1", actor: str = "NOR") -> CanonicalEvent:
    mention = Mention(
        mention_id=MentionId("m" + name[1:]),
        article_id=ArticleId("a1"),
        start=0,
        end=4,
        selector=TextQuote(exact="Norway sent grey ships."),
        evidence=Evidence(start=0, end=23),
        factuality=Factuality.REPORTED,
        polarity=Polarity.POSITIVE,
        confidence=0.8,
    )
    return CanonicalEvent(
        event_id=EventId(name),
        type="AID",
        trigger="send",
        actor=(ResolvedActor(name="Norway", country=actor),),
        factuality=Factuality.REPORTED,
        polarity=Polarity.POSITIVE,
        mentions=(mention,),
        mention_count=1,
        day="2025-06-13",
        last_seen=NOW,
        confidence=0.8,
    )


def holding(told: CanonicalEvent) -> MemoryStore:
    store = MemoryStore()
    store.transact(puts_of(told))
    return store


def watching(store: MemoryStore, webhook: str | None = HOOK, **filters: object) -> Watch:
    query = EventQuery.model_validate(filters)
    return add_watch(store, "ships", query, webhook=webhook, secret=new_secret(), now=NOW)


def notice(told: CanonicalEvent) -> TellWatches:
    return to_watches([envelope(Notice("EventPublished", told.model_dump(mode="json")))])


def worked_off(store: MemoryStore, message: TellWatches, web: Receiver) -> list[TellWatches]:
    queue = MemorySender()
    tell(message, store=store, queue=queue, web=web, now=NOW)  # type: ignore[arg-type]
    return [TellWatches.model_validate_json(body) for body in queue.bodies]


# ---------------------------------------------------------------- who is told


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({}, True),
        ({"actor": "NOR"}, True),
        ({"actor": "PER"}, False),
        ({"text": "grey ship"}, True),
        ({"text": "grey whale"}, False),
        ({"text": "the"}, False),
        ({"since": "2025-06-13", "until": "2025-06-13"}, True),
        ({"since": "2025-06-14"}, False),
        ({"until": "2025-06-12"}, False),
        ({"quad": "material cooperation", "type": "aid"}, True),
    ],
)
def test_only_those_are_told_whose_query_the_event_passes(filters: dict[str, str], told: bool) -> None:
    store = holding(event())
    watch = watching(store, **filters)
    sent = worked_off(store, notice(event()), Receiver())
    assert [message.watch_id for message in sent] == ([watch.watch_id] if told else [])


def test_the_changes_of_an_article_come_together_and_each_webhook_is_told_of_each_by_itself() -> None:
    store = holding(event())
    store.transact(puts_of(event("e2", actor="PER")))
    both, one = watching(store), watching(store, actor="PER")
    details = [envelope(Notice("EventPublished", told.model_dump(mode="json"))) for told in (event(), event("e2"))]
    sent = worked_off(store, to_watches(details), Receiver())
    told = {(message.watch_id, *(change.event_id for change in message.changes)) for message in sent}
    assert told == {(both.watch_id, "e1"), (both.watch_id, "e2"), (one.watch_id, "e2")}
    assert [message.correlation_id for message in sent] == [change.notice_id for m in sent for change in m.changes]


def test_a_watch_without_a_webhook_is_read_and_not_told() -> None:
    store = holding(event())
    watching(store, webhook=None)
    assert worked_off(store, notice(event()), Receiver()) == []


def test_an_event_that_is_gone_and_a_watch_that_is_gone_need_nobody_told() -> None:
    store, web = holding(event()), Receiver()
    watch = watching(store)
    (message,) = worked_off(store, notice(event()), web)
    assert worked_off(store, notice(event("e2")), web) == []
    remove_watch(store, watch.watch_id)
    assert worked_off(store, message, web) == []
    assert web.got == []


# ---------------------------------------------------------------- what is sent


def test_a_webhook_gets_the_event_signed_and_with_one_id_however_often_it_is_sent() -> None:
    store, web = holding(event()), Receiver()
    watch = watching(store)
    (message,) = worked_off(store, notice(event()), web)
    worked_off(store, message, web)
    worked_off(store, message, web)
    (url, body, headers), (_, _, again) = web.got
    assert url == HOOK
    sent = json.loads(body)
    assert (sent["type"], sent["data"]["event_id"], sent["watch"]["name"]) == (
        "org.tidings.event.published.v1",
        "e1",
        "ships",
    )
    assert headers["webhook-id"] == again["webhook-id"]
    key = base64.b64decode((watch.secret or "").removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())


# ---------------------------------------------------------------- when nobody answers


@pytest.mark.parametrize("status", [None, 301, 404, 429, 500])
def test_a_webhook_that_fails_is_tried_again_with_growing_pauses_and_at_last_set_aside(status: int | None) -> None:
    store, web, queue = holding(event()), Receiver(status), MemorySender()
    watching(store)
    (message,) = worked_off(store, notice(event()), web)
    for _ in PAUSES_S:
        tell(message, store=store, queue=queue, web=web, now=NOW)  # type: ignore[arg-type]
        message = TellWatches.model_validate_json(queue.bodies[-1])
    assert queue.delays == list(PAUSES_S) == sorted(PAUSES_S)
    assert max(PAUSES_S) <= 900  # SQS delays no longer
    with pytest.raises(Unheard, match="11 tries"):
        tell(message, store=store, queue=queue, web=web, now=NOW)  # type: ignore[arg-type]
    assert len({headers["webhook-id"] for _, _, headers in web.got}) == 1


# ---------------------------------------------------------------- the list of watches


def test_two_watches_of_one_name_are_two_and_each_is_forgotten_once() -> None:
    store = MemoryStore()
    first, second = watching(store), watching(store)
    assert {watch.watch_id for watch in all_watches(store)} == {first.watch_id, second.watch_id}
    remove_watch(store, first.watch_id)
    with pytest.raises(NotFound):
        remove_watch(store, first.watch_id)


def test_there_are_only_so_many_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_WATCHES", 2)
    store = MemoryStore()
    watching(store)
    watching(store)
    with pytest.raises(BadUsage, match="there are 2 watches"):
        watching(store)


# ---------------------------------------------------------------- CloudEvents


def test_a_notice_is_a_cloud_event_with_an_id_of_its_content() -> None:
    body = event().model_dump(mode="json", exclude_none=True)
    first = envelope(Notice("EventPublished", body))
    assert {"specversion": "1.0", "source": "/tidings/publish", "subject": "e1"}.items() <= first.items()
    assert first["type"] == "org.tidings.event.published.v1"
    assert first["data"] == body
    assert datetime.fromisoformat(first["time"]) == NOW
    assert envelope(Notice("EventPublished", dict(reversed(body.items()))))["id"] == first["id"]
    later = event().model_copy(update={"last_seen": NOW + timedelta(days=1)}).model_dump(mode="json")
    updated = envelope(Notice("EventUpdated", later))
    assert (updated["type"], updated["id"] == first["id"]) == ("org.tidings.event.updated.v1", False)


def test_a_large_event_is_cut_to_what_the_bus_takes_and_keeps_its_first_mention() -> None:
    one = event()
    many = one.model_copy(update={"mentions": one.mentions * 2000, "mention_count": 2000}).model_dump(mode="json")
    data = envelope(Notice("EventUpdated", many))["data"]
    assert size(data) <= MAX_BYTES < size(many)
    assert data["mentions"][0] == many["mentions"][0]
    assert data["mention_count"] == 2000


def test_a_message_to_the_watches_carries_identifiers_only() -> None:
    message = notice(event())
    assert size(message.model_dump(mode="json")) < 400
