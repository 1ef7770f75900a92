"""What an event was done with: "with knives", "using drones", "in a rocket attack", "a car bomb killed nine".

A tool is what Fillmore (1968) calls the instrumental: it stands under "with", is the object of "use", may take the
subject's place where nobody is said to act, or names the kind of a blow ("knife attack").
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from tidings.extract.event_frames import Frame, lemma_of
from tidings.extract.event_lexicon import classes
from tidings.extract.syntax import children, phrase
from tidings.records import Span

WIELDING = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE", "OTHER"})
"""Types of deeds that tools are used for. Arms in an offer, a promise or a gift are its object."""
_STRUCK_WITH = frozenset({"ASSAULT", "PROTEST"})
"""Types whose verb may have the tool as its object: "fired rockets", "hurled stones"."""
_WITH = ("with", "by", "using", "via", "by means of")


def instruments(frame: Frame, kind: str, noun: Token | None) -> tuple[Span, ...]:
    """Return what an event was done with, in text order.

    Args:
        frame: The trigger's frame.
        kind: The event's type.
        noun: The noun of the same act under a light verb ("carried out a drone strike"), if there is one.
    """
    if kind not in WIELDING:
        return ()
    found: dict[int, Span] = {}
    for head in _heads(frame, kind, noun):
        words = phrase(head)
        if is_tool(head) and words:
            found.setdefault(head.i, Span(start=words.start_char, end=words.end_char, text=words.text))
    return tuple(found[i] for i in sorted(found))


def is_tool(head: Token) -> bool:
    """Tell whether a noun names a weapon or another tool of violence, and no one who bears it."""
    return head.pos_ in ("NOUN", "PROPN") and head.lemma_.lower() in classes()["TOOL"]


def _heads(frame: Frame, kind: str, noun: Token | None) -> Iterator[Token]:
    for prep in _WITH:
        yield from _joined(frame.get(prep))
    yield from _joined(frame.get("subj"))  # "killed by a mine", "a mine killed two"
    if kind in _STRUCK_WITH:
        yield from _joined(frame.get("obj"))
    for word in (frame.head, noun):
        if word is not None and word.pos_ == "NOUN":
            yield from children(word, "compound", "amod")
    for user in _users(frame):
        yield from _joined(children(user, "obj"))


def _users(frame: Frame) -> Iterator[Token]:
    """Iterate over the verbs of using that the deed is the aim of, or that say how it was done."""
    for verb in (frame.head, frame.governor):
        yield from (c for c in children(verb, "advcl", "xcomp", "acl") if lemma_of(c) in classes()["USE"])
        if verb.dep_ in ("xcomp", "advcl") and lemma_of(verb.head) in classes()["USE"]:
            yield verb.head
    if lemma_of(frame.head) in classes()["USE"]:
        yield frame.head


def _joined(heads: tuple[Token, ...] | list[Token]) -> Iterator[Token]:
    for head in heads:
        yield head
        yield from (c for c in head.children if c.dep_ == "conj")
