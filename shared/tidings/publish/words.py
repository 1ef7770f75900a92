"""The words that an event is found by: folded, the forms of one word made one, the telling ones first.

Only what inflects is taken off: the plural as by D. Harman's S stemmer ("How effective is suffixing?", JASIS 42, 1991), -ed
and -ing as in step 1 of M. Porter's ("An algorithm for suffix stripping", Program 14, 1980), and strong verbs and plurals by
a table. So "seize", "seized" and "seizing" are one, "send" and "sent" too, and, unlike with whole stemmers, "prisoner" and
"prison" are two. What is left need be no word ("seiz"): it is compared with what is left of others, and not shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from tidings.records import CanonicalEvent, Mention
from tidings.tables import parts, rows

LONGEST = 40
"""Letters of a word that count."""
_MOST_TEXT = 2000
_WORD = re.compile(r"[0-9]+\.[0-9]+|[^\W_]+")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_VOWEL = re.compile("[aeiouy]")


def fold(text: str) -> str:
    """Return a text in small letters without accents, blanks as single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def words(text: str) -> list[str]:
    """Return the words of a text that can be searched for, in its order, each once; numbers without commas.

    >>> words("The grey ships' crews seized 1,200 boats at Abéché")
    ['grey', 'ship', 'crew', 'seiz', '1200', 'boat', 'abech']
    """
    found = (word[:LONGEST] for word in _WORD.findall(_THOUSANDS.sub("", fold(text[:_MOST_TEXT]))))
    return list(dict.fromkeys(_stem(word) for word in found if len(word) > 1 and word not in _stopwords()))


def event_words(event: CanonicalEvent, most: int) -> tuple[str, ...]:
    """Return the words that tell of an event, at most so many.

    First those of its place, of what happened (as a dictionary and as the text has it), of its number and what is counted,
    and of the headline actor and recipient; then those of the evidence and the title of its first mention, longer ones
    first; last what else has a name.
    """
    place, shown = event.place, event.mentions[:1]
    actors, recipients = event.actor, event.recipient
    telling = [
        (place.name or place.text) if place else "",
        event.trigger,
        *(_as_written(mention) for mention in shown),
        *(text for quantity in event.quantities[:1] for text in (quantity.text, quantity.of or "")),
        *(party.name for party in (*actors[:1], *recipients[:1])),
    ]
    chosen = dict.fromkeys(word for text in telling for word in words(text))
    for mention in shown:
        chosen |= dict.fromkeys(_longer_first(words(mention.selector.exact)))
        chosen |= dict.fromkeys(_longer_first(words(mention.title or "")))
    others = [*(quantity.of or "" for quantity in event.quantities[1:2]), *(p.name for p in (*actors[1:], *recipients[1:]))]
    chosen |= dict.fromkeys(word for text in others for word in words(text))
    return tuple(chosen)[: max(0, most)]


def _as_written(mention: Mention) -> str:
    """Return the trigger as the text has it; nothing where the quoted evidence does not hold it."""
    start = mention.start - mention.evidence.start
    return mention.selector.exact[start : start + mention.end - mention.start] if start >= 0 else ""


def _longer_first(found: Iterable[str]) -> list[str]:
    return sorted(found, key=lambda word: (-len(word), word))


def _stem(word: str) -> str:
    if any(sign.isdigit() for sign in word):
        return word
    word = _without_inflection(_without_plural(_regular().get(word, word)))
    # What an ending may have changed is changed in words without one too: a doubled letter, a dropped e, an i for a y.
    if len(word) > 2 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 1 and word.endswith("y") and not _VOWEL.match(word[-2]):
        return word[:-1] + "i"
    return word[:-1] if len(word) > 2 and word[-1] == word[-2] else word


def _without_plural(word: str) -> str:
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


def _without_inflection(word: str) -> str:
    for ending in ("ed", "ing"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) > 1 and bare[-1:] != "e" and _VOWEL.search(bare):
            return bare
    return word.removesuffix("ing") if word.endswith("eeing") else word


@cache
def _stopwords() -> frozenset[str]:
    return frozenset(word for (field,) in rows("index_stopwords.tsv", 1) for word in parts(field))


@cache
def _regular() -> dict[str, str]:
    return {form: word for word, forms in rows("index_irregular.tsv", 2) for form in parts(forms)}
