"""What a number counts: the noun that it belongs to, and that noun's phrase without the number and without clauses."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from tidings.extract.quantity_words import forms
from tidings.extract.syntax import children, edges, phrase

_NOT_COUNTED = frozenset({"DET", "PUNCT", "ADP", "NUM", "PRON"})
_FURTHER = frozenset({"more", "other", "further", "additional"})
_MODIFIERS = frozenset({"nummod", "det", "amod", "compound", "advmod", "nmod"})
_GROUPS = frozenset({"NORP", "ORG", "GPE"})


def counted_noun(doc: Doc, first: int, last: int) -> Token | None:
    """Return the noun that a number counts, or None.

    Args:
        doc: The parsed article.
        first: The number's first token.
        last: The first token behind the number and its unit.
    """
    for token in doc[first:last]:
        if token.dep_ in _MODIFIERS and token.head.i >= last:
            return token.head if _is_countable(token.head) else None
    inside = range(first, last)
    head = next((t for t in doc[first:last] if t.head.i not in inside), doc[first])
    for edge in edges(head):
        if edge.relation == "prep" and edge.prep == "of":
            # "hundreds of thousands of people": the inner number's own complement is what is counted.
            inner = [e.child for e in edges(edge.child) if e.relation == "prep" and e.prep == "of"]
            return inner[0] if edge.child.i in inside and inner else edge.child
    return next((child for child in children(head, "nmod") if child.i >= last), None)


def counted_words(doc: Doc, noun: Token, last: int) -> str | None:
    """Return the words of what is counted, without the number, or None.

    Args:
        doc: The parsed article.
        noun: The noun that is counted.
        last: The first token behind the number, its unit and its qualifiers.
    """
    words = phrase(noun, without=("nummod", "det"))
    start = max(words.start, last) if words.start < last <= noun.i else words.start
    while start < noun.i and (doc[start].pos_ in _NOT_COUNTED or doc[start].lower_ in _FURTHER):
        start += 1
    end = noun.i + 1
    # "27 bodies in return": what follows another preposition than "of" says where or how, not what; so does what follows a
    # comma or a bracket.
    while end < words.end and not (doc[end].is_punct and doc[end].text not in "-–'’") and not _leads_elsewhere(doc[end]):
        end += 1
    return " ".join(doc[start:end].text.split()) or None


def is_plural(noun: Token) -> bool:
    """Tell whether a noun can be counted by more than one: a plural, or a word or name of a group without its ending."""
    if noun.tag_ in ("NNS", "NNPS") or noun.pos_ in ("ADJ", "VERB", "SYM"):
        return True
    if noun.lower_ in forms("mass") or noun.lower_ in forms("level"):
        return True
    return noun.pos_ == "PROPN" and noun.ent_type_ in _GROUPS


def _leads_elsewhere(token: Token) -> bool:
    return token.dep_ == "case" and token.lower_ not in ("of", "'s", "’s", "'", "’")


def _is_countable(token: Token) -> bool:
    return token.pos_ in ("NOUN", "PROPN", "ADJ", "SYM") or token.tag_ == "VBN"
