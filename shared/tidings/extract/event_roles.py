"""Who did it and whom it befell: what the rules read in a trigger's frame, weighed with what the model points at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.contrast import is_ruled_out
from tidings.extract.event_frames import Frame
from tidings.extract.event_lexicon import Rule, classes
from tidings.extract.event_participants import Participants, is_dead, is_reciprocal
from tidings.extract.event_reach import (
    answers,
    cannot_act,
    cannot_receive,
    is_asked_of,
    is_befallen,
    is_of_another,
    is_subject_elsewhere,
    is_where,
    own,
    tells_of_it,
)
from tidings.extract.event_readings import Readings
from tidings.extract.event_triggers import Candidate
from tidings.extract.syntax import children, edges, is_passive
from tidings.records import BACKGROUND_TYPES, Attribution, Participant

_VERBAL = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN", "ACCUSE", "CONCEDE", "SUPPORT", "SANCTION", "RETREAT", "AID"})
"""Types whose recipient may stand inside what is said or given."""
_VIOLENT = "ASSAULT"
_TOGETHER = ("along with", "together with", "as well as")
"""Prepositions of whom the same befell: "two nuns were killed along with a guard"."""
_LEAST_WITHIN = 0.1
"""How likely the model must hold a party to be that is named only inside what is said or given."""


class Parties(NamedTuple):
    """Who takes part in an event.

    `broken` are the words of mere things that violence struck; `speaks`: the word is the cue of who acts.
    """

    actor: tuple[Participant, ...]
    recipient: tuple[Participant, ...]
    broken: tuple[Token, ...] = ()
    speaks: bool = False


class Roles:
    """The roles of one article's events, which are asked for in the order of their triggers."""

    def __init__(self, doc: Doc, people: Participants, readings: Readings, found: Sequence[Candidate]) -> None:
        self._doc = doc
        self._people = people
        self._readings = readings
        self._triggers = {c.frame.head.i for c in found}
        self._kinds = {c.frame.head.i: c.rule.type for c in found}
        self._by_head: dict[int, Parties] = {}

    def of(self, candidate: Candidate, near: Sequence[Attribution], said: Sequence[Attribution]) -> Parties:
        """Return who takes part.

        Args:
            candidate: The event's trigger with its rule.
            near: The attributions of its sentence.
            said: Those of them that the trigger is told in.
        """
        people, frame = self._people, candidate.frame
        actor, recipient = self._by_rule(frame, candidate.rule)
        actor, recipient, broken = self._weighed(candidate, actor, recipient)
        recipient = tuple(one for one in recipient if not people.is_person_among(one, actor))
        if any(is_reciprocal(head) for head in frame.get("obj")):
            recipient = actor  # "attacked each other"
        actor = _without_speakers(actor, said) or self._shared(frame)
        speakers = () if actor else _speakers(self._doc, frame.head, near)
        found = Parties(people.of(speakers) if speakers else actor, recipient, tuple(broken), bool(speakers))
        self._by_head[frame.head.i] = found
        return found

    def _shared(self, frame: Frame) -> tuple[Participant, ...]:
        """Return who acts in the verb that a trigger is coordinated to and shares the subject of: "killed and injured"."""
        verb = frame.head
        alone = verb.dep_ != "conj" or verb.pos_ != "VERB" or children(verb, "subj", "subjpass", "agent")
        if alone or is_passive(verb) or is_passive(verb.head) or verb.head.i not in self._by_head:
            return ()
        outer = self._by_head[verb.head.i]
        return () if outer.speaks else outer.actor

    def told(self, candidate: Candidate, role: str) -> list[Token]:
        """Return the words that the model takes for participants in a role, at the trigger or its noun of the same act."""
        frame = candidate.frame
        words = [frame.head, *([candidate.noun] if candidate.noun is not None else [])]
        heads = (head for word in words for head in self._readings.heads(word, role))
        kept = dict.fromkeys(
            head
            for head in heads
            if not is_ruled_out(head, frame.governor) and (role == "place" or not is_of_another(head, frame, self._triggers))
        )
        return own(sorted(kept, key=lambda head: head.i), frame, self._triggers)

    def _by_rule(self, frame: Frame, rule: Rule) -> tuple[tuple[Participant, ...], tuple[Participant, ...]]:
        people = self._people
        if rule.has("self"):
            return (), people.of([*frame.get("subj"), *frame.get("obj")])
        if rule.has("rev"):
            giver = people.of(frame.get_anywhere("from"))
            getter = people.of(frame.get("subj"))
            # "Russia returned 12 bodies to Ukraine, receiving two in return": the other side of the exchange gives.
            outer = self._by_head.get(frame.head.head.i)
            if not giver and outer is not None and frame.head.dep_ in ("advcl", "conj", "parataxis"):
                giver = tuple(one for one in outer.recipient if one.country is not None)
            return giver, getter
        actor = people.of(_subjects(frame, rule, people, self._kinds))
        if rule.has("sym"):
            whose = () if any(c.slot == "of" for c in rule.conditions) else frame.get("of")
            beside = (*frame.get_anywhere("with"), *frame.get_anywhere("between"), *whose, *_partner_objects(frame))
            joined = {(p.start, p.end, p.country): p for p in (*actor, *people.of(beside))}
            return tuple(sorted(joined.values(), key=lambda p: p.start)), ()
        return actor, _recipient(frame, rule, people, self._readings, actor)

    def _weighed(
        self, candidate: Candidate, actor: tuple[Participant, ...], recipient: tuple[Participant, ...]
    ) -> tuple[tuple[Participant, ...], tuple[Participant, ...], list[Token]]:
        """Return the rules' actors and recipients, with those that the model points at; and the things struck."""
        people, frame, rule = self._people, candidate.frame, candidate.rule
        actors, recipients = (self.told(candidate, role) for role in ("actor", "recipient"))
        if "owner" in rule.roles:
            recipients = [head for head in recipients if not is_dead(head)]
        if not rule.has("sym"):
            recipients = [head for head in recipients if not cannot_receive(head, frame) and not is_where(head, frame)]
            if rule.type == "REQUEST":
                recipients = [head for head in recipients if not is_asked_of(head, frame)]
            recipients += [head for head in actors if is_befallen(head, frame)]
        recipients, broken = people.struck(recipients, frame.lemma) if rule.type == _VIOLENT else (recipients, [])
        if rule.has("self"):
            return actor, people.parties(recipients) or recipient, broken
        if rule.type in BACKGROUND_TYPES or not self._readings or rule.has("rev"):
            return actor, recipient, broken
        if rule.has("sym") and len(actor) > 1 and not candidate.by_model:
            return actor, recipient, broken
        acting = [a for a in actors if people.may_act(a, frame.head) and not self._is_beside(a, frame, rule)]
        actor = people.parties(acting) or actor
        recipient = _others(people.parties(recipients), actor) or _others(recipient, actor)
        recipient = tuple(one for one in recipient if not _is_mere_thing(one))
        if recipient and is_passive(frame.head):
            beside = [head for slot in _TOGETHER for head in frame.get(slot)]
            recipient = (*recipient, *_others(_others(people.of(beside), recipient), actor))
        if not recipient and candidate.by_model and not rule.has("sym"):
            likeliest = (
                []
                if broken
                else [h for h in self._readings.likeliest(frame.head, "recipient") if self._may_receive(h, frame)]
            )
            recipient = _others(people.parties(likeliest), actor)
        return actor, recipient, broken

    def _is_of_its_effect(self, word: Token, frame: Frame) -> bool:
        """Tell whether a word only has to do with what came of it: "the violence made agencies evacuate their workers"."""
        noun, verb = frame.head, frame.head.head
        if noun.pos_ != "NOUN" or noun.dep_ != "nsubj" or not verb.is_ancestor(word) or word.head in (noun, verb):
            return False
        hurts = classes()["HARM"] | classes()["DAMAGE"] | classes()["OCCUR"]
        return self._kinds.get(verb.i) != _VIOLENT and verb.lemma_.lower() not in hurts

    def _is_beside(self, word: Token, frame: Frame, rule: Rule) -> bool:
        """Tell whether a word that the model takes for who acts did not do it."""
        if answers(word, frame, self._kinds) or tells_of_it(word, frame):
            return True
        return not rule.has("sym") and cannot_act(word, frame)

    def _may_receive(self, word: Token, frame: Frame) -> bool:
        """Tell whether the likeliest word for a recipient, of which the model is not sure, is within the trigger's reach."""
        return not (
            is_of_another(word, frame, self._triggers)
            or is_subject_elsewhere(word, frame)
            or cannot_receive(word, frame)
            or is_where(word, frame)
            or self._is_of_its_effect(word, frame)
        )


