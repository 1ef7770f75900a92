"""The REST API: routes over the store, with OpenAPI at /openapi.json and the web page at /."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.models import Server
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, Field

from tidings import __version__, keys
from tidings.bootstrap import Resources
from tidings.errors import BadUsage, NotFound, Permanent, TidingsError
from tidings.fetch import registry
from tidings.ids import ArticleId, BlobKey, EventId, FeedId, content_digest
from tidings.query import websub
from tidings.query.answers import ArticleWithMentions, EventList, FeedList, answers, without_unprocessable
from tidings.query.codes import actor_code
from tidings.query.events import MAX_LIMIT, EventQuery, find_events
from tidings.query.mentions import MentionList, event_item, find_mentions
from tidings.query.pages import SECURITY_HEADERS, page_files
from tidings.query.statistics import Statistics, count_events
from tidings.records import CanonicalEvent, Factuality, Feed

DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Day = Annotated[str | None, Query(pattern=DAY, description="ISO day, inclusive")]
Actor = Annotated[
    str | None, Query(max_length=100, description="ISO 3166-1 alpha-3 or PLOVER actor code, or a nation's name")
]
Place = Annotated[str | None, Query(max_length=100, description="GeoNames id, ISO 3166-1 alpha-3 code, or a place's name")]
Type = Annotated[str | None, Query(max_length=40, description="A PLOVER event type, STATEMENT or OTHER")]
Outlet = Annotated[str | None, Query(max_length=200)]
Text = Annotated[str | None, Query(max_length=200, description="Words of the event, all of which must be there")]
Sure = Annotated[Factuality | None, Query()]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str | None, Query(max_length=500, description="The cursor of the page before")]
Id = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9]+$")]


class NewFeed(BaseModel):
    """A feed to follow."""

    url: Annotated[str, Field(min_length=8, max_length=2000)]
    interval_s: Annotated[int, Field(ge=60, le=86_400)] = 900
    discover: bool = True
    """Whether a page at this URL stands for the feed that it names; false: the page itself is followed."""


def build(resources: Callable[[], Resources]) -> APIGatewayRestResolver:
    """Return the resolver; `resources` is asked for at each request."""
    app = APIGatewayRestResolver(enable_validation=True)
    app.enable_swagger(path="/docs", title="Tidings", version=__version__)
    _events(app, resources)
    _articles(app, resources)
    _feeds(app, resources)
    websub.add_routes(app, resources)
    _page(app)
    _errors(app)
    return app


def _events(app: APIGatewayRestResolver, resources: Callable[[], Resources]) -> None:
    @app.get("/v1/events", summary="Events, newest first", responses=answers(EventList))
    def events(
        actor: Actor = None,
        recipient: Actor = None,
        type: Type = None,
        place: Place = None,
        outlet: Outlet = None,
        since: Day = None,
        until: Day = None,
        text: Text = None,
        factuality: Sure = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response[str]:
        query = _query(actor, recipient, type, place, outlet, since, until, text, factuality)
        page = find_events(resources().store, query, limit=limit, cursor=cursor)
        found = [event.model_dump(mode="json", exclude_none=True) for event in page.events]
        return _json(app, {"events": found, "cursor": page.cursor})

    @app.get("/v1/statistics", summary="Counts of events", responses=answers(Statistics))
    def statistics(
        actor: Actor = None,
        recipient: Actor = None,
        type: Type = None,
        place: Place = None,
        outlet: Outlet = None,
        since: Day = None,
        until: Day = None,
        text: Text = None,
        factuality: Sure = None,
        cursor: Cursor = None,
    ) -> Response[str]:
        query = _query(actor, recipient, type, place, outlet, since, until, text, factuality)
        return _json(app, count_events(resources().store, query, cursor=cursor).model_dump(mode="json"))

    @app.get(
        "/v1/events/<event_id>",
        summary="One event with its mentions; a former id leads to the event of today",
        responses=answers(CanonicalEvent, HTTPStatus.NOT_FOUND),
    )
    def event(event_id: Id) -> Response[str]:
        return _json(app, dict(event_item(resources().store, EventId(event_id)).body))

    @app.get(
        "/v1/events/<event_id>/mentions",
        summary="All mentions of an event, page by page",
        responses=answers(MentionList, HTTPStatus.NOT_FOUND),
    )
    def mentions(event_id: Id, limit: Limit = 50, cursor: Cursor = None) -> Response[str]:
        page = find_mentions(resources().store, EventId(event_id), limit=limit, cursor=cursor)
        return _json(app, page.model_dump(mode="json", exclude_none=True) | {"cursor": page.cursor})


def _query(
    actor: str | None,
    recipient: str | None,
    type: str | None,
    place: str | None,
    outlet: str | None,
    since: str | None,
    until: str | None,
    text: str | None,
    factuality: Factuality | None,
) -> EventQuery:
    return EventQuery(
        actor=actor_code(actor) if actor else None,
        recipient=actor_code(recipient) if recipient else None,
        type=type.upper() if type else None,
        place=place,
        outlet=outlet,
        since=since,
        until=until,
        text=text,
        factuality=factuality,
    )


def _articles(app: APIGatewayRestResolver, resources: Callable[[], Resources]) -> None:
    @app.get(
        "/v1/articles/<article_id>",
        summary="An article with its mentions",
        responses=answers(ArticleWithMentions, HTTPStatus.NOT_FOUND),
    )
    def article(article_id: Id) -> Response[str]:
        tools = resources()
        key = keys.article(ArticleId(article_id))
        item = tools.store.get(key)
        if item is None:
            raise NotFound(f"no article {article_id}")
        record = json.loads(tools.blobs.get(BlobKey(item.body["blob_key"])))
        if not tools.settings.serve_article_text:
            record.pop("text", None)
        page = tools.store.query(key.pk, limit=MAX_LIMIT, first=keys.MENTIONS[0], last=keys.MENTIONS[1])
        found = [{"mention_id": i.key.sk.rsplit("#", 1)[1], "event_id": i.body["event_id"]} for i in page.items]
        return _json(app, record | {"mentions": found})


def _feeds(app: APIGatewayRestResolver, resources: Callable[[], Resources]) -> None:
    @app.get("/v1/feeds", summary="Feeds with their health", responses=answers(FeedList))
    def feeds() -> Response[str]:
        found = [feed.model_dump(mode="json", exclude_none=True) for feed in registry.all_feeds(resources().store)]
        return _json(app, {"feeds": found})

    @app.post("/v1/feeds", summary="Follow a feed", responses=answers(Feed, status=HTTPStatus.CREATED))
    def add(feed: NewFeed) -> Response[str]:
        tools = resources()
        added = registry.add_feed(
            tools.store,
            feed.url,
            now=tools.clock(),
            interval_s=feed.interval_s,
            discover=feed.discover,
            allow_loopback=tools.settings.allow_loopback,
        )
        return _json(app, added.model_dump(mode="json", exclude_none=True), HTTPStatus.CREATED)

    @app.delete(
        "/v1/feeds/<feed_id>",
        summary="Stop following a feed",
        responses=answers(Feed, HTTPStatus.NOT_FOUND),
    )
    def remove(feed_id: Id) -> Response[str]:
        removed = registry.remove_feed(resources().store, FeedId(feed_id))
        return _json(app, removed.model_dump(mode="json", exclude_none=True))


def _page(app: APIGatewayRestResolver) -> None:
    def serve(name: str) -> Response[str]:
        file = page_files().get(name)
        if file is None:
            raise NotFound(f"no page {name}")
        headers = SECURITY_HEADERS | {"ETag": file.etag, "Cache-Control": "no-cache"}
        if _has(app, file.etag):
            return Response(304, file.content_type, "", headers=headers)
        return Response(200, file.content_type, file.text, headers=headers)

    @app.get("/", include_in_schema=False)
    def index() -> Response[str]:
        # The page names its parts relative to itself, as on AWS it lies under the stage's name: "/live" must be "/live/".
        asked = app.current_event.request_context.path or "/"
        if not asked.endswith("/"):
            return Response(HTTPStatus.PERMANENT_REDIRECT.value, "text/plain", "", headers={"Location": f"{asked}/"})
        return serve("index.html")

    @app.get("/static/<name>", include_in_schema=False)
    def static(name: Annotated[str, Path(max_length=100)]) -> Response[str]:
        return serve(name)

    @app.get("/openapi.json", include_in_schema=False)
    def description() -> Response[str]:
        # On AWS the API lies under the stage's name, which only the request tells.
        base = (app.current_event.request_context.path or "").removesuffix("/openapi.json") or "/"
        described = app.get_openapi_json_schema(title="Tidings", version=__version__, servers=[Server(url=base)])
        return _json(app, without_unprocessable(json.loads(described)))


def _errors(app: APIGatewayRestResolver) -> None:
    @app.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator]
    def invalid(error: RequestValidationError) -> Response[str]:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return problem(HTTPStatus.BAD_REQUEST, f"{where}: {first['msg']}")

    @app.exception_handler(TidingsError)  # type: ignore[untyped-decorator]
    def ours(error: TidingsError) -> Response[str]:
        return problem(_status(error), str(error))

    @app.not_found
    def unknown(error: Exception) -> Response[str]:
        return problem(HTTPStatus.NOT_FOUND, f"nothing at {app.current_event.path}")


def problem(status: HTTPStatus, detail: str) -> Response[str]:
    """Return an RFC 9457 problem."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return Response(status.value, "application/problem+json", json.dumps(body), headers=dict(SECURITY_HEADERS))


def _status(error: TidingsError) -> HTTPStatus:
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, BadUsage | Permanent):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.SERVICE_UNAVAILABLE


def _json(app: APIGatewayRestResolver, body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    text = json.dumps(body, ensure_ascii=False)
    etag = f'"{content_digest(text.encode())[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if _has(app, etag):
        return Response(304, "application/json", "", headers=headers)
    return Response(status.value, "application/json; charset=utf-8", text, headers=headers)


def _has(app: APIGatewayRestResolver, etag: str) -> bool:
    # RFC 9110, 13.1.2: a list, compared weakly; a compressing gateway makes our tags weak.
    tags = (app.current_event.headers.get("If-None-Match") or "").split(",")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags)
