"""Actors and recipients: from the head word of an argument to the people, bodies and states that it means."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from tidings.extract.actors import UNKNOWN, resolve_actor
from tidings.extract.contrast import is_ruled_out
from tidings.extract.coreference import Reference
from tidings.extract.coreference_grammar import is_expletive
from tidings.extract.entity_descriptions import descriptions
from tidings.extract.event_lexicon import classes, hosts, rules
from tidings.extract.event_phrases import Phrases
from tidings.extract.gazetteer import Gazetteer
from tidings.extract.syntax import conjuncts, edges, phrase
from tidings.records import Entity, EntityLabel, Participant, ResolvedActor, Timex

_ACTING = frozenset({EntityLabel.PERSON, EntityLabel.ORG, EntityLabel.GPE, EntityLabel.NORP})
_PLACES = frozenset({EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC})
_PRONOUNS = frozenset({"he", "she", "they", "it", "him", "her", "them", "his", "their", "its", "we", "us", "who"})
_NEVER_ACTING = ("BODY", "HAPPENING", "EXERCISE", "LAW", "DEMAND", "CHARGE", "RIGHTS", "ABSTRACT")
_DUAL = frozenset({"both", "two", "each", "either", "neither"})


class Participants:
    """The participants of one article: resolves heads, pronouns and "both sides" against its entities."""

    def __init__(
        self,
        doc: Doc,
        entities: Sequence[Entity],
        references: Sequence[Reference],
        timexes: Sequence[Timex],
        gazetteer: Gazetteer,
        day: date | None,
    ) -> None:
        self._phrases = Phrases(doc, entities, timexes)
        self._entities = sorted(entities, key=lambda e: e.start)
        self._starts = [e.start for e in self._entities]
        self._people = {e.id: e for e in self._entities if e.label is EntityLabel.PERSON}
        self._gazetteer = gazetteer
        self._day = day
        self._context: Mapping[str, str] = descriptions(doc, entities)
        self._meant = {r.head: r.entity for r in references}
        self._known: dict[tuple[int, int], tuple[str | None, str | None]] = {}

    # ------------------------------------------------------------ the conditions' questions

    def asks(self, name: str, head: Token) -> bool:
        """Tell whether a head is an @ACTOR, a @PERSON or a @PLACE in this text."""
        entity = self.entity_at(head)
        if name == "@PLACE":
            return entity is not None and entity.label in _PLACES
        if name == "@PERSON":
            return (entity is not None and entity.label in (EntityLabel.PERSON, EntityLabel.NORP)) or (
                head.pos_ in ("NOUN", "PRON") and (self._acts(head) or head.lower_ in _PRONOUNS)
            )
        return self._acts(head)

    def entity_at(self, token: Token) -> Entity | None:
        """Return the entity that covers a token, or None."""
        return self._phrases.entity_at(token)

    def _acts(self, head: Token) -> bool:
        entity = self.entity_at(head)
        if entity is not None:
            return entity.label in _ACTING
        if head.pos_ == "PRON":
            return head.lower_ in _PRONOUNS and not is_expletive(head)
        if head.pos_ not in ("NOUN", "PROPN", "ADJ", "VERB", "NUM"):
            return False
        lemma = head.lemma_.lower()
        if (lemma, "n") in rules() or any(lemma in classes()[name] for name in _NEVER_ACTING):
            return False  # remains, happenings and papers do not act, whatever their phrase says of people
        country, sector = self._codes(phrase(head))
        return sector not in (None, UNKNOWN) or (country is not None and lemma in classes()["SIDE"])

    def may_act(self, head: Token, act: Token) -> bool:
        """Tell whether a noun's modifier may name who acts: "US strike" does; "Gaza strike" and "house arrest" do not."""
        if head.head != act or act.pos_ != "NOUN" or head.dep_ not in ("compound", "amod", "nmod:desc"):
            return True
        if f"{head.lemma_.lower()}_{act.lemma_.lower()}" in classes()["ONE_WORD"]:
            return False
        entity = self.entity_at(head)
        return entity is None or entity.label not in _PLACES or self._gazetteer.country(entity.text) is not None

    def is_mere_place(self, head: Token) -> bool:
        """Tell whether a word names a town, or is a common noun for a place, and stands for no party: "in the capital"."""
        common = head.lemma_.lower() in classes()["SETTLEMENT"] | classes()["TERRITORY"]
        return self.is_town(head) or (self.entity_at(head) is None and common)

    def is_nation_or_body(self, head: Token) -> bool:
        """Tell whether a noun's modifier is a people's or a body's name ("Israeli", "NATO", "US"), and no mere place's."""
        entity = self.entity_at(head)
        return entity is not None and (entity.label in (EntityLabel.NORP, EntityLabel.ORG) or entity.text.isupper())

    # ------------------------------------------------------------ participants

    def of(self, heads: Sequence[Token]) -> tuple[Participant, ...]:
        """Return the participants that heads mean, coordinated ones each by itself, in text order, none twice."""
        found: dict[tuple[int, int, str | None], Participant] = {}
        for head in heads:
            for one in self._each(head):
                for participant in self._of(one):
                    found.setdefault((participant.start, participant.end, participant.country), participant)
        whole = [
            p
            for p in found.values()
            if not any(
                _inside(p, o) and (p.start == o.start or (p.entity is not None and p.entity == o.entity))
                for o in found.values()
            )
        ]
        return tuple(sorted(whole, key=lambda p: (p.start, p.end, p.country or "")))

    def parties(self, heads: Sequence[Token]) -> tuple[Participant, ...]:
        """Return who or what is meant by the heads that the language model points at: each one, people or not."""
        found: dict[tuple[int, int, str | None], Participant] = {}
        for head in heads:
            if _is_nobody(head) or self._phrases.is_time(head):
                continue
            several = self.of([head]) if self._acts(head) or head.pos_ == "PRON" else ()
            for participant in several or (self._plain(head),):
                found.setdefault((participant.start, participant.end, participant.country), participant)
        whole = [p for p in found.values() if not any(_inside(p, other) for other in found.values())]
        return tuple(sorted(whole, key=lambda p: (p.start, p.end)))

    def _plain(self, head: Token) -> Participant:
        span = self._phrases.span(head)
        country, sector = self._codes(span)
        return Participant(
            start=span.start_char, end=span.end_char, text=span.text, country=country,
            sector=None if sector == UNKNOWN else sector,
        )  # fmt: skip

    def is_person_among(self, one: Participant, others: Sequence[Participant]) -> bool:
        """Tell whether a participant is a person who is among others by another name: "Boris Johnson", "Johnson"."""
        chain = self._person(one)
        return chain is not None and any(self._person(other) == chain for other in others)

    def _person(self, one: Participant) -> int | None:
        """Return the chain of the person whom a participant is: named at the end of its words, not only within."""
        entity = self._people.get(one.entity or "")
        return entity.chain if entity is not None and entity.end == one.end else None

    def struck(self, heads: Sequence[Token], lemma: str) -> tuple[list[Token], list[Token]]:
        """Part what an act befell into the people meant and mere things: of a general's car, the general is the party.

        Args:
            heads: The heads of what it befell.
            lemma: The verb's: who "blew up his car" blew up his own.
        """
        people: dict[int, Token] = {}
        things: list[Token] = []
        for head in heads:
            if head.lemma_.lower() not in classes()["STRUCTURE"]:
                people[head.i] = head
                continue
            things.append(head)
            for edge in edges(head):
                owned = edge.relation in ("poss", "compound", "amod") or (edge.relation == "prep" and edge.prep == "of")
                if owned and self._acts(edge.child) and not _is_ones_own(edge.child, lemma):
                    people.setdefault(edge.child.i, edge.child)
        return list(people.values()), things

    def owners(self, heads: Sequence[Token], lemma: str) -> tuple[Participant, ...]:
        """Return whose the things under the heads are: "the remains of 1,212 Ukrainian servicemen" are Ukraine's.

        The dead receive nothing: theirs is the side that is named with them, if one is.
        """
        for head in heads:
            inside = [e.child for e in edges(head) if e.relation == "poss" or (e.relation == "prep" and e.prep == "of")]
            if head.lemma_.lower() in classes()["BODY"]:
                named = self.of([t for owner in inside for t in phrase(owner) if self._is_of_a_side(t)][:1])
                return tuple(side.model_copy(update={"sector": None}) for side in named)
            for owner in (*inside, head):
                if _is_ones_own(owner, lemma):
                    return ()
                if found := self.of([owner]):
                    return found
        return ()

    def is_town(self, token: Token) -> bool:
        """Tell whether a word is the name of a place that is no country."""
        entity = self.entity_at(token)
        return entity is not None and entity.label in _PLACES and self._gazetteer.country(entity.text) is None

    def _is_of_a_side(self, token: Token) -> bool:
        entity = self.entity_at(token)
        return entity is not None and entity.country is not None and entity.label in _ACTING

    def _each(self, head: Token) -> Iterator[Token]:
        if head.dep_ == "nmod:desc" and head.head.pos_ == "PROPN":
            head = head.head  # "presidential candidate Ana Ruiz": the title's bearer
        joined = [head] if head.dep_ == "conj" else conjuncts(head)
        for token in joined:
            if (token == head or token.pos_ in ("NOUN", "PROPN", "PRON", "ADJ")) and not is_ruled_out(token, token.head):
                yield token

    def _of(self, head: Token) -> Iterator[Participant]:
        if head.pos_ == "PRON" and self._acts(head):
            yield from self._pronoun(head)
            return
        if not self._acts(head):
            # "dozens of soldiers", "a group of lawmakers": the people stand behind "of".
            if not _is_amount(head):
                return
            for edge in edges(head):
                if edge.relation == "prep" and edge.prep == "of" and self._acts(edge.child):
                    yield from self.of([edge.child])
            return
        span = self._phrases.span(head)
        pair = self._pair(head)
        if pair:
            for code in pair:
                yield Participant(
                    start=span.start_char, end=span.end_char, text=span.text, country=code, sector=self._codes(span)[1]
                )
            return
        entity = self._named(head, span)
        country, sector = self._codes(span)
        if entity is None and (entity := self._meant.get(head.idx)) is not None:
            known = self._code_of(entity)
            sector = known.sector if sector in (None, UNKNOWN) else sector
            country = country or known.country
        if entity is not None and entity.country and (country is None or entity.label is not EntityLabel.NORP):
            country = country or entity.country
        if entity is None and country is None:
            country = self._country_of_owner(head)
        yield Participant(
            start=span.start_char,
            end=span.end_char,
            text=span.text,
            entity=entity.id if entity else None,
            country=country,
            sector=sector,
        )

    def _named(self, head: Token, span: Span) -> Entity | None:
        own = self.entity_at(head)
        if own is not None:
            return own
        first = bisect_left(self._starts, span.start_char)
        inside = [e for e in self._entities[first : bisect_left(self._starts, span.end_char)] if e.end <= span.end_char]
        beside = [self.entity_at(child) for child in head.children if child.dep_ == "appos" and child.pos_ == "PROPN"]
        return next((e for e in (*inside, *beside) if e is not None and e.label is EntityLabel.PERSON), None)

    def _pronoun(self, pronoun: Token) -> Iterator[Participant]:
        entity = self._meant.get(pronoun.idx)
        code = self._code_of(entity) if entity else None
        yield Participant(
            start=pronoun.idx,
            end=pronoun.idx + len(pronoun),
            text=pronoun.text,
            entity=entity.id if entity else None,
            country=(code.country if code else None) or (entity.country if entity else None),
            sector=code.sector if code else None,
        )

    def _country_of_owner(self, head: Token) -> str | None:
        """Return the country of the entity that a possessive pronoun means: "its forces", "his government"."""
        owners = (
            self._meant.get(child.idx) for child in head.children if child.dep_ == "nmod:poss" and child.pos_ == "PRON"
        )
        owner = next((one for one in owners if one is not None), None)
        return None if owner is None else self._code_of(owner).country or owner.country

    def _code_of(self, entity: Entity) -> ResolvedActor:
        person = entity.text if entity.label is EntityLabel.PERSON else None
        return resolve_actor(entity.text, self._gazetteer, date=self._day, context=self._context, person=person)

    def _pair(self, head: Token) -> tuple[str, ...]:
        """Return the countries of a phrase for several parties, or ().

        "The French and German ministers" are of the nations named; "both sides", "the two countries", "each side" are the
        two that were named most before.
        """
        if len(codes := self._nations_before(head)) > 1:
            return codes
        determined = any(c.lower_ in _DUAL for c in head.children if c.dep_ in ("det", "nummod", "amod", "det:predet"))
        if not determined or head.lemma_.lower() not in classes()["SIDE"] or self._codes(phrase(head))[0] is not None:
            return ()
        counts: dict[str, int] = {}
        for entity in self._entities:
            if entity.start < head.idx and entity.country and entity.label in (EntityLabel.GPE, EntityLabel.NORP):
                counts[entity.country] = counts.get(entity.country, 0) + 1
        ranked = sorted(counts, key=lambda c: -counts[c])
        return tuple(ranked[:2]) if len(ranked) >= 2 else ()

    def _nations_before(self, head: Token) -> tuple[str, ...]:
        """Return the countries that are coordinated before a plural noun: "French and German ministers"."""
        if head.tag_ != "NNS":
            return ()
        before = [c for c in head.lefts if c.dep_ in ("amod", "nmod:poss", "compound") and self._is_of_a_side(c)]
        several = [self.entity_at(word) for first in before for word in conjuncts(first) if word.i < head.i]
        return tuple(dict.fromkeys(entity.country for entity in several if entity is not None and entity.country))

    def _codes(self, span: Span) -> tuple[str | None, str | None]:
        key = (span.start, span.end)
        if key not in self._known:
            entity = self.entity_at(span.root)
            person = entity.text if entity is not None and entity.label is EntityLabel.PERSON else None
            found = resolve_actor(span.text, self._gazetteer, date=self._day, context=self._context, person=person)
            self._known[key] = (found.country, found.sector)
        return self._known[key]


