"""Do the numbers of two mentions count the same things, and do they agree?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tidings.records import Qualifier, ResolvedQuantity

_NEAR = 0.02
"""How far two exact numbers for one thing may lie apart and still speak for one event: outlets count differently."""
_ROUGH = 0.35
"""The same where a count is still rising, or one of the numbers is not exact."""
_FROM_BELOW = frozenset({Qualifier.MORE_THAN, Qualifier.AT_LEAST})
_WORD = re.compile(r"\w+")
TELLING = 10
"""From here up an equal number is hardly chance."""


def likeness(a: Sequence[ResolvedQuantity], b: Sequence[ResolvedQuantity]) -> float:
    """Return what the numbers say for (above 0) or against (below 0) one event; 0 where they count different things."""
    weights = [_weigh(x, y) for x in a for y in b if _comparable(x, y)]
    return max(weights, default=0.0)


def _comparable(a: ResolvedQuantity, b: ResolvedQuantity) -> bool:
    if a.value is None or b.value is None or a.unit != b.unit:
        return False
    if a.unit is not None and not (a.of and b.of):
        return True
    ours, theirs = heads(a.of), heads(b.of)
    return not ours or not theirs or bool(ours & theirs)


def heads(of: str | None) -> frozenset[str]:
    """Return the words of what is counted, plural endings gone: "servicemen" and "serviceman" differ, "bodies" does not."""
    words = (w.casefold() for w in _WORD.findall(of or ""))
    return frozenset(w.removesuffix("s").removesuffix("ie") for w in words if len(w) > 2)


def _weigh(a: ResolvedQuantity, b: ResolvedQuantity) -> float:
    if a.value is None or b.value is None:
        return 0.0
    if a.value == b.value:
        return 0.8 if abs(a.value) >= TELLING else 0.4
    for one, other in ((a, b), (b, a)):
        if one.qualifier in _FROM_BELOW and one.low is not None and other.value is not None and other.value >= one.low:
            return 0.3
    larger = max(abs(a.value), abs(b.value))
    apart = abs(a.value - b.value) / larger
    if apart <= _NEAR:
        return 0.4
    if apart <= _ROUGH:
        return 0.0
    return -min(1.0, 0.5 * math.log2(larger / max(min(abs(a.value), abs(b.value)), larger / 16)))
