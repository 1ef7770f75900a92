"""PLOVER's types of events and their quad classes, from data/plover_ontology.json."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources


@cache
def quads() -> dict[str, str]:
    """Return the quad class ("verbal cooperation", "material conflict", …) of each PLOVER type."""
    text = resources.files("tidings").joinpath("data", "plover_ontology.json").read_text(encoding="utf-8")
    return {name: str(described["quad"]) for name, described in json.loads(text)["types"].items()}


def quad_of(event_type: str) -> str | None:
    """Return the quad class of a type; STATEMENT and OTHER have none."""
    return quads().get(event_type)
