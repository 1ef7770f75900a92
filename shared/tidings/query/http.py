"""What every route does: answers with an ETag, problems (RFC 9457), the address under which the API is reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel
from pydantic_core import to_json

from tidings.errors import BadUsage, BlockedAddress, Conflict, NotFound, Permanent, TidingsError
from tidings.ids import content_digest
from tidings.query.access import Forbidden, NotJson
from tidings.query.pages import SECURITY_HEADERS

Id = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9]+$")]


def as_json(app: APIGatewayRestResolver, body: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    """Return a JSON answer."""
    return answer(app, to_json(body).decode(), "application/json; charset=utf-8", status)


def answer(app: APIGatewayRestResolver, text: str, content_type: str, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    """Return a text with its ETag, or 304 if the client has it."""
    etag = f'"{content_digest(text.encode())[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if status is HTTPStatus.OK and has(app, etag):
        return Response(HTTPStatus.NOT_MODIFIED.value, content_type, "", headers=headers)
    return Response(status.value, content_type, text, headers=headers)


def has(app: APIGatewayRestResolver, etag: str) -> bool:
    """Tell whether the client has this answer already."""
    # RFC 9110, 13.1.2: a list, compared weakly; a compressing gateway makes our tags weak.
    tags = (app.current_event.headers.get("If-None-Match") or "").split(",")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags)


def only_known(app: APIGatewayRestResolver, *parameters: type[BaseModel] | str) -> None:
    """Refuse a request with a query parameter that the route does not know: a filter with a slip must not do nothing.

    Raises:
        BadUsage: there is one; the text names it.
    """
    known = {name for one in parameters for name in ([one] if isinstance(one, str) else [*one.model_fields])}
    asked = app.current_event.raw_event.get("multiValueQueryStringParameters") or {}
    for name in asked:
        if name not in known and name not in _OURS:
            raise BadUsage(f"there is no parameter {name!r:.60}; there are {', '.join(sorted(known))}")


_OURS = frozenset({"query"})
"""Where the framework puts a route's model among the parameters."""


def base_url(app: APIGatewayRestResolver) -> str:
    """Return the address of the API without a slash at its end, as the client reached it: with the stage's name on AWS."""
    event = app.current_event
    host = event.request_context.domain_name or event.headers.get("Host") or "localhost"
    scheme = event.headers.get("X-Forwarded-Proto") or "http"
    whole = event.request_context.path or event.path
    return f"{'https' if scheme == 'https' else 'http'}://{host}{whole.removesuffix(event.path)}"


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> Response[str]:
    """Return an RFC 9457 problem."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    whole = SECURITY_HEADERS | dict(headers or {})
    return Response(status.value, "application/problem+json", json.dumps(body), headers={**whole})


def add_problems(app: APIGatewayRestResolver) -> None:
    """Turn every error into a problem."""

    @app.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator]
    def invalid(error: RequestValidationError) -> Response[str]:
        return problem(HTTPStatus.BAD_REQUEST, _reason(error.errors()[0]))

    @app.exception_handler(TidingsError)  # type: ignore[untyped-decorator]
    def ours(error: TidingsError) -> Response[str]:
        return problem(_status(error), str(error))

    @app.exception_handler(UnicodeDecodeError)  # type: ignore[untyped-decorator]
    def unreadable(error: UnicodeDecodeError) -> Response[str]:
        return problem(HTTPStatus.BAD_REQUEST, "body: not JSON in UTF-8")

    @app.exception_handler(RequestUnsupportedContentType)  # type: ignore[untyped-decorator]
    def other_kind(error: RequestUnsupportedContentType) -> Response[str]:
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json")

    @app.exception_handler(ValueError)  # type: ignore[untyped-decorator]
    def other_value(error: ValueError) -> Response[str]:
        # How the framework refuses a form without a boundary, before it looks whether the route takes forms.
        if "multipart" in str(error):
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json")
        raise error

    @app.not_found
    def unknown(error: Exception) -> Response[str]:
        allowed = _methods(app)
        if allowed:
            detail = f"{app.current_event.http_method} does not go here; {', '.join(allowed)} does"
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, {"Allow": ", ".join(allowed)})
        return problem(HTTPStatus.NOT_FOUND, f"nothing at {app.current_event.path}")


_SHAPES = {
    "bbox": "is not west,south,east,north in degrees",
    "cursor": "is not one that this API gave",
    "fields": "names a field that events do not have",
    "since": "is not a day like 2025-06-13",
    "until": "is not a day like 2025-06-13",
    "url": "is not an address like https://example.org/feed.xml",
}
"""What it means that a value has not the shape that it must have."""


def _reason(error: Mapping[str, Any]) -> str:
    where = [str(part) for part in error["loc"] if part not in ("query", "path", "body")]
    if error["type"] == "string_pattern_mismatch" and where and where[-1] in _SHAPES:
        return f"{where[-1]} {_SHAPES[where[-1]]}"
    return f"{'.'.join(where) or 'body'}: {error['msg']}"


def _methods(app: APIGatewayRestResolver) -> list[str]:
    """Return the methods that the request's path takes (RFC 9110, 15.5.6: a 405 names them)."""
    routes = [*app._static_routes, *app._dynamic_routes]
    return sorted({route.method for route in routes if route.rule.match(app.current_event.path)})


def _status(error: TidingsError) -> HTTPStatus:
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, NotJson):
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    if isinstance(error, Forbidden | BlockedAddress):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, BadUsage | Permanent):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.CONFLICT if isinstance(error, Conflict) else HTTPStatus.SERVICE_UNAVAILABLE
