"""Does an event pass a query? The same answer as the index gives."""

from __future__ import annotations

from tidings.publish.facets import facets_of
from tidings.publish.index import MAX_WORDS, told_words
from tidings.query.filters import EventQuery, passes, wanted_words, word_to_read
from tidings.records import CanonicalEvent


def matches(event: CanonicalEvent, query: EventQuery) -> bool:
    """Tell whether an event passes every filter."""
    if (query.since and event.day < query.since) or (query.until and event.day > query.until):
        return False
    wanted = wanted_words(query)
    if wanted is not None:
        told = told_words(event)
        if not wanted or word_to_read(wanted) not in told[:MAX_WORDS] or not set(wanted).issubset(told):
            return False
    return passes(facets_of(event), query)
