"""The OpenAPI document: the framework's, with what it leaves out of query models put right."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi import swagger_ui
from aws_lambda_powertools.event_handler.openapi.models import Server
from aws_lambda_powertools.event_handler.openapi.swagger_ui import generate_swagger_html
from pydantic import BaseModel

from tidings import __version__
from tidings.query import parameters
from tidings.query.filters import EventQuery

_MODELS: dict[str, type[BaseModel]] = {
    "/v1/events": parameters.EventParameters,
    **{f"/v1/events.{form}": parameters.FeedParameters for form in ("atom", "json", "csv", "geojson")},
    "/v1/events/{event_id}/mentions": parameters.PageParameters,
    **{f"/v1/watches/{{watch_id}}/events.{form}": parameters.WatchFeedParameters for form in ("atom", "json")},
    **{f"/watch-feeds/{{watch_id}}/{{token}}.{form}": parameters.WatchFeedParameters for form in ("atom", "json")},
    "/v1/stats": parameters.StatParameters,
    "/v1/actors": parameters.ActorParameters,
    "/v1/actors/{code}": parameters.ProfileParameters,
}
"""The model of each GET route's query parameters."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FRAMEWORKS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


def described(app: APIGatewayRestResolver, base: str) -> dict[str, Any]:
    """Return the OpenAPI document of an API that is reached under a base path ("/" or the stage's)."""
    text = app.get_openapi_json_schema(title="Tidings", version=__version__, servers=[Server(url=base)])
    document: dict[str, Any] = json.loads(text)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            # The framework describes status 422 on its own, although our answer to bad input is 400.
            operation["responses"].pop("422", None)
        if path in _MODELS:
            _describe_parameters(operations["get"], _MODELS[path])
        if path.startswith("/v1/"):
            for operation in operations.values():
                operation["security"] = [{"key": []}]
                operation["responses"].setdefault("403", _problem("No key of the API, or one that does not allow this"))
                if "requestBody" in operation:
                    operation["responses"]["415"] = _problem("The body is no JSON")
    components = document["components"]
    _describe_lists(components["schemas"][EventQuery.__name__])
    for name in _FRAMEWORKS:
        components["schemas"].pop(name, None)
    components["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}}
    return document


def docs_page(document: dict[str, Any]) -> str:
    """Return a page that shows an OpenAPI document: Swagger UI, whole, from the files that the framework carries."""
    scripts = resources.files(swagger_ui)
    return generate_swagger_html(
        # Nothing in the document may end the script that it stands in.
        spec=json.dumps(document, ensure_ascii=False).replace("</", "<\\/"),
        swagger_js=scripts.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        swagger_css=scripts.joinpath("swagger-ui.min.css").read_text(encoding="utf-8"),
        swagger_base_url="",
        oauth2_config=None,
    ).replace("<title>Swagger UI</title>", "<title>Tidings API</title>")


def docs_policy(page: str) -> str:
    """Return what such a page may do: run the scripts that stand in it and no others, and load nothing (CSP 3, 6.7.3.3).

    Swagger UI would ask a validator elsewhere; it writes styles into elements, of which no hash can be given.
    """
    scripts = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in _SCRIPT.findall(page))
    allowed = " ".join(f"'sha256-{digest}'" for digest in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _problem(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}


def _describe_parameters(operation: dict[str, Any], model: type[BaseModel]) -> None:
    """Give each query parameter the schema of its field: the framework knows little more than its type."""
    schema = model.model_json_schema()
    fields = {name: _inlined(field, schema.get("$defs", {})) for name, field in schema["properties"].items()}
    others = [p for p in operation.get("parameters", []) if p["in"] != "query"]
    operation["parameters"] = others + [_parameter(name, field) for name, field in fields.items()]


def _describe_lists(filters: dict[str, Any]) -> None:
    """Say of each list of filters in a body what is taken for one: a single value, and null for none."""
    for name, field in filters["properties"].items():
        if field.get("type") == "array":
            about = {key: field.pop(key) for key in ("title", "description", "default") if key in field}
            filters["properties"][name] = {"anyOf": [field, field["items"], {"type": "null"}], **about}


def _parameter(name: str, field: dict[str, Any]) -> dict[str, Any]:
    # Null is how a model says that a parameter may be left out; in a query it cannot be written.
    choices = [one for one in field.pop("anyOf", []) if one.get("type") != "null"]
    schema = {k: v for k, v in field.items() if k not in ("description", "title") and not (k == "default" and v is None)}
    schema |= choices[0] if choices else {}
    described = {"name": name, "in": "query", "required": False, "schema": schema}
    return described | ({"description": field["description"]} if "description" in field else {})


def _inlined(field: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(field, dict):
        if "$ref" in field:
            return _inlined(definitions[field["$ref"].rsplit("/", 1)[1]], definitions)
        return {name: _inlined(value, definitions) for name, value in field.items()}
    return [_inlined(one, definitions) for one in field] if isinstance(field, list) else field
