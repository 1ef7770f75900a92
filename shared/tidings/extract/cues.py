"""The lexicon of attribution cues: which verbs and nouns bring somebody's words or thoughts, how, and of what class.

The knowledge lies in data/cues_verbs.tsv and data/cues_nouns.tsv; here it is read once and looked up by lemma.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from spacy.tokens import Token

from tidings.tables import rows


class CueClass(StrEnum):
    """What a cue tells about its source's stance."""

    SAY = "say"
    REPORT = "report"
    CLAIM = "claim"
    ACCUSE = "accuse"
    DENY = "deny"
    CONFIRM = "confirm"
    PREDICT = "predict"
    PLAN = "plan"
    ORDER = "order"
    ASK = "ask"
    THINK = "think"
    KNOW = "know"
    SHOW = "show"
    JUDGE = "judge"


class Cue(NamedTuple):
    """A cue lemma: its class, the frames in which it takes content, the prepositions of a content phrase."""

    lemma: str
    cue_class: CueClass
    frames: frozenset[str]
    prepositions: frozenset[str]

    def takes(self, frame: str) -> bool:
        """Tell whether the cue takes content as c(lause), x (infinitive), g(erund), o(bject), q(uotation) or t(ag)."""
        return frame in self.frames


def _read(name: str) -> dict[str, Cue]:
    found: dict[str, Cue] = {}
    for row in rows(name, 4):
        prepositions = frozenset() if row[2] == "-" else frozenset(row[2].split(","))
        for lemma in row[3].split():
            cue = Cue(lemma, CueClass(row[0]), frozenset(row[1]), prepositions)
            known = found.get(lemma)
            # A lemma in two rows has the first row's class and the frames of both ("ask": a question, or a request).
            found[lemma] = (
                known._replace(frames=known.frames | cue.frames, prepositions=known.prepositions | cue.prepositions)
                if known
                else cue
            )
    return found


@cache
def verb_cues() -> dict[str, Cue]:
    """Return the cue verbs by lemma."""
    return _read("cues_verbs.tsv")


@cache
def noun_cues() -> dict[str, Cue]:
    """Return the cue nouns by lemma."""
    return _read("cues_nouns.tsv")


def verb_cue(token: Token) -> Cue | None:
    """Return the cue that a verb is, or None."""
    if token.pos_ == "VERB":
        lemma = token.lemma_.lower()
        for child in token.rights:
            if child.dep_ == "compound:prt":
                return verb_cues().get(f"{lemma}_{child.lower_}")  # "called off" calls nothing
        return verb_cues().get(lemma)
    # The commonest cue is worth a guard against a wrong tag.
    return verb_cues()["say"] if token.lower_ in ("said", "says") else None


def noun_cue(token: Token) -> Cue | None:
    """Return the cue that a common noun is, or None."""
    return noun_cues().get(token.lemma_.lower()) if token.pos_ == "NOUN" else None


def cue_of(token: Token) -> Cue | None:
    """Return the cue that a token is, verb or noun, or None."""
    return verb_cue(token) or noun_cue(token)
