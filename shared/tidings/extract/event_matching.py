"""Whether a rule of the lexicon holds: what its conditions ask for, looked up in a trigger's frame."""

from __future__ import annotations

from collections.abc import Callable

from spacy.tokens import Token

from tidings.extract.event_frames import Frame, lemma_of
from tidings.extract.event_lexicon import HOSTILE, Condition, PartOfSpeech, Rule, classes, rules
from tidings.extract.syntax import children

Asks = Callable[[str, Token], bool]
"""Tells whether a head is an @ACTOR, @PLACE or @PERSON."""


def match(frame: Frame, pos: PartOfSpeech, asks: Asks) -> Rule | None:
    """Return the first rule of the trigger's lemma whose conditions all hold, or None."""
    known = rules()
    several = known.get((frame.lemma, pos), ())
    if not several and "_" in frame.lemma:
        several = known.get((frame.lemma.split("_")[0], pos), ())
    return next((rule for rule in several if all(_holds(c, frame, asks, rule) for c in rule.conditions)), None)


def _holds(condition: Condition, frame: Frame, asks: Asks, rule: Rule) -> bool:
    if condition.slot in ("x", "c"):
        inner = frame.infinitive if condition.slot == "x" else frame.clause
        there = inner is not None and (not condition.classes or any(_does(name, inner) for name in condition.classes))
        return there is condition.wanted
    slots = condition.slot.split("/")
    # With a verb and its noun ("took a swipe at Oslo") the parse may hang on either what belongs to both.
    wide = condition.classes or any(other.slot == "obj" and other.classes for other in rule.conditions)
    heads = [h for slot in slots for h in frame.get(slot) or (frame.get_anywhere(slot) if wide else ())]
    if not condition.classes:
        return bool(heads) is condition.wanted
    doer = condition.slot == "subj"
    there = any(is_a(name, word, asks) for h in heads for word in _counted_by(h, doer=doer) for name in condition.classes)
    return there is condition.wanted


def _does(name: str, verb: Token) -> bool:
    """Tell whether the verb of a complement is of a class; @HOSTILE is any that the lexicon has as a deed against others."""
    lemma = lemma_of(verb)
    if name == "@HOSTILE":
        return bool({rule.type for rule in rules().get((lemma, "v"), ())} & HOSTILE)
    return lemma in _members(name)


def _members(name: str) -> frozenset[str]:
    return frozenset({name}) if name.islower() else classes()[name]


def _counted_by(head: Token, *, doer: bool) -> list[Token]:
    """Return a head with what its "of" brings, its conjuncts and compounds: "a batch of bodies", "an aid package".

    The end of a thing is not the thing ("announced the lifting of the ban"), and a commuter train does nothing that
    commuters do: of a doer compounds do not count.
    """
    found = [head, *_taken_up(head)]
    undone = head.lemma_.lower() in classes()["UNDOING"]
    for child in head.children:
        if (
            child.dep_ in ("nmod", "conj")
            or (child.dep_ == "compound" and not doer)
            or (child.dep_ == "nummod" and not child.is_digit)
        ):
            cases = [c.lower_ for c in child.children if c.dep_ == "case"]
            if child.dep_ != "nmod" or (cases == ["of"] and not undone):
                found.append(child)
    return found


def _taken_up(pronoun: Token) -> list[Token]:
    """Return what "it" may mean in a clause joined to another: "picked up the bomb, and it exploded"."""
    verb = pronoun.head
    if pronoun.lower_ != "it" or verb.dep_ not in ("conj", "advcl") or pronoun.dep_ not in ("nsubj", "nsubj:pass"):
        return []
    before = [word for word in children(verb.head, "obj", "subj", "subjpass") if word.i < pronoun.i]
    return [word for word in before if word.tag_ == "NN"]


def is_a(name: str, head: Token, asks: Asks) -> bool:
    """Tell whether a head, or it with the word before it, is of a class."""
    if name.startswith("@"):
        return asks(name, head)
    members = _members(name)
    lemma = lemma_of(head)
    if lemma in members or head.lower_ in members or lemma.removesuffix("s") in members:
        return True  # a plural-only noun keeps its s ("troops")
    return any(f"{c.lemma_.lower()}_{lemma}" in members for c in head.children if c.dep_ in ("amod", "compound"))


def names(rule: Rule, noun: Token, frame: Frame) -> bool:
    """Tell whether a rule asks for this noun beside its verb, other than as who acts: "expressed dismay"."""
    return any(
        noun in frame.get(slot) and any(is_a(name, noun, lambda *_: False) for name in c.classes)
        for c in rule.conditions
        if c.wanted and c.slot != "subj"
        for slot in c.slot.split("/")
    )
