"""The reader as PyTorch trains it: one transformer under the heads for parse, names and events.

The encoder is a BERT (Devlin et al. 2019), begun from a pre-trained one, with two more embeddings a word, its case and the
gap before it. A large one may add a bias by distance to its attention, as MPNet does (Song et al. 2020; the buckets are
T5's, Raffel et al. 2020). The parser is biaffine (Dozat and Manning 2017); a word that is its own head is a root. Who takes
part in an event is a second biaffine form, of every word and the event's trigger.
"""

from __future__ import annotations

import math
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
    role: int = 96
    distances: int = 0
    """Buckets of the attention's bias by distance; 0 for none."""


class Labels(NamedTuple):
    """The label lists of the heads, in the order of their scores."""

    tags: tuple[str, ...]
    morphs: tuple[str, ...]
    relations: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    modes: tuple[str, ...]
    facts: tuple[str, ...]
    roles: tuple[str, ...]


class Scores(NamedTuple):
    """What the heads say of a batch of B windows of at most W words."""

    tags: Tensor  # B W tags
    morphs: Tensor  # B W morphs
    starts: Tensor  # B W: logit of "a sentence starts here"
    names: Tensor  # B W names
    kinds: Tensor  # B W kinds: which event the word tells of
    modes: Tensor  # B W modes
    facts: Tensor  # B W facts
    happened: Tensor  # B W: from -1 (surely not) to 1 (surely)
    arcs: Tensor  # B W W: word by head
    dependents: Tensor  # B W relation
    governors: Tensor  # B W relation
    participants: Tensor  # B W role
    triggers: Tensor  # B W role


WORD_HEADS = ("tags", "morphs", "names", "kinds", "modes", "facts")
"""The heads that choose one label a word."""

_FARTHEST = 128
"""The distance from which on the attention's bias is the same."""


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

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return the next states of B × T pieces; `bias` (B heads T T, or what broadcasts to it) is added in attention."""
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
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
        if shape.distances:
            self.distance = nn.Embedding(shape.distances, shape.attention_heads)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.dropout = nn.Dropout(dropout)
        self.starts = nn.Linear(width, 1)
        self.happened = nn.Linear(width, 1)
        for name in WORD_HEADS:
            self.add_module(name, nn.Linear(width, len(getattr(labels, name))))
        self.arc_dependent = nn.Linear(width, shape.arc)
        self.arc_governor = nn.Linear(width, shape.arc)
        self.arc_weight = nn.Parameter(torch.empty(shape.arc + 1, shape.arc))
        self.relation_dependent = nn.Linear(width, shape.relation)
        self.relation_governor = nn.Linear(width, shape.relation)
        self.relation_weight = nn.Parameter(torch.zeros(len(labels.relations), shape.relation + 1, shape.relation + 1))
        self.role_participant = nn.Linear(width, shape.role)
        self.role_trigger = nn.Linear(width, shape.role)
        self.role_weight = nn.Parameter(torch.zeros(len(labels.roles), shape.role + 1, shape.role + 1))
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
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.dropout(self.norm(self.piece(pieces) + self.position(places) + self.case(case) + self.gap(gap)))
        bias = torch.zeros(mask.shape, device=mask.device).masked_fill(~mask, -1e4)[:, None, None, :]
        if self.shape.distances:
            near = self.distance(_buckets(places, self.shape.distances)).permute(2, 0, 1)
            bias = bias + near[None]
        for layer in self.layers:
            x = layer(x, bias)
        rows = torch.arange(len(pieces), device=pieces.device)[:, None]
        words = self.dropout((x[rows, first] + x[rows, last]) / 2)
        dependent, governor, participant, trigger = (
            self.dropout(functional.relu(part(words)))
            for part in (self.arc_dependent, self.arc_governor, self.role_participant, self.role_trigger)
        )
        arcs = (with_one(dependent) @ self.arc_weight) @ governor.transpose(1, 2)
        return Scores(
            **{name: self.get_submodule(name)(words) for name in WORD_HEADS},
            starts=self.starts(words)[..., 0],
            happened=torch.tanh(self.happened(words)[..., 0]),
            arcs=arcs / self.shape.arc**0.5,
            dependents=self.dropout(functional.relu(self.relation_dependent(words))),
            governors=self.dropout(functional.relu(self.relation_governor(words))),
            participants=participant,
            triggers=trigger,
        )

    def relations(self, dependents: Tensor, governors: Tensor) -> Tensor:
        """Score the relation of N pairs of words (N × relation each)."""
        left = torch.einsum("ni,rij->nrj", with_one(dependents), self.relation_weight)
        return torch.einsum("nrj,nj->nr", left, with_one(governors))

    def roles(self, participants: Tensor, triggers: Tensor) -> Tensor:
        """Score N × W × roles: what each of W words (N × W × role) is to each of N events (N × role)."""
        right = torch.einsum("nj,rij->nri", with_one(triggers), self.role_weight)
        return torch.einsum("nwi,nri->nwr", with_one(participants), right)


def with_one(x: Tensor) -> Tensor:
    """Append a column of ones: a bilinear form then has its linear terms too."""
    return torch.cat([x, x.new_ones((*x.shape[:-1], 1))], dim=-1)


def _buckets(places: Tensor, buckets: int) -> Tensor:
    """Return T × T: in which bucket of distance the second piece lies from the first (T5's rule, both directions)."""
    away = places[None, :] - places[:, None]
    half = buckets // 2
    exact = half // 2
    far = away.abs()
    log = exact + (torch.log(far.clamp(min=1) / exact) / math.log(_FARTHEST / exact) * (half - exact)).long()
    return torch.where(far < exact, far, log.clamp(max=half - 1)) + (away > 0) * half
