"""From the heads' scores to sentences, trees and names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tidings.language.weights import Floats

Integers = NDArray[np.intp]

_NEVER = np.float32(-1e9)
_LONGEST_PROJECTIVE = 100
"""Words of a sentence that is parsed without crossing arcs, whatever it costs: a tenth of a second at most."""


def tree(scores: Floats) -> Integers:
    """Return each word's head in the best tree with one root, the root's head being itself.

    Args:
        scores: W × W, word by head; the diagonal scores each word as the root.

    No arcs cross: English hardly has any that do, and where the best tree of all has some, it is mostly wrong. That tree
    is the maximum spanning arborescence of Chu and Liu (1965) and Edmonds (1967), as McDonald et al. (2005) parse with it;
    the best one without crossing arcs is Eisner's (1996). A sentence too long for the latter's cubic time may keep some.
    """
    heads: Integers = scores.argmax(axis=1)
    size = len(scores)
    if _is_tree(heads) and not _crosses(heads):
        return heads
    # Node 0 is above the root. A cost on every way from it that no gain outweighs leaves one such way.
    graph = np.full((size + 1, size + 1), _NEVER, np.float64)
    graph[1:, 1:] = scores
    np.fill_diagonal(graph, _NEVER)
    spread = float(scores.max() - scores.min()) + 1
    graph[1:, 0] = scores.diagonal() - spread * size
    best = _arborescence if size > _LONGEST_PROJECTIVE else _projective
    above = best(graph)[1:]
    found: Integers = np.where(above == 0, np.arange(size), above - 1)
    return found


def _crosses(heads: Integers) -> bool:
    """Tell whether two arcs cross; the root hangs on a word left of all."""
    places = np.arange(1, len(heads) + 1)
    above = np.where(heads == places - 1, 0, heads + 1)
    left, right = np.minimum(places, above), np.maximum(places, above)
    inside = (left[:, None] < left) & (left < right[:, None]) & (right[:, None] < right)
    return bool(inside.any())


def _projective(graph: NDArray[np.float64]) -> Integers:
    """Return each node's parent in the best tree under node 0 without crossing arcs."""
    size = len(graph)
    # Best score of the span i … j, under its left or its right end: with the arc between the ends still open below
    # (`arc`), or complete (`whole`); and where each was split.
    arc = np.full((2, size, size), -np.inf)
    whole = np.full((2, size, size), -np.inf)
    whole[:, np.arange(size), np.arange(size)] = 0
    arc_split, whole_split = np.zeros((size, size), np.intp), np.zeros((2, size, size), np.intp)
    for width in range(1, size):
        for i in range(size - width):
            j = i + width
            halves = whole[0, i, i:j] + whole[1, i + 1 : j + 1, j]
            best = int(halves.argmax())
            arc_split[i, j] = i + best
            arc[0, i, j] = halves[best] + graph[j, i]
            arc[1, i, j] = halves[best] + graph[i, j]
            ways = arc[0, i, i + 1 : j + 1] + whole[0, i + 1 : j + 1, j]
            whole_split[0, i, j] = i + 1 + int(ways.argmax())
            whole[0, i, j] = ways.max()
            ways = whole[1, i, i:j] + arc[1, i:j, j]
            whole_split[1, i, j] = i + int(ways.argmax())
            whole[1, i, j] = ways.max()
    parents = np.zeros(size, np.intp)
    open_spans = [(True, 0, 0, size - 1)]
    while open_spans:
        is_whole, side, i, j = open_spans.pop()
        if i == j:
            continue
        if is_whole:
            k = int(whole_split[side, i, j])
            open_spans += _parts_of(side, i, k, j)
            continue
        child, parent = (i, j) if side else (j, i)
        parents[child] = parent
        k = int(arc_split[i, j])
        open_spans += [(True, 0, i, k), (True, 1, k + 1, j)]
    return parents


def _parts_of(side: int, i: int, k: int, j: int) -> list[tuple[bool, int, int, int]]:
    """Return the two spans that a complete one was made of, as whether they are complete, their side and their ends."""
    return [(True, 1, i, k), (False, 1, k, j)] if side else [(False, 0, i, k), (True, 0, k, j)]


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
