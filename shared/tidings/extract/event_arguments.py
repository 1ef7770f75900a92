"""Who takes part by grammar alone: where a rule of the lexicon says that actor and recipient stand in the frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Token

from tidings.extract.event_frames import Frame
from tidings.extract.event_inner import within
from tidings.extract.event_lexicon import Rule, classes
from tidings.extract.event_participants import Participants
from tidings.extract.event_patients import is_befallen, sufferers
from tidings.extract.event_reach import answers, is_where, is_where_owned
from tidings.extract.event_readings import Readings
from tidings.extract.syntax import edges
from tidings.records import Participant

_VERBAL = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN", "ACCUSE", "CONCEDE", "SUPPORT", "SANCTION", "RETREAT", "AID"})
"""Types whose recipient may stand inside what is said or given."""
_VIOLENT = "ASSAULT"
_LEAST_WITHIN = 0.1
"""How likely the model must hold a party to be that is named only inside what is said or given."""


def meets(frame: Frame) -> bool:
    """Tell whether a verb is one of partners who meet: "in" says where they do, whatever country that is."""
    return frame.lemma.startswith("meet")


def partner_objects(frame: Frame) -> tuple[Token, ...]:
    """Return the objects that are partners of a symmetric act: "met the envoy"."""
    return frame.get("obj") if meets(frame) else ()


def subjects(frame: Frame, rule: Rule, people: Participants, kinds: Mapping[int, str]) -> list[Token]:
    """Return the heads of who acts: the logical subjects, or the nation or body before a noun ("Russian strikes")."""
    heads = [head for head in frame.get("subj") if not is_befallen(head, frame) and not answers(head, frame, kinds)]
    if rule.type == _VIOLENT:
        heads = [one for head in heads if not is_where_owned(head, frame, people.asks) for one in _behind(head, people)]
    if frame.head.pos_ == "NOUN" and not heads:
        # "Russian strikes", "an Israeli raid": the modifier acts.
        heads = [h for h in frame.get("mod") if people.asks("@ACTOR", h) and people.may_act(h, frame.head)]
        if rule.type == _VIOLENT:
            heads = [h for h in heads if h.lemma_.lower() not in classes()["PROPERTY"]]  # "the mosque attack"
    return heads


def _behind(head: Token, people: Participants) -> list[Token]:
    """Return who acts where a deed or a weapon is the subject: "an Israeli strike killed", "hit by a rebel's bomb"."""
    lemma = head.lemma_.lower()
    deed, tool = (any(lemma in classes()[name] for name in names) for names in (("VIOLENCE",), ("BOMB", "WEAPON")))
    if not (deed or tool) or head.pos_ != "NOUN":
        return [head]
    whose = [
        edge.child
        for edge in edges(head)
        if edge.relation == "poss"
        or (edge.relation == "prep" and edge.prep == "by")
        or (deed and edge.relation in ("amod", "compound") and people.is_nation_or_body(edge.child))
    ]
    return [one for one in whose if people.asks("@ACTOR", one)] or [head]


def recipient_of(
    frame: Frame, rule: Rule, people: Participants, readings: Readings, actor: Sequence[Participant]
) -> tuple[Participant, ...]:
    """Return to whom it was done: who stands where the rule says, else inside what is said or given."""
    taken = {(p.start, p.end) for p in actor}
    befallen = [*(head for head in frame.get("subj") if is_befallen(head, frame)), *sufferers(frame)]
    if befallen and (found := people.of(befallen)):
        return found
    for role in rule.roles:
        if role == "for" and rule.type == _VIOLENT:
            continue  # "fighting for the rights of farmers"
        if role == "owner":
            found = people.owners(frame.get("obj"), frame.lemma)
        else:
            if role == "in" and meets(frame):
                continue
            # What stands under the object's own "in" is where the object is, no party ("met officials in Kenya").
            heads = frame.get(role) if role == "in" else frame.get_anywhere(role)
            if role in ("in", "at") and rule.type in (_VIOLENT, "PROTEST"):
                heads = tuple(head for head in heads if not people.is_mere_place(head) and not is_where(head, frame))
            if role == "in" and rule.type == _VIOLENT:
                heads = tuple(head for head in heads if not people.asks("@PLACE", head))  # "an attack in Kenya"
            if role == "obj" and not heads and frame.infinitive is not None:
                heads = frame.get("iobj")  # "asked her to leave": the parse may take whom one asks for the indirect object
            found = people.of(heads)
            if role == "obj" and not found and frame.lemma in classes()["HARM"]:
                found = people.parties(frame.get(role))  # only the living are killed or hurt: "others", "more than 30"
        found = tuple(p for p in found if (p.start, p.end) not in taken and not _is_reflexive(p, actor))
        if found:
            return found
    if rule.type in _VERBAL:
        content = [t for t in (frame.infinitive, frame.clause, *frame.get("obj")) if t is not None]
        content += [t for slot, heads in frame.slots.items() if slot in rule.roles for t in heads]
        found = within(people, content, actor, rule.type)
        # A state that is named there is mostly a party; whoever else is, where the model does not rule it out.
        return tuple(
            p for p in found if p.country or readings.share(frame.head, "recipient", p.start, p.end) >= _LEAST_WITHIN
        )
    return ()


def _is_reflexive(recipient: Participant, actor: Sequence[Participant]) -> bool:
    """Tell whether a pronoun was taken for the actor, whom an object pronoun never means ("accused them")."""
    if recipient.text.lower() not in ("him", "her", "them", "it", "us"):
        return False
    return any(recipient.entity == p.entity or (p.country and p.country == recipient.country) for p in actor)


def is_mere_thing(recipient: Participant) -> bool:
    """Tell whether a pronoun of things stands for nobody that was named: "voted against the bill, calling it unfair"."""
    return recipient.text.lower() == "it" and recipient.entity is None and recipient.country is None


def others(several: Sequence[Participant], besides: Sequence[Participant]) -> tuple[Participant, ...]:
    """Return the participants that are not among others."""
    taken = {(p.start, p.end) for p in besides}
    return tuple(p for p in several if (p.start, p.end) not in taken)
