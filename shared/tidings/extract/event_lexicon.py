"""The lexicon of event triggers: data/event_triggers.tsv and data/event_classes.tsv, read once and checked.

A rule says: these words, in this part of speech, in this frame, tell of this PLOVER type and mode, and their recipient
stands there. https://github.com/openeventdata/PLOVER
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

from tidings.errors import Permanent
from tidings.tables import rows

PartOfSpeech = Literal["v", "n", "a"]
FLAGS = frozenset({"sym", "rev", "self", "state", "sure"})
ASKED_OF_THE_TEXT = frozenset({"@ACTOR", "@PLACE", "@PERSON", "@HOSTILE"})

HOSTILE = frozenset({"ASSAULT", "COERCE"})
"""PLOVER's types of force against others."""
_ANYBODY, _ANYTHING = 10_000, 100_000
"""How many words fulfil a condition that asks for an actor, and one that asks for any word."""


class Condition(NamedTuple):
    """A slot of the trigger's frame that must be filled or hold a word of a class, or (`wanted` False) must not.

    A class in small letters is that one word. Of several slots ("in/on") any will do.
    """

    slot: str
    wanted: bool
    classes: tuple[str, ...]


class Rule(NamedTuple):
    """One reading of a trigger: PLOVER type, mode, contexts, where the recipient stands, when it holds."""

    type: str
    mode: str | None
    contexts: tuple[str, ...]
    roles: tuple[str, ...]
    conditions: tuple[Condition, ...]

    def has(self, flag: str) -> bool:
        """Tell whether the rule bears a flag."""
        return flag in self.roles


@cache
def classes() -> dict[str, frozenset[str]]:
    """Return the word classes that conditions ask for, by name."""
    return {row[0]: frozenset(row[1].split()) for row in rows("event_classes.tsv")}


@cache
def hosts() -> dict[str, frozenset[str]]:
    """Return the classes of words with which who stands where doers stand did not do it."""
    return {row[0]: frozenset(row[1].split()) for row in rows("event_hosts.tsv", 2)}


@cache
def mishaps() -> dict[str, frozenset[str]]:
    """Return the classes of words with which words of violence tell of nobody's deed."""
    return {row[0]: frozenset(row[1].split()) for row in rows("event_mishaps.tsv", 2)}


@cache
def ontology() -> dict[str, frozenset[str]]:
    """Return PLOVER's modes by event type."""
    text = resources.files("tidings").joinpath("data", "plover_ontology.json").read_text(encoding="utf-8")
    return {name: frozenset(entry.get("modes") or ()) for name, entry in json.loads(text)["types"].items()}


@cache
def rules() -> dict[tuple[str, PartOfSpeech], tuple[Rule, ...]]:
    """Return the rules of each lemma and part of speech, those with most conditions first.

    Raises:
        Permanent: a row does not fit its columns, or names a type, mode or class that does not exist.
    """
    found: dict[tuple[str, PartOfSpeech], list[Rule]] = {}
    for row in rows("event_triggers.tsv", 7):
        rule, pos = _rule(row)
        for lemma in row[6].split():
            key, own = _compound(lemma, pos, rule)
            found.setdefault((key, pos), []).append(own)
    return {key: tuple(sorted(several, key=_looseness)) for key, several in found.items()}


@cache
def contexts_of(kind: str) -> tuple[str, ...]:
    """Return the contexts that most rules of a type share."""
    counted = Counter(rule.contexts for several in rules().values() for rule in several if rule.type == kind)
    return counted.most_common(1)[0][0] if counted else ()


def _compound(lemma: str, pos: PartOfSpeech, rule: Rule) -> tuple[str, Rule]:
    """Return the head word of a lemma and its rule: a compound noun is its head with that word before it."""
    first, low_line, head = lemma.rpartition("_")
    if pos != "n" or not low_line:
        return lemma, rule
    return head, rule._replace(conditions=(Condition("mod", True, (first,)), *rule.conditions))


def _looseness(rule: Rule) -> tuple[int, int]:
    """Order rules: more conditions first, then those that fewer words fulfil; any actor is many words, anything is more."""
    return -len(rule.conditions), sum(map(_words, rule.conditions))


def _words(condition: Condition) -> int:
    if not condition.classes:
        return _ANYTHING
    known = classes()
    return sum(_ANYBODY if name in ASKED_OF_THE_TEXT else len(known.get(name, (name,))) for name in condition.classes)


def _rule(row: list[str]) -> tuple[Rule, PartOfSpeech]:
    kind, mode, contexts, pos, roles, conditions, _ = ("" if cell == "-" else cell for cell in row)
    if kind not in ontology():
        raise Permanent(f"event_triggers.tsv: PLOVER has no type {kind}")
    if mode and mode not in ontology()[kind]:
        raise Permanent(f"event_triggers.tsv: {kind} has no mode {mode}")
    if pos not in ("v", "n", "a"):
        raise Permanent(f"event_triggers.tsv: part of speech {pos!r} is none of v, n, a")
    rule = Rule(
        type=kind,
        mode=mode or None,
        contexts=tuple(contexts.split()),
        roles=tuple(roles.split(",")) if roles else (),
        conditions=tuple(_condition(text) for text in conditions.split(",")) if conditions else (),
    )
    return rule, pos  # type: ignore[return-value]


def _condition(text: str) -> Condition:
    slot, _, wanted = text.partition("~")
    names = tuple(wanted.split("|")) if wanted else ()
    for name in names:
        if not name.islower() and name not in ASKED_OF_THE_TEXT and name not in classes():
            raise Permanent(f"event_triggers.tsv: no class {name} in event_classes.tsv")
    return Condition(slot.lstrip("!"), not slot.startswith("!"), names)
