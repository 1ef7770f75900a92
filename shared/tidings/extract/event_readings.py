"""What the language model reads of events, weighed against what the lexicon says: types, modes, participants, standing.

The model has learnt from annotated sentences which word tells of which PLOVER event, who takes part and whether it happened
(`tidings.language.told`). The lexicon knows words and frames that the sentences did not have. Where both speak, a fixed
weight for the lexicon's reading is added to the model's probabilities: first for which type it would be, then for whether
the word tells of an event at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc, Token

from tidings.extract.event_lexicon import Rule, ontology
from tidings.language.told import ToldEvents, told_events
from tidings.language.weights import Floats

HAPPENS_WEIGHT = (0.25, 0.4, 0.95)
"""What the lexicon is worth beside the model's probability that a word tells of an event at all: a rule that asked for its
word alone, one that asked for its frame, one for certain words in its frame ("received bodies from"). Where the model is
surer of nothing than of all events together, a frame counts as little as a word: a fifth of such readings were right."""
TYPE_WEIGHT = (0.2, 0.3, 0.85)
"""The same for which event it tells of, beside the model's shares among the types. The model errs less there: it reads the
whole sentence, where the lexicon reads a frame."""
LEAST_VERB, LEAST_NOUN = 0.6, 0.8
"""How likely an event must be, the lexicon's weight added. A noun may only point back ("the attack"), a verb tells. What the
model has learnt from holds many sentences of which an earlier one was unsure, so it sees events too easily."""
LEAST_SURE = 0.4
"""Of a word that less likely tells of an event, what the model says of its type proves the less."""
LEAST_ROLE = 0.4
"""The probability from which on a word is taken for a participant."""
LEAST_LIKELIEST = 0.3
"""The probability from which on the likeliest of all words is taken where none is surely a participant."""
_TO_WHAT_END = frozenset({"destroy"})
"""Modes that tell what comes of a deed; what it was done with, where the verb itself says so ("blew up"), tells more."""
_BLAMED_FOR = frozenset({"about", "against", "at", "for", "from", "in", "into", "of", "to", "with"})
"""Prepositions under which a gerund says what somebody is blamed for, thanked for, kept from or aims at."""
LEAST_MODE = 0.7
"""The share among a type's modes from which on one is told; below it the lexicon's stands."""


class Reading(NamedTuple):
    """An event as the model and the lexicon together read it, and how sure they are."""

    type: str
    mode: str | None
    probability: float


class Readings:
    """The readings of one article; empty where the language model says nothing of events."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._told: ToldEvents | None = told_events(doc)
        self._modes: dict[str, list[int]] = {}
        if self._told is not None:
            modes = self._told.labels.modes
            self._modes = {t: [0, *(modes.index(m) for m in known if m in modes)] for t, known in ontology().items()}

    def __bool__(self) -> bool:
        return self._told is not None

    def at(self, token: Token, rule: Rule | None, *, tells: bool, beside: Sequence[Token] = ()) -> Reading | None:
        """Return what a word tells of, or None if of no PLOVER event.

        Args:
            token: The word.
            rule: The lexicon's rule for a PLOVER type that holds in the word's frame, or None.
            tells: Whether the word tells something, as a verb does; a noun may only point back.
            beside: Words that the rule reads together with it and that tell of nothing by themselves: the model has learnt
                to mark one of them, either may be it.
        """
        lexical, mode = (rule.type, rule.mode) if rule else (None, None)
        if self._told is None:
            return Reading(lexical, mode, 0.5) if lexical else None
        labels, told = self._told.labels.kinds, self._told.kinds[token.i]
        weighed = told.copy()
        silent = [float(self._told.kinds[word.i, 0]) for word in beside]
        weighed[0] = min(told[0], *(p for p in silent if p > 1 - LEAST_NOUN), 1.0)
        likeliest = int(weighed.argmax())
        if rule is not None and lexical in labels:
            own, asked = labels.index(lexical), _asked(rule, token)
            likeliest = _likeliest(told, own, TYPE_WEIGHT[asked])
            level = min(asked, _foremost(token))
            level = 0 if level == 1 and told[0] > 0.5 else level
            # Where both see an event, and each another, it is the model's, and the lexicon adds what a word alone does.
            weighed[likeliest] += HAPPENS_WEIGHT[level if own == likeliest else 0]
        if weighed[likeliest] < max(weighed[0], LEAST_VERB if tells else LEAST_NOUN) or likeliest == 0:
            return None
        mode = self._mode(token, labels[likeliest], mode if labels[likeliest] == lexical else None)
        return Reading(labels[likeliest], mode, float(told[likeliest]))

    def _mode(self, token: Token, kind: str, lexical: str | None) -> str | None:
        if self._told is None:
            return lexical
        allowed = self._modes[kind]
        shares = self._told.modes[token.i, allowed]
        best = int(shares.argmax())
        sure = shares[best] / max(float(shares.sum()), 1e-6) >= LEAST_MODE
        told = self._told.labels.modes[allowed[best]]
        if best and sure and not (told in _TO_WHAT_END and lexical):
            return told
        return lexical

    def heads(self, token: Token, role: str) -> Sequence[Token]:
        """Return the words that the model takes for the head words of an event's participants in a role, in text order."""
        if self._told is None or token.i not in self._told.roles:
            return ()
        first, shares = self._told.roles[token.i]
        number = self._told.labels.roles.index(role)
        found = np.flatnonzero((shares.argmax(axis=1) == number) & (shares[:, number] >= LEAST_ROLE))
        return tuple(self._doc[first + int(i)] for i in found if first + int(i) != token.i)

    def likeliest(self, token: Token, role: str) -> Sequence[Token]:
        """Return the word that most likely heads an event's participant in a role, though another role may be likelier."""
        if self._told is None or token.i not in self._told.roles:
            return ()
        first, shares = self._told.roles[token.i]
        own = shares[:, self._told.labels.roles.index(role)]
        best = int(own.argmax())
        return (self._doc[first + best],) if own[best] >= LEAST_LIKELIEST and first + best != token.i else ()

    def share(self, token: Token, role: str, start: int, end: int) -> float:
        """Return how likely one of the words between two offsets heads an event's participant; 1 where nothing is known."""
        if self._told is None or token.i not in self._told.roles:
            return 1.0
        first, shares = self._told.roles[token.i]
        number = self._told.labels.roles.index(role)
        words = self._doc[first : first + len(shares)]
        return max((float(shares[k, number]) for k, word in enumerate(words) if start <= word.idx < end), default=0.0)

    def standing(self, token: Token) -> dict[str, float]:
        """Return the probabilities that the event happened, is planned, is possible only, or is negated; {} if not known."""
        if self._told is None:
            return {}
        return dict(zip(self._told.labels.facts, map(float, self._told.facts[token.i]), strict=True))

    def happened(self, token: Token) -> float | None:
        """Return how surely what a word tells of has come about, from -1 (surely not) to 1 (surely); None if not known."""
        return float(self._told.happened[token.i]) if self._told is not None else None


