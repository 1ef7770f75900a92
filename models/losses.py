"""What training minimises: the heads' losses on what the sets say, and on what larger readers say (Hinton et al. 2015)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from models.batches import Batch
from models.network import WORD_HEADS, Reader, Scores
from models.sources import EVENTS, NAMES, PARSE
from models.windows import UNKNOWN

WEIGHTS = {"tags": 0.5, "morphs": 0.5, "starts": 0.5, "arcs": 1.0, "relations": 1.0, "names": 1.0,
           "kinds": 0.7, "modes": 0.3, "facts": 0.3, "happened": 0.3, "roles": 0.7}  # fmt: skip
_NEVER = -1e4
_SUBJECT_OF = {"tags": PARSE, "morphs": PARSE, "names": NAMES, "kinds": EVENTS, "modes": EVENTS, "facts": EVENTS}

Losses = dict[str, Tensor]


def scores_of(reader: Reader, batch: Batch, hidden: float = 0.0, unknown: int = 0) -> Scores:
    """Score a batch; a share `hidden` of its pieces is replaced by the piece `unknown`."""
    pieces = batch.pieces
    if hidden:
        pieces = torch.where(torch.rand(pieces.shape, device=pieces.device) < hidden, unknown, pieces)
    return reader(pieces, batch.mask, batch.case, batch.gap, batch.first, batch.last)  # type: ignore[no-any-return]


def arcs_of(scores: Scores, batch: Batch) -> Tensor:
    """Return the scores of arcs, those between sentences out of the question."""
    other = batch.sentence[:, :, None] != batch.sentence[:, None, :]
    return scores.arcs.float().masked_fill(other, _NEVER)


def gold_losses(reader: Reader, scores: Scores, batch: Batch) -> Losses:
    """Return each head's mean loss over what the sets say."""
    losses: Losses = {}
    for name in WORD_HEADS:
        losses[name] = _mean(_entropy(getattr(scores, name), getattr(batch, name)), getattr(batch, name) >= 0)
    begun = batch.starts >= 0
    losses["starts"] = _mean(_binary(scores.starts, batch.starts.clamp(min=0).float()), begun)
    losses["arcs"] = _mean(_entropy(arcs_of(scores, batch), batch.heads), batch.heads >= 0)
    told = batch.happened > UNKNOWN
    losses["happened"] = _mean((scores.happened.float() - batch.happened) ** 2, told)
    window, word, head = batch.attached.unbind(1)
    if len(window):
        found = reader.relations(scores.dependents[window, word], scores.governors[window, head])
        losses["relations"] = functional.cross_entropy(found.float(), batch.relations[window, word])
    if len(batch.triggers):
        found = _roles(reader, scores, batch.triggers)
        losses["roles"] = _mean(_entropy(found, batch.roles), batch.roles >= 0)
    return losses


class Told(NamedTuple):
    """What larger readers say of a batch, as probabilities."""

    words: dict[str, Tensor]  # B W labels, by head
    starts: Tensor  # B W
    happened: Tensor  # B W
    arcs: Tensor  # B W W
    attached: Tensor  # N 3: window, word, best head
    relations: Tensor  # N relations
    triggers: Tensor  # E 2: the words that they take for events
    roles: Tensor  # E W roles


Teachers = Sequence[tuple[Reader, Collection[str]]]
"""Large readers, and the subjects that each teaches; every subject has one."""


@torch.no_grad()
def tell(teachers: Teachers, batch: Batch) -> Told:
    """Let the teachers read a batch; where several teach a subject, the mean of what they say counts."""
    read = [(teacher, scores_of(teacher, batch), subjects) for teacher, subjects in teachers]
    on = {subject: [(t, s) for t, s, subjects in read if subject in subjects] for subject in (PARSE, NAMES, EVENTS)}

    def mean(values: Iterable[Tensor]) -> Tensor:
        return torch.stack(list(values)).mean(0)

    words = {name: mean(getattr(s, name).float().softmax(-1) for _, s in on[_SUBJECT_OF[name]]) for name in WORD_HEADS}
    arcs = mean(arcs_of(s, batch).softmax(-1) for _, s in on[PARSE])
    there = batch.sentence >= 0
    attached = torch.cat([there.nonzero(), arcs.argmax(-1)[there][:, None]], dim=1)
    window, word, head = attached.unbind(1)
    relations = mean(
        t.relations(s.dependents[window, word], s.governors[window, head]).float().softmax(-1) for t, s in on[PARSE]
    )
    triggers = ((words["kinds"].argmax(-1) > 0) & there).nonzero()
    return Told(
        words=words,
        starts=mean(s.starts.float().sigmoid() for _, s in on[PARSE]),
        happened=mean(s.happened.float() for _, s in on[EVENTS]),
        arcs=arcs,
        attached=attached,
        relations=relations,
        triggers=triggers,
        roles=mean(_roles(t, s, triggers).float().softmax(-1) for t, s in on[EVENTS]),
    )


def taught_losses(reader: Reader, scores: Scores, batch: Batch, told: Told) -> Losses:
    """Return each head's mean distance from what the teachers say."""
    there = batch.sentence >= 0
    events = 1 - told.words["kinds"][..., 0]
    losses: Losses = {}
    for name in WORD_HEADS:
        away = _divergence(getattr(scores, name), told.words[name])
        # What an unlikely event would be like is nothing to learn.
        losses[name] = _weighted(away, events * there) if name in ("modes", "facts") else _mean(away, there)
    losses["starts"] = _mean(_binary(scores.starts, told.starts), there)
    losses["happened"] = _mean((scores.happened.float() - told.happened) ** 2, there)
    losses["arcs"] = _mean(_divergence(arcs_of(scores, batch), told.arcs), there)
    window, word, head = told.attached.unbind(1)
    found = reader.relations(scores.dependents[window, word], scores.governors[window, head])
    losses["relations"] = _divergence(found, told.relations).mean()
    if len(told.triggers):
        same = batch.sentence[told.triggers[:, 0]] == batch.sentence[told.triggers[:, 0], told.triggers[:, 1]][:, None]
        losses["roles"] = _mean(_divergence(_roles(reader, scores, told.triggers), told.roles), same)
    return losses


def _roles(reader: Reader, scores: Scores, triggers: Tensor) -> Tensor:
    window, word = triggers.unbind(1)
    return reader.roles(scores.participants[window], scores.triggers[window, word])


def _entropy(scores: Tensor, gold: Tensor) -> Tensor:
    flat = functional.cross_entropy(scores.float().flatten(0, -2), gold.flatten(), reduction="none", ignore_index=UNKNOWN)
    return flat.view(gold.shape)


def _binary(scores: Tensor, gold: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(scores.float(), gold, reduction="none")


def _divergence(scores: Tensor, wanted: Tensor) -> Tensor:
    return functional.kl_div(scores.float().log_softmax(-1), wanted, reduction="none").sum(-1)


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return _weighted(values, where.float())


def _weighted(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1)