def _partner_objects(frame: Frame) -> tuple[Token, ...]:
    return frame.get("obj") if frame.lemma.startswith("meet") else ()


def _subjects(frame: Frame, rule: Rule, people: Participants, kinds: Mapping[int, str]) -> list[Token]:
    heads = [head for head in frame.get("subj") if not is_befallen(head, frame) and not answers(head, frame, kinds)]
    if rule.type == _VIOLENT:
        heads = [one for head in heads for one in _behind(head, people)]
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


def _recipient(
    frame: Frame, rule: Rule, people: Participants, readings: Readings, actor: Sequence[Participant]
) -> tuple[Participant, ...]:
    taken = {(p.start, p.end) for p in actor}
    befallen = [head for head in frame.get("subj") if is_befallen(head, frame)]
    if befallen and (found := people.of(befallen)):
        return found
    for role in rule.roles:
        if role == "for" and rule.type == _VIOLENT:
            continue  # "fighting for the rights of farmers"
        if role == "owner":
            found = people.owners(frame.get("obj"), frame.lemma)
        else:
            # What stands under the object's own "in" is where the object is, no party ("met officials in Kenya").
            heads = frame.get(role) if role == "in" else frame.get_anywhere(role)
            if role in ("in", "at") and rule.type == _VIOLENT:
                heads = tuple(head for head in heads if not people.is_mere_place(head) and not is_where(head, frame))
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
        found = people.within(content, actor, rule.type)
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


