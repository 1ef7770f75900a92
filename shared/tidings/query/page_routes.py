"""The routes of the web page: its frame at /, its parts under /static/<version>/."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from tidings.errors import NotFound
from tidings.query.http import has
from tidings.query.pages import INDEX, SECURITY_HEADERS, page_files, version

_ASK_AGAIN = "no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"
_Name = Annotated[str, Path(max_length=100)]


def add_page(app: APIGatewayRestResolver) -> None:
    """Add the page and its parts."""

    def serve(name: str, *, keep: str) -> Response[str]:
        file = page_files().get(name)
        if file is None:
            raise NotFound(f"no page {name}")
        headers = SECURITY_HEADERS | {"ETag": file.etag, "Cache-Control": keep}
        if has(app, file.etag):
            return Response(HTTPStatus.NOT_MODIFIED.value, file.content_type, "", headers={**headers})
        return Response(HTTPStatus.OK.value, file.content_type, file.text, headers={**headers})

    @app.get("/", include_in_schema=False)
    def index() -> Response[str]:
        # The page names its parts relative to itself, as on AWS it lies under the stage's name: "/live" must be "/live/".
        asked = app.current_event.request_context.path or "/"
        if not asked.endswith("/"):
            return Response(HTTPStatus.PERMANENT_REDIRECT.value, "text/plain", "", headers={"Location": f"{asked}/"})
        return serve(INDEX, keep=_ASK_AGAIN)

    @app.get("/static/<build>/<name>", include_in_schema=False)
    def part(build: _Name, name: _Name) -> Response[str]:
        # Whoever still has the frame of another version gets the parts of today, but may not keep them under that name.
        return serve(name, keep=_FOR_EVER if build == version() else _ASK_AGAIN)
