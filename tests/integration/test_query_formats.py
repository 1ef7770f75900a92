"""The same events as Atom, JSON Feed, CSV, GeoJSON and Parquet."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet
import pytest
from asking import Api
from defusedxml.ElementTree import fromstring

from tidings import keys
from tidings.bootstrap import resources
from tidings.ids import BlobKey
from tidings.query.parquet import export_days

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def told(api: Api) -> Api:
    api.tell("one", day=9)
    api.tell("two", actor="Peru", to="Norway", day=11)
    return api


def test_an_atom_feed_has_an_entry_for_each_event_and_leads_to_its_next_page(told: Api) -> None:
    answer = told.get("/v1/events.atom?limit=1&actor=PER&actor=NOR", Host="news.example")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = fromstring(answer.text)
    (entry,) = feed.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Peru (PER) → Norway (NOR) · AID (send)"
    assert entry.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated") == "2025-06-11T00:00:00+00:00"
    assert "Peru sent help to Norway." in (entry.findtext(f"{ATOM}summary") or "")
    links = {link.get("rel"): str(link.get("href")) for link in (*feed.iter(f"{ATOM}link"),)}
    assert links["self"].startswith("http://news.example/v1/events.atom?")
    assert f'<{links["next"]}>; rel="next"' == answer.headers["link"]
    following = told.get(links["next"].removeprefix("http://news.example"))
    assert [e.findtext(f"{ATOM}title") for e in fromstring(following.text).iter(f"{ATOM}entry")] == [
        "Norway (NOR) → Chad (TCD) · AID (send)"
    ]


def test_text_that_is_no_xml_is_made_harmless_in_a_feed(api: Api) -> None:
    api.tell("<script>\x00\x1b&\ufffe]]>")
    feed = fromstring(api.get("/v1/events.atom").text)
    assert len(list(feed.iter(f"{ATOM}entry"))) == 1
    assert not list(feed.iter("script"))


def test_a_json_feed_has_an_item_for_each_event(told: Api) -> None:
    answer = told.get("/v1/events.json?type=AID", Host="news.example")
    assert answer.headers["content-type"].startswith("application/feed+json")
    assert answer.json["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in answer.json["items"]] == [
        "Peru (PER) → Norway (NOR) · AID (send)",
        "Norway (NOR) → Chad (TCD) · AID (send)",
    ]
    first = answer.json["items"][0]
    assert first["url"] == f"http://news.example/v1/events/{first['id']}"
    assert first["external_url"] == "https://news.example/two"
    assert first["tags"] == ["AID", "reported"]


def test_csv_has_a_header_and_a_row_for_each_event(told: Api) -> None:
    answer = told.get("/v1/events.csv?sort=oldest")
    assert answer.headers["content-type"].startswith("text/csv")
    read = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["day"], row["quad"], row["actor_country"]) for row in read] == [
        ("2025-06-09", "material cooperation", "NOR"),
        ("2025-06-11", "material cooperation", "PER"),
    ]
    assert told.get("/v1/events.csv?actor=XXX").text.startswith("event_id,day,type,")


def test_geojson_has_the_events_that_have_a_place(told: Api) -> None:
    answer = told.get("/v1/events.geojson")
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert answer.json == {"type": "FeatureCollection", "features": []}


def test_a_format_that_the_client_has_is_not_sent_again(told: Api) -> None:
    tag = told.get("/v1/events.atom").headers["etag"]
    assert told.get("/v1/events.atom", If_None_Match=tag).status == 304


def test_the_export_writes_a_parquet_file_for_each_day_and_replaces_it_the_next_time(told: Api) -> None:
    parts = resources("query")
    assert list(export_days(parts.store, parts.blobs)) == [("2025-06-09", 1), ("2025-06-11", 1)]
    told.tell("three", actor="Peru", to="Chad", day=11)
    assert list(export_days(parts.store, parts.blobs, since="2025-06-10")) == [("2025-06-11", 2)]
    names = list(parts.blobs.keys("exports/"))
    assert names == [f"exports/events/day=2025-06-{day}/events.parquet" for day in ("09", "11")]
    table = pyarrow.parquet.read_table(io.BytesIO(parts.blobs.get(names[1])), partitioning=None)
    rows = table.to_pylist()
    assert sorted(row["recipient"][0]["country"] for row in rows) == ["NOR", "TCD"]
    assert "day" not in table.column_names
    assert json.dumps(rows, default=str)


def test_a_day_whose_events_moved_to_another_loses_its_file(told: Api) -> None:
    parts = resources("query")
    list(export_days(parts.store, parts.blobs))
    stale = BlobKey("exports/events/day=2025-06-10/events.parquet")
    parts.blobs.replace(stale, b"of an event that is told of another day now")
    assert list(export_days(parts.store, parts.blobs, since="2025-06-11")) == [("2025-06-11", 1)]
    assert stale in parts.blobs.keys("exports/")
    assert list(export_days(parts.store, parts.blobs, until="2025-06-10")) == [("2025-06-09", 1), ("2025-06-10", 0)]
    assert [keys.exported_day(key) for key in parts.blobs.keys("exports/")] == ["2025-06-09", "2025-06-11"]
