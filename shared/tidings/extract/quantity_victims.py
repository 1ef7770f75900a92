"""One whom something befell, counted by an indefinite article: "killed a policeman", "the murder of a priest".

Elsewhere "a" counts nothing that a reader would ask for; among victims it is a number like those of other reports ("one
policeman", "two policemen").
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from tidings.extract.event_lexicon import classes
from tidings.extract.gazetteer import fold
from tidings.extract.sectors import load_roles, singular
from tidings.extract.syntax import conjuncts, preposition

_ARTICLES = frozenset({"a", "an"})
_BEFALLEN = frozenset({"obj", "nsubj:pass"})


def single_victims(doc: Doc) -> Iterator[tuple[Token, Token]]:
    """Iterate over the articles that count one victim, each with its noun."""
    for token in doc:
        if token.dep_ == "det" and token.lower_ in _ARTICLES and token.head.tag_ == "NN" and token.i < token.head.i:
            noun = token.head
            if _is_somebody(noun) and _is_befallen(noun):
                yield token, noun


def _is_somebody(noun: Token) -> bool:
    return singular(fold(noun.text)) in load_roles().sectors


def _is_befallen(noun: Token) -> bool:
    first = conjuncts(noun)[0]
    if any(c.dep_ == "acl" and c.tag_ == "VBN" and _befalls(c) for c in noun.children):
        return True
    if first.dep_ in _BEFALLEN:
        return first.head.pos_ == "VERB" and _befalls(first.head)
    return first.dep_ == "nmod" and preposition(first) == "of" and first.head.pos_ == "NOUN" and _befalls(first.head)


def _befalls(word: Token) -> bool:
    return word.lemma_.lower() in classes()["BEFALL"]
