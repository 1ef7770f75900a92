"""Batches: windows of about one length as tensors, with what the losses need counted beforehand."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.windows import UNKNOWN, Window

Integers = NDArray[np.int64]


class Batch(NamedTuple):
    """B windows of at most T pieces and W words. A label is `UNKNOWN` where no set says anything."""

    pieces: Tensor  # B T
    mask: Tensor  # B T: there is a piece
    case: Tensor  # B T
    gap: Tensor  # B T
    first: Tensor  # B W
    last: Tensor  # B W
    sentence: Tensor  # B W, -1 behind the last word
    tags: Tensor  # B W, and so on
    morphs: Tensor
    names: Tensor
    kinds: Tensor
    modes: Tensor
    facts: Tensor
    happened: Tensor
    starts: Tensor
    heads: Tensor
    relations: Tensor
    attached: Tensor  # N 3: window, word and head of each word whose head is known
    triggers: Tensor  # E 2: window and word of each event whose participants are known
    roles: Tensor  # E W

    def to(self, device: torch.device) -> Batch:
        """Return the batch on another device."""
        return Batch(*(column.to(device, non_blocking=True) for column in self))


_PIECE_COLUMNS = ("case", "gap")
_WORD_COLUMNS = ("tags", "morphs", "names", "kinds", "modes", "facts", "starts", "heads", "relations")


def collate(windows: Sequence[Window]) -> list[NDArray[np.generic]]:
    """Return the columns of a `Batch`, as arrays, which travel between processes."""
    found: dict[str, NDArray[np.generic]] = {"pieces": padded([w.pieces for w in windows], -1)}
    found["mask"] = np.asarray(found["pieces"], np.int64) >= 0
    found["pieces"] = np.maximum(found["pieces"], 0)
    for name in _PIECE_COLUMNS:
        found[name] = padded([getattr(w, name) for w in windows], 0)
    for name in ("first", "last"):
        found[name] = padded([getattr(w, name) for w in windows], 0)
    found["sentence"] = padded([w.sentence for w in windows], -1)
    for name in _WORD_COLUMNS:
        found[name] = padded([getattr(w, name) for w in windows], UNKNOWN)
    found["happened"] = padded([w.happened for w in windows], UNKNOWN, np.float32)
    heads = np.asarray(found["heads"])
    at = np.argwhere(heads >= 0)
    found["attached"] = np.concatenate([at, heads[at[:, 0], at[:, 1]][:, None]], axis=1)
    width = heads.shape[1]
    events = [(n, trigger, roles) for n, w in enumerate(windows) for trigger, roles in w.roles]
    found["triggers"] = np.array([(n, trigger) for n, trigger, _ in events], np.int64).reshape(-1, 2)
    rows = [roles + [UNKNOWN] * (width - len(roles)) for _, _, roles in events]
    found["roles"] = np.array(rows, np.int64).reshape(-1, width)
    return [found[name] for name in Batch._fields]


def tensors(columns: Sequence[NDArray[np.generic]]) -> Batch:
    """Return collated columns as a batch."""
    return Batch(*(torch.from_numpy(column) for column in columns))


def padded(columns: Sequence[Sequence[float]], filler: float, kind: type[np.generic] = np.int64) -> NDArray[np.generic]:
    """Return rows of unlike length as one array."""
    width = max(map(len, columns))
    found = np.full((len(columns), width), filler, kind)
    for row, column in zip(found, columns, strict=True):
        row[: len(column)] = column
    return found


def grouped(windows: Iterable[Window], pieces: int, rng: random.Random | None) -> Iterator[list[Window]]:
    """Yield batches of windows of about one length, `pieces` at most in each with what fills them up."""
    ready = sorted(windows, key=lambda window: len(window.pieces) + (rng.random() * 12 if rng else 0))
    found: list[list[Window]] = []
    batch: list[Window] = []
    for window in ready:
        if batch and len(window.pieces) * (len(batch) + 1) > pieces:
            found.append(batch)
            batch = []
        batch.append(window)
    if batch:
        found.append(batch)
    if rng:
        rng.shuffle(found)
    yield from found
