"""Names: where they begin and end, and which of them mean the same."""

from __future__ import annotations

import re
from functools import cache

from tidings.extract.gazetteer import fold
from tidings.tables import rows

_EDGES = " \t\n\"“”'‘’`,;:.()[]-–—"
_POSSESSIVE = re.compile(r"(?:['’`]s|(?<=s)['’`])$")
_SMALL = frozenset({"of", "the", "for", "and", "in", "on", "at", "to", "de", "la", "du", "des", "di", "el", "a"})


@cache
def titles() -> frozenset[str]:
    """Return the words that stand before a person's name and are no part of it, folded."""
    return frozenset(word for _, column in rows("entity_titles.tsv", 2) for word in map(fold, column.split(" ")))


@cache
def sure_titles() -> frozenset[str]:
    """Return those titles that only people's names follow, folded."""
    return frozenset(
        word for use, column in rows("entity_titles.tsv", 2) if use == "person" for word in map(fold, column.split(" "))
    )


def begins_with_title(name: str) -> bool:
    """Tell whether a name begins with a word that only people's names follow ("Mr", "MP")."""
    first, _, rest = name.partition(" ")
    return bool(rest) and fold(first) in sure_titles()


def mended(text: str, start: int, end: int, *, person: bool) -> tuple[int, int]:
    """Return a name's offsets less what is no part of it: a leading "the", a possessive, quotes, a person's titles.

    A full stop stays where it ends an abbreviation ("U.S.", "Inc."). The result is empty if nothing is left.
    """
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES and not (text[end - 1] == "." and _abbreviation(text[start:end])):
        end -= 1
    possessive = _POSSESSIVE.search(text, start, end)
    if possessive is not None:
        end = possessive.start()
    first, _, rest = text[start:end].partition(" ")
    dropped = first.casefold() in ("the", "a", "an") or (person and fold(first) in titles())
    if dropped and rest.strip():
        return mended(text, end - len(rest.lstrip()), end, person=person)
    return start, end


def _abbreviation(name: str) -> bool:
    last = name.rsplit(" ", 1)[-1]
    return "." in last[:-1] or last in ("Inc.", "Corp.", "Co.", "Ltd.", "Jr.", "Sr.", "Bros.")


def initials(name: str) -> frozenset[str]:
    """Return the acronyms that a name of several words may have, capitals only: with and without its small words."""
    words = [word for word in re.split(r"[\s\-]+", name) if word]
    if len(words) < 2:
        return frozenset()
    large = "".join(word[0] for word in words if word.casefold() not in _SMALL)
    every = "".join(word[0] for word in words)
    with_of = "".join(word[0] for word in words if word.casefold() not in _SMALL - {"of"})
    return frozenset(letters.upper() for letters in (large, every, with_of) if len(letters) > 1)


def is_acronym(name: str) -> bool:
    """Tell whether a name is written as initials: "IAEA", "U.N."."""
    letters = name.replace(".", "")
    return 2 <= len(letters) <= 8 and letters.isalpha() and letters.isupper()


def is_acronym_of(short: str, full: str) -> bool:
    """Tell whether a name is another one's initials."""
    return is_acronym(short) and short.replace(".", "") in initials(full)


def is_short_person(short: str, full: str) -> bool:
    """Tell whether a person's name is a shorter form of another: its last words, its first and last, or its first alone."""
    a, b = fold(short).split(), fold(full).split()
    if not a or len(a) >= len(b):
        return False
    ends = b[-len(a) :] == a
    given = len(a) == 1 and len(a[0]) > 2 and b[0] == a[0]
    around = len(a) > 1 and a[0] == b[0] and a[-1] == b[-1]
    suffixed = b[-1] in ("jr", "sr", "ii", "iii") and is_short_person(short, " ".join(full.split()[:-1]))
    return ends or given or around or suffixed


def is_short_organisation(short: str, full: str) -> bool:
    """Tell whether an organisation's name is a shorter form of another: initials, its first words or its last.

    "Coordination Headquarters" is the "Coordination Headquarters for Prisoners"; "Bank" alone is nobody's short form.
    """
    if is_acronym_of(short, full):
        return True
    a, b = fold(short).split(), fold(full).split()
    if not a or len(a) >= len(b):
        return False
    if b[: len(a)] == a:
        return len(a) > 1 or (len(a[0]) > 3 and b[1] in _CORPORATE)
    return len(a) > 1 and b[-len(a) :] == a


_CORPORATE = frozenset(
    {
        "inc",
        "corp",
        "corporation",
        "company",
        "co",
        "ltd",
        "group",
        "plc",
        "ag",
        "sa",
        "nv",
        "party",
        "motors",
        "holdings",
        "bank",
    }
)
