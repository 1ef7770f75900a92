"""The routes of watches: save a query, have a webhook told of its events, read them as a feed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from tidings.fetch.addresses import target_of
from tidings.ids import WatchId
from tidings.query.access import is_administrator
from tidings.query.answers import answers, answers_in
from tidings.query.events import find_events
from tidings.query.feed_routes import WEB_URL
from tidings.query.filters import EventQuery
from tidings.query.format_routes import (
    ATOM_TYPE,
    JSON_FEED_TYPE,
    Write,
    formatted,
    write_atom,
    write_json_feed,
)
from tidings.query.http import Id, as_json, base_url, only_known
from tidings.query.parameters import FeedParameters, WatchFeedParameters
from tidings.query.resources import Tools
from tidings.watch.registry import (
    FEED_TOKEN,
    Watch,
    add_watch,
    all_watches,
    get_watch,
    new_secret,
    remove_watch,
    watch_of_feed,
)

Token = Annotated[str, Path(pattern=f"^{FEED_TOKEN}$")]


def _with_plain_numbers(query: Any) -> Any:
    """Refuse a number in quotes: only in an address is every value written as text.

    Raises:
        ValueError: A filter by number is text, true or false.
    """
    if isinstance(query, dict):
        for name in ("min_outlets", "quantity_min", "quantity_max"):
            if isinstance(query.get(name), str | bool):
                raise ValueError(f"{name} is a number, without quotes")
    return query


class NewWatch(BaseModel):
    """A query to save, and the webhook to be told of the events that pass it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    query: Annotated[EventQuery, BeforeValidator(_with_plain_numbers)] = EventQuery()
    webhook: Annotated[str, Field(min_length=8, max_length=2000, pattern=WEB_URL)] | None = None


class WatchFeeds(BaseModel):
    """Where a watch's events are read as a feed, by whoever has the address: no key is asked for there."""

    atom: str
    json_feed: Annotated[str, Field(alias="json")]


class ShownWatch(BaseModel):
    """A watch without its secret. `feeds` are told to the administrator alone; a watch of an earlier version has none."""

    watch_id: WatchId
    name: str
    query: dict[str, Any]
    webhook: str | None
    created: AwareDatetime
    feeds: WatchFeeds | None


class MadeWatch(ShownWatch):
    """A watch as it is told once, when it is made: with the secret that signs what its webhook is told."""

    secret: str | None


class WatchList(BaseModel):
    """All watches."""

    watches: list[ShownWatch]


def add_watches(app: APIGatewayRestResolver, tools: Tools) -> None:
    """Add the routes of watches."""

    def shown(watch: Watch) -> dict[str, Any]:
        token = watch.feed_token if is_administrator(app, tools) else None
        address = f"{base_url(app)}/watch-feeds/{watch.watch_id}/{token}"
        return ShownWatch(
            watch_id=watch.watch_id,
            name=watch.name,
            query=watch.query.asked(),
            webhook=watch.webhook,
            created=watch.created,
            feeds=WatchFeeds.model_validate({end: f"{address}.{end}" for end in ("atom", "json")}) if token else None,
        ).model_dump(mode="json", by_alias=True)

    @app.get("/v1/watches", summary="Watches", responses=answers(WatchList))
    def watches() -> Response[str]:
        return as_json(app, {"watches": [shown(watch) for watch in all_watches(tools().store)]})

    @app.post(
        "/v1/watches",
        summary="Save a query, and have a webhook told of its events",
        responses=answers(MadeWatch, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED),
    )
    def add(watch: NewWatch) -> Response[str]:
        found = tools()
        if watch.webhook is not None:
            target_of(watch.webhook, allow_loopback=found.settings.allow_loopback)
        made = add_watch(
            found.store,
            watch.name,
            watch.query,
            webhook=watch.webhook,
            secret=new_secret(),
            now=found.clock(),
        )
        return as_json(app, shown(made) | {"secret": made.secret}, HTTPStatus.CREATED)

    @app.get("/v1/watches/<watch_id>", summary="One watch", responses=answers(ShownWatch, HTTPStatus.NOT_FOUND))
    def one(watch_id: Id) -> Response[str]:
        return as_json(app, shown(get_watch(tools().store, WatchId(watch_id))))

    @app.delete(
        "/v1/watches/<watch_id>",
        summary="Forget a watch",
        responses=answers(ShownWatch, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
    )
    def remove(watch_id: Id) -> Response[str]:
        return as_json(app, shown(remove_watch(tools().store, WatchId(watch_id))))

    _add_feed(app, tools, "atom", "an Atom feed", write_atom, ATOM_TYPE)
    _add_feed(app, tools, "json", "a JSON Feed", write_json_feed, JSON_FEED_TYPE)


def _add_feed(app: APIGatewayRestResolver, tools: Tools, ending: str, name: str, write: Write, content_type: str) -> None:
    @app.get(
        f"/v1/watches/<watch_id>/events.{ending}",
        summary=f"A watch's events as {name}, by their day, the latest first",
        responses=answers_in(content_type, HTTPStatus.NOT_FOUND),
    )
    def feed(watch_id: Id, query: Annotated[WatchFeedParameters, Query()]) -> Response[str]:
        return given(get_watch(tools().store, WatchId(watch_id)), query)

    @app.get(
        f"/watch-feeds/<watch_id>/<token>.{ending}",
        summary=f"The same, {name}, for readers of feeds: whoever has the address needs no key",
        responses=answers_in(content_type, HTTPStatus.NOT_FOUND),
    )
    def open_feed(watch_id: Id, token: Token, query: Annotated[WatchFeedParameters, Query()]) -> Response[str]:
        return given(watch_of_feed(tools().store, WatchId(watch_id), token), query)

    def given(watch: Watch, query: WatchFeedParameters) -> Response[str]:
        only_known(app, WatchFeedParameters)
        page = find_events(tools().store, watch.query, limit=query.limit, cursor=query.cursor)
        asked = FeedParameters(limit=query.limit, cursor=query.cursor)
        return formatted(app, page, asked, write, content_type, title=watch.name)
