"""Watches over the API, who may change things, CORS, and what the routes say of a wrong request."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import Answer, Api, problem
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tidings.bootstrap import resources
from tidings.ids import given_article_id
from tidings.local.lambda_events import LocalContext, api_event
from tidings.query.api import build


def test_a_watch_is_made_with_a_secret_that_is_told_once(api: Api) -> None:
    asked = {"name": "Aid to Chad", "query": {"recipient": "Chad", "type": ["aid"]}, "webhook": "https://hooks.example/x"}
    made = api.ask("POST", "/v1/watches", asked)
    assert made.status == 201
    assert made.json["secret"].startswith("whsec_")
    assert made.json["query"] == {"recipient": ["TCD"], "type": ["AID"]}
    (listed,) = api.get("/v1/watches").json["watches"]
    assert listed == api.get(f"/v1/watches/{made.json['watch_id']}").json
    assert "secret" not in listed
    assert api.ask("DELETE", f"/v1/watches/{made.json['watch_id']}").status == 200
    assert api.get(f"/v1/watches/{made.json['watch_id']}").status == 404


@pytest.mark.parametrize(
    ("query", "says"),
    [({"min_outlets": "2"}, "min_outlets"), ({"quantity_min": True}, "quantity_min"), ({"quantity_max": "9"}, "quantity_max")],
)
def test_a_number_in_quotes_is_no_number_in_a_watch(api: Api, query: dict[str, object], says: str) -> None:
    answer = api.ask("POST", "/v1/watches", {"name": "Many", "query": query})
    assert answer.status == 400
    assert says in problem(answer)


def test_a_watch_is_a_feed_of_its_events(api: Api) -> None:
    api.tell("one", day=9)
    api.tell("two", actor="Peru", to="Norway", day=11)
    made = api.ask("POST", "/v1/watches", {"name": "Peru", "query": {"actor": "PER"}}).json
    assert made["secret"] is None
    feed = api.get(f"/v1/watches/{made['watch_id']}/events.json").json
    assert (feed["title"], [item["title"] for item in feed["items"]]) == (
        "Peru",
        ["Peru (PER) → Norway (NOR) · AID (send)"],
    )
    assert api.get(f"/v1/watches/{made['watch_id']}/events.atom").text.count("<entry>") == 1
    assert api.get("/v1/watches/w0/events.atom").status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "x", "webhook": "http://169.254.169.254/latest"}, 403),
        ({"name": "x", "webhook": "http://127.0.0.1/hook"}, 403),
        ({"name": "x", "webhook": "javascript:alert(1)"}, 400),
        ({"name": "x", "query": {"actr": "NOR"}}, 400),
        ({"name": "x", "query": {"since": "yesterday"}}, 400),
        ({"name": ""}, 400),
        ({}, 400),
    ],
)
def test_a_watch_that_makes_no_sense_or_reaches_inside_is_refused(api: Api, body: object, status: int) -> None:
    answer = api.ask("POST", "/v1/watches", body)
    assert answer.status == status
    assert problem(answer)
    assert api.get("/v1/watches").json["watches"] == []


# ---------------------------------------------------------------- feeds


def test_a_feed_can_be_looked_at_and_changed(api: Api) -> None:
    made = api.ask("POST", "/v1/feeds", {"url": "https://news.example/feed.xml"}).json
    changed = api.ask("PATCH", f"/v1/feeds/{made['feed_id']}", {"interval_s": 3600, "outlet": "Wire"})
    assert (changed.status, changed.json["interval_s"], changed.json["outlet"]) == (200, 3600, "Wire")
    assert api.get(f"/v1/feeds/{made['feed_id']}").json == changed.json == api.get("/v1/feeds").json["feeds"][0]
    assert api.ask("PATCH", f"/v1/feeds/{made['feed_id']}", {"url": "https://other.example/"}).status == 400
    assert api.ask("PATCH", "/v1/feeds/f0", {}).status == 404


# ---------------------------------------------------------------- keys


def with_key(api: Api, method: str, target: str, key_id: str | None, body: object = None) -> Answer:
    sent = json.dumps(body).encode() if body is not None else b""
    event = api_event(method, target, {"Content-Type": "application/json"}, sent, "127.0.0.1")
    if key_id is not None:
        event["requestContext"]["identity"]["apiKeyId"] = key_id
    return api.call(event)


def test_a_key_for_reading_reads_and_only_the_administrators_changes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_ADMIN_KEY_ID", "admin1")
    resources.cache_clear()
    feed = {"url": "https://news.example/feed.xml"}
    for key_id in (None, "reader", ""):
        refused = with_key(api, "POST", "/v1/feeds", key_id, feed)
        assert (refused.status, "administrator" in problem(refused)) == (403, True)
    assert with_key(api, "GET", "/v1/feeds", "reader").json["feeds"] == []
    assert with_key(api, "POST", "/v1/feeds", "admin1", feed).status == 201
    for method, target in (("DELETE", "/v1/feeds/f0"), ("PATCH", "/v1/feeds/f0"), ("DELETE", "/v1/watches/w0")):
        assert with_key(api, method, target, "reader", {}).status == 403


# ---------------------------------------------------------------- CORS


def resolver(*origins: str) -> APIGatewayRestResolver:
    return build(lambda: resources("query"), origins=origins)


def asked_from(app: APIGatewayRestResolver, method: str, origin: str) -> dict[str, Any]:
    event = api_event(method, "/v1/events", {"Origin": origin}, b"", "127.0.0.1")
    return app.resolve(event, LocalContext("QueryFunction", 29))  # type: ignore[arg-type]


def test_pages_of_allowed_origins_may_ask_and_no_others(api: Api) -> None:
    app = resolver("https://a.example", "https://b.example")
    for origin in ("https://a.example", "https://b.example"):
        preflight = asked_from(app, "OPTIONS", origin)
        assert preflight["statusCode"] == 204
        assert preflight["multiValueHeaders"]["Access-Control-Allow-Origin"] == [origin]
        assert "X-Api-Key" in preflight["multiValueHeaders"]["Access-Control-Allow-Headers"][0]
        assert asked_from(app, "GET", origin)["multiValueHeaders"]["Access-Control-Allow-Origin"] == [origin]
    assert "Access-Control-Allow-Origin" not in asked_from(app, "GET", "https://c.example")["multiValueHeaders"]
    assert "Access-Control-Allow-Origin" not in asked_from(resolver(), "GET", "https://a.example")["multiValueHeaders"]


# ---------------------------------------------------------------- requests that are wrong


def test_a_method_that_a_path_does_not_take_is_refused_with_those_that_it_does(api: Api) -> None:
    answer = api.ask("POST", "/v1/events", {})
    assert (answer.status, answer.headers["allow"]) == (405, "GET")
    assert problem(answer)
    assert api.ask("PUT", "/v1/feeds/f0", {}).headers["allow"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("/v1/events?actr=NOR", "there is no parameter 'actr'; there are actor, bbox"),
        ("/v1/stats?limit=3", "there is no parameter 'limit'"),
        ("/v1/events.csv?fields=day", "there is no parameter 'fields'"),
        ("/v1/events?bbox=1,2,3", "bbox is not west,south,east,north"),
        ("/v1/events?fields=day,secret", "fields names a field that events do not have"),
        ("/v1/events?min_outlets=0", "min_outlets"),
        ("/v1/events?quantity_min=nan", "quantity_min"),
        ("/v1/events?sort=best", "sort"),
        ("/v1/events?" + "&".join(f"actor=A{n:02}" for n in range(11)), "actor"),
        ("/v1/actors/N0R", "code"),
    ],
)
def test_a_slip_in_a_query_is_told_and_not_overlooked(api: Api, target: str, says: str) -> None:
    answer = api.get(target)
    assert answer.status == 400
    assert says in problem(answer)


def test_only_the_fields_asked_for_are_given(api: Api) -> None:
    api.tell("one")
    assert api.get("/v1/events?fields=day,type").json["events"] == [{"type": "AID", "day": "2025-06-09"}]


# ---------------------------------------------------------------- articles


def test_an_article_comes_with_the_spans_of_all_layers_if_its_text_may_be_told(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = api.tell("one")
    article = api.get(f"/v1/articles/{told.article_id}").json
    (event,) = article["extraction"]["events"]
    trigger = event["trigger"]
    assert article["text"][trigger["start"] : trigger["end"]] == trigger["text"] == "sent"
    assert {"sentences", "entities", "timexes", "quantities", "attributions", "model"} <= article["extraction"].keys()
    monkeypatch.setenv("TIDINGS_SERVE_ARTICLE_TEXT", "false")
    resources.cache_clear()
    kept = api.get(f"/v1/articles/{told.article_id}").json
    assert not {"text", "extraction"} & kept.keys()
    assert kept["mentions"] == article["mentions"]


@pytest.mark.parametrize("name", ["x1", "2025-06-13_wire.0042~b", "https://news.example/a?b#c", "§ 7 / ü", "..", "x" * 400])
def test_an_article_that_comes_with_a_name_is_read_by_the_id_that_it_gets(api: Api, name: str) -> None:
    told = api.tell("one", identity=given_article_id(name))
    (event,) = api.get("/v1/events").json["events"]
    assert api.get(f"/v1/articles/{event['mentions'][0]['article_id']}").json["url"] == told.url


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json; charset=utf-8", b'{"name": "x"}', 201),
        ("application/json", b"#\n\xff", 400),
        ("application/json", b"{", 400),
        ("text/plain", b'{"name": "x"}', 415),
        ("multipart/form-data", b'{"name": "x"}', 415),
        ("application/x-www-form-urlencoded", b"name=x", 400),
    ],
)
def test_a_body_is_json_or_is_refused(api: Api, content_type: str, body: bytes, status: int) -> None:
    answer = api.call(api_event("POST", "/v1/watches", {"Content-Type": content_type}, body, "127.0.0.1"))
    assert answer.status == status
    assert status == 201 or problem(answer)
