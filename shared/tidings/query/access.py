"""Who may do what: reading needs any key of the API's usage plans, changing things needs the administrator's."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from tidings.errors import Permanent
from tidings.query.resources import Tools

JSON = "application/json"
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Forbidden(Permanent):
    """The key that came with the request does not allow this."""


class NotJson(Permanent):
    """The body is of a kind that no route takes."""


def may_change(key_id: str | None, admin_key_id: str | None, *, embedded: bool) -> bool:
    """Tell whether a request may change things.

    API Gateway checks the key and names it by its id; which id is the administrator's, the stack tells. On a laptop there
    are no keys unless the command line asks for them, and who reaches the API is its owner.
    """
    return embedded if admin_key_id is None else key_id == admin_key_id


def is_administrator(app: APIGatewayRestResolver, tools: Tools) -> bool:
    """Tell whether the request that is being answered may change things."""
    settings = tools().settings
    key_id = app.current_event.request_context.identity.api_key_id
    return may_change(key_id, settings.admin_key_id, embedded=settings.home is not None)


def add_access(app: APIGatewayRestResolver, tools: Tools) -> None:
    """Let nobody but the administrator change things under /v1."""

    def administrators_only(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[str]:
        event = app.current_event
        if event.http_method not in READING and event.path.startswith("/v1/"):
            content_type = event.headers.get("Content-Type") or JSON
            if content_type.partition(";")[0].strip().lower() != JSON:
                raise NotJson(f"the body must be {JSON}, not {content_type[:60]}")
            if not is_administrator(app, tools):
                raise Forbidden("this key may read only; use the administrator's key")
        answer: Response[str] = next_middleware(app)
        return answer

    app.use(middlewares=[administrators_only])
