"""The argument structure of a trigger: who stands where in its clause, passives, control and ellipsis resolved.

Slots hold head tokens: `subj` is the logical subject (a passive's by-phrase), `obj` the logical object, then `iobj` and the
prepositions. Missing subjects come from the controlling or coordinated clause, missing objects from relative clauses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Token

from tidings.extract.event_lexicon import classes, rules
from tidings.extract.syntax import children, edges, first_conjunct, is_passive, preposition, relation

_DEEPEST = 6
_FARTHEST_PARTICLE = 12
_DEEPEST_ATTACHMENT = 3
_HYPHENS = ("-", "–")
_PARTICLES = frozenset({"over", "out", "up", "down", "off", "back"})
_RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})
_OF_THINGS = frozenset({"that", "which"})
_OF_THE_OBJECT = frozenset({"from", "into", "of"})
"""Prepositions under which a gerund is the outer object's deed."""
_JUDGING = frozenset({"ACCUSE", "COERCE", "SANCTION", "SUPPORT"})
"""Types of verbs that blame, punish or thank somebody "for" a deed; who is paid for one need not have done it."""


@dataclass(frozen=True)
class Frame:
    """A trigger's slots. `governor` is the word whose clause tells when, where and whether it happened."""

    head: Token
    lemma: str
    governor: Token
    slots: Mapping[str, tuple[Token, ...]] = field(default_factory=dict)
    infinitive: Token | None = None
    clause: Token | None = None

    def get(self, slot: str) -> tuple[Token, ...]:
        """Return the heads that fill a slot."""
        return self.slots.get(slot, ())

    def get_anywhere(self, prep: str) -> tuple[Token, ...]:
        """Return the heads under a preposition, the trigger's own or its object's ("held talks with", "aid from")."""
        if own := self.get(prep):
            return own
        level = list(self.get("obj"))
        for _ in range(_DEEPEST_ATTACHMENT):
            inner = [edge for head in level for edge in edges(head) if edge.relation == "prep"]
            if found := tuple(edge.child for edge in inner if edge.prep == prep):
                return found
            level = [edge.child for edge in inner if edge.prep == "of"]
        return ()


def lemma_of(token: Token) -> str:
    """Return a word's lemma in lower case, with its particle ("hand_over") and what a hyphen joins to it ("test-fire")."""
    lemma = _known(token.lemma_.lower()) if token.pos_ == "VERB" else token.lemma_.lower()
    first = joined_from(token)
    if first != token.i:
        lemma = f"{token.doc[first].lower_}-{lemma}"
    particle = particle_of(token)
    return f"{lemma}_{particle.lower_}" if particle is not None else lemma


def joined_from(token: Token) -> int:
    """Return where a word begins that the lexicon knows with a hyphen ("cease-fire"): tokens end at hyphens."""
    doc, at = token.doc, token.i
    if at < 2 or doc[at - 1].text not in _HYPHENS or doc[at - 1].whitespace_ or doc[at - 2].whitespace_:
        return at
    return at - 2 if f"{doc[at - 2].lower_}-{token.lemma_.lower()}" in _with_hyphen() else at


@cache
def _with_hyphen() -> frozenset[str]:
    asked = (name for several in rules().values() for rule in several for c in rule.conditions for name in c.classes)
    words = (*(word for word, _ in rules()), *asked, *(word for members in classes().values() for word in members))
    return frozenset(part for word in words for part in word.split("_") if "-" in part)


@cache
def _known(lemma: str) -> str:
    """Return a verb's lemma as the lexicon spells it: a statistical lemmatiser may miss English spelling ("expell")."""
    lexicon = {word.split("_")[0] for word, pos in rules() if pos == "v"}
    doubled = len(lemma) > 3 and lemma[-1] == lemma[-2]
    spellings = (lemma, lemma[:-1] if doubled else lemma, lemma + "e", lemma.removesuffix("e"))
    return next((spelling for spelling in spellings if spelling in lexicon), lemma)


def particle_of(token: Token) -> Token | None:
    """Return a verb's particle, or None."""
    if token.pos_ not in ("VERB", "AUX"):
        return None
    adverbs = [c for c in children(token, "advmod") if c.lower_ in _PARTICLES and c.i == token.i + 1]
    return next(
        (child for child in [*children(token, "particle"), *adverbs] if 0 < child.i - token.i <= _FARTHEST_PARTICLE), None
    )


