"""The filters of events as options of a command, made from the query's own fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from tidings.errors import BadUsage
from tidings.query.filters import EventQuery

F = TypeVar("F", bound=Callable[..., Any])
_HELP = {
    "since": "Earliest day, as 2025-06-01; of an event of several days the first counts.",
    "until": "Latest day, of the same kind.",
    "factuality": "confirmed, reported, alleged, planned, possible or denied.",
}


def filter_options(command: F) -> F:
    """Add an option for each filter; those that may have several values may be given several times."""
    for name, field in reversed(EventQuery.model_fields.items()):
        several = field.default == ()
        told = _HELP.get(name) or f"{field.description}."
        command = click.option(f"--{name.replace('_', '-')}", name, multiple=several, help=told)(command)
    return command


def query_of(filters: dict[str, Any]) -> EventQuery:
    """Return the query that options ask for.

    Raises:
        BadUsage: one has a value that makes no sense.
    """
    try:
        return EventQuery.model_validate({name: value for name, value in filters.items() if value not in (None, ())})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadUsage(f"--{str(first['loc'][0]).replace('_', '-')}: {first['msg']}") from None
