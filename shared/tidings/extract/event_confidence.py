"""How sure an event mention is: a score from 0 to 1 by how much of its frame the text spells out."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from tidings.extract.event_triggers import Candidate
from tidings.records import BACKGROUND_TYPES, Participant

_BASE = 0.2
_WEIGHTS = {"conditions": 0.5, "noun": -0.6, "actor": 0.5, "recipient": 0.4, "coded": 0.4, "catch-all": -0.6}


def confidence(candidate: Candidate, actor: Sequence[Participant], recipient: Sequence[Participant]) -> float:
    """Return the score of a reading: logistic in what its rule asked for and which roles are filled and resolved."""
    features = {
        "conditions": float(bool(candidate.rule.conditions)),
        "noun": float(candidate.frame.head.pos_ == "NOUN"),
        "actor": float(bool(actor)),
        "recipient": float(bool(recipient)),
        "coded": float(any(p.country for p in (*actor, *recipient))),
        "catch-all": float(candidate.rule.type in BACKGROUND_TYPES),
    }
    return round(1 / (1 + exp(-(_BASE + sum(_WEIGHTS[name] * value for name, value in features.items())))), 2)