def verb_frame(verb: Token) -> Frame:
    """Return the frame of a verb (or of an adjective that takes an infinitive)."""
    slots: dict[str, list[Token]] = {}
    passive = is_passive(verb) or is_participle(verb)
    infinitive: Token | None = None
    clausal: Token | None = None
    for edge in edges(verb):
        slot, child = edge.relation, edge.child
        if slot == "subjpass" or (slot == "subj" and passive):
            slots.setdefault("obj", []).append(child)
        elif slot == "agent":
            slots.setdefault("subj", []).append(child)
        elif slot in ("subj", "obj", "iobj"):
            if slot != "obj" or _verb_before(child) is None:
                slots.setdefault(slot, []).append(child)
        elif slot == "prep":
            slots.setdefault(edge.prep, []).append(child)
        elif slot == "xcomp" and _has_to(child):
            infinitive = child
        elif slot == "ccomp":
            clausal = child
        elif slot == "advcl" and child.tag_ == "VBG" and (mark := _marker(child)):
            # "accused Kiev of delaying": a gerund behind a preposition is its object.
            slots.setdefault(mark, []).append(child)
        elif slot == "xcomp" and child.pos_ in ("NOUN", "PROPN") and not passive and not children(verb, "obj"):
            # Few verbs have a noun as predicate ("became king"); after the others the parse took an object for one.
            slots.setdefault("obj", []).append(child)
        elif slot in ("advmod", "xcomp", "amod"):
            slots.setdefault("mod", []).append(child)
    if "obj" not in slots and verb.dep_ in ("advcl", "conj"):
        bare = [child for child in verb.head.children if child.dep_ == "obl" and not preposition(child)]
        lent = [child for child in (*children(verb.head, "obj"), *bare) if _verb_before(child) == verb]
        slots |= {"obj": lent} if lent else {}
    lemma = _phrasal(lemma_of(verb), slots)
    _fill_from_outside(verb, slots, passive)
    frozen = {slot: tuple(heads) for slot, heads in slots.items()}
    return Frame(verb, lemma, verb, frozen, infinitive, clausal)


def _verb_before(thing: Token) -> Token | None:
    """Return the verb right before, whose object a verb's object is: "opened fire on the convoy, killing *four guards*"."""
    before = thing.left_edge.i - 1
    if before < 0:
        return None
    verb = thing.doc[before]
    if verb.dep_ == "conj" and next(iter(children(thing.head, "obj")), thing).i >= thing.i:
        return None  # "captured and annexed the town": both did it
    beside = verb.head == thing.head and verb.dep_ in ("advcl", "conj") and verb.pos_ == "VERB"
    return verb if beside and not any(children(verb, "obj")) else None


def _phrasal(lemma: str, slots: dict[str, list[Token]]) -> str:
    """Return a phrasal verb's lemma where its particle was read as a preposition ("handed over the bodies")."""
    for particle in _PARTICLES & slots.keys() if "obj" not in slots else ():
        if (f"{lemma}_{particle}", "v") in rules():
            slots["obj"] = slots.pop(particle)
            return f"{lemma}_{particle}"
    return lemma


def noun_frame(noun: Token) -> Frame:
    """Return the frame of an event noun; a light verb ("carry out an attack") lends it its own slots."""
    slots: dict[str, list[Token]] = {}
    for edge in edges(noun):
        if edge.relation in ("poss", "agent"):
            slots.setdefault("subj", []).append(edge.child)
        elif edge.relation == "prep":
            slots.setdefault("subj" if edge.prep == "by" else edge.prep, []).append(edge.child)
        elif edge.relation in ("amod", "compound"):
            slots.setdefault("mod", []).append(edge.child)
        elif edge.relation in ("acl", "relcl") and edge.child.pos_ == "VERB" and lemma_of(edge.child) in classes()["LIGHT"]:
            inner = verb_frame(edge.child)
            for slot, heads in inner.slots.items():
                if slot not in ("obj", "mod"):
                    slots.setdefault(slot, []).extend(heads)
    infinitive = next((c for c in children(noun, "acl") if _has_to(c)), None)
    governor = noun
    light = light_verb(noun)
    if light is not None:
        governor = light
        outer = verb_frame(light)
        # Who ends, repels or suffers an attack does not attack: such verbs lend their time and place only.
        lent = outer.slots if outer.lemma in classes()["LIGHT"] else {}
        for slot, heads in lent.items():
            if slot not in ("obj", "mod") and slot not in slots:
                slots[slot] = [head for head in heads if head != noun]
    return Frame(noun, lemma_of(noun), governor, {s: tuple(h) for s, h in slots.items() if h}, infinitive)


def light_verb(noun: Token) -> Token | None:
    """Return the verb that lends a noun its tense ("held talks", "talks were held", "cancelled the visit"), or None."""
    first = first_conjunct(noun)
    verb = first.head
    if verb.pos_ != "VERB" or first.dep_ not in ("obj", "nsubj:pass", "nsubj"):
        return None
    if first.dep_ == "nsubj":
        return verb if lemma_of(verb) in classes()["OCCUR"] and not children(verb, "obj") else None
    return verb if lemma_of(verb) in classes()["LIGHT"] | classes()["PHASE"] else None


