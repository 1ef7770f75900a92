"""Whatever the OpenAPI description allows is answered, and nothing that it forbids; `make fuzz-api` asks far more."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from asking import Api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SLOW_START = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a schema of a parameter allows, as far as our parameters go."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "pattern" in schema:
        longest = schema.get("maxLength", 500)
        return st.from_regex(schema["pattern"], fullmatch=True).filter(
            lambda text: schema.get("minLength", 0) <= len(text) <= longest
        )
    if schema["type"] == "array":
        return st.lists(values(schema["items"]), max_size=min(3, schema["maxItems"]))
    if schema["type"] == "integer":
        return st.integers(schema.get("minimum"), schema.get("maximum"))
    if schema["type"] == "number":
        return st.floats(allow_nan=False, allow_infinity=False)
    return TEXT.filter(lambda text: len(text) >= schema.get("minLength", 0))


def requests(description: dict[str, Any]) -> st.SearchStrategy[str]:
    """A path with its query, of any GET operation."""
    one = []
    for path, operations in description["paths"].items():
        if "get" not in operations:
            continue
        parameters = operations["get"].get("parameters", [])
        inside = {p["name"]: values(p["schema"]) for p in parameters if p["in"] == "path"}
        asked = {p["name"]: values(p["schema"]) for p in parameters if p["in"] == "query"}
        one.append(
            st.builds(
                lambda path, inside, asked: (
                    path.format(**{k: quote(v) for k, v in inside.items()}) + "?" + urlencode(asked, doseq=True)
                ),
                st.just(path),
                st.fixed_dictionaries(inside),
                st.fixed_dictionaries({}, optional=asked),
            )
        )
    return st.one_of(one)


@pytest.fixture
def told(api: Api) -> Api:
    api.tell("one", day=9)
    api.tell("two", actor="Peru", to="Norway", day=11)
    return api


def test_what_the_description_allows_is_answered(told: Api) -> None:
    @settings(max_examples=100, suppress_health_check=SLOW_START)
    @given(target=requests(told.get("/openapi.json").json))
    def answered(target: str) -> None:
        answer = told.get(target)
        assert answer.status in (200, 404), (target, answer.text)
        if answer.headers["content-type"].partition(";")[0].endswith("json"):
            json.loads(answer.text)

    answered()


@settings(max_examples=60, suppress_health_check=SLOW_START)
@given(name=st.sampled_from(["since", "until", "bbox", "cursor", "limit", "factuality", "min_outlets", "sort"]), value=TEXT)
def test_what_is_no_value_of_a_parameter_is_a_problem_and_never_a_failure(told: Api, name: str, value: str) -> None:
    answer = told.get(f"/v1/events?{urlencode({name: value})}")
    assert answer.status in (200, 400)
    assert answer.status == 200 or answer.json["detail"]
