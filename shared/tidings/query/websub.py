"""The route that WebSub hubs call: it has no key, as hubs have none; what it believes is signed or was asked for."""

from __future__ import annotations

import base64
from collections.abc import Callable

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from tidings.bootstrap import Resources
from tidings.fetch import websub
from tidings.ids import FeedId
from tidings.query.http import Id

MAX_NOTICE_BYTES = 1_000_000


def add_routes(app: APIGatewayRestResolver, resources: Callable[[], Resources]) -> None:
    """Add the callback of a feed's subscription: GET verifies, POST tells of news."""

    @app.get("/websub/<feed_id>", include_in_schema=False)
    def verify(feed_id: Id) -> Response[str]:
        tools = resources()
        asked = app.current_event.query_string_parameters or {}
        challenge = websub.verified(FeedId(feed_id), asked, store=tools.store, now=tools.clock())
        # As text that no browser takes for a page: the hub's words are echoed.
        return Response(200, "text/plain; charset=utf-8", challenge, headers={"X-Content-Type-Options": "nosniff"})

    @app.post("/websub/<feed_id>", include_in_schema=False)
    def notice(feed_id: Id) -> Response[str]:
        tools = resources()
        body = _body(app)
        signature = app.current_event.headers.get("X-Hub-Signature") or ""
        message = None
        if len(body) <= MAX_NOTICE_BYTES:
            message = websub.notified(FeedId(feed_id), body, signature, store=tools.store, now=tools.clock())
        if message is not None:
            tools.queues.feeds.send([message.model_dump_json()])
        # A notice that is not believed is acknowledged too (WebSub, 8): whoever forges it learns nothing.
        return Response(202, "text/plain; charset=utf-8", "")


def _body(app: APIGatewayRestResolver) -> bytes:
    text = app.current_event.body or ""
    return base64.b64decode(text) if app.current_event.is_base64_encoded else text.encode()
