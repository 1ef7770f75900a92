"""Parties named only inside what is said, asked or given: "rejected calls by Minsk", "demanded that Kiev withdraw"."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from tidings.extract.event_lexicon import HOSTILE, classes, rules
from tidings.extract.event_participants import Participants
from tidings.extract.syntax import Edge, edges, is_passive
from tidings.records import Participant

_DEEPEST = 4
_NOT_WITHIN = frozenset({"conj", "advcl", "parataxis", "relcl", "punct", "case", "det", "mark", "aux", "cc", "tmod"})
_AGAINST = frozenset({"THREATEN", "SANCTION", "REQUEST"})
"""Types whose recipients are those against whom something is to be done: PLOVER's coders take "called for sanctions against
Iran" to be directed at Iran."""
_RANKS = {"subj": 0, "obj": 0, "iobj": 0, "poss": 1, "prep": 1, "agent": 1, "amod": 2, "compound": 2}


def within(
    people: Participants, heads: Sequence[Token], besides: Sequence[Participant], kind: str
) -> tuple[Participant, ...]:
    """Return the participants nearest below some heads, those of `besides` left out.

    Whom a demand, offer or threat is about is told inside it: "rejected calls by Minsk", "demanded that Kiev withdraw".

    Args:
        people: Who takes part in anything in this article.
        heads: The heads of what is said or given.
        besides: Who takes part already.
        kind: The event's type, which tells what of it addresses nobody.
    """
    known = {(p.country, p.sector) for p in besides if p.country}
    words = {p.text for p in besides}
    level = list(heads)
    for _ in range(_DEEPEST):
        inner = [edge for head in level for edge in edges(head) if _leads_to_a_party(head, edge, kind)]
        inner.sort(key=lambda e: (_RANKS.get(e.relation, 3) + (e.prep == "in"), e.child.i))
        for edge in inner:
            if edge.child.pos_ == "PRON" or (edge.child.pos_ == "VERB" and people.entity_at(edge.child) is None):
                continue
            if edge.relation in ("amod", "compound") and people.is_town(edge.child):
                continue  # "a Veracruz clinic" is a clinic there
            if any(child.relation == "poss" and child.child.pos_ == "PRON" for child in edges(edge.child)):
                continue  # "its troops" are the actor's own
            found = tuple(p for p in people.of([edge.child]) if p.text not in words and (p.country, p.sector) not in known)
            if found:
                return found
        level = [edge.child for edge in inner]
    return ()


def _leads_to_a_party(head: Token, edge: Edge, kind: str) -> bool:
    """Tell whether whom an event is about may stand behind an edge inside what is said or given.

    Against whom others act is not praised or blamed for it ("condemned the attack against Iran"), but accused in an
    accusation ("a complaint against Iran"); and who denies one answers those before it, not those that it is about.
    """
    if edge.relation in _NOT_WITHIN:
        return False
    if kind == "ACCUSE" and _is_done_to_its_subject(head):
        return edge.relation == "agent"
    charge = any(word.lemma_.lower() in classes()["CHARGE"] for word in (head, head.head))
    if edge.prep == "against":
        return charge or kind in _AGAINST
    return not (charge and kind == "REJECT" and edge.relation in ("acl", "ccomp"))


def _is_done_to_its_subject(verb: Token) -> bool:
    """Tell whether a clause tells what was done to its subject, who is the victim: "allegations that five were killed"."""
    several = rules().get((verb.lemma_.lower(), "v"), ())
    hostile = any(rule.type in HOSTILE and not rule.conditions for rule in several)
    return hostile and verb.pos_ == "VERB" and is_passive(verb)
