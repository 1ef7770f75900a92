"""Who did it and whom it befell where grammar alone shows it: voice, verbs of suffering, relative clauses, means.

(Huddleston & Pullum 2002, chapters 4 and 12; Dowty 1991 on agents and patients.)
"""

from __future__ import annotations

from spacy.tokens import Token

from tidings.extract.event_frames import Frame, is_participle, subject
from tidings.extract.event_lexicon import classes, hosts
from tidings.extract.syntax import children, first_conjunct, is_passive, preposition

_RELATIVE_SUBJECTS = frozenset({"who", "which", "that"})
_WITHIN = frozenset({"in", "during"})
"""Prepositions of a deed in which somebody came to harm."""


def relative_doer(frame: Frame) -> Token | None:
    """Return whom a relative clause is about whose own subject is the relative word: "a friend of the man who shot him"."""
    verb = frame.head
    if verb.dep_ != "acl:relcl" or is_passive(verb) or verb.head.pos_ not in ("NOUN", "PROPN"):
        return None
    return verb.head if any(s.lower_ in _RELATIVE_SUBJECTS for s in children(verb, "subj")) else None


def is_means(word: Token, frame: Frame) -> bool:
    """Tell whether a bare noun under "by" says by which means (Quirk et al. 1985, 8.80): "detonated by remote control"."""
    bare = word.tag_ == "NN" and not any(c.dep_ in ("det", "nmod:poss", "nummod") for c in word.children)
    return bare and word.head == frame.head and preposition(word) == "by" and not word.ent_type_


def is_befallen(word: Token, frame: Frame) -> bool:
    """Tell whether grammar shows a word as whom it befell: a passive's subject, "the bishop's murder", who survived it."""
    noun = frame.head
    owns = word.head == noun and word.dep_ == "nmod:poss" and not frame.get("of")
    undergone = owns and noun.pos_ == "NOUN" and noun.lemma_.lower() in hosts()["UNDERGONE"]
    # "The rebels were ousted by an offensive."
    held = noun.pos_ == "NOUN" and word.head == noun and word.dep_ == "compound" and word.lemma_.lower() in hosts()["HELD"]
    by = noun.pos_ == "NOUN" and preposition(noun) == "by" and word.head == noun.head and word.dep_ == "nsubj:pass"
    return held or by or undergone or is_passive_subject(word, frame) or suffers_it(word, frame) or _fell_in(word, noun)


def is_passive_subject(word: Token, frame: Frame) -> bool:
    """Tell whether a word is whom a passive with an auxiliary befell: "the regime was overthrown"."""
    first = first_conjunct(frame.head)
    passive = is_passive(frame.head) and any(c.dep_ == "aux:pass" for verb in (frame.head, first) for c in verb.children)
    passive = passive or is_participle(frame.head)
    return passive and word in frame.get("obj") and word not in frame.get("subj")


def sufferers(frame: Frame) -> tuple[Token, ...]:
    """Return who suffers what a noun tells of: "the senator survived an assassination attempt"."""
    verb = frame.head.head
    if frame.head.pos_ != "NOUN" or frame.head.dep_ != "obj" or verb.lemma_.lower() not in hosts()["SUFFER"]:
        return ()
    return subject(verb)


def suffers_it(word: Token, frame: Frame) -> bool:
    """Tell whether a word is the subject of a verb of suffering over the trigger: "she survived the attack"."""
    return tells_of_it(word, frame) and frame.head.head.lemma_.lower() in hosts()["SUFFER"]


def tells_of_it(word: Token, frame: Frame) -> bool:
    """Tell whether a word only tells of what a noun tells of, or suffers it: "residents reported fighting"."""
    verb = frame.head.head
    return (
        frame.head.pos_ == "NOUN"
        and frame.head.dep_ == "obj"
        and word.head == verb
        and word.dep_ == "nsubj"
        and verb.lemma_.lower() in hosts()["WITNESS"] | hosts()["SUFFER"]
    )


def _fell_in(word: Token, noun: Token) -> bool:
    """Tell whether a word names whom a noun's verb says to have come to harm in it: "guards killed in an ambush"."""
    verb = noun.head
    if noun.pos_ != "NOUN" or preposition(noun) not in _WITHIN or verb.lemma_.lower() not in classes()["HARM"]:
        return False
    return is_passive(verb) and word in (*children(verb, "subjpass"), *((verb.head,) if verb.dep_ == "acl" else ()))
