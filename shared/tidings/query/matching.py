"""Does an event pass a query? The same answer as the index gives."""

from __future__ import annotations

from tidings.publish.facets import facets_of
from tidings.publish.index import found_by
from tidings.query.filters import EventQuery, passes, wanted_words
from tidings.records import CanonicalEvent


def matches(event: CanonicalEvent, query: EventQuery) -> bool:
    """Tell whether an event passes every filter."""
    if (query.since and event.day < query.since) or (query.until and event.day > query.until):
        return False
    wanted = wanted_words(query)
    if wanted is not None and not (wanted and set(wanted).issubset(found_by(event))):
        return False
    return passes(facets_of(event), query)
