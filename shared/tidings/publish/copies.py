"""Copies: articles that print the same text, cut, re-titled, re-paragraphed, updated, or under another outlet's first lines.

A text's sketch is the smallest hashes of its word 4-grams (bottom-k sampling, Broder 1997; Cohen and Kaplan 2007). From two
sketches follows how much of the shorter text stands in the longer one. That containment, and not the likeness of the sets
that MinHash libraries estimate, is what stays high when a text is cut or a long one grows.
"""

from __future__ import annotations

import base64
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

GRAM = 4
SIZE = 128
"""Hashes of a sketch: containment is right to about .05; texts of up to 130 words are compared exactly."""
SHORT_SIZE = 63
"""Hashes of a shortened sketch (a multiple of three, which base64 cuts cleanly): right to about .07."""
_BYTES = 4
_SHARED = 0.5
"""Containment from which a text is a copy. Two reporters of one event share quotations, which stay far below it."""
_SHORT = 16
"""4-grams of a text from which it can be known for a copy; shorter ones are copies only where all words are the same."""
_LEAST_SHARED = int(_SHORT * _SHARED)
"""Hashes that a text and its copy have in common at least."""
_MAX_WORDS = 20_000
_WORD = re.compile(r"\w+")


def sketch(text: str) -> str:
    """Return the sketch of a text, as a string that can be stored; it is empty for a text of fewer than four words."""
    words = _WORD.findall(text.casefold())[:_MAX_WORDS]
    grams = {" ".join(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1)}
    hashes = sorted({blake2b(gram.encode(), digest_size=_BYTES).digest() for gram in grams})[:SIZE]
    return base64.b64encode(b"".join(hashes)).decode("ascii")


def shortened(sketch: str) -> str:
    """Return the sketch that keeps `SHORT_SIZE` hashes, about half of a full one; it can be compared with full ones."""
    return sketch[: SHORT_SIZE * _BYTES * 4 // 3]


def containment(a: str, b: str) -> float:
    """Estimate from two sketches which share of the shorter text's 4-grams stands in the longer one."""
    return _compare(a, b)[0]


def is_copy(a: str, b: str) -> bool:
    """Tell whether two sketches are those of one text and a copy of it."""
    if a == b:
        return bool(a)
    if len(_hashes(a) & _hashes(b)) < _LEAST_SHARED:
        return False
    share, seen = _compare(a, b)
    return seen >= _SHORT and share >= _SHARED


def originals(sketches: Iterable[str]) -> dict[str, str]:
    """Map each sketch to the one that stands for all its copies, and theirs: a function of the set, whatever its order."""
    families: dict[int, list[str]] = {}
    holding: defaultdict[bytes, set[int]] = defaultdict(set)
    for number, one in enumerate(sorted(set(sketches))):
        shared = Counter(chain.from_iterable(holding[value] for value in _hashes(one)))
        # Of a family of copies mostly the first that is compared shows it.
        found = [
            name
            for name, count in shared.items()
            if count >= _LEAST_SHARED and any(is_copy(one, member) for member in families[name])
        ]
        home = max(found, key=lambda name: (len(families[name]), name), default=number)
        joining = [one]
        for name in found:
            if name != home:
                joining += families.pop(name)
                for value in {value for member in joining for value in _hashes(member)}:
                    holding[value].discard(name)
        families.setdefault(home, []).extend(joining)
        for value in {value for member in joining for value in _hashes(member)}:
            holding[value].add(home)
    return {one: min(family) for family in families.values() for one in family}


def _compare(a: str, b: str) -> tuple[float, int]:
    """Return the containment, and on how many 4-grams of the shorter text the estimate rests."""
    left, right = _hashes(a), _hashes(b)
    if not left or not right:
        return 0.0, 0
    # Both sketches are complete up to the smaller of the two hashes at which a full one ends.
    end = min((max(one) for one in (left, right) if len(one) in (SIZE, SHORT_SIZE)), default=b"\xff" * _BYTES)
    ours = {value for value in left if value <= end}
    theirs = {value for value in right if value <= end}
    seen = min(len(ours), len(theirs))
    return (len(ours & theirs) / seen if seen else 0.0), seen


@lru_cache(maxsize=4096)
def _hashes(text: str) -> frozenset[bytes]:
    raw = base64.b64decode(text)
    return frozenset(raw[at : at + _BYTES] for at in range(0, len(raw), _BYTES))
