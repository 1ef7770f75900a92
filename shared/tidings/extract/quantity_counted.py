"""What a number counts: the noun that it belongs to, and that noun's phrase without the number and without clauses."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from tidings.extract.quantity_words import forms
from tidings.extract.syntax import edges, phrase

_NOT_COUNTED = frozenset({"DET", "PUNCT", "ADP", "NUM", "PRON", "PART"})
_FURTHER = frozenset({"more", "other", "further", "additional"})
_HYPHENS = frozenset("-–")
_MODIFIERS = frozenset({"nummod", "det", "det:predet", "amod", "compound", "advmod", "nmod"})
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
            noun = token.head
            if noun.lower_ in _FURTHER and noun.dep_ == "amod" and noun.head.i > noun.i:
                noun = noun.head  # "several more letters"
            return noun if _is_countable(noun) and noun.lower_ not in forms("percent") else None
    inside = range(first, last)
    head = next((t for t in doc[first:last] if t.head.i not in inside or t.head == t), doc[first])
    # "Hundreds of thousands of people": what is counted is outside the number, on whichever of its words the parse hangs it.
    ofs = (of for word in doc[head.i : last] if word.i in inside for of in _complements(word))
    of = next((of for of in ofs if of.i not in inside), None)
    if of is not None:
        return of
    if last < len(doc) and doc[last].lower_ in forms("mass") and doc[last].pos_ in ("ADJ", "VERB"):
        return doc[last]  # "116 dead, 178 injured, 110 missing"
    beside = doc[last] if last < len(doc) else head
    if beside.tag_ not in ("NNS", "NNPS"):
        return None
    in_five_drivers = beside.head == head and beside.dep_ == "nmod"  # "one in five drivers"
    # A number right before a plural counts it, even where the parse hangs both on the verb ("two hundred and six men").
    return beside if in_five_drivers or (beside != head and beside.head == head.head) else None


def counted_words(doc: Doc, noun: Token, last: int) -> str | None:
    """Return the words of what is counted, without the number, or None.

    Args:
        doc: The parsed article.
        noun: The noun that is counted.
        last: The first token behind the number, its unit and its qualifiers.
    """
    words = phrase(noun, without=("nummod", "det"))
    start = max(words.start, last) if words.start < last <= noun.i else words.start
    brackets = [t.i + 1 for t in doc[start : noun.i] if t.is_bracket]
    start = max([start, *brackets])
    while start < noun.i and (doc[start].pos_ in _NOT_COUNTED or doc[start].lower_ in _FURTHER):
        start += 1
    between = doc[start : noun.i]
    if any(t.like_num for t in between) and any(t.pos_ == "CCONJ" or t.text == "," for t in between):
        start = noun.i  # "5 Greek and 3 Turkish sailors" shares its noun, and nothing else
    return " ".join(doc[start : _end(doc, noun)].text.split()) or None


def is_plural(noun: Token) -> bool:
    """Tell whether a noun can be counted by more than one: a plural, or a word or name of a group without its ending."""
    if noun.tag_ in ("NNS", "NNPS") or noun.pos_ in ("ADJ", "VERB", "PRON"):
        return True
    if noun.lower_ in forms("mass") or noun.lower_ in forms("level"):
        return True
    return noun.pos_ == "PROPN" and noun.ent_type_ in _GROUPS


def _end(doc: Doc, noun: Token) -> int:
    """Return where a counted noun's phrase ends: behind its "of" and the rest of its name; other words tell where or how."""
    kept = {noun.i}
    for edge in edges(noun):
        if edge.child.i < noun.i:
            continue
        if edge.relation == "prep" and edge.prep == "of":
            kept.update(range(edge.child.left_edge.i, phrase(edge.child).end))
        elif edge.child.dep_ in ("flat", "compound", "fixed", "goeswith"):
            kept.update(t.i for t in edge.child.subtree)
    end = noun.i + 1
    while end < len(doc) and (end in kept or (end + 1 in kept and doc[end].text in _HYPHENS)):
        if doc[end].is_sent_start or (doc[end].is_punct and doc[end].text not in _HYPHENS):
            break
        end += 1
    return end


def _complements(token: Token) -> Iterator[Token]:
    yield from (edge.child for edge in edges(token) if edge.relation == "prep" and edge.prep == "of")


def _is_countable(token: Token) -> bool:
    return token.pos_ in ("NOUN", "PROPN", "ADJ", "PRON") or token.tag_ == "VBN"
