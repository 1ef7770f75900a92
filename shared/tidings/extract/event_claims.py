"""Who did it where no verb of doing says so: who claimed it, is said to have done it, took part in it; and a bomb's target.

"X claimed responsibility for the raid", "credit for the raid was taken by X", "the raid was attributed to X", "X took part
in the raid", "a bomb went off in front of the embassy".
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from tidings.extract.event_frames import Frame, lemma_of, verb_frame
from tidings.extract.event_lexicon import Rule, classes
from tidings.extract.syntax import children, edges, preposition

_AT = ("outside", "near", "inside", "beside", "next to", "under", "at")
"""Prepositions of what a bomb is meant for; "in" mostly says no more than where it was."""


def claimants(deed: Token) -> tuple[Token, ...]:
    """Return the heads of who answers for a deed by their own or by others' words, or had a part in it, in text order."""
    if (sharing := _verb_of_sharing(deed)) is not None:
        return verb_frame(sharing).get("subj")
    verb = _verb_over(deed)
    if verb is not None:
        frame = verb_frame(verb)
        return frame.get("subj") if lemma_of(verb) in classes()["CLAIMING"] else ()
    for above in _said_of(deed):
        prep = "on" if lemma_of(above) in classes()["BLAMING"] else "to"
        if lemma_of(above) in classes()["BLAMING"] | classes()["ATTRIBUTING"]:
            return verb_frame(above).get(prep)
    return ()


def targets(frame: Frame, rule: Rule) -> tuple[Token, ...]:
    """Return the heads of what a bomb that went off was put at."""
    if not rule.has("self"):
        return ()
    found = [head for prep in _AT for head in frame.get(prep)]
    parts = [head for head in (*found, *frame.get("in")) if head.lemma_.lower() in classes()["FRONT"]]
    whole = [edge.child for head in parts for edge in edges(head) if edge.prep == "of"]
    return tuple(sorted({*found, *whole} - set(parts), key=lambda head: head.i))


def _verb_of_sharing(deed: Token) -> Token | None:
    """Return the verb of "took part in the deed", "participated in the deed"."""
    if preposition(deed) != "in":
        return None
    above = deed.head
    if above.lower_ == "part" and above.dep_ == "obj":
        above = above.head
    takes_part = above.lemma_.lower() == "take" and any(c.lower_ == "part" for c in children(above, "obj"))
    return above if takes_part or above.lemma_.lower() in classes()["SHARING"] else None


def _verb_over(deed: Token) -> Token | None:
    """Return the verb of "responsibility for the deed", however the parse hangs the deed."""
    if preposition(deed) != "for":
        return None
    above = deed.head
    if above.pos_ == "NOUN" and above.lemma_.lower() in classes()["ANSWERING"]:
        return above.head if above.dep_ in ("obj", "nsubj:pass") else None
    answers = any(c.dep_ in ("obj", "nsubj:pass") and c.lemma_.lower() in classes()["ANSWERING"] for c in above.children)
    return above if answers else None


def _said_of(deed: Token) -> Iterator[Token]:
    """Iterate over the verbs whose object the deed is: by its place, or by a relative clause."""
    if deed.dep_ in ("obj", "nsubj:pass"):
        yield deed.head
    yield from (child for child in deed.children if child.dep_ in ("acl", "acl:relcl"))
