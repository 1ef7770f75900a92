"""Finds the words that tell of events and decides what each tells of: a PLOVER type, a speech act, or something else."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.cues import verb_cue
from tidings.extract.event_claims import claimants
from tidings.extract.event_frames import Frame, lemma_of, light_verb, noun_frame, told_by_relatives, verb_frame
from tidings.extract.event_instruments import is_tool
from tidings.extract.event_lexicon import PartOfSpeech, Rule, classes, contexts_of, rules
from tidings.extract.event_matching import Asks, match, names
from tidings.extract.event_readings import Reading, Readings
from tidings.extract.event_senses import is_no_deed
from tidings.extract.syntax import children
from tidings.records import BACKGROUND_TYPES, OTHER, STATEMENT

_VIOLENT = "ASSAULT"
_SPEECH = Rule(STATEMENT, None, (), ("to", "iobj", "with"), ())
_DEMAND = Rule("REQUEST", None, ("diplomatic",), ("to", "iobj"), ())
_ELSE = Rule(OTHER, None, (), ("obj", "to", "iobj", "with", "against", "on"), ())
_STATE = Rule(OTHER, None, (), ("state",), ())
"""How things are ("the port has two cranes", "the stolen cars"): somebody may be in that state, nobody is its recipient."""
_ANYWHERE = ("obj", "to", "with", "against", "for", "on", "from", "in")
"""Where the recipient may stand whose trigger the lexicon does not know."""
_CAUSES = frozenset({"nsubj", "obl", "obl:agent"})
_LEAST_OWN = 0.3
"""The model's probability of a type from which on its participants and mood count too."""
_WORDS_ONLY = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN"})
"""Types whose complement is what was promised, asked, refused or threatened: the type tells it, no second event does."""


class Candidate(NamedTuple):
    """A trigger with its frame and the rule that reads it; `content` is the type of what it promises, asks or threatens."""

    frame: Frame
    rule: Rule
    content: Rule | None = None
    probability: float | None = None
    """How sure the language model is of the type; None where it has no say."""
    noun: Token | None = None
    """The noun under a light verb that tells of the same act ("carried out an attack"): its participants are the act's."""

    @property
    def by_model(self) -> bool:
        """Whether the language model takes the word for an event of a PLOVER type."""
        return self.probability is not None


def candidates(doc: Doc, asks: Asks, readings: Readings) -> Iterator[Candidate]:
    """Iterate over a text's triggers in text order, at most one for a word.

    Args:
        doc: The parsed article.
        asks: Answers the conditions that need the article's entities.
        readings: What the language model says of the article's events.
    """
    lexical, told_by = _by_lexicon(doc, asks)
    if not readings:
        yield from (lexical[i] for i in sorted(lexical))
        return
    read = {i: c for i in range(len(doc)) if (c := _read(doc[i], lexical.get(i), readings)) is not None}
    # What a word was thought to tell of besides itself has to speak for itself where the model reads that word otherwise.
    for i, teller in told_by.items():
        if i not in read and (teller not in read or read[teller].rule is _ELSE):
            own = _lexical(doc[i], asks)
            again = _read(doc[i], own[0] if own else None, readings)
            read |= {i: again} if again is not None else {}
    found = [_outcome(read[i], read, lexical) for i in sorted(read)]
    protests = {word.i for c in found if c.rule.type == "PROTEST" for word in (c.frame.head, c.frame.governor)}
    found = [c for c in found if not (c.rule.type == "REQUEST" and _is_what_for(c.frame.head, protests))]
    contents = {
        head.i for c in found if c.by_model and c.rule.type in _WORDS_ONLY for head in readings.heads(c.frame.head, "object")
    }
    # "rejected the demand", "agreed on a visit": what the words are about is told by their own type.
    told = [c for c in found if not (c.by_model and c.frame.head.pos_ == "NOUN" and c.frame.head.i in contents)]
    yield from _each_act_once(list(map(_as_deed, told)))


def _is_what_for(verb: Token, protests: Container[int]) -> bool:
    """Tell whether a participle says what a protest is for, which is the protest's own: "marched, demanding pay"."""
    return verb.tag_ == "VBG" and verb.dep_ in ("acl", "advcl") and verb.head.i in protests


def _as_deed(one: Candidate) -> Candidate:
    mishap = is_no_deed(one.frame, one.rule.type)
    return one._replace(rule=_ELSE, content=None, probability=None) if mishap else one


