"""Who did it and whom it befell: what the rules read in a trigger's frame, weighed with what the model points at."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.contrast import is_ruled_out
from tidings.extract.event_arguments import is_mere_thing, meets, others, partner_objects, recipient_of, subjects
from tidings.extract.event_frames import Frame
from tidings.extract.event_lexicon import Rule, classes
from tidings.extract.event_participants import Participants, is_dead, is_reciprocal
from tidings.extract.event_patients import is_befallen, is_means, is_passive_subject, relative_doer, tells_of_it
from tidings.extract.event_reach import (
    answers,
    cannot_act,
    cannot_receive,
    has_own_doer,
    is_another_than_who_feels,
    is_asked_for,
    is_asked_of,
    is_of_another,
    is_of_the_next_verb,
    is_predicate,
    is_subject_elsewhere,
    is_where,
    is_where_owned,
    is_whose_feeling,
    only_answers,
    only_says,
    own,
)
from tidings.extract.event_readings import Readings
from tidings.extract.event_triggers import Candidate
from tidings.extract.syntax import children, first_conjunct, is_passive, preposition
from tidings.records import BACKGROUND_TYPES, Attribution, Participant

_VIOLENT = "ASSAULT"
_TOGETHER = ("along with", "together with", "as well as")
"""Prepositions of whom the same befell: "two nuns were killed along with a guard"."""
_NOT_TO_TOWNS = frozenset({"AGREE", "CONSULT", "PROTEST"})
"""Types of what is done in a town and to nobody there: "a rally in the capital"."""


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
        several = [self._readings.heads(word, role) for word in words]
        if role == "actor":
            several = [next(filter(None, several), ())]  # who does what a verb says is the verb's
        heads = (_named_by(head) for found in several for head in found)
        kept = dict.fromkeys(
            head
            for head in heads
            if not is_ruled_out(head, frame.governor)
            and (role == "place" or not (is_of_another(head, frame, self._triggers) or is_predicate(head, frame)))
        )
        whole = [head for head in kept if role == "place" or not _is_within_another(head, kept)]
        return own(sorted(whole, key=lambda head: head.i), frame, self._triggers)

    def _by_rule(self, frame: Frame, rule: Rule) -> tuple[tuple[Participant, ...], tuple[Participant, ...]]:
        people = self._people
        if rule.has("self"):
            befell = people.of([*frame.get("subj"), *frame.get("obj")])
            return (), tuple(one for one in befell if not is_mere_thing(one))
        if rule.has("rev"):
            giver = people.of(frame.get_anywhere("from"))
            getter = people.of(frame.get("subj"))
            # "Russia returned 12 bodies to Ukraine, receiving two in return": the other side of the exchange gives.
            outer = self._by_head.get(frame.head.head.i)
            if not giver and outer is not None and frame.head.dep_ in ("advcl", "conj", "parataxis"):
                giver = tuple(one for one in outer.recipient if one.country is not None)
            return giver, getter
        actor = people.of(subjects(frame, rule, people, self._kinds))
        if rule.has("sym"):
            whose = () if any(c.slot == "of" for c in rule.conditions) else frame.get("of")
            beside = (*frame.get_anywhere("with"), *frame.get_anywhere("between"), *whose, *partner_objects(frame))
            joined = {(p.start, p.end, p.country): p for p in (*actor, *people.of(beside))}
            return tuple(sorted(joined.values(), key=lambda p: p.start)), ()
        return actor, recipient_of(frame, rule, people, self._readings, actor)

    def _weighed(
        self, candidate: Candidate, actor: tuple[Participant, ...], recipient: tuple[Participant, ...]
    ) -> tuple[tuple[Participant, ...], tuple[Participant, ...], list[Token]]:
        """Return the rules' actors and recipients, with those that the model points at; and the things struck."""
        people, frame, rule = self._people, candidate.frame, candidate.rule
        actors, recipients = (self.told(candidate, role) for role in ("actor", "recipient"))
        if "owner" in rule.roles:
            recipients = [head for head in recipients if not is_dead(head)]
        if not rule.has("sym"):
            recipients = [head for head in recipients if not self._is_no_recipient(head, frame, rule)]
            recipients += [head for head in actors if is_befallen(head, frame)]
        recipients, broken = people.struck(recipients, frame.lemma) if rule.type == _VIOLENT else (recipients, [])
        if rule.has("self"):
            return actor, people.parties(recipients) or recipient, broken
        if rule.type in BACKGROUND_TYPES or not self._readings or rule.has("rev"):
            return actor, recipient, broken
        if rule.has("sym") and len(actor) > 1 and not candidate.by_model:
            return actor, recipient, broken
        acting = [a for a in actors if people.may_act(a, frame.head) and not self._is_beside(a, frame, rule)]
        doer = relative_doer(frame)
        if doer is not None and people.asks("@ACTOR", doer) and not rule.has("sym"):
            acting, recipients = [doer], [head for head in recipients if head != doer]
        if not acting and not rule.has("sym") and frame.head.pos_ == "VERB" and not frame.get("obj"):
            # A verb of doing to others with no object: its subject was misread, and is whom it befell ("and threatened").
            actor = others(actor, people.parties(recipients))
        actor = people.parties(acting) or actor
        recipient = others(people.parties(recipients), actor) or others(recipient, actor)
        recipient = tuple(one for one in recipient if not is_mere_thing(one))
        if recipient and is_passive(frame.head):
            beside = [head for slot in _TOGETHER for head in frame.get(slot)]
            recipient = (*recipient, *others(others(people.of(beside), recipient), actor))
        # "A patrol was out for the rebels when it was ambushed": whom it befell is said, though not by name.
        unnamed = any(head.pos_ == "PRON" and is_passive_subject(head, frame) for head in frame.get("obj"))
        if not recipient and candidate.by_model and not rule.has("sym") and not unnamed:
            likeliest = (
                []
                if broken
                else [h for h in self._readings.likeliest(frame.head, "recipient") if self._may_receive(h, frame, rule)]
            )
            recipient = others(people.parties(likeliest), actor)
        return actor, recipient, broken

    def _is_no_recipient(self, word: Token, frame: Frame, rule: Rule) -> bool:
        """Tell whether grammar shows that nothing was done to a word that the model takes for a recipient."""
        if cannot_receive(word, frame) or is_where(word, frame) or is_whose_feeling(word, frame):
            return True
        placed = preposition(word) == "in" and (word.head in (frame.head, frame.governor) or _happens(word.head))
        if placed and rule.type == _VIOLENT and self._people.asks("@PLACE", word):
            return True  # "an attack in Kenya" is where it was
        if placed and rule.type in _NOT_TO_TOWNS and (self._people.is_mere_place(word) or meets(frame)):
            return True
        if rule.type == "REQUEST" and (is_asked_of(word, frame) or is_asked_for(word, frame)):
            return True
        return rule.type != _VIOLENT and is_of_the_next_verb(word, frame)

    def _is_of_its_effect(self, word: Token, frame: Frame) -> bool:
        """Tell whether a word only has to do with what came of it: "the violence made agencies evacuate their workers"."""
        noun, verb = frame.head, frame.head.head
        if noun.pos_ != "NOUN" or noun.dep_ != "nsubj" or not verb.is_ancestor(word) or word.head in (noun, verb):
            return False
        hurts = classes()["HARM"] | classes()["DAMAGE"] | classes()["OCCUR"]
        return self._kinds.get(verb.i) != _VIOLENT and verb.lemma_.lower() not in hurts

    def _is_beside(self, word: Token, frame: Frame, rule: Rule) -> bool:
        """Tell whether a word that the model takes for who acts did not do it."""
        if answers(word, frame, self._kinds) or tells_of_it(word, frame) or only_says(word, frame):
            return True
        if rule.has("sym"):
            return False
        if is_another_than_who_feels(word, frame) or cannot_act(word, frame) or only_answers(word, frame):
            return True
        people, asks = self._people, self._people.asks
        if is_means(word, frame) and not asks("@ACTOR", word):
            return True
        doers = [h for h in frame.get("subj") if asks("@ACTOR", h) and not is_where_owned(h, frame, asks)]
        doers += [h for h in frame.get("mod") if people.is_nation_or_body(h) and people.may_act(h, frame.head)]
        return has_own_doer(word, frame, doers)

    def _may_receive(self, word: Token, frame: Frame, rule: Rule) -> bool:
        """Tell whether the likeliest word for a recipient, of which the model is not sure, is within the trigger's reach."""
        return not (
            is_of_another(word, frame, self._triggers)
            or is_subject_elsewhere(word, frame)
            or is_predicate(word, frame)
            or self._is_no_recipient(word, frame, rule)
            or self._is_of_its_effect(word, frame)
        )


def _happens(noun: Token) -> bool:
    """Tell whether a noun tells of what takes place somewhere: the town of a summit is where it is, a plant's may profit."""
    return noun.lemma_.lower() in classes()["HAPPENING"]


def _named_by(head: Token) -> Token:
    """Return the word that an article belongs to: the model may mark either ("the wounded")."""
    return head.head if head.dep_ == "det" and head.pos_ == "DET" and head.lower_ in ("a", "an", "the") else head


def _is_within_another(head: Token, others: Container[Token]) -> bool:
    """Tell whether a word is joined to one that another's phrase holds: "the posts of Oran and Sidon" are the posts."""
    first = first_conjunct(head)
    return head != first and first.dep_ == "nmod" and first not in others and first.head in others


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
