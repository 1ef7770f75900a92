"""The API through the query function: events, articles, feeds, its description and its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from asking import Api, problem
from openapi_spec_validator import validate

from tidings import keys
from tidings.bootstrap import resources
from tidings.local.lambda_events import api_event
from tidings.query.pages import SECURITY_HEADERS, version

STATIC = f"/static/{version()}"

# ---------------------------------------------------------------- events and articles


def test_events_come_newest_first_with_their_values(api: Api) -> None:
    api.tell("one", day=9)
    api.tell("two", actor="Peru", to="Norway", day=11)
    answer = api.get("/v1/events")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    found = answer.json["events"]
    assert [(one["actor"][0]["country"], one["recipient"][0]["country"]) for one in found] == [
        ("PER", "NOR"),
        ("NOR", "TCD"),
    ]
    assert answer.json["cursor"] is None


@pytest.mark.parametrize(
    ("filters", "days"),
    [
        ("actor=NOR", ["2025-06-09"]),
        ("actor=norway", ["2025-06-09"]),
        ("recipient=NOR", ["2025-06-11"]),
        ("type=aid&actor=PER", ["2025-06-11"]),
        ("outlet=wire", ["2025-06-11", "2025-06-09"]),
        ("since=2025-06-10", ["2025-06-11"]),
        ("until=2025-06-10", ["2025-06-09"]),
        ("text=help%20chad", ["2025-06-09"]),
        ("factuality=denied", []),
        ("text=%27%3B%20DROP%20TABLE%20items%3B--", []),
    ],
)
def test_filters_narrow_the_events(api: Api, filters: str, days: list[str]) -> None:
    api.tell("one", day=9)
    api.tell("two", actor="Peru", to="Norway", day=11)
    assert [one["day"] for one in api.get(f"/v1/events?{filters}").json["events"]] == days


def test_the_cursor_leads_through_all_pages(api: Api) -> None:
    for day in (3, 7, 12, 18, 25):
        api.tell(f"day{day}", day=day)
    days, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/events?limit=2{cursor and '&cursor=' + cursor}").json
        days += [one["day"] for one in page["events"]]
        cursor = page["cursor"]
    assert days == [f"2025-06-{day:02d}" for day in (25, 18, 12, 7, 3)]


def test_one_event_comes_with_its_mentions_and_a_former_id_leads_to_it(api: Api) -> None:
    api.tell("one")
    api.tell("two")
    (listed,) = api.get("/v1/events").json["events"]
    event = api.get(f"/v1/events/{listed['event_id']}").json
    assert event["mention_count"] == len(event["mentions"]) == 2
    for mention in event["mentions"]:
        assert mention["selector"]["exact"] == "Norway sent help to Chad."
        assert api.get(f"/v1/events/e{mention['mention_id'][1:]}").json["event_id"] == event["event_id"]


def test_the_mentions_of_an_event_come_page_by_page(api: Api) -> None:
    articles = {api.tell(name).article_id for name in ("one", "two", "three")}
    (event,) = api.get("/v1/events").json["events"]
    found, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/events/{event['event_id']}/mentions?limit=2{cursor and '&cursor=' + cursor}").json
        found += [mention["article_id"] for mention in page["mentions"]]
        cursor = page["cursor"]
    assert len(found) == 3
    assert set(found) == articles


def test_statistics_count_the_events_that_pass_the_filters(api: Api) -> None:
    api.tell("one", day=9)
    api.tell("two", actor="Peru", to="Norway", day=11)
    counts = api.get("/v1/stats").json
    assert (counts["events"], counts["types"], counts["cursor"]) == (2, {"AID": 2}, None)
    assert counts["actors"] == {"NOR": 1, "PER": 1}
    assert api.get("/v1/stats?actor=Peru").json["days"] == {"2025-06-11": 1}


def test_an_article_comes_with_its_text_and_its_mentions(api: Api) -> None:
    told = api.tell("one")
    article = api.get(f"/v1/articles/{told.article_id}").json
    (event,) = api.get("/v1/events").json["events"]
    assert article["text"] == told.text
    assert article["mentions"] == [{"mention_id": event["mentions"][0]["mention_id"], "event_id": event["event_id"]}]
    evidence = event["mentions"][0]["evidence"]
    assert article["text"][evidence["start"] : evidence["end"]] == event["mentions"][0]["selector"]["exact"]


def test_an_articles_text_stays_inside_when_the_settings_say_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    told = api.tell("one")
    monkeypatch.setenv("TIDINGS_SERVE_ARTICLE_TEXT", "false")
    resources.cache_clear()
    article = api.get(f"/v1/articles/{told.article_id}").json
    assert article["title"] == "Help for Chad"
    assert "text" not in article


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("/v1/events?limit=0", "limit"),
        ("/v1/events?limit=many", "limit"),
        ("/v1/events?since=yesterday", "since"),
        ("/v1/events?until=2025-13-01", "until"),
        ("/v1/events?factuality=perhaps", "factuality"),
        ("/v1/events?cursor=nonsense", "cursor is not one that this API gave"),
        ("/v1/stats?cursor=nonsense", "cursor is not one that this API gave"),
        ("/v1/events/e0/mentions?limit=101", "limit"),
        ("/v1/events/e0/mentions?cursor=%23", "cursor is not one that this API gave"),
        (f"/v1/events?text={'x' * 201}", "text"),
        ("/v1/events/..%2F..%2Fsecret", ""),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_with_the_reason(api: Api, target: str, says: str) -> None:
    answer = api.get(target)
    assert answer.status in ((400, 404) if not says else (400,))
    assert says in problem(answer)


@pytest.mark.parametrize(
    "target",
    [
        "/v1/events/e0",
        "/v1/events/e0/mentions",
        "/v1/articles/a0",
        "/v1/nothing",
        f"{STATIC}/nothing.js",
        f"{STATIC}/..%2fapp.js",
        "/static/app.js",
        "/etc/passwd",
    ],
)
def test_what_is_not_there_is_a_404_problem(api: Api, target: str) -> None:
    answer = api.get(target)
    assert answer.status == 404
    assert problem(answer)


# ---------------------------------------------------------------- feeds


def test_feeds_are_added_listed_and_deleted(api: Api) -> None:
    added = api.ask("POST", "/v1/feeds", {"url": "https://news.example/feed.xml", "interval_s": 600})
    assert added.status == 201
    assert [(f["url"], f["interval_s"]) for f in api.get("/v1/feeds").json["feeds"]] == [
        ("https://news.example/feed.xml", 600)
    ]
    again = api.ask("POST", "/v1/feeds", {"url": "https://news.example/feed.xml"})
    assert again.json["feed_id"] == added.json["feed_id"]
    assert api.ask("DELETE", f"/v1/feeds/{added.json['feed_id']}").status == 200
    assert api.get("/v1/feeds").json["feeds"] == []
    assert api.ask("DELETE", f"/v1/feeds/{added.json['feed_id']}").status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"url": "not a url"}, 400),
        ({"url": "file:///etc/passwd"}, 400),
        ({"url": "http://169.254.169.254/latest/meta-data/"}, 403),
        ({"url": "http://127.0.0.1:8000/feed"}, 403),
        ({"url": "https://news.example/feed", "interval_s": 1}, 400),
        ({"link": "https://news.example/feed"}, 400),
        ([], 400),
    ],
)
def test_a_feed_that_may_not_be_fetched_is_refused(api: Api, body: object, status: int) -> None:
    answer = api.ask("POST", "/v1/feeds", body)
    assert answer.status == status
    assert problem(answer)
    assert api.get("/v1/feeds").json["feeds"] == []


def test_a_body_that_is_not_json_is_refused(api: Api) -> None:
    answer = api.call(api_event("POST", "/v1/feeds", {"Content-Type": "application/json"}, b"{nope", "127.0.0.1"))
    assert (answer.status, "JSON" in problem(answer)) == (400, True)


# ---------------------------------------------------------------- the web page and HTTP


def test_the_api_describes_itself(api: Api) -> None:
    answer = api.get("/openapi.json")
    validate(answer.json)
    assert set(answer.json["paths"]) == {
        "/v1/events",
        "/v1/events/{event_id}",
        "/v1/events/{event_id}/mentions",
        "/v1/articles/{article_id}",
        "/v1/feeds",
        "/v1/feeds/{feed_id}",
        "/v1/stats",
        "/v1/actors",
        "/v1/actors/{code}",
        "/v1/watches",
        "/v1/watches/{watch_id}",
        "/v1/watches/{watch_id}/events.atom",
        "/v1/watches/{watch_id}/events.json",
        "/watch-feeds/{watch_id}/{token}.atom",
        "/watch-feeds/{watch_id}/{token}.json",
        "/v1/events.atom",
        "/v1/events.json",
        "/v1/events.csv",
        "/v1/events.geojson",
    }


def test_the_docs_page_shows_the_description_and_may_load_nothing(api: Api) -> None:
    event = api_event("GET", "/docs", {}, b"", "127.0.0.1")
    event["requestContext"]["path"] = "/live/docs"
    answer = api.call(event)
    assert answer.headers["content-type"].startswith("text/html")
    assert '"servers": [{"url": "/live"}]' in answer.text
    assert "/v1/watches" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    scripts, styles = (policy.partition(f"{kind}-src ")[2].partition(";")[0] for kind in ("script", "style"))
    assert (scripts.count("'sha256-"), "unsafe" in scripts, styles) == (2, False, "'unsafe-inline'")
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", answer.text.partition("<script>")[0])


def test_parameters_are_described_with_their_bounds(api: Api) -> None:
    listed = api.get("/openapi.json").json["paths"]["/v1/events"]["get"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in listed}
    assert schemas["limit"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}
    assert schemas["actor"]["maxItems"] == 10
    assert schemas["factuality"]["items"]["enum"][0] == "confirmed"
    assert schemas["sort"]["enum"] == ["newest", "oldest"]
    assert "pattern" in schemas["bbox"]


def test_a_body_may_give_one_value_where_the_query_has_a_list(api: Api) -> None:
    filters = api.get("/openapi.json").json["components"]["schemas"]["EventQuery"]["properties"]
    assert [one["type"] for one in filters["actor"]["anyOf"]] == ["array", "string", "null"]


def test_errors_are_described_as_they_are_given(api: Api) -> None:
    for path in api.get("/openapi.json").json["paths"].values():
        for operation in path.values():
            assert "422" not in operation["responses"]
            assert "application/problem+json" in operation["responses"]["400"]["content"]
    schemas = api.get("/openapi.json").json["components"]["schemas"]
    assert {"events", "cursor"} == set(schemas["EventList"]["properties"])
    assert schemas["CanonicalEvent"]["properties"]["factuality"] == {"$ref": "#/components/schemas/Factuality"}


def test_the_description_names_the_stage_that_the_api_lies_under(api: Api) -> None:
    event = api_event("GET", "/openapi.json", {}, b"", "127.0.0.1")
    event["requestContext"]["path"] = "/live/openapi.json"
    assert api.call(event).json["servers"] == [{"url": "/live"}]


@pytest.mark.parametrize(
    ("target", "content_type"),
    [("/", "text/html"), (f"{STATIC}/app.js", "text/javascript"), (f"{STATIC}/world.json", "application/json")],
)
def test_the_page_is_served_with_headers_that_forbid_foreign_scripts(api: Api, target: str, content_type: str) -> None:
    answer = api.get(target)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(content_type)
    assert {name: answer.headers[name.lower()] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("target", ["/", f"{STATIC}/app.js", "/v1/events"])
def test_an_answer_that_the_client_has_is_not_sent_again(api: Api, target: str) -> None:
    tag = api.get(target).headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}'):
        answer = api.get(target, if_none_match=sent)
        assert (answer.status, answer.text, answer.headers["etag"]) == (304, "", tag)
    assert api.get(target, if_none_match='"other"').status == 200


def test_a_changed_answer_has_another_etag(api: Api) -> None:
    before = api.get("/v1/events").headers["etag"]
    api.tell("one")
    assert api.get("/v1/events", If_None_Match=before).status == 200


def test_errors_carry_the_security_headers_too(api: Api) -> None:
    answer = api.get("/v1/nothing")
    assert {name: answer.headers[name.lower()] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_the_page_under_a_stages_name_is_sent_to_its_folder(api: Api) -> None:
    event = api_event("GET", "/", {}, b"", "127.0.0.1")
    event["requestContext"]["path"] = "/live"
    answer = api.call(event)
    assert (answer.status, answer.headers["location"]) == (308, "/live/")


def test_the_page_loads_nothing_from_elsewhere(api: Api) -> None:
    page, style = api.get("/").text, api.get(f"{STATIC}/app.css").text
    for foreign in ('src="http', 'href="http', 'src="/', 'href="/', "<script>", " style=", " onclick="):
        assert foreign not in page
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_offers_every_type_of_event(api: Api) -> None:
    ontology = json.loads((Path(keys.__file__).parent / "data" / "plover_ontology.json").read_text(encoding="utf-8"))
    codes = api.get(f"{STATIC}/codes.js").text
    assert [t for t in [*ontology["types"], "STATEMENT", "OTHER"] if f'"{t}":' not in codes] == []


def test_parts_of_the_page_are_kept_for_ever_and_its_frame_is_asked_for_again(api: Api) -> None:
    assert "immutable" in api.get(f"{STATIC}/app.js").headers["cache-control"]
    assert api.get("/").headers["cache-control"] == "no-cache"


def test_a_frame_of_another_version_gets_the_parts_of_today_but_may_not_keep_them(api: Api) -> None:
    answer = api.get("/static/0123456789ab/app.js")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-cache"
