"""A small view of a Universal Dependencies parse that rules are written on: fewer relations, prepositions folded.

Relations: subj, subjpass, obj, iobj, agent, prep (an oblique or nominal modifier under its preposition), ccomp, xcomp,
advcl, relcl, acl, conj, appos, poss, amod, compound, det, nummod, aux, auxpass, mark, parataxis, particle.
UD: https://universaldependencies.org/u/dep/ . Other schemes become UD before any rule reads them (`schemes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from spacy.tokens import Doc, Span, Token

_SIMPLE = {
    "nsubj": "subj", "csubj": "subj", "nsubj:outer": "subj", "csubj:outer": "subj",
    "nsubj:pass": "subjpass", "csubj:pass": "subjpass",
    "obj": "obj", "iobj": "iobj",
    "ccomp": "ccomp", "xcomp": "xcomp", "advcl": "advcl", "advcl:relcl": "relcl",
    "acl": "acl", "acl:relcl": "relcl", "conj": "conj", "appos": "appos",
    "nmod:poss": "poss", "amod": "amod", "compound": "compound",
    "flat": "compound", "flat:name": "compound", "det": "det", "nummod": "nummod",
    "aux": "aux", "aux:pass": "auxpass", "mark": "mark", "parataxis": "parataxis",
    "compound:prt": "particle", "advmod": "advmod", "cop": "cop", "cc": "cc",
    "obl:agent": "agent", "obl:tmod": "tmod", "nmod:tmod": "tmod", "obl:unmarked": "tmod",
    "nmod:unmarked": "tmod", "expl": "expl",
    "obl:npmod": "tmod", "nmod:npmod": "tmod", "nmod:desc": "compound",
}  # fmt: skip


class Edge(NamedTuple):
    """A labelled edge; `prep` is the lower-case preposition for `prep` and `agent` edges ("" if there is none)."""

    relation: str
    child: Token
    prep: str = ""


def preposition(token: Token) -> str:
    """Return the whole preposition of an oblique, lower case ("according to", "because of"), or ""."""
    cases = [child for child in token.children if child.dep_ == "case" and child.i < token.i]
    if not cases:
        return ""
    first = cases[0]
    words = [first, *(t for t in first.children if t.dep_ == "fixed"), *cases[1:]]
    return " ".join(t.lower_ for t in sorted(set(words), key=lambda t: t.i))


def edges(token: Token) -> Sequence[Edge]:
    """Return a token's outgoing edges in the view's relations, in text order; prepositions are folded into their objects.

    They are kept while the rules read a document: each asks for those of the same words, some ten times in all.
    """
    known = _known(token.doc)
    found = known[token.i]
    if found is None:
        found = known[token.i] = tuple(map(_edge, token.children))
    return found


@lru_cache(maxsize=2)
def _known(doc: Doc) -> list[Sequence[Edge] | None]:
    return [None] * len(doc)


def _edge(child: Token) -> Edge:
    dep = child.dep_
    if dep not in ("obl", "nmod", "obl:agent", "obl:arg"):
        return Edge(_SIMPLE.get(dep, dep), child)
    prep = preposition(child)
    passive = prep == "by" and (dep == "obl:agent" or is_passive(child.head))
    return Edge("agent" if passive else "prep" if prep else "tmod", child, prep)


def children(token: Token, *relations: str) -> list[Token]:
    """Return the children under any of the view's relations, in text order."""
    return [edge.child for edge in edges(token) if edge.relation in relations]


def relation(token: Token) -> str:
    """Return the view's relation of a token to its head ("root" for roots)."""
    if token.head == token:
        return "root"
    for edge in edges(token.head):
        if edge.child == token:
            return edge.relation
    return token.dep_


def is_passive(verb: Token) -> bool:
    """Tell whether a verb is a passive participle: a passive auxiliary, a passive subject, or a reduced relative.

    A participle shares the auxiliary of the one that it is coordinated to: "were shot and killed".
    """
    own = {child.dep_ for child in verb.children}
    if own & {"aux:pass", "nsubj:pass", "csubj:pass"}:
        return True
    if verb.tag_ != "VBN" or "aux" in own:
        return False
    shares = verb.dep_ == "conj" and not own & {"nsubj", "csubj", "obj"} and verb.head != verb
    return verb.dep_ in ("acl", "amod") or (shares and is_passive(verb.head))


def is_definite(noun: Token) -> bool:
    """Tell whether a noun has a definite article or a demonstrative: it mostly means what was told before."""
    return any(c.dep_ == "det" and c.lower_ in ("the", "this", "that", "these", "those") for c in noun.lefts)


def first_conjunct(token: Token) -> Token:
    """Return the first of what a token is coordinated to, which alone hangs on what all belong to; itself if to nothing."""
    while token.dep_ == "conj" and token.head != token:
        token = token.head
    return token


def conjuncts(token: Token) -> list[Token]:
    """Return the token and all that is coordinated to it, from the first conjunct on, in text order."""
    found = [first_conjunct(token)]
    for member in found:
        found.extend(child for child in member.children if child.dep_ == "conj")
    return sorted(found, key=lambda t: t.i)


def phrase(head: Token, *, without: tuple[str, ...] = ()) -> Span:
    """Return the phrase of a nominal head: its subtree without clauses, appositions, conjuncts and its own preposition.

    `without` names more of the view's relations whose subtrees are left out. The result is contiguous around the head.
    """
    dropped = {
        "conj",
        "cc",
        "case",
        "punct",
        "relcl",
        "acl",
        "appos",
        "parataxis",
        "advcl",
        "ccomp",
        "mark",
        "cop",
        *without,
    }
    keep = {head.i}
    for edge in edges(head):
        if edge.relation in dropped or edge.child.dep_ in dropped:
            continue
        keep.update(t.i for t in edge.child.subtree)
    left = right = head.i
    while left - 1 in keep:
        left -= 1
    while right + 1 in keep:
        right += 1
    # Punctuation inside (a hyphen, an apostrophe) must not cut a phrase that goes on behind it.
    while right + 2 in keep and head.doc[right + 1].is_punct and head.doc[right + 1].text not in ",;:()":
        right += 2
        while right + 1 in keep:
            right += 1
    return head.doc[left : right + 1]


def clause(verb: Token) -> Span:
    """Return the stretch of a verb's clause: its subtree without trailing punctuation and coordinated clauses."""
    out = {t.i for child in verb.children if child.dep_ == "conj" and child.pos_ in ("VERB", "AUX") for t in child.subtree}
    inside = sorted(t.i for t in verb.subtree if t.i not in out) or [verb.i]
    left = right = verb.i
    members = set(inside)
    while left - 1 in members:
        left -= 1
    while right + 1 in members:
        right += 1
    while right > verb.i and verb.doc[right].is_punct:
        right -= 1
    return verb.doc[left : right + 1]


def sentence_spans(doc: Doc) -> list[tuple[int, int]]:
    """Return the sentences' character offsets, without surrounding white space."""
    spans = []
    for sent in doc.sents:
        text = sent.text
        start = sent.start_char + len(text) - len(text.lstrip())
        end = sent.start_char + len(text.rstrip())
        if start < end:
            spans.append((start, end))
    return spans
