"""What grammar and meaning allow a pronoun to stand for: kind, number and gender, binding, and "it" that means nothing."""

from __future__ import annotations

from typing import NamedTuple

from spacy.tokens import Token

from tidings.extract.coreference_mentions import PARTS, SUBJECTS, Kind, Mention
from tidings.extract.syntax import first_conjunct

CLAUSAL = frozenset({"conj", "acl", "acl:relcl", "advcl", "ccomp", "csubj", "parataxis"})
"""Relations that begin another clause or phrase, in which what is around may be taken up."""
_ARGUMENTS = SUBJECTS | {"obj", "iobj", "obl", "obl:agent"}
_EXPLAINING = frozenset({"csubj", "ccomp", "xcomp", "advcl", "acl", "acl:relcl"})
_IMPERSONAL = frozenset({"seem", "appear", "happen", "turn", "rain", "snow", "take"})


class Fit(NamedTuple):
    """What a pronoun may stand for, and by how much the most salient referent must lead the next."""

    kinds: frozenset[Kind]
    margin: int
    plural: bool = False
    gender: str | None = None


_HE = Fit(frozenset({Kind.PERSON}), 30, gender="m")
_SHE = Fit(frozenset({Kind.PERSON}), 30, gender="f")
_IT = Fit(frozenset(Kind) - {Kind.PERSON}, 20)
_THEY = Fit(frozenset(Kind), 20, plural=True)
FITS = {
    **dict.fromkeys(("he", "him", "his", "himself"), _HE),
    **dict.fromkeys(("she", "her", "hers", "herself"), _SHE),
    **dict.fromkeys(("it", "its", "itself"), _IT),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), _THEY),
}


def agrees(mention: Mention, fit: Fit) -> bool:
    """Tell whether a mention has a pronoun's kind, number and gender; a body may be "they" too."""
    if mention.kind not in fit.kinds or mention.relation in PARTS:
        return False
    if fit.plural != mention.plural and not (fit.plural and mention.named and mention.kind is Kind.BODY):
        return False
    return fit.gender is None or mention.referent.gender in (None, fit.gender)


def is_expletive(pronoun: Token) -> bool:
    """Tell whether an "it" holds the place of a clause or of nothing ("it is clear that …", "it rains")."""
    if pronoun.lower_ != "it":
        return False
    head = pronoun.head
    if pronoun.dep_ == "expl" or head.lemma_ in _IMPERSONAL:
        return True
    own = {child.dep_ for child in head.children}
    return "cop" in own and not own.isdisjoint(_EXPLAINING)


def is_disjoint(pronoun: Token, other: Token) -> bool:
    """Tell whether grammar forbids two words of a sentence to mean the same (binding, i-within-i, coordination)."""
    reflexive = pronoun.lower_.endswith(("self", "selves"))
    if _is_within(pronoun, other):
        return not reflexive
    if first_conjunct(pronoun) == first_conjunct(other):
        return True
    return not reflexive and pronoun.dep_ != "nmod:poss" and _is_beside(pronoun, other)


def _is_within(pronoun: Token, other: Token) -> bool:
    """Tell whether a pronoun is inside another word's phrase or predicate ("X, his aide", "X is the head of his office")."""
    at = pronoun
    while at.dep_ not in CLAUSAL and at.head != at and at.head.pos_ != "VERB":
        at = at.head
        if at == other or (other.head == at and other.dep_ in SUBJECTS and any(c.dep_ == "cop" for c in at.children)):
            return True
    return False


def _is_beside(pronoun: Token, other: Token) -> bool:
    """Tell whether both are arguments of one verb, or of verbs that share their subject ("X came and met him")."""
    at = pronoun
    while at.head != at and at.head.pos_ not in ("VERB", "AUX", "ADJ"):
        at = at.head
    predicate = at.head
    while other.head != predicate or other.dep_ not in _ARGUMENTS:
        shared = predicate.dep_ in ("conj", "xcomp") and not any(c.dep_ in SUBJECTS for c in predicate.children)
        if not shared or predicate.head == predicate:
            return False
        predicate = predicate.head
    return True