def _outcome(one: Candidate, read: Mapping[int, Candidate], lexical: Mapping[int, Candidate]) -> Candidate:
    """Return a candidate; whom an act of violence killed or hurt is told by its own type ("35 were killed in the raid").

    The model has learnt to take one word of a sentence for the act. By itself "killed" may tell of a mishap.
    """
    head = one.frame.head
    own = lexical.get(head.i)
    if one.rule is not _ELSE or own is None or own.rule.type != _VIOLENT or own.frame.lemma not in classes()["HARM"]:
        return one
    acts = {i for i, other in read.items() if other.rule.type == _VIOLENT}
    inside = any(above.i in acts for above in head.ancestors) or any(below.i in acts for below in head.subtree)
    return own if inside else one


def _each_act_once(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Iterate over the candidates, a light verb and its noun that tell of one act as one: "launched an offensive"."""
    by_head = {c.frame.head.i: c for c in found}
    nouns: dict[int, Token] = {}
    for c in found:
        head = c.frame.head
        verb = by_head.get(c.frame.governor.i if c.frame.governor != head else head.head.i)
        if head.pos_ != "NOUN" or verb is None or verb is c or verb.rule.type != c.rule.type:
            continue
        same = verb.rule.mode == c.rule.mode or None in (verb.rule.mode, c.rule.mode)
        if verb.frame.head == c.frame.governor or (same and _asked_for(head, verb)):
            nouns[verb.frame.head.i] = head
    told = {noun.i for noun in nouns.values()} | {c.frame.head.i for c in found if _is_tool_of(c, by_head)}
    for c in found:
        if c.frame.head.i not in told:
            noun = nouns.get(c.frame.head.i)
            mode = c.rule.mode or (by_head[noun.i].rule.mode if noun is not None else None)
            yield c._replace(noun=noun, rule=c.rule._replace(mode=mode))


def _asked_for(noun: Token, verb: Candidate) -> bool:
    """Tell whether a verb tells of its event by this noun alone: "expressed dismay", "went on strike".

    Whoever "reaffirmed the bloc's support" is not who supports.
    """
    others = any(owner.pos_ != "PRON" for owner in children(noun, "poss"))
    if others or (noun.dep_ != "obj" and verb.frame.get("obj")):
        return False
    return names(verb.rule, noun, verb.frame)


def _is_tool_of(one: Candidate, by_head: Mapping[int, Candidate]) -> bool:
    """Tell whether a noun names what another trigger of its type was done with ("a car bomb killed nine")."""
    head = one.frame.head
    verb = by_head.get(head.head.i)
    return is_tool(head) and verb is not None and verb is not one and verb.rule.type == one.rule.type


def _read(token: Token, own: Candidate | None, readings: Readings) -> Candidate | None:
    known = own is not None and own.rule.type not in BACKGROUND_TYPES
    # What somebody is said to have done, or says to have done, is told of.
    tells = token.pos_ != "NOUN" or _did_harm(token) or light_verb(token) is not None or bool(claimants(token))
    reading = readings.at(token, own.rule if own is not None and known else None, tells=tells)
    if reading is not None and (own is not None or token.text[:1].isalpha()):
        return _read_by_model(token, own, reading)
    if own is not None and known:
        # The model sees no event: the word tells of something else, or lends its verb to the noun that does.
        if own.rule.has("rev"):
            return own  # "receiving 27 bodies in return": its object says what is told of
        lemma = own.frame.lemma
        is_other = lemma not in classes()["LIGHT"] if token.pos_ == "VERB" else lemma in classes()["HAPPENING"]
        return own._replace(rule=_ELSE, content=None) if is_other else None
    return own


def _did_harm(noun: Token) -> bool:
    """Tell whether a noun's verb says whom it killed or hurt: then it is told of, even by "the attack that killed nine"."""
    verbs = (*((noun.head,) if noun.dep_ in _CAUSES else ()), *told_by_relatives(noun))
    return any(lemma_of(verb) in classes()["HARM"] for verb in verbs)


def _read_by_model(token: Token, own: Candidate | None, reading: Reading) -> Candidate:
    if own is not None and own.rule.type == reading.type:
        if reading.probability < _LEAST_OWN:
            return own  # the lexicon's reading, whose frame tells who takes part
        return own._replace(rule=own.rule._replace(mode=reading.mode), probability=reading.probability)
    pos: PartOfSpeech = "n" if token.pos_ in ("NOUN", "PROPN") else "v"
    new = noun_frame if pos == "n" else verb_frame
    frame = own.frame if own is not None else new(token)
    several = [rule for rule in rules().get((frame.lemma, pos), ()) if rule.type == reading.type]
    rule = several[0] if several else Rule(reading.type, None, contexts_of(reading.type), _ANYWHERE, ())
    mode = reading.mode or next((each.mode for each in several if not each.conditions), None)
    return Candidate(frame, rule._replace(mode=mode, conditions=()), None, reading.probability)


def _by_lexicon(doc: Doc, asks: Asks) -> tuple[dict[int, Candidate], dict[int, int]]:
    """Return the lexicon's candidates by their word, and by which of them other words are told of already."""
    found: dict[int, Candidate] = {}
    told_by: dict[int, int] = {}
    for kinds in (("VERB", "ADJ"), ("NOUN",)):
        for token in doc:
            if token.pos_ not in kinds or token.i in told_by:
                continue
            reading = _lexical(token, asks)
            if reading is not None:
                found[token.i] = reading[0]
                told_by |= dict.fromkeys(reading[1], token.i)
    return found, told_by


def _lexical(token: Token, asks: Asks) -> tuple[Candidate, set[int]] | None:
    """Return the lexicon's candidate for a word, and which other words it tells of, or None."""
    if token.pos_ not in ("VERB", "ADJ", "NOUN") or not token.text[:1].isalpha():
        return None
    return _read_noun(token, asks) if token.pos_ == "NOUN" else _read_verb(token, asks)


def _read_verb(token: Token, asks: Asks) -> tuple[Candidate, set[int]] | None:
    if token.dep_ == "amod" and token.tag_ in ("VBN", "VBG") and token.pos_ == "VERB":
        return Candidate(verb_frame(token), _STATE), set()
    if token.dep_ in ("amod", "case", "fixed", "compound", "aux", "cop"):
        return None
    frame = verb_frame(token)
    rule = match(frame, "a" if token.pos_ == "ADJ" else "v", asks)
    if rule is None and token.pos_ == "ADJ":
        return None  # most adjectives tell of states
    told = _told_by(rule, frame) if rule is not None else set()
    inner = frame.infinitive or frame.clause
    denies = frame.lemma in classes()["DENYING"]  # what is denied is told of, as denied
    if rule is not None and rule.type in _WORDS_ONLY and inner is not None and not denies:
        below = verb_frame(inner)
        content = match(below, "v", asks)
        told |= {inner.i} | {obj.i for obj in below.get("obj")}
        return Candidate(frame, rule, content), told
    if rule is not None:
        return Candidate(frame, rule), told
    if token.tag_ == "VBG" and token.dep_ in ("nsubj", "obj", "obl", "nmod"):
        return None
    if verb_cue(token) is not None and frame.get("subj"):
        if frame.clause is not None and _is_obligation(frame.clause):
            return Candidate(frame, _DEMAND, match(verb_frame(frame.clause), "v", asks)), {frame.clause.i}
        return Candidate(frame, _SPEECH), set()
    if frame.lemma in classes()["COPULA"] or _is_light(frame, asks):
        return None
    return Candidate(frame, _STATE if frame.lemma in classes()["STATIVE"] else _ELSE), set()


def _is_obligation(verb: Token) -> bool:
    """Tell whether a reported clause says what somebody has to do ("said that Kiev must withdraw"): a demand in words."""
    return any(c.lower_ == "must" for c in verb.children if c.dep_.startswith("aux"))


def _told_by(rule: Rule, frame: Frame) -> set[int]:
    """Return the nouns that the rule has read already ("held talks"): they tell of no second event."""
    named = any(c.slot == "obj" and any(not name.startswith("@") for name in c.classes) for c in rule.conditions)
    light = frame.lemma in classes()["LIGHT"]
    return {head.i for head in frame.get("obj")} if named or light else set()


def _read_noun(token: Token, asks: Asks) -> tuple[Candidate, set[int]] | None:
    if token.dep_ in ("compound", "amod"):
        return None
    if (lemma_of(token), "n") in rules():
        frame = noun_frame(token)
        rule = match(frame, "n", asks)
        if rule is not None:
            return Candidate(frame, rule), set()
    if lemma_of(token) in classes()["HAPPENING"]:
        return Candidate(noun_frame(token), _ELSE), set()
    return None


def _is_light(frame: Frame, asks: Asks) -> bool:
    return any(
        (lemma_of(head), "n") in rules()
        and light_verb(head) == frame.head
        and match(noun_frame(head), "n", asks) is not None
        for head in frame.get("obj")
    )
