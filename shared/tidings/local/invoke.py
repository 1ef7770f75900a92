"""One function, one event, in this process: what `sam local invoke` does, with no Docker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tidings.local.delivery import load_handler, time_limit
from tidings.local.lambda_events import LocalContext
from tidings.local.wiring import read_wiring


def invoke(function: str, event: dict[str, Any], template: Path | None = None) -> Any:
    """Call a function's handler and return its answer.

    Raises:
        NotFound: no such function.
        Unavailable: the function ran longer than its timeout.
    """
    spec = read_wiring(template).function(function)
    handler = load_handler(spec)
    with time_limit(spec.timeout_s):
        return handler(event, LocalContext(spec.name, spec.timeout_s, spec.memory_mb))
