"""Deeds that are none: what nature or a machine does, and what is done to animals. PLOVER's events are people's, to people.

An act has an agent that could have done otherwise (Dowty 1991); a storm that kills and a boiler that explodes have none, and
a cull of hens befalls no party. The words alone are those of violence, and the model reads them so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from tidings.extract.event_frames import Frame, lemma_of
from tidings.extract.event_lexicon import HOSTILE, classes, mishaps
from tidings.extract.syntax import children, conjuncts, edges, is_passive


def is_no_deed(frame: Frame, kind: str) -> bool:
    """Tell whether a word of violence or force tells of a mishap or of animals.

    Args:
        frame: The word's frame.
        kind: The type that it was taken for.
    """
    if kind not in HOSTILE:
        return False
    doers = frame.get("subj")
    victims = frame.get("obj") if frame.head.pos_ == "VERB" else frame.get("of")
    if _all_are("NATURAL", doers) or _all_are("ANIMAL", victims) or _is_of_a_collision(frame.head):
        return True
    if lemma_of(frame.head) in mishaps()["BLAST"]:
        return not frame.get("by") and _is_accident(frame.head, doers)
    causes = (*doers, *frame.get("in"), *frame.get("by"))  # "hurt in a refinery blast"
    return any(_is_accident(head, ()) for head in causes if lemma_of(head) in mishaps()["BLAST"])


def _is_of_a_collision(verb: Token) -> bool:
    """Tell whether a verb says what traffic did: "a train hit a bus", "his car was struck by a lorry, killing him".

    Who rams or drives into others does so; a vehicle that hits them has nobody's will unless the text says whose.
    """
    if not _may_collide(verb):
        return False
    if doers := _doers(verb):
        return _are_vehicles(doers)
    if verb.dep_ == "conj" or (verb.dep_ == "advcl" and verb.tag_ == "VBG"):
        return _is_of_a_collision(verb.head)
    return is_passive(verb) and any(_may_collide(c) and _are_vehicles(_doers(c)) for c in children(verb, "advcl"))


def _may_collide(verb: Token) -> bool:
    return verb.pos_ == "VERB" and verb.lemma_.lower() in mishaps()["COLLIDING"]


def _doers(verb: Token) -> list[Token]:
    return children(verb, "agent") if is_passive(verb) else children(verb, "subj")


def _are_vehicles(doers: Sequence[Token]) -> bool:
    return _all_are("VEHICLE", doers) and not any(_is_armed(word) for word in doers)


def _is_armed(vehicle: Token) -> bool:
    return any(word.lemma_.lower() in classes()["BOMB"] | {"suicide"} for word in _before(vehicle))


def _is_accident(blast: Token, doers: Iterable[Token]) -> bool:
    """Tell whether what blew up is a plant, a boiler or its fuel: a compound or a subject says what exploded, or of what."""
    what = (*_before(blast), *(() if blast.pos_ == "NOUN" else doers))
    return any(word.lemma_.lower() in mishaps()["FUELLED"] for head in what for word in (head, *_before(head)))


def _before(noun: Token) -> tuple[Token, ...]:
    return tuple(edge.child for edge in edges(noun) if edge.relation in ("compound", "amod"))


def _all_are(name: str, heads: Iterable[Token]) -> bool:
    """Tell whether there are heads, all of a class; "a wave of attacks" is no wave."""
    words = [word for head in heads for word in conjuncts(head)]
    return bool(words) and all(
        word.lemma_.lower() in mishaps()[name]
        and word.ent_type_ == ""
        and not any(edge.relation == "prep" and edge.prep == "of" for edge in edges(word))
        for word in words
    )
