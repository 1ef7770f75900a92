"""What a sentence names only to rule it out, or to compare with: "1,212 trucks, not 1,200", "more than in March".

Constituent negation (Huddleston & Pullum 2002, chapter 9): "not" before a noun phrase denies that phrase and leaves the
clause as it was asserted. Before a quantifier or a focus word it does something else ("not all", "not only").
"""

from __future__ import annotations

from spacy.tokens import Token

_NOMINAL = frozenset({"NOUN", "PROPN", "NUM", "PRON", "SYM"})
_INSTEAD = frozenset({"instead", "rather"})
_EXCEPT = frozenset({"but", "except", "excepting"})
_QUANTIFIERS = frozenset(
    {"all", "any", "both", "each", "enough", "every", "everyone", "everything", "few", "many", "most", "much"}
)
_COMPARING = frozenset({"fewer", "just", "least", "less", "merely", "more", "only", "simply", "solely", "too", "ever"})
_NOT_DENYING = _QUANTIFIERS | _COMPARING
"""Words behind "not" with which it says how much, or adds: "not all", "not fewer than", "not only"."""


def is_ruled_out(token: Token, head: Token) -> bool:
    """Tell whether a word below a head is only named as what was not meant, itself or within such a phrase."""
    here = token
    while here != head:
        if here.pos_ in _NOMINAL and _is_denied(here):
            return True
        if here.head == here:
            return False
        here = here.head
    return False


def is_standard(token: Token, start: int, head: Token) -> bool:
    """Tell whether words below a head are what something is compared with: "more than in March", "300, up from 120 in May".

    Args:
        token: The head of the words.
        start: Their first character's offset: a "than" of their own ("more than 40") compares nothing.
        head: Where to stop.
    """
    first = token.left_edge
    before = [first, *([first.nbor(-1)] if first.i else [])]
    if any(word.lower_ == "than" and word.idx < start for word in before):
        return True
    here = token
    while here not in (head, here.head):
        if _is_after_change(here):
            return True
        here = here.head
        if here.lower_ in ("up", "down") and any(
            child.dep_ in ("obl", "nmod") and any(c.dep_ == "case" and c.lower_ == "from" for c in child.children)
            for child in here.children
        ):
            return True
    return False


def _is_after_change(word: Token) -> bool:
    """Tell whether words stand behind "up from" or "down from", wherever the parse hangs them."""
    first = word.left_edge
    return first.lower_ == "from" and first.i > 0 and first.nbor(-1).lower_ in ("up", "down")


def _is_denied(noun: Token) -> bool:
    for child in noun.children:
        if child.i >= noun.i:
            continue
        if child.dep_ in ("case", "cc") and child.lower_ in _INSTEAD:
            return True
        if child.dep_ == "case" and child.lower_ in _EXCEPT:
            return True
        if child.dep_ in ("advmod", "cc", "cc:preconj") and child.lower_ == "not":
            # Of a predicate noun it negates the clause ("is not a member"), and before a quantifier less than the phrase.
            after = noun.doc[child.i + 1]
            return not any(c.dep_ == "cop" for c in noun.children) and after.lower_ not in _NOT_DENYING
    return False
