"""The reader's network at run time, in NumPy: `models/network.py` is the same in PyTorch, for training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tidings.language.weights import Floats, Packed

Integers = NDArray[np.intp]

_EPSILON = np.float32(1e-12)
_GELU_SCALE, _GELU_CUBE = np.float32(-2 * np.sqrt(2 / np.pi)), np.float32(0.044715)


class Window(NamedTuple):
    """A stretch of T pieces and W words as numbers."""

    pieces: Integers  # T
    case: Integers  # T: the case of the piece's word
    gap: Integers  # T: the gap before the piece's word
    first: Integers  # W: the place of the word's first piece
    last: Integers  # W


class Scores(NamedTuple):
    """What the heads say of a window's W words."""

    tags: Floats  # W × tags
    morphs: Floats  # W × morphs
    starts: Floats  # W: above nought where a sentence starts
    names: Floats  # W × steps of names
    arcs: Floats  # W × W: word by head; itself for a root
    dependents: Floats  # W × relation, with a one at the end
    governors: Floats  # W × relation, with a one at the end
    events: EventScores | None


class EventScores(NamedTuple):
    """What the heads say of the events that W words tell of."""

    kinds: Floats  # W × kinds of event, none first
    modes: Floats  # W × modes
    facts: Floats  # W × facts
    happened: Floats  # W: from -1, surely not, to 1, surely
    participants: Floats  # W × role, with a one at the end
    triggers: Floats  # W × role, with a one at the end


class _Dense:
    """A matrix to multiply by, and what to add."""

    def __init__(self, name: str, matrices: Mapping[str, Packed], vectors: Mapping[str, Floats]) -> None:
        self._weight = np.ascontiguousarray(matrices[f"{name}.weight"].rows().T)
        self._bias = vectors[f"{name}.bias"]

    def __call__(self, x: Floats) -> Floats:
        product = x @ self._weight
        product += self._bias
        return product


class _Norm:
    """Layer normalisation (Ba et al. 2016)."""

    def __init__(self, name: str, vectors: Mapping[str, Floats]) -> None:
        self._weight, self._bias = vectors[f"{name}.weight"], vectors[f"{name}.bias"]

    def __call__(self, x: Floats) -> Floats:
        x = x - x.mean(axis=1, keepdims=True, dtype=np.float32)
        x *= self._weight / np.sqrt((x * x).mean(axis=1, keepdims=True) + _EPSILON)
        x += self._bias
        return x