def subject(verb: Token, depth: int = 0) -> tuple[Token, ...]:
    """Return the heads of a clause's understood surface subject, from outer clauses where it is left out."""
    own = tuple(children(verb, "subj", "subjpass"))
    if own:
        return tuple(_antecedent(head, verb) for head in own)
    if depth > _DEEPEST or verb.head == verb:
        return ()
    outer, kind = verb.head, relation(verb)
    if kind in ("acl", "relcl"):
        if outer.pos_ in ("NOUN", "PROPN", "PRON") and (not _has_to(verb) or kind == "relcl"):
            return (outer,)
        return _noun_subject(outer, depth)
    if kind == "xcomp" or (kind == "advcl" and _is_of_the_object(verb)):
        controlled = tuple(children(outer, "obj", "iobj"))
        return controlled or subject(outer, depth + 1)
    if kind in ("conj", "advcl", "ccomp", "parataxis") and outer.pos_ in ("VERB", "AUX", "ADJ"):
        if kind in ("ccomp", "parataxis") and not _has_to(verb):
            return ()
        if kind == "advcl" and verb.tag_ == "VBG" and verb.i > outer.i and is_passive(outer):
            # "The school was hit by a rocket, killing four": what befell the school killed, not the school.
            return tuple(children(outer, "agent"))
        return subject(outer, depth + 1)
    return ()


def _is_of_the_object(verb: Token) -> bool:
    """Tell whether an outer verb's object acts: "help them fight", "jailed him for killing", "kept them from voting".

    A bare infinitive is no adverbial clause, and what somebody is punished or thanked for, or kept from, is his own deed.
    """
    objects = children(verb.head, "obj")
    if verb.tag_ == "VB" and not _has_to(verb) and not children(verb, "mark", "advmod"):
        return any(verb.head.i < head.i < verb.i for head in objects)
    if verb.tag_ != "VBG" or not any(head.i < verb.i for head in objects):
        return False
    mark = _marker(verb)
    judges = any(rule.type in _JUDGING for rule in rules().get((lemma_of(verb.head), "v"), ()))
    return mark in _OF_THE_OBJECT or (mark == "for" and judges)


def told_by_relatives(noun: Token) -> tuple[Token, ...]:
    """Return the verbs of the relative clauses that say what a thing did: "a raid that killed six"."""
    return tuple(c for c in children(noun, "relcl") if any(s.lower_ in _OF_THINGS for s in children(c, "subj")))


def is_participle(verb: Token) -> bool:
    """Tell whether a complement is a passive participle ("were reported killed"): the perfect has "have"."""
    if verb.tag_ != "VBN" or verb.dep_ != "xcomp" or any(c.dep_.startswith("aux") for c in verb.children):
        return False
    return is_passive(verb.head) or bool(children(verb.head, "obj"))


def _noun_subject(noun: Token, depth: int) -> tuple[Token, ...]:
    """Return who acts in "its decision to withdraw", or "made a promise to help": the possessor, else the subject around."""
    owners = tuple(children(noun, "poss"))
    if owners:
        return owners
    return subject(noun.head, depth + 1) if noun.head.pos_ == "VERB" and relation(noun) == "obj" else ()


def _fill_from_outside(verb: Token, slots: dict[str, list[Token]], passive: bool) -> None:
    for slot in ("subj", "obj"):
        slots[slot] = [_antecedent(head, verb) for head in slots.get(slot, [])]
    kind = relation(verb)
    if kind == "relcl" and verb.head.pos_ in ("NOUN", "PROPN", "PRON") and not any(verb.head in h for h in slots.values()):
        # The gap of a relative clause with a subject of its own is its object ("the men that Kiev freed").
        slots["subj" if not slots["subj"] and not passive else "obj"].append(verb.head)
    elif kind == "acl" and verb.tag_ == "VBN" and not slots["obj"] and verb.head.pos_ in ("NOUN", "PROPN"):
        slots["obj"].append(verb.head)
    if not slots["subj"] and not passive:
        slots["subj"] = list(subject(verb))
    elif passive and not slots["obj"]:
        slots["obj"] = list(subject(verb))


def _antecedent(head: Token, verb: Token) -> Token:
    if head.lower_ not in _RELATIVE:
        return head
    if relation(verb) == "relcl":
        return verb.head
    # "alerted the bureau, which asked for help": a clause that the parse coordinates follows its antecedent all the same.
    before = head.nbor(-1) if head.i else head
    if before.text == "," and before.i:
        before = before.nbor(-1)
    while before.dep_ in ("flat", "compound", "nmod:desc") and before.head.i < head.i:
        before = before.head
    return before if before.pos_ in ("NOUN", "PROPN") else head


def _has_to(token: Token) -> bool:
    return any(child.lower_ == "to" and child.tag_ == "TO" for child in token.lefts)


def _marker(token: Token) -> str:
    return next((c.lower_ for c in token.children if c.dep_ in ("mark", "case") and c.pos_ in ("ADP", "SCONJ")), "")
