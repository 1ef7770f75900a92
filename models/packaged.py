"""Read the weights of a finished pipeline back into the network, so that it may teach another."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from models.network import Labels, Reader, Shape
from tidings.language import weights
from tidings.language.heading import Heading


def packaged(pipeline: Path, shape: Shape, labels: Labels) -> Reader:
    """Return the network of a pipeline's folder; ValueError where it was trained for other labels or another shape."""
    told = Heading(**json.loads((pipeline / "reader" / "reader.json").read_text(encoding="utf-8")))
    unlike = [name for name in Labels._fields if list(getattr(told, name)) != list(getattr(labels, name))]
    if unlike or len(told.pieces) != shape.pieces or told.layers != shape.layers:
        raise ValueError(f"{pipeline}: its {', '.join(unlike) or 'network'} are not those of the sets; it cannot teach them")
    reader = Reader(shape, labels)
    take_back(reader, pipeline / "reader" / "weights.bin")
    return reader


@torch.no_grad()
def take_back(reader: Reader, numbers: Path) -> None:
    """Give the network the weights that `quantise` wrote, as the run-time reads them."""
    matrices, vectors = weights.load(numbers)
    for name, own in reader.named_parameters():
        packed = matrices.get(name) or matrices.get(name.removesuffix(".weight"))
        value = vectors[name] if packed is None else packed.rows()
        if name == "arc_weight":
            value = value * reader.shape.arc**0.5
        own.copy_(torch.tensor(value).view_as(own))
