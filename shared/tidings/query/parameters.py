"""The query parameters of each route, as models: checked by them, and described by them in the OpenAPI document."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from tidings.query.events import CURSOR, MAX_LIMIT, Sort
from tidings.query.filters import Day, EventQuery, blank_is_none
from tidings.records import CanonicalEvent

CURSOR_OR_NONE = f"^({CURSOR})?$"
_NAME = "(" + "|".join(CanonicalEvent.model_fields) + ")"
FIELDS = rf"^({_NAME}(,{_NAME})*)?$"
MENTION_CURSOR = r"^[A-Za-z0-9]{0,64}$"

Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[
    Annotated[str, StringConstraints(pattern=CURSOR_OR_NONE)] | None,
    AfterValidator(blank_is_none),
    Field(description="The cursor of the page before: goes on behind it"),
]
Fields = Annotated[
    Annotated[str, StringConstraints(pattern=FIELDS, max_length=500)] | None,
    AfterValidator(blank_is_none),
    Field(description="Fields of the events to give, separated by commas; all if none are named"),
]


class StatParameters(EventQuery):
    """Filters, and where to go on."""

    cursor: Cursor = None

    def filters(self) -> EventQuery:
        """Return the filters alone."""
        return EventQuery.model_validate({name: getattr(self, name) for name in EventQuery.model_fields})


class FeedParameters(StatParameters):
    """Filters, order, how many events, and where to go on."""

    limit: Limit = 50
    sort: Annotated[Sort, Field(description="By the event's day")] = "newest"


class EventParameters(FeedParameters):
    """The same, and what of the events to give."""

    fields: Fields = None

    def wanted_fields(self) -> frozenset[str]:
        """Return the fields asked for, none if all are."""
        return frozenset(self.fields.split(",")) if self.fields else frozenset()


class WatchFeedParameters(BaseModel):
    """How many events, and where to go on."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    limit: Limit = 50
    cursor: Cursor = None


class PageParameters(BaseModel):
    """How many, and where to go on."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    limit: Limit = 50
    cursor: Annotated[Annotated[str, StringConstraints(pattern=MENTION_CURSOR)] | None, AfterValidator(blank_is_none)] = None


class ActorParameters(BaseModel):
    """How many actors, which ones, and where to count on."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    q: Annotated[
        Annotated[str, StringConstraints(max_length=100)] | None,
        AfterValidator(blank_is_none),
        Field(description="The beginning of a code or a name"),
    ] = None
    limit: Limit = 50
    cursor: Cursor = None


class ProfileParameters(BaseModel):
    """First and last day, and where to count on."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    since: Day = None
    until: Day = None
    cursor: Cursor = None
