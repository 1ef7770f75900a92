"""How a body lies in the facts table: as JSON that a console shows, or packed with zlib where that saves write units.

DynamoDB charges a write for each begun KiB of the item, so what is below one is left legible. Both kinds are the attribute
`body`, told apart by their DynamoDB type (S or B); an item that was stored before bodies were packed is of the first.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

PACKED_FROM = 900
"""Bytes of JSON from which a body is packed: with its keys and the names of its attributes such an item is about one KiB."""
_LEVEL = 9


def packed(body: Mapping[str, Any]) -> str | bytes:
    """Return what is stored of a body: its JSON, or that packed if it is long and packing makes it shorter."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, allow_nan=False)
    raw = text.encode()
    if len(raw) < PACKED_FROM:
        return text
    small = zlib.compress(raw, _LEVEL)
    return small if len(small) < len(raw) else text


def unpacked(stored: str | bytes) -> dict[str, Any]:
    """Return the body that was stored."""
    body: dict[str, Any] = json.loads(stored if isinstance(stored, str) else zlib.decompress(stored))
    return body
