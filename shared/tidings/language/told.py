"""What the network says of the events that a document's words tell of, as probabilities for the extraction to weigh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from spacy.tokens import Doc

from tidings.language.encoder import EventScores, Integers
from tidings.language.heading import Heading
from tidings.language.weights import Floats

LEAST = 0.04
"""The probability of an event from which on a word's participants are looked for."""

_KEY = "tidings_events"


@dataclass
class ToldEvents:
    """Of N tokens: which event each tells of, how, whether it happened, and who takes part."""

    labels: Heading
    kinds: Floats  # N × kinds of event, none first; probabilities
    modes: Floats  # N × modes, none first; probabilities
    facts: Floats  # N × facts; probabilities
    happened: Floats  # N: from -1, surely not, to 1, surely
    roles: dict[int, tuple[int, Floats]] = field(default_factory=dict)
    """Trigger → first token of its sentence, and sentence's tokens × roles, none first; probabilities."""

    @classmethod
    def empty(cls, length: int, labels: Heading) -> ToldEvents:
        """Return what is known before anything is read: nothing happens."""
        columns = [np.zeros((length, len(names)), np.float32) for names in (labels.kinds, labels.modes, labels.facts)]
        for column in columns[:2]:
            column[:, 0] = 1
        kinds, modes, facts = columns
        return cls(labels, kinds, modes, facts, np.zeros(length, np.float32))

    def take(
        self,
        scores: EventScores,
        places: Integers,
        bounds: Sequence[int],
        roles: Callable[[EventScores, Integers], Floats],
    ) -> None:
        """Take over what a window says.

        Args:
            scores: The window's scores.
            places: Which token each of its words is, as far as its words are kept.
            bounds: Where in it sentences begin, and where the last one ends.
            roles: Scores what the window's words are to the events of some of them.
        """
        kept = len(places)
        for own, column in ((self.kinds, scores.kinds), (self.modes, scores.modes), (self.facts, scores.facts)):
            own[places] = _softmax(column[:kept])
        self.happened[places] = scores.happened[:kept]
        triggers = np.flatnonzero(1 - self.kinds[places, 0] >= LEAST)
        if not len(triggers):
            return
        found = _softmax(roles(scores, triggers)[:, :kept])
        sentence_of = np.searchsorted(bounds, triggers, side="right") - 1
        for trigger, sentence, told in zip(triggers.tolist(), sentence_of.tolist(), found, strict=True):
            begin, end = bounds[sentence], bounds[sentence + 1]
            first, last = int(places[begin]), int(places[end - 1])
            spread = np.zeros((last + 1 - first, found.shape[2]), np.float32)
            spread[:, 0] = 1
            spread[places[begin:end] - first] = told[begin:end]
            self.roles[int(places[trigger])] = first, spread


def put(doc: Doc, told: ToldEvents) -> None:
    """Keep with the document what the network says of its events."""
    doc.user_data[_KEY] = told


def told_events(doc: Doc) -> ToldEvents | None:
    """Return what the network said of the document's events, or None where it says nothing of events."""
    found: ToldEvents | None = doc.user_data.get(_KEY)
    return found


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return found
