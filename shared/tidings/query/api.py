"""The REST API: routes over the store, with OpenAPI at /openapi.json and the web page at /."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response

from tidings.query import websub
from tidings.query.access import add_access
from tidings.query.article_routes import add_articles
from tidings.query.event_routes import add_counts, add_events
from tidings.query.feed_routes import add_feeds
from tidings.query.format_routes import add_formats
from tidings.query.http import add_problems, answer, as_json
from tidings.query.page_routes import add_page
from tidings.query.pages import SECURITY_HEADERS
from tidings.query.resources import Tools
from tidings.query.watch_routes import add_watches

_CORS_AGE_S = 3600


def build(tools: Tools, *, origins: tuple[str, ...] = ()) -> APIGatewayRestResolver:
    """Return the resolver; `tools` is asked for at each request. Pages of `origins` may ask too (CORS; "*": all)."""
    app = _Resolver(enable_validation=True, cors=_cors(origins))
    add_access(app, tools)
    add_events(app, tools)
    add_counts(app, tools)
    add_formats(app, tools)
    add_articles(app, tools)
    add_feeds(app, tools)
    add_watches(app, tools)
    websub.add_routes(app, tools)
    add_page(app)
    _description(app)
    add_problems(app)
    return app


class _Resolver(APIGatewayRestResolver):
    def resolve(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer an event; where only some origins are allowed, every answer says that it depends on who asks.

        A cache would give one origin's answer to another else (Fetch, "CORS protocol and HTTP caches").
        """
        answer = super().resolve(event, context)
        if self._cors is not None and "*" not in self._cors._allowed_origins:
            answer["multiValueHeaders"]["Vary"] = ["Origin"]
        return answer


def _cors(origins: tuple[str, ...]) -> CORSConfig | None:
    if not origins:
        return None
    return CORSConfig(
        allow_origin=origins[0],
        extra_origins=list(origins[1:]),
        allow_headers=["Content-Type", "If-None-Match", "X-Api-Key"],
        expose_headers=["ETag", "Link"],
        max_age=_CORS_AGE_S,
    )


def _description(app: APIGatewayRestResolver) -> None:
    # The framework's models of an OpenAPI document are a fifth of a cold start, and few requests ask for one: they are
    # loaded with the first.
    def base(route: str) -> str:
        # On AWS the API lies under the stage's name, which only the request tells.
        return (app.current_event.request_context.path or "").removesuffix(route) or "/"

    @app.get("/openapi.json", include_in_schema=False)
    def document() -> Response[str]:
        from tidings.query.describing import described

        return as_json(app, described(app, base("/openapi.json")))

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response[str]:
        from tidings.query.describing import described, docs_page, docs_policy

        text = docs_page(described(app, base("/docs")))
        page = answer(app, text, "text/html; charset=utf-8")
        page.headers.update(SECURITY_HEADERS | {"Content-Security-Policy": docs_policy(text)})
        return page