def _is_mere_thing(recipient: Participant) -> bool:
    """Tell whether a pronoun of things stands for nobody that was named: "voted against the bill, calling it unfair"."""
    return recipient.text.lower() == "it" and recipient.entity is None and recipient.country is None


def _others(several: Sequence[Participant], besides: Sequence[Participant]) -> tuple[Participant, ...]:
    taken = {(p.start, p.end) for p in besides}
    return tuple(p for p in several if (p.start, p.end) not in taken)


def _without_speakers(actor: Sequence[Participant], said: Sequence[Attribution]) -> tuple[Participant, ...]:
    """Return the actors but those who only say so: the parse may hang both on one verb ("it left the town, Chad said")."""
    speakers = [a.source for a in said if a.source is not None and a.cue is not None and a.source.start >= a.content.end]
    return tuple(one for one in actor if not any(s.start <= one.start and one.end <= s.end for s in speakers))


def _speakers(doc: Doc, cue: Token, near: Sequence[Attribution]) -> tuple[Token, ...]:
    """Return who speaks at a cue whose subject the parse hung on what is told before it."""
    own = (a.source for a in near if a.cue is not None and a.cue.start <= cue.idx < a.cue.end <= cue.idx + len(cue))
    source = next((one for one in own if one is not None and one.end <= cue.idx), None)
    words = doc.char_span(source.start, source.end, alignment_mode="expand") if source is not None else None
    return () if words is None or (cue.is_ancestor(words.root) and words.root.head == cue) else (words.root,)
