"""Events in other formats: Atom, JSON Feed, CSV, GeoJSON. All take the filters of /v1/events."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from tidings.query.answers import answers_in
from tidings.query.events import EventPage, find_events
from tidings.query.http import answer, base_url, only_known
from tidings.query.parameters import FeedParameters
from tidings.query.resources import Tools
from tidings.query.rows import as_csv, as_geojson
from tidings.query.syndication import Channel, as_atom, as_json_feed

ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_FEED_TYPE = "application/feed+json; charset=utf-8"
CSV_TYPE = "text/csv; charset=utf-8; header=present"
GEOJSON_TYPE = "application/geo+json; charset=utf-8"

Write = Callable[[EventPage, Channel], str]


def write_atom(page: EventPage, channel: Channel) -> str:
    """Write a page of events as Atom."""
    return as_atom(page.events, channel)


def write_json_feed(page: EventPage, channel: Channel) -> str:
    """Write a page of events as JSON Feed."""
    return json.dumps(as_json_feed(page.events, channel), ensure_ascii=False)


def write_csv(page: EventPage, channel: Channel) -> str:
    """Write a page of events as CSV."""
    return as_csv(page.events)


def write_geojson(page: EventPage, channel: Channel) -> str:
    """Write those events of a page that have a place as GeoJSON."""
    return json.dumps(as_geojson(page.events), ensure_ascii=False)


def add_formats(app: APIGatewayRestResolver, tools: Tools) -> None:
    """Add the routes of events in other formats."""

    def given(query: FeedParameters, write: Write, content_type: str) -> Response[str]:
        only_known(app, FeedParameters)
        page = find_events(tools().store, query.filters(), limit=query.limit, cursor=query.cursor, sort=query.sort)
        return formatted(app, page, query, write, content_type, title="Tidings")

    @app.get("/v1/events.atom", summary="Events as an Atom feed", responses=answers_in(ATOM_TYPE))
    def atom(query: Annotated[FeedParameters, Query()]) -> Response[str]:
        return given(query, write_atom, ATOM_TYPE)

    @app.get("/v1/events.json", summary="Events as a JSON Feed", responses=answers_in(JSON_FEED_TYPE))
    def json_feed(query: Annotated[FeedParameters, Query()]) -> Response[str]:
        return given(query, write_json_feed, JSON_FEED_TYPE)

    @app.get("/v1/events.csv", summary="Events as CSV, a row each", responses=answers_in(CSV_TYPE))
    def rows(query: Annotated[FeedParameters, Query()]) -> Response[str]:
        return given(query, write_csv, CSV_TYPE)

    @app.get("/v1/events.geojson", summary="Events that have a place as GeoJSON", responses=answers_in(GEOJSON_TYPE))
    def features(query: Annotated[FeedParameters, Query()]) -> Response[str]:
        return given(query, write_geojson, GEOJSON_TYPE)


def formatted(
    app: APIGatewayRestResolver, page: EventPage, query: FeedParameters, write: Write, content_type: str, *, title: str
) -> Response[str]:
    """Return a page of events in a format; the next page is named by a link in the header (RFC 8288)."""
    base = base_url(app)
    here = f"{base}{app.current_event.path}"
    asked = query.model_dump(mode="json", exclude_defaults=True)
    following = asked | {"cursor": page.cursor} if page.cursor else None
    channel = Channel(
        title=title,
        url=_address(here, asked),
        next_url=_address(here, following) if following else None,
        base_url=base,
    )
    given = answer(app, write(page, channel), content_type, HTTPStatus.OK)
    if channel.next_url:
        given.headers["Link"] = f'<{channel.next_url}>; rel="next"'
    return given


def _address(path: str, parameters: dict[str, object]) -> str:
    return f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path
