"""Actors: who is in the news, and who does what to whom. Counted over a bounded number of events, newest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from pydantic import BaseModel

from tidings.ports.store import Store
from tidings.publish.facets import Facets
from tidings.query.codes import actor_name, codes_called
from tidings.query.filters import EventQuery
from tidings.query.planning import FEW
from tidings.query.statistics import read_to_count

MAX_COUNTERPARTS = 100


class ActorCount(BaseModel):
    """An actor by its country or PLOVER actor code, and in how many events it is one side or the other."""

    code: str
    name: str
    events: int
    as_actor: int
    as_recipient: int


class ActorList(BaseModel):
    """The most frequent actors among the events counted; `cursor` counts on (add the counts up), null at the end."""

    actors: list[ActorCount]
    cursor: str | None


class Counterpart(BaseModel):
    """Another actor: in how many events it acted on this one (`as_actor`) or was acted on (`as_recipient`), by type."""

    code: str
    name: str
    as_actor: int
    as_recipient: int
    types: dict[str, int]


class ActorProfile(BaseModel):
    """What an actor has to do with whom; `cursor` counts on (add the counts up), null if all its events are counted."""

    code: str
    name: str
    events: int
    days: dict[str, int]
    types: dict[str, int]
    counterparts: list[Counterpart]
    cursor: str | None


def find_actors(store: Store, *, called: str | None = None, limit: int = 50, cursor: str | None = None) -> ActorList:
    """Return the most frequent actors among the newest events; `called` narrows them to those of a code or a name.

    Raises:
        BadUsage: a cursor that is not ours.
    """
    known = codes_called(called) if called else None
    if known is not None and not known:
        return ActorList(actors=[], cursor=None)
    query = EventQuery(country=tuple(sorted(known))) if known and len(known) <= FEW else EventQuery()
    page = read_to_count(store, query, cursor)
    acting = Counter(code for found in page.found for code in found.facets.actor_codes())
    befallen = Counter(code for found in page.found for code in found.facets.recipient_codes())
    either = Counter(code for found in page.found for code in _both(found.facets))
    wanted = [code for code in either if known is None or code in known]
    ranked = sorted(wanted, key=lambda code: (-either[code], code))[:limit]
    return ActorList(
        actors=[
            ActorCount(
                code=code,
                name=actor_name(code),
                events=either[code],
                as_actor=acting[code],
                as_recipient=befallen[code],
            )
            for code in ranked
        ],
        cursor=page.cursor,
    )


def profile(
    store: Store, code: str, *, since: str | None = None, until: str | None = None, cursor: str | None = None
) -> ActorProfile:
    """Return an actor's days, types and counterparts over its newest events; an unknown actor has none.

    Raises:
        BadUsage: a cursor that is not ours.
    """
    page = read_to_count(store, EventQuery(country=(code,), since=since, until=until), cursor)
    told = [found for found in page.found if code in _both(found.facets)]
    acting: Counter[str] = Counter()
    befallen: Counter[str] = Counter()
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for found in told:
        actors, recipients = found.facets.actor_codes(), found.facets.recipient_codes()
        others = recipients - {code} if code in actors else set()
        befallen.update(others)
        acting.update(actors - {code} if code in recipients else ())
        for other in others | (actors - {code} if code in recipients else set()):
            types[other][found.facets.type] += 1
    ranked = sorted(types, key=lambda other: (-acting[other] - befallen[other], other))
    return ActorProfile(
        code=code,
        name=actor_name(code),
        events=len(told),
        days=_ordered(Counter(found.day for found in told).items()),
        types=_ordered(Counter(found.facets.type for found in told).items()),
        counterparts=[
            Counterpart(
                code=other,
                name=actor_name(other),
                as_actor=acting[other],
                as_recipient=befallen[other],
                types=_ordered(types[other].items()),
            )
            for other in ranked[:MAX_COUNTERPARTS]
        ],
        cursor=page.cursor,
    )


def _both(facets: Facets) -> set[str]:
    return facets.actor_codes() | facets.recipient_codes()


def _ordered(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(sorted(counts))