class _Layer:
    """A transformer layer that normalises after adding."""

    def __init__(self, name: str, heads: int, matrices: Mapping[str, Packed], vectors: Mapping[str, Floats]) -> None:
        self._heads = heads
        self._qkv, self._mix, self._wide, self._narrow = (
            _Dense(f"{name}.{part}", matrices, vectors) for part in ("qkv", "mix", "wide", "narrow")
        )
        self._norm1, self._norm2 = _Norm(f"{name}.norm1", vectors), _Norm(f"{name}.norm2", vectors)

    def __call__(self, x: Floats) -> Floats:
        length, width = x.shape
        q, k, v = self._qkv(x).reshape(length, 3, self._heads, width // self._heads).transpose(1, 2, 0, 3)
        seen = q @ k.transpose(0, 2, 1)
        seen *= np.float32((width // self._heads) ** -0.5)
        seen -= seen.max(axis=2, keepdims=True)
        np.exp(seen, out=seen)
        seen /= seen.sum(axis=2, keepdims=True)
        together: Floats = np.matmul(seen, v).transpose(1, 0, 2).reshape(length, width)
        mixed = self._mix(together)
        x = self._norm1(x + mixed)
        return self._norm2(x + self._narrow(_gelu(self._wide(x))))


def _gelu(x: Floats) -> Floats:
    """Return the Gaussian error linear unit by its tanh form (Hendrycks and Gimpel 2016), written as a sigmoid."""
    inner = x * x
    inner *= _GELU_CUBE
    inner += 1
    inner *= x
    inner *= _GELU_SCALE
    np.clip(inner, None, 80, out=inner)  # exp stays finite
    np.exp(inner, out=inner)
    inner += 1
    np.divide(x, inner, out=inner)
    return inner


class _Events:
    """The heads for events."""

    def __init__(self, matrices: Mapping[str, Packed], vectors: Mapping[str, Floats]) -> None:
        self._kinds, self._modes, self._facts, self._happened, self._participant, self._trigger = (
            _Dense(name, matrices, vectors)
            for name in ("kinds", "modes", "facts", "happened", "role_participant", "role_trigger")
        )
        size = matrices["role_participant.weight"].steps.shape[0] + 1
        self._weight = matrices["role_weight"].rows().reshape(-1, size, size)  # role × participant × trigger

    def __call__(self, words: Floats) -> EventScores:
        return EventScores(
            kinds=self._kinds(words),
            modes=self._modes(words),
            facts=self._facts(words),
            happened=np.tanh(self._happened(words)[:, 0]),
            participants=_with_one(np.maximum(self._participant(words), 0)),
            triggers=_with_one(np.maximum(self._trigger(words), 0)),
        )

    def roles(self, scores: EventScores, triggers: Integers) -> Floats:
        right = scores.triggers[triggers] @ self._weight.transpose(0, 2, 1)  # role × E × participant
        found: Floats = np.matmul(right, scores.participants.T).transpose(1, 2, 0)
        return found


class Encoder:
    """The network with its weights."""

    def __init__(self, layers: int, heads: int, matrices: Mapping[str, Packed], vectors: Mapping[str, Floats]) -> None:
        self._pieces = matrices["piece"]
        self._positions, self._case, self._gap = (matrices[name].rows() for name in ("position", "case", "gap"))
        self._norm = _Norm("norm", vectors)
        self._layers = [_Layer(f"layers.{n}", heads, matrices, vectors) for n in range(layers)]
        self._tags, self._morphs, self._starts, self._names = (
            _Dense(name, matrices, vectors) for name in ("tags", "morphs", "starts", "names")
        )
        self._arc_dependent, self._arc_governor = (
            _Dense(name, matrices, vectors) for name in ("arc_dependent", "arc_governor")
        )
        self._arc_weight = matrices["arc_weight"].rows()
        self._relation_dependent, self._relation_governor = (
            _Dense(name, matrices, vectors) for name in ("relation_dependent", "relation_governor")
        )
        size = matrices["relation_dependent.weight"].steps.shape[0] + 1
        # relation × dependent × governor, laid out so that one product serves all pairs.
        weight = matrices["relation_weight"].rows().reshape(-1, size, size)
        self._relation_weight = np.ascontiguousarray(weight.transpose(1, 0, 2).reshape(size, -1))
        self._relation_size = size
        self._events = _Events(matrices, vectors) if "kinds.weight" in matrices else None

    def __call__(self, window: Window) -> Scores:
        """Score a window."""
        x = self._pieces.rows(window.pieces)
        x += self._positions[: len(x)]
        x += self._case[window.case]
        x += self._gap[window.gap]
        x = self._norm(x)
        for layer in self._layers:
            x = layer(x)
        words: Floats = (x[window.first] + x[window.last]) * np.float32(0.5)
        dependents = _with_one(np.maximum(self._arc_dependent(words), 0))
        governors = np.maximum(self._arc_governor(words), 0)
        return Scores(
            tags=self._tags(words),
            morphs=self._morphs(words),
            starts=self._starts(words)[:, 0],
            names=self._names(words),
            arcs=dependents @ self._arc_weight @ governors.T,
            dependents=_with_one(np.maximum(self._relation_dependent(words), 0)),
            governors=_with_one(np.maximum(self._relation_governor(words), 0)),
            events=self._events(words) if self._events else None,
        )

    def roles(self, scores: EventScores, triggers: Integers) -> Floats:
        """Return E × W × roles: what each word is to the event of each of E triggers (places in the window)."""
        if self._events is None:
            raise ValueError("this network says nothing of events")
        return self._events.roles(scores, triggers)

    def relations(self, scores: Scores, heads: Integers) -> Floats:
        """Return W × relation scores of each word under its head (places in the window)."""
        left: Floats = (scores.dependents @ self._relation_weight).reshape(len(heads), -1, self._relation_size)
        scored: Floats = (left @ scores.governors[heads][:, :, None])[:, :, 0]
        return scored


def _with_one(x: Floats) -> Floats:
    return np.concatenate([x, np.ones((len(x), 1), np.float32)], axis=1)
