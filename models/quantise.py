"""Write a trained reader as the run-time reads it: few bits a weight."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from tidings.language import weights
from tidings.language.heading import Heading

PIECE_BITS, LAYER_BITS, HEAD_BITS, NARROW_BITS = 4, 6, 8, 6
_NARROW = ("relation", "arc_", "role_", "morphs.")


def bits_of(name: str) -> int:
    """Return how many bits a weight of this matrix gets."""
    if name == "piece.weight":
        return PIECE_BITS
    if name.startswith("layers."):
        return LAYER_BITS
    return NARROW_BITS if name.startswith(_NARROW) else HEAD_BITS


def quantise(trained: Path, numbers: Path, bits: Callable[[str], int] = bits_of) -> Heading:
    """Write the weights of a trained reader (`reader.json`, `reader.safetensors`) into one file."""
    told = json.loads((trained / "reader.json").read_text(encoding="utf-8"))
    matrices: dict[str, weights.Packed] = {}
    vectors: dict[str, weights.Floats] = {}
    for name, value in load_file(trained / "reader.safetensors").items():
        if value.ndim == 1:
            vectors[name] = value
            continue
        if name == "arc_weight":
            value = value / told["shape"]["arc"] ** 0.5  # what the network divides by
        short = name.removesuffix(".weight") if name.split(".")[0] in ("piece", "position", "case", "gap") else name
        matrices[short] = weights.pack(np.ascontiguousarray(value.reshape(-1, value.shape[-1]), np.float32), bits(name))
    weights.save(numbers, matrices, vectors)
    labels = told["labels"]
    return Heading(
        layers=told["shape"]["layers"],
        attention_heads=told["shape"]["attention_heads"],
        tags=tuple(labels["tags"]),
        morphs=tuple(labels["morphs"]),
        relations=tuple(labels["relations"]),
        names=tuple(labels["names"]),
        pieces=tuple(told["pieces"]),
        kinds=tuple(labels["kinds"]),
        modes=tuple(labels["modes"]),
        facts=tuple(labels["facts"]),
        roles=tuple(labels["roles"]),
    )
