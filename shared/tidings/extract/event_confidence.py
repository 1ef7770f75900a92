"""How sure an event mention is: the language model's probability of its type, else how much of its frame is spelt out.

The model is too sure of itself, and the surer where the lexicon has had its say on which words tell. Its log-odds are
multiplied by one number (temperature scaling; Guo et al. 2017), found with the whole pipeline: on the annotated sentences
that training never saw, .65 is best and .5 leaves an expected calibration error of .058 (ten bins, n 871); on PLOVER's
sentences, which other people labelled, .5 leaves .064. `make bench` prints both with their diagrams.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from tidings.extract.event_triggers import Candidate
from tidings.records import BACKGROUND_TYPES, Participant

_BASE = -0.6
_WEIGHTS = {"conditions": 0.5, "noun": -0.6, "actor": 0.5, "recipient": 0.4, "coded": 0.4, "catch-all": -0.6}


_SHARPNESS = 0.5
_NEVER_SURER = 0.99


def confidence(candidate: Candidate, actor: Sequence[Participant], recipient: Sequence[Participant]) -> float:
    """Return the probability that the type is right; without a model, a score of what the rule asked for and is filled."""
    if candidate.probability is not None:
        sure = min(candidate.probability, _NEVER_SURER)
        return round(1 / (1 + exp(-_SHARPNESS * log(sure / (1 - sure)))), 2)
    features = {
        "conditions": float(bool(candidate.rule.conditions)),
        "noun": float(candidate.frame.head.pos_ == "NOUN"),
        "actor": float(bool(actor)),
        "recipient": float(bool(recipient)),
        "coded": float(any(p.country for p in (*actor, *recipient))),
        "catch-all": float(candidate.rule.type in BACKGROUND_TYPES),
    }
    return round(1 / (1 + exp(-(_BASE + sum(_WEIGHTS[name] * value for name, value in features.items())))), 2)
