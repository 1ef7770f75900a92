"""From the heads' scores to sentences, trees and names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tidings.language.weights import Floats

Integers = NDArray[np.intp]

_NEVER = np.float32(-1e9)
OUTSIDE = "O"


def tree(scores: Floats) -> Integers:
    """Return each word's head in the best tree with one root, the root's head being itself.

    Args:
        scores: W × W, word by head; the diagonal scores each word as the root.

    The maximum spanning arborescence of Chu and Liu (1965) and Edmonds (1967), as McDonald et al. (2005) parse with it.
    """
    heads: Integers = scores.argmax(axis=1)
    if _is_tree(heads):
        return heads
    size = len(scores)
    # Node 0 is above the root. A cost on every way from it that no gain outweighs leaves one such way.
    graph = np.full((size + 1, size + 1), _NEVER, np.float64)
    graph[1:, 1:] = scores
    np.fill_diagonal(graph, _NEVER)
    spread = float(scores.max() - scores.min()) + 1
    graph[1:, 0] = scores.diagonal() - spread * size
    above = _arborescence(graph)[1:]
    found: Integers = np.where(above == 0, np.arange(size), above - 1)
    return found


def _is_tree(heads: Integers) -> bool:
    """Tell whether the heads have one root and no cycle."""
    size = len(heads)
    if (heads == np.arange(size)).sum() != 1:
        return False
    reached = heads
    for _ in range(size.bit_length()):  # each step doubles how far up it looks
        reached = reached[reached]
    return bool((reached == reached[0]).all() and heads[reached[0]] == reached[0])


def _arborescence(graph: NDArray[np.float64]) -> Integers:
    """Return each node's parent in the best tree under node 0 (whose own parent is itself)."""
    size = len(graph)
    parents: Integers = graph.argmax(axis=1)
    parents[0] = 0
    cycle = _cycle(parents)
    if cycle is None:
        return parents
    outside = np.array([node for node in range(size) if node not in cycle])
    ring = np.array(sorted(cycle))
    own = graph[ring, parents[ring]]
    # The ring becomes one node, the last; a way into it costs what it breaks there.
    into = graph[np.ix_(ring, outside)] - own[:, None]
    outof = graph[np.ix_(outside, ring)]
    small = np.full((len(outside) + 1, len(outside) + 1), float(_NEVER))
    small[:-1, :-1] = graph[np.ix_(outside, outside)]
    small[-1, :-1] = into.max(axis=0)
    small[:-1, -1] = outof.max(axis=1)
    found = _arborescence(small)
    result = parents.copy()
    for place, node in enumerate(outside):
        parent = found[place]
        result[node] = ring[outof[place].argmax()] if parent == len(outside) else outside[parent]
    entry = ring[into[:, found[-1]].argmax()]
    result[entry] = outside[found[-1]]
    result[0] = 0
    return result


def _cycle(parents: Integers) -> set[int] | None:
    done: set[int] = {0}
    for begin in range(1, len(parents)):
        path: list[int] = []
        node = begin
        while node not in done and node not in path:
            path.append(node)
            node = int(parents[node])
        if node not in done:
            return set(path[path.index(node) :])
        done.update(path)
    return None


class NameSteps:
    """The steps of names (begin, in, last, unit, outside), and which may follow which."""

    def __init__(self, steps: Sequence[str]) -> None:
        self.steps = tuple(steps)
        kinds = [step.partition("-") for step in steps]
        self._opens = [move in ("B", "I") for move, _, _ in kinds]
        may = [
            [(after in ("I", "L")) == opened and (not opened or before_kind == kind) for after, _, kind in kinds]
            for opened, (_, _, before_kind) in zip(self._opens, kinds, strict=True)
        ]
        self._may = np.array(may)
        self._cost = np.where(self._may, np.float32(0), _NEVER)
        self._may_begin = np.array([after not in ("I", "L") for after, _, _ in kinds])
        self._may_end = ~np.array(self._opens)

    def best(self, scores: Floats) -> Integers:
        """Return the best sequence of steps that makes whole names (Viterbi 1967); scores are W × steps."""
        found: Integers = scores.argmax(axis=1)
        if self._may_begin[found[0]] and self._may_end[found[-1]] and self._may[found[:-1], found[1:]].all():
            return found
        best = np.where(self._may_begin, scores[0], _NEVER)
        came = np.zeros(scores.shape, np.intp)
        for word in range(1, len(scores)):
            ways = best[:, None] + self._cost
            came[word] = ways.argmax(axis=0)
            best = ways[came[word], np.arange(len(best))] + scores[word]
        best = np.where(self._may_end, best, _NEVER)
        found = np.empty(len(scores), np.intp)
        found[-1] = best.argmax()
        for word in range(len(scores) - 1, 0, -1):
            found[word - 1] = came[word, found[word]]
        return found

    def names(self, found: Integers) -> Iterator[tuple[int, int, str]]:
        """Yield first word, word after the last, and label of each name of a sequence of whole names."""
        start = 0
        for place, number in enumerate(found.tolist()):
            move, _, label = self.steps[number].partition("-")
            if move == "B":
                start = place
            elif move == "L":
                yield start, place + 1, label
            elif move == "U":
                yield place, place + 1, label
