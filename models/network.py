"""The reader as PyTorch trains it: one small transformer under five heads.

The encoder is a BERT (Devlin et al. 2019) of six layers, begun from MiniLM's weights (Wang et al. 2020), with two
more embeddings a word, its case and the gap before it. The parser is biaffine (Dozat and Manning 2017); a word that
is its own head is a root.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from tidings.language.words import Case, Gap


class Shape(NamedTuple):
    """The sizes that the reader is built by; those of the heads come from the labels."""

    pieces: int
    positions: int
    width: int = 384
    inner: int = 1536
    layers: int = 6
    attention_heads: int = 12
    arc: int = 256
    relation: int = 96


class Labels(NamedTuple):
    """The label lists of the heads, in the order of their scores."""

    tags: tuple[str, ...]
    morphs: tuple[str, ...]
    relations: tuple[str, ...]
    names: tuple[str, ...]


class Scores(NamedTuple):
    """What the heads say of a batch of B windows of at most W words."""

    tags: Tensor  # B W tags
    morphs: Tensor  # B W morphs
    starts: Tensor  # B W: logit of "a sentence starts here"
    names: Tensor  # B W names
    arcs: Tensor  # B W W: word by head
    dependents: Tensor  # B W relation
    governors: Tensor  # B W relation


class Layer(nn.Module):
    """A transformer layer that normalises after adding, as BERT does."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.attention_heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.mix = nn.Linear(shape.width, shape.width)
        self.norm1 = nn.LayerNorm(shape.width, eps=1e-12)
        self.wide = nn.Linear(shape.width, shape.inner)
        self.narrow = nn.Linear(shape.inner, shape.width)
        self.norm2 = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the next states of B × T pieces; `mask` (B 1 1 T) is true where there is a piece."""
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + self.dropout(self.mix(seen.transpose(1, 2).reshape(batch, length, width))))
        inner = self.narrow(functional.gelu(self.wide(x), approximate="tanh"))
        return self.norm2(x + self.dropout(inner))


class Reader(nn.Module):
    """The encoder and its heads."""

    def __init__(self, shape: Shape, labels: Labels, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.labels = labels
        width = shape.width
        self.piece = nn.Embedding(shape.pieces, width)
        self.position = nn.Embedding(shape.positions, width)
        self.case = nn.Embedding(len(Case), width)
        self.gap = nn.Embedding(len(Gap), width)
        nn.init.zeros_(self.case.weight)
        nn.init.zeros_(self.gap.weight)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(width, len(labels.tags))
        self.morphs = nn.Linear(width, len(labels.morphs))
        self.starts = nn.Linear(width, 1)
        self.names = nn.Linear(width, len(labels.names))
        self.arc_dependent = nn.Linear(width, shape.arc)
        self.arc_governor = nn.Linear(width, shape.arc)
        self.arc_weight = nn.Parameter(torch.empty(shape.arc + 1, shape.arc))
        self.relation_dependent = nn.Linear(width, shape.relation)
        self.relation_governor = nn.Linear(width, shape.relation)
        self.relation_weight = nn.Parameter(torch.zeros(len(labels.relations), shape.relation + 1, shape.relation + 1))
        nn.init.xavier_uniform_(self.arc_weight)

    def forward(self, pieces: Tensor, mask: Tensor, case: Tensor, gap: Tensor, first: Tensor, last: Tensor) -> Scores:
        """Score a batch.

        Args:
            pieces: B T piece numbers.
            mask: B T, true where there is a piece.
            case: B T case of the piece's word.
            gap: B T gap before the piece's word.
            first: B W place of each word's first piece.
            last: B W place of each word's last piece.
        """
        places = torch.arange(pieces.shape[1])
        x = self.dropout(self.norm(self.piece(pieces) + self.position(places) + self.case(case) + self.gap(gap)))
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        rows = torch.arange(len(pieces))[:, None]
        words = self.dropout((x[rows, first] + x[rows, last]) / 2)
        dependent = self.dropout(functional.relu(self.arc_dependent(words)))
        governor = self.dropout(functional.relu(self.arc_governor(words)))
        arcs = (with_one(dependent) @ self.arc_weight) @ governor.transpose(1, 2)
        return Scores(
            tags=self.tags(words),
            morphs=self.morphs(words),
            starts=self.starts(words)[..., 0],
            names=self.names(words),
            arcs=arcs / self.shape.arc**0.5,
            dependents=self.dropout(functional.relu(self.relation_dependent(words))),
            governors=self.dropout(functional.relu(self.relation_governor(words))),
        )

    def relations(self, dependents: Tensor, governors: Tensor) -> Tensor:
        """Score the relation of N pairs of words (N × relation each)."""
        left = torch.einsum("ni,rij->nrj", with_one(dependents), self.relation_weight)
        return torch.einsum("nrj,nj->nr", left, with_one(governors))


def with_one(x: Tensor) -> Tensor:
    """Append a column of ones: a bilinear form then has its linear terms too."""
    return torch.cat([x, x.new_ones((*x.shape[:-1], 1))], dim=-1)


def load_pretrained(reader: Reader, weights: dict[str, Tensor], kept: list[int]) -> None:
    """Put the weights of a pre-trained BERT into the encoder; `kept` are the numbers of its pieces that we keep."""
    own = dict(reader.named_parameters())

    def copy(name: str, value: Tensor) -> None:
        with torch.no_grad():
            own[name].copy_(value)

    copy("piece.weight", weights["embeddings.word_embeddings.weight"][kept])
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    copy("position.weight", weights["embeddings.position_embeddings.weight"][: reader.shape.positions] + kind)
    for part in ("weight", "bias"):
        copy(f"norm.{part}", weights[f"embeddings.LayerNorm.{part}"])
        for number in range(reader.shape.layers):
            theirs, ours = f"encoder.layer.{number}", f"layers.{number}"
            attention = [weights[f"{theirs}.attention.self.{which}.{part}"] for which in ("query", "key", "value")]
            copy(f"{ours}.qkv.{part}", torch.cat(attention))
            copy(f"{ours}.mix.{part}", weights[f"{theirs}.attention.output.dense.{part}"])
            copy(f"{ours}.norm1.{part}", weights[f"{theirs}.attention.output.LayerNorm.{part}"])
            copy(f"{ours}.wide.{part}", weights[f"{theirs}.intermediate.dense.{part}"])
            copy(f"{ours}.narrow.{part}", weights[f"{theirs}.output.dense.{part}"])
            copy(f"{ours}.norm2.{part}", weights[f"{theirs}.output.LayerNorm.{part}"])
