"""The tables behind factuality: implicative signatures and the operators of modality, negation and hearsay."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from tidings.tables import rows


class Implied(StrEnum):
    """What a governing word implies of its complement."""

    FACT = "fact"
    NOT = "not"
    POSSIBLE = "possible"
    PLANNED = "planned"


class Signature(NamedTuple):
    """What is implied where the governor is affirmed, and where it is negated."""

    affirmed: Implied
    negated: Implied


@cache
def signatures() -> dict[tuple[str, str], Signature]:
    """Return the signatures by lemma and frame (x, c, o); a lemma's first row for a frame counts."""
    found: dict[tuple[str, str], Signature] = {}
    for row in rows("factuality_signatures.tsv", 4):
        signature = Signature(Implied(row[1]), Implied(row[2]))
        for lemma in row[3].split():
            for frame in row[0]:
                found.setdefault((lemma, frame), signature)
    return found


@cache
def operators() -> dict[tuple[str, str], str]:
    """Return what an operator makes of its clause (negative, planned, possible, alleged), by kind and word."""
    found: dict[tuple[str, str], str] = {}
    for row in rows("factuality_operators.tsv", 3):
        for word in row[2].split():
            found[(row[0], word)] = row[1]
    return found