def _is_amount(head: Token) -> bool:
    """Tell whether a word says how many, or in what body, those behind its "of" are."""
    return head.pos_ in ("NUM", "DET", "PRON", "ADJ") or head.lemma_.lower() in classes()["AMOUNT"]


def _is_ones_own(owner: Token, lemma: str) -> bool:
    """Tell whether a possessive means who acts, by a verb of what is mostly done with one's own: "blew up his car"."""
    return owner.pos_ == "PRON" and lemma in hosts()["OWN"]


def is_reciprocal(head: Token) -> bool:
    """Tell whether a word is the head of "each other" or "one another"."""
    words = [token.lower_ for token in head.doc[max(head.i - 1, 0) : head.i + 2]]
    return any(pair in (("each", "other"), ("one", "another")) for pair in pairwise(words))


def is_dead(head: Token) -> bool:
    """Tell whether a head stands for those whose bodies are told of: "the remains of 40 soldiers"."""
    return head.dep_ == "nmod" and head.head.lemma_.lower() in classes()["BODY"]


def _inside(one: Participant, other: Participant) -> bool:
    return other.start <= one.start and one.end <= other.end and (one.start, one.end) != (other.start, other.end)


def _is_nobody(head: Token) -> bool:
    """Tell whether a phrase names nobody: "no one", "none of them", "how many guards"."""
    if head.lower_ in ("none", "nobody"):
        return True
    return any(
        c.lower_ in ("no", "neither") or (c.lower_ == "many" and any(g.lower_ == "how" for g in c.children))
        for c in head.children
        if c.dep_ in ("det", "amod", "advmod", "nummod")
    )
