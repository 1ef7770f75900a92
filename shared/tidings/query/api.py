"""The REST API: routes over the store, with OpenAPI at /openapi.json and the web page at /."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, Field

from tidings import __version__, keys
from tidings.bootstrap import Resources
from tidings.errors import BadUsage, NotFound, Permanent, TidingsError
from tidings.fetch import registry
from tidings.ids import ArticleId, BlobKey, EventId, FeedId, MentionId, content_digest
from tidings.query.events import MAX_LIMIT, EventQuery, find_events
from tidings.query.pages import SECURITY_HEADERS, page_files
from tidings.records import Factuality

DAY = r"^\d{4}-\d{2}-\d{2}$"
Day = Annotated[str | None, Query(pattern=DAY, description="ISO day, inclusive")]
Code = Annotated[str | None, Query(max_length=100, description="ISO 3166-1 alpha-3 or a PLOVER actor code")]
Id = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9]+$")]


class NewFeed(BaseModel):
    """A feed to follow."""

    url: Annotated[str, Field(min_length=8, max_length=2000)]
    interval_s: Annotated[int, Field(ge=60, le=86_400)] = 900


def build(resources: Callable[[], Resources]) -> APIGatewayRestResolver:
    """Return the resolver; `resources` is asked for at each request."""
    app = APIGatewayRestResolver(enable_validation=True)
    app.enable_swagger(path="/docs", title="Tidings", version=__version__)
    _events(app, resources)
    _articles(app, resources)
    _feeds(app, resources)
    _page(app)
    _errors(app)
    return app


def _events(app: APIGatewayRestResolver, resources: Callable[[], Resources]) -> None:
    @app.get("/v1/events", summary="Events, newest first")
    def events(
        actor: Code = None,
        recipient: Code = None,
        type: Annotated[str | None, Query(max_length=40)] = None,
        place: Annotated[str | None, Query(max_length=100)] = None,
        outlet: Annotated[str | None, Query(max_length=200)] = None,
        since: Day = None,
        until: Day = None,
        text: Annotated[str | None, Query(max_length=200)] = None,
        factuality: Annotated[Factuality | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response[str]:
        query = EventQuery(
            actor=actor,
            recipient=recipient,
            type=type,
            place=place,
            outlet=outlet,
            since=since,
            until=until,
            text=text,
            factuality=factuality,
        )
        page = find_events(resources().store, query, limit=limit, cursor=cursor)
        found = [event.model_dump(mode="json", exclude_none=True) for event in page.events]
        return _json(app, {"events": found, "cursor": page.cursor})

    @app.get("/v1/events/<event_id>", summary="One event with its mentions; a former id leads to the event of today")
    def event(event_id: Id) -> Response[str]:
        store = resources().store
        item = store.get(keys.event(EventId(event_id)))
        if item is None:
            former = store.get(keys.mention(MentionId("m" + event_id[1:])))
            item = store.get(keys.event(EventId(former.body["event_id"]))) if former else None
        if item is None:
            raise NotFound(f"no event {event_id}")
        return _json(app, dict(item.body))


def _articles(app: APIGatewayRestResolver, resources: Callable[[], Resources]) -> None:
    @app.get("/v1/articles/<article_id>", summary="An article with the spans of its mentions")
    def article(article_id: Id) -> Response[str]:
        tools = resources()
        key = keys.article(ArticleId(article_id))
        item = tools.store.get(key)
        if item is None:
            raise NotFound(f"no article {article_id}")
        record = json.loads(tools.blobs.get(BlobKey(item.body["blob_key"])))
        if not tools.settings.serve_article_text:
            record.pop("text", None)
        page = tools.store.query(key.pk, limit=MAX_LIMIT, first="MENTION#", last="MENTION#~")
        found = [{"mention_id": i.key.sk.rsplit("#", 1)[1], "event_id": i.body["event_id"]} for i in page.items]
        return _json(app, record | {"mentions": found})


def _feeds(app: APIGatewayRestResolver, resources: Callable[[], Resources]) -> None:
    @app.get("/v1/feeds", summary="Feeds with their health")
    def feeds() -> Response[str]:
        found = [feed.model_dump(mode="json", exclude_none=True) for feed in registry.all_feeds(resources().store)]
        return _json(app, {"feeds": found})

    @app.post("/v1/feeds", summary="Follow a feed")
    def add(feed: NewFeed) -> Response[str]:
        tools = resources()
        added = registry.add_feed(
            tools.store,
            feed.url,
            now=tools.clock(),
            interval_s=feed.interval_s,
            allow_loopback=tools.settings.allow_loopback,
        )
        return _json(app, added.model_dump(mode="json", exclude_none=True), HTTPStatus.CREATED)

    @app.delete("/v1/feeds/<feed_id>", summary="Stop following a feed")
    def remove(feed_id: Id) -> Response[str]:
        removed = registry.remove_feed(resources().store, FeedId(feed_id))
        return _json(app, removed.model_dump(mode="json", exclude_none=True))


def _page(app: APIGatewayRestResolver) -> None:
    def serve(name: str) -> Response[str]:
        file = page_files().get(name)
        if file is None:
            raise NotFound(f"no page {name}")
        headers = SECURITY_HEADERS | {"ETag": file.etag, "Cache-Control": "no-cache"}
        if app.current_event.headers.get("If-None-Match") == file.etag:
            return Response(304, file.content_type, "", headers=headers)
        return Response(200, file.content_type, file.text, headers=headers)

    @app.get("/", include_in_schema=False)
    def index() -> Response[str]:
        return serve("index.html")

    @app.get("/static/<name>", include_in_schema=False)
    def static(name: Annotated[str, Path(max_length=100)]) -> Response[str]:
        return serve(name)

    @app.get("/openapi.json", include_in_schema=False)
    def description() -> Response[str]:
        schema = app.get_openapi_json_schema(title="Tidings", version=__version__)
        return Response(200, "application/json", schema)


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
    if app.current_event.headers.get("If-None-Match") == etag:
        return Response(304, "application/json", "", headers=headers)
    return Response(status.value, "application/json; charset=utf-8", text, headers=headers)
