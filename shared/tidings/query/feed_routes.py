"""The routes of feeds: follow, look after, change, let go."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel, ConfigDict, Field

from tidings.fetch import registry
from tidings.ids import FeedId
from tidings.query.answers import FeedList, answers
from tidings.query.http import Id, as_json
from tidings.query.resources import Tools
from tidings.records import Feed

_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PORT = ":([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
WEB_URL = rf"^[Hh][Tt][Tt][Pp][Ss]?://({_LABEL}\.)*{_LABEL}({_PORT})?([/?#][^\x00-\x20\x7f\\]*)?$"
"""An address whose host is written in ASCII, as browsers give it on. Whether it may be reached is decided elsewhere."""
Interval = Annotated[int, Field(ge=60, le=86_400, description="Least seconds between two reads")]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class NewFeed(BaseModel):
    """A feed to follow."""

    url: Annotated[str, Field(min_length=8, max_length=2000, pattern=WEB_URL)]
    interval_s: Interval = 900
    discover: bool = True
    """Whether a page at this URL stands for the feed that it names; false: the page itself is followed."""


class ChangedFeed(BaseModel):
    """What to change of a feed; what is not named stays."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    interval_s: Interval | None = None
    title: Name | None = None
    outlet: Name | None = None


def add_feeds(app: APIGatewayRestResolver, tools: Tools) -> None:
    """Add the routes of feeds."""

    @app.get("/v1/feeds", summary="Feeds with their health", responses=answers(FeedList))
    def feeds() -> Response[str]:
        return as_json(app, {"feeds": [_shown(feed) for feed in registry.all_feeds(tools().store)]})

    @app.post(
        "/v1/feeds",
        summary="Follow a feed",
        responses=answers(Feed, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED),
    )
    def add(feed: NewFeed) -> Response[str]:
        found = tools()
        added = registry.add_feed(
            found.store,
            feed.url,
            now=found.clock(),
            interval_s=feed.interval_s,
            discover=feed.discover,
            allow_loopback=found.settings.allow_loopback,
        )
        return as_json(app, _shown(added), HTTPStatus.CREATED)

    @app.get("/v1/feeds/<feed_id>", summary="One feed", responses=answers(Feed, HTTPStatus.NOT_FOUND))
    def one(feed_id: Id) -> Response[str]:
        return as_json(app, _shown(registry.get_feed(tools().store, FeedId(feed_id))))

    @app.patch(
        "/v1/feeds/<feed_id>",
        summary="Change a feed's interval, title or outlet",
        responses=answers(Feed, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    def change(feed_id: Id, changes: ChangedFeed) -> Response[str]:
        store = tools().store
        item = registry.feed_item(store, FeedId(feed_id))
        feed = Feed.model_validate(item.body).model_copy(update=changes.model_dump(exclude_none=True))
        registry.save_feed(store, feed, before=item)
        return as_json(app, _shown(feed))

    @app.delete(
        "/v1/feeds/<feed_id>",
        summary="Stop following a feed",
        responses=answers(Feed, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    def remove(feed_id: Id) -> Response[str]:
        return as_json(app, _shown(registry.remove_feed(tools().store, FeedId(feed_id))))


def _shown(feed: Feed) -> dict[str, object]:
    return feed.model_dump(mode="json", exclude_none=True)
