"""The two tables of facts of a stack on AWS, as its parameters tell of them. Pure: nothing here is reached.

    FactsIn  Replay      tables   answers  is written
    first    none        first    first    first         the default
    first    rebuilding  both     first    both          a replay fills the second one; news goes to both
    second   leaving     both     second   second        swapped: the first one is about to go
    second   none        second   second   second        done; the next replay goes the other way round
    first    leaving     both     first    first         a replay was given up: the second one is about to go

A parameter says nothing of how far a replay has come: that is `tidings.replaying.place`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple

FACTS_IN, REPLAY, NEWS_SINCE = "FactsIn", "Replay", "NewsSince"
"""The parameters that a replay sets, and nobody else."""
TABLES = {"first": "FactsTable", "second": "SecondFactsTable"}
"""Values of `FactsIn`, and the logical ids of the tables."""
REGISTRY = "RegistryTable"
"""The logical id of the table of what is no fact."""
State = Literal["none", "rebuilding", "leaving"]


class Tables(NamedTuple):
    """Which table (first or second) has the facts that are answered, and what becomes of the other one."""

    facts_in: str = "first"
    replay: State = "none"

    @property
    def other(self) -> str:
        """The table that does not answer."""
        return "second" if self.facts_in == "first" else "first"

    @property
    def answering(self) -> str:
        """The logical id of the table that answers."""
        return TABLES[self.facts_in]

    @property
    def beside(self) -> str:
        """The logical id of the other one; it is there unless `replay` is none."""
        return TABLES[self.other]


def tables_of(parameters: Mapping[str, str]) -> Tables:
    """Return what a stack's parameters tell."""
    state: State = "none"
    for known in ("rebuilding", "leaving"):
        if parameters.get(REPLAY) == known:
            state = known
    return Tables("second" if parameters.get(FACTS_IN) == "second" else "first", state)


def begun(since: datetime) -> dict[str, str]:
    """Return the parameters that begin a replay; what was fetched before `since` is not told of, and only written beside."""
    return {REPLAY: "rebuilding", NEWS_SINCE: since.astimezone(UTC).isoformat(timespec="seconds")}


def swapped(tables: Tables) -> dict[str, str]:
    """Return the parameters that have the table answer that a replay has filled."""
    return {FACTS_IN: tables.other, REPLAY: "leaving"}


def given_up() -> dict[str, str]:
    """Return the parameters that have the table that answers written alone again."""
    return {REPLAY: "leaving"}


def ended() -> dict[str, str]:
    """Return the parameters that know of one table only."""
    return {REPLAY: "none", NEWS_SINCE: ""}
