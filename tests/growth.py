"""Whether work grows as its input does, told so that nothing else the machine does can make the answer a false alarm.

One look at a clock says little where other processes share the cores. What only disturbs can make work slower and never
faster: so it is looked at again until one look shows growth in proportion. Work that is quadratic never does.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

_LOOKS = 5
_SLACK = 2.5
"""How much more than in proportion is let pass: of eight times the input a quadratic step makes 64 times the time."""
_LEAST_S = 0.002
"""Shorter times are those of the clock."""


def grows_in_proportion(work: Callable[[int], object], small: int, large: int) -> bool:
    """Return whether work on an input of the large size takes at most 2.5 times as long, a unit of size, as on the small."""
    work(small // 5)  # what is made once is made before
    return any(_seconds(work, large) < _SLACK * large / small * max(_seconds(work, small), _LEAST_S) for _ in range(_LOOKS))


def _seconds(work: Callable[[int], object], size: int) -> float:
    # In a process that has run thousands of tests the collector walks all that they left, at any moment.
    gc.disable()
    try:
        began = time.process_time()
        work(size)
        return time.process_time() - began
    finally:
        gc.enable()
