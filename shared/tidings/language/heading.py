"""What is known of a network besides its weights: how it is built, and what its scores stand for."""

from __future__ import annotations

from typing import NamedTuple

NO_EVENT, NO_MODE, NO_ROLE = "-", "-", "-"
"""The first label of the heads that mostly say nothing."""


class Heading(NamedTuple):
    """The network's sizes, its pieces and the labels of its heads, in the order of their scores."""

    layers: int
    attention_heads: int
    tags: tuple[str, ...]
    morphs: tuple[str, ...]  # part of speech, "|", features ("_": none)
    relations: tuple[str, ...]
    names: tuple[str, ...]
    pieces: tuple[str, ...]
    # A network may say nothing of events:
    kinds: tuple[str, ...] = ()  # NO_EVENT, then PLOVER's event types
    modes: tuple[str, ...] = ()  # NO_MODE, then PLOVER's modes
    facts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()  # NO_ROLE, then what a word may be to an event
