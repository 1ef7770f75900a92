"""The reader's numbers on disk: matrices of 4, 6 or 8 bits a weight with one scale a row, in one file.

Each row is rounded to whole steps of its own scale (symmetric uniform quantisation; Krishnamoorthi 2018, section 2.2),
which leaves the scores as they were to within a tenth of a point and a sixth of the bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_LENGTH = 8  # bytes that say how long the heading is
_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)  # of the scale that reaches a row's largest weight
_PLAIN = 16  # bits: half precision, not packed


class Packed(NamedTuple):
    """A matrix of R rows and C columns in few bits: its whole steps, packed, and the size of a step in each row."""

    bits: int
    columns: int
    steps: Bytes  # R × bytes a row
    scales: NDArray[np.float16]  # R

    def rows(self, which: NDArray[np.intp] | slice = slice(None)) -> Floats:
        """Return some rows, or all, as floats."""
        whole = _unpack(self.steps[which], self.bits)[:, : self.columns]
        steps = whole.astype(np.float32)
        steps -= 1 << (self.bits - 1)
        steps *= self.scales[which, None].astype(np.float32)
        return steps


def pack(matrix: Floats, bits: int) -> Packed:
    """Return a matrix in `bits` (4, 6 or 8) a weight; columns are filled up to a multiple of four.

    Each row's scale is the one of a few that rounds it with the least squared error: cutting the largest weights off
    may leave finer steps for all others.
    """
    top = (1 << (bits - 1)) - 1
    largest = np.abs(matrix).max(axis=1) / top
    scales, least = largest.astype(np.float16), np.full(len(matrix), np.inf)
    whole = np.zeros(matrix.shape, np.float32)
    for share in _SCALES:
        tried = (largest * share).astype(np.float16)
        step = np.where(tried == 0, 1, tried).astype(np.float32)[:, None]
        rounded = np.clip(np.rint(matrix / step), -top, top)
        error = ((rounded * step - matrix) ** 2).sum(axis=1)
        better = error < least
        scales[better], least[better], whole[better] = tried[better], error[better], rounded[better]
    whole += 1 << (bits - 1)
    filled = np.pad(whole.astype(np.uint8), ((0, 0), (0, -matrix.shape[1] % 4)))
    return Packed(bits, matrix.shape[1], _pack(filled, bits), scales)


def _pack(whole: Bytes, bits: int) -> Bytes:
    if bits == 8:
        return whole
    if bits == 4:
        return np.asarray((whole[:, 0::2] << 4) | whole[:, 1::2], np.uint8)
    a, b, c, d = (whole[:, n::4] for n in range(4))
    three = np.stack([(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d], axis=2)
    return three.reshape(len(whole), -1)


def _unpack(packed: Bytes, bits: int) -> Bytes:
    if bits == 8:
        return packed
    if bits == 4:
        return np.stack([packed >> 4, packed & 15], axis=2).reshape(len(packed), -1)
    x, y, z = (packed[:, n::3] for n in range(3))
    four = np.stack([x >> 2, ((x & 3) << 4) | (y >> 4), ((y & 15) << 2) | (z >> 6), z & 63], axis=2)
    return four.reshape(len(packed), -1)


def save(path: Path, matrices: Mapping[str, Packed], vectors: Mapping[str, Floats]) -> None:
    """Write packed matrices, and vectors in half precision, into one file."""
    heading: list[dict[str, Any]] = []
    body = bytearray()
    for name, matrix in matrices.items():
        heading.append({"name": name, "bits": matrix.bits, "rows": len(matrix.steps), "columns": matrix.columns})
        body += matrix.steps.tobytes() + matrix.scales.tobytes()
    for name, vector in vectors.items():
        heading.append({"name": name, "bits": _PLAIN, "rows": 1, "columns": vector.size})
        body += vector.astype(np.float16).tobytes()
    text = json.dumps(heading).encode("utf-8")
    path.write_bytes(len(text).to_bytes(_LENGTH, "little") + text + bytes(body))


def load(path: Path) -> tuple[dict[str, Packed], dict[str, Floats]]:
    """Read a file that `save` wrote."""
    return read(path.read_bytes())


def read(content: bytes) -> tuple[dict[str, Packed], dict[str, Floats]]:
    """Read the bytes that `save` wrote; the matrices are views of them."""
    at = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    matrices: dict[str, Packed] = {}
    vectors: dict[str, Floats] = {}
    for item in json.loads(content[_LENGTH:at]):
        bits, rows, columns = item["bits"], item["rows"], item["columns"]
        if bits == _PLAIN:
            vectors[item["name"]] = np.frombuffer(content, np.float16, columns, at).astype(np.float32)
            at += 2 * columns
            continue
        width = (columns + -columns % 4) * bits // 8
        steps = np.frombuffer(content, np.uint8, rows * width, at).reshape(rows, width)
        at += rows * width
        matrices[item["name"]] = Packed(bits, columns, steps, np.frombuffer(content, np.float16, rows, at))
        at += 2 * rows
    return matrices, vectors
