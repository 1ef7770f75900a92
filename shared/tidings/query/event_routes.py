"""The routes of events, their counts and their actors."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from tidings.ids import EventId
from tidings.query.actors import ActorList, ActorProfile, find_actors, profile
from tidings.query.answers import EventList, answers
from tidings.query.codes import actor_code
from tidings.query.events import find_events
from tidings.query.http import Id, as_json, only_known
from tidings.query.mentions import MentionList, find_mentions
from tidings.query.parameters import ActorParameters, EventParameters, PageParameters, ProfileParameters, StatParameters
from tidings.query.reading import find_event
from tidings.query.resources import Tools
from tidings.query.statistics import Statistics, count_events
from tidings.records import CanonicalEvent

Code = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z]+$")]


def add_events(app: APIGatewayRestResolver, tools: Tools) -> None:
    """Add the routes of events."""

    @app.get("/v1/events", summary="Events, newest or oldest first", responses=answers(EventList))
    def events(query: Annotated[EventParameters, Query()]) -> Response[str]:
        only_known(app, EventParameters)
        page = find_events(tools().store, query.filters(), limit=query.limit, cursor=query.cursor, sort=query.sort)
        found = [chosen(card, query.wanted_fields()) for card in page.cards]
        return as_json(app, {"events": found, "cursor": page.cursor})

    @app.get(
        "/v1/events/<event_id>",
        summary="One event with its mentions, values and history; a former id leads to the event of today",
        responses=answers(CanonicalEvent, HTTPStatus.NOT_FOUND),
    )
    def event(event_id: Id) -> Response[str]:
        return as_json(app, find_event(tools().store, EventId(event_id)).model_dump(mode="json", exclude_none=True))

    @app.get(
        "/v1/events/<event_id>/mentions",
        summary="All mentions of an event, page by page",
        responses=answers(MentionList, HTTPStatus.NOT_FOUND),
    )
    def mentions(event_id: Id, query: Annotated[PageParameters, Query()]) -> Response[str]:
        only_known(app, PageParameters)
        page = find_mentions(tools().store, EventId(event_id), limit=query.limit, cursor=query.cursor)
        return as_json(app, page.model_dump(mode="json", exclude_none=True) | {"cursor": page.cursor})


def add_counts(app: APIGatewayRestResolver, tools: Tools) -> None:
    """Add the routes of counts and actors."""

    @app.get("/v1/stats", summary="Counts of events by type, day, actor, place", responses=answers(Statistics))
    def stats(query: Annotated[StatParameters, Query()]) -> Response[str]:
        only_known(app, StatParameters)
        counts = count_events(tools().store, query.filters(), cursor=query.cursor)
        return as_json(app, counts.model_dump(mode="json"))

    @app.get("/v1/actors", summary="Actors, the most frequent first", responses=answers(ActorList))
    def actors(query: Annotated[ActorParameters, Query()]) -> Response[str]:
        only_known(app, ActorParameters)
        found = find_actors(tools().store, called=query.q, limit=query.limit, cursor=query.cursor)
        return as_json(app, found.model_dump(mode="json"))

    @app.get("/v1/actors/<code>", summary="What an actor has to do with whom", responses=answers(ActorProfile))
    def actor(code: Code, query: Annotated[ProfileParameters, Query()]) -> Response[str]:
        only_known(app, ProfileParameters)
        found = profile(tools().store, actor_code(code), since=query.since, until=query.until, cursor=query.cursor)
        return as_json(app, found.model_dump(mode="json"))


def chosen(card: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """Return those fields of an event that were asked for, all if none were."""
    return {name: value for name, value in card.items() if not fields or name in fields}
