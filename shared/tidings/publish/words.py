"""The words that an event is found by: folded, without endings of the plural, the telling ones first.

The ending is taken off as by D. Harman's S stemmer ("How effective is suffixing?", JASIS 42, 1991): it joins "ship" and
"ships" and, unlike heavier stemmers, never "prisoner" and "prison".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from tidings.records import CanonicalEvent
from tidings.tables import parts, rows

LONGEST = 40
"""Letters of a word that count."""
_MOST_TEXT = 2000
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text in small letters without accents, blanks as single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def words(text: str) -> list[str]:
    """Return the words of a text that can be searched for, in its order, each once.

    >>> words("The grey ships' crews are at Abéché")
    ['grey', 'ship', 'crew', 'abeche']
    """
    found = (word[:LONGEST] for word in _WORD.findall(fold(text[:_MOST_TEXT])))
    return list(dict.fromkeys(_stem(word) for word in found if len(word) > 1 and word not in _stopwords()))


def event_words(event: CanonicalEvent, most: int) -> tuple[str, ...]:
    """Return the words that an event is found by, at most so many.

    First those of its place, actors and recipients, then of what happened and what was counted, then the words of the
    evidence and the title of its first mention, longer ones first.
    """
    told = [event.place.name or event.place.text] if event.place else []
    told += [actor.name for actor in (*event.actor, *event.recipient)]
    told += [event.trigger, *(quantity.of or "" for quantity in event.quantities[:2])]
    chosen = dict.fromkeys(word for text in told for word in words(text))
    for mention in event.mentions[:1]:
        chosen |= dict.fromkeys(_longer_first(words(mention.selector.exact)))
        chosen |= dict.fromkeys(_longer_first(words(mention.title or "")))
    return tuple(chosen)[: max(0, most)]


def _longer_first(found: Iterable[str]) -> list[str]:
    return sorted(found, key=lambda word: (-len(word), word))


def _stem(word: str) -> str:
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


@cache
def _stopwords() -> frozenset[str]:
    return frozenset(word for (field,) in rows("index_stopwords.tsv", 1) for word in parts(field))
