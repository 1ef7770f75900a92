"""Names: where they begin and end, and which of them mean the same."""

from __future__ import annotations

import re
from functools import cache

from tidings.extract.gazetteer import fold
from tidings.records import EntityLabel
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


def shorter_forms(name: str, label: EntityLabel) -> set[str]:
    """Return the keys of what a name may be shortened to; a shorter form has one of them among its `short_keys`.

    Of a person: the last words, the first and last, the first alone. Of an organisation: the first words or the last ("Bank"
    alone is nobody's short form), and as of all else the initials.
    """
    words, keys = fold(name).split(), {f"initials {letters}" for letters in initials(name)}
    if label is EntityLabel.ORG:
        keys.update(f"head {' '.join(words[:k])}" for k in range(2, len(words)))
        keys.update(f"tail {' '.join(words[-k:])}" for k in range(2, len(words)))
        if len(words) > 1 and len(words[0]) > 3 and words[1] in _CORPORATE:
            keys.add(f"head {words[0]}")
    if label is EntityLabel.PERSON:
        keys = set()
        while len(words) > 1:
            keys.add(f"given {words[0]}")
            keys.update(f"tail {' '.join(words[-k:])}" for k in range(1, len(words)))
            keys.update(f"around {k} {words[0]} {words[-1]}" for k in range(2, len(words)))
            if words.pop() not in ("jr", "sr", "ii", "iii"):
                break
    return keys


def short_keys(name: str, label: EntityLabel) -> set[str]:
    """Return the keys under which the longer forms of a name are found: see `shorter_forms`."""
    words = fold(name).split()
    if not words:
        return set()
    whole = " ".join(words)
    if label is EntityLabel.PERSON:
        around = f"around {len(words)} {words[0]} {words[-1]}" if len(words) > 1 else ""
        given = f"given {whole}" if len(words) == 1 and len(whole) > 2 else ""
        return {f"tail {whole}", around, given} - {""}
    keys = {f"initials {name.replace('.', '')}"} if is_acronym(name) else set()
    return keys | {f"head {whole}", f"tail {whole}"} if label is EntityLabel.ORG else keys


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