def _likeliest(told: Floats, lexical: int, weight: float) -> int:
    """Return the likeliest type of a word if it tells of an event, the lexicon's weighed in."""
    shares = told / max(1 - float(told[0]), LEAST_SURE)
    shares[0] = 0
    shares[lexical] += weight
    return int(shares.argmax())


def _asked(rule: Rule, token: Token) -> int:
    """Return how much a rule asked for: 0 its word, 1 its frame, 2 certain words in its frame or a word of one sense.

    A noun with the word before it ("drone strike") is no more than a longer word.
    """
    named = [c for c in rule.conditions if c.classes and not any(name.startswith("@") for name in c.classes)]
    if token.pos_ == "NOUN":
        named = [condition for condition in named if condition.slot != "mod"]
    return 2 if named or rule.has("sure") else int(bool(rule.conditions))


def _foremost(token: Token) -> int:
    """Return how much a rule may count for at a word, by what the word's clause is there for.

    A main clause tells what happened, its infinitive what was decided, and a participle behind it what came of it (2).
    Another adverbial clause may be background (1). To what end something was done or for what somebody is blamed ("came to
    help", "of killing him"), and what only says which one is meant ("the firm that sent aid"), is no news by its frame (0).
    """
    if token.dep_ in ("acl", "acl:relcl"):
        return 0
    if token.tag_ == "VB" and any(left.tag_ == "TO" for left in token.lefts):
        return 2 if token.dep_ == "xcomp" else 0
    if token.tag_ == "VBG" and any(_is_blamed_for(left) for left in token.lefts):
        return 0
    outcome = token.tag_ == "VBG" and token.i > token.head.i
    return 1 if token.dep_ == "advcl" and not outcome else 2


def _is_blamed_for(mark: Token) -> bool:
    """Tell whether a word before a gerund makes it what somebody is blamed for; "apart from killing two" tells."""
    besides = mark.i > 0 and mark.nbor(-1).lower_ in ("apart", "aside")
    return mark.dep_ in ("mark", "case") and mark.lower_ in _BLAMED_FOR and not besides
