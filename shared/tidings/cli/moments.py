"""Points in time on the command line and in JSON lines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from dateutil.parser import isoparse

from tidings.errors import BadInput


def moment_of(text: str) -> datetime:
    """Parse an ISO 8601 time; without a zone it is UTC.

    Raises:
        BadInput: it is none.
    """
    try:
        moment: datetime = isoparse(text)
    except ValueError:
        raise BadInput(f"{text!r} is not an ISO 8601 time such as 2025-06-13T20:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Moment(click.ParamType):  # type: ignore[type-arg] # generic only in click's newest versions
    """An option that is a point in time; without a zone it is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse the text, or fail as bad usage."""
        if isinstance(value, datetime):
            return value
        try:
            return moment_of(str(value))
        except BadInput as error:
            self.fail(str(error), param, ctx)
