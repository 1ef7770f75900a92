"""Which encodings documents from the web are read in: those of the Encoding Standard, and character sets that Python knows.

Python's codecs are more than character sets: `punycode` is quadratic in the text, `unicode_escape` and `utf-7` hide signs.
A header or a declaration may name any of them, so a name is looked up here and nowhere else.
"""

from __future__ import annotations

import codecs
from functools import cache

from tidings.tables import parts, rows


def web_encoding(label: str) -> str | None:
    """Return the Python codec that a label stands for, by the name that `codecs.lookup` gives it; None if it is not read.

    A label of the Encoding Standard (encoding.spec.whatwg.org, 4.2) means what it means to browsers.

    >>> web_encoding("ISO-8859-1"), web_encoding("punycode")
    ('cp1252', None)
    """
    name = label.strip().lower()
    if (codec := _labels().get(name)) is not None:
        return codec
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found in _codecs() else None


@cache
def _labels() -> dict[str, str]:
    return {label: codec for codec, labels in rows("encodings.tsv", 2) for label in parts(labels)}


@cache
def _codecs() -> frozenset[str]:
    return frozenset(codec for codec, _ in rows("encodings.tsv", 2))
