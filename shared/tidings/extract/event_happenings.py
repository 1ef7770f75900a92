"""Words that tell of one happening: what one of them says of the place, the time and the means holds for the others too.

"Killed in raids that targeted Raqqa", "a bomb went off, wounding nine", "shot at the convoy, killing six".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Token

from tidings.extract.event_frames import Frame, lemma_of
from tidings.extract.event_lexicon import classes
from tidings.extract.event_tree import is_during
from tidings.extract.syntax import children, is_definite, is_passive
from tidings.records import OTHER, EventMention

PHYSICAL = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "PROTEST", "RETREAT", OTHER})
"""Types of what takes place somewhere as a body does."""
_VIOLENT = "ASSAULT"
_MEANS = frozenset({"explosives", "suicide-attack", "firearms", "heavy-weapons", "aerial", "drone", "unconventional"})
"""Modes that tell what violence is done with; others tell to what end."""
_VAGUE = (None, "destroy")
"""Modes that leave open what violence is done with."""
_MODES = {"BOMB": "explosives", "FIREARM": "firearms", "MISSILE": "heavy-weapons", "DRONE": "drone", "AIRCRAFT": "aerial"}
"""The mode of violence with a tool of a class."""
_ABOUT = frozenset({"acl", "acl:relcl"})
ARGUMENTS = frozenset({"nsubj", "nsubj:pass", "obj", "obl", "obl:agent"})


def share(events: Sequence[EventMention], frames: Sequence[Frame]) -> tuple[EventMention, ...]:
    """Return the events, places, times and means lent between words that tell of one happening.

    Args:
        events: A text's events.
        frames: The frames of all its triggers, in text order.
    """
    by_start = {e.trigger.start: _by_its_tool(e) for e in events}
    for frame in frames:
        head = frame.head
        pair = (head.idx, head.head.idx)
        if pair[0] == pair[1] or not by_start.keys() >= set(pair):
            continue
        one = _is_one(head)
        kinds = {by_start[start].type for start in pair}
        violent = kinds == {_VIOLENT} and (one or _is_outcome(head))
        for lender, taker in (pair, pair[::-1]):
            lent: dict[str, object] = {}
            giving, taking = by_start[lender], by_start[taker]
            if one and kinds <= PHYSICAL and taking.place is None and giving.place is not None:
                lent["place"] = giving.place
            if violent and taking.mode in _VAGUE and giving.mode in _MEANS:
                lent["mode"] = giving.mode
            if violent and taking.time is None and giving.time is not None:
                lent["time"] = giving.time
            by_start[taker] = taking.model_copy(update=lent) if lent else taking
    _point_back([by_start[e.trigger.start] for e in events], {f.head.idx: f.head for f in frames}, by_start)
    return tuple(by_start[e.trigger.start] for e in events)


def _point_back(events: Sequence[EventMention], heads: Mapping[int, Token], by_start: dict[int, EventMention]) -> None:
    """Give "the attack" the means of the violence that was told of last: it is the same."""
    last: EventMention | None = None
    for event in events:
        if event.type != _VIOLENT:
            continue
        head = heads[event.trigger.start]
        again = event.mode in _VAGUE and head.pos_ == "NOUN" and is_definite(head)
        if last is not None and again and last.mode in _MEANS:
            by_start[event.trigger.start] = event.model_copy(update={"mode": last.mode})
        last = by_start[event.trigger.start]


def _is_one(head: Token) -> bool:
    """Tell whether a noun is the circumstance of its verb, or a relative clause is about its noun."""
    noun = head.pos_ == "NOUN" and head.dep_ in ARGUMENTS and is_during(head)
    return noun or (head.head.pos_ == "NOUN" and head.dep_ in _ABOUT)


def _is_outcome(head: Token) -> bool:
    """Tell whether a verb of harm tells how its outer clause ended ("…, killing two", "fired and killed two")."""
    if lemma_of(head) not in classes()["HARM"] | classes()["DAMAGE"]:
        return False
    participle = head.dep_ == "advcl" and head.tag_ == "VBG" and not children(head, "mark")
    if participle or head.dep_ != "conj" or head.pos_ != "VERB":
        return participle
    # "ten were killed and three wounded"
    both = lemma_of(head.head) in classes()["HARM"] and is_passive(head) and is_passive(head.head)
    return both or not children(head, "subj", "subjpass")


def _by_its_tool(event: EventMention) -> EventMention:
    """Return violence with the mode of what it was done with."""
    if event.type != _VIOLENT or event.mode not in _VAGUE:
        return event
    for tool in event.instrument:
        word = tool.text.split()[-1].lower()
        for name, mode in _MODES.items():
            if word in classes()[name] or word.removesuffix("s") in classes()[name]:
                return event.model_copy(update={"mode": mode})
    return event
